"""What has been published: the ledger's entries as plain values; pure. `ledger` reads and writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from podtool.show.facts import ChapterFacts, Enclosure, SoundbiteFacts


@dataclass(frozen=True, kw_only=True)
class PublishedFile:
    """A small public file that goes with an episode or the show: chapters, transcript, cover, waveform."""

    path: str
    url: str
    bytes: int
    media_type: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Publication:
    """One episode as it went out.

    Attributes:
        folder: the episode's folder relative to the show's, ``.`` for a one-folder show; the ledger's key.
        guid: what podcast apps know the episode by; never changes.
        published: the date in the feed, with its zone; never changes.
        updated: when a later revision went out; None for the first.
        revision: 1 for the first, counted up whenever the media's bytes change.
        enclosures: the first is the feed's enclosure, the rest are alternates (other profiles).
        chapters: as in the published audio, so that the feed needs no recording.
        soundbites: likewise.
        files: by kind: ``chapters``, ``cover``, ``waveform``, ``transcript.vtt``, …
    """

    folder: str
    number: int | None
    slug: str
    guid: str
    page_url: str
    published: datetime
    updated: datetime | None = None
    revision: int = 1
    enclosures: tuple[Enclosure, ...] = ()
    chapters: tuple[ChapterFacts, ...] = ()
    soundbites: tuple[SoundbiteFacts, ...] = ()
    files: Mapping[str, PublishedFile] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """published.yaml: everything that went out, by episode folder."""

    feed: str | None = None
    guid: str | None = None
    files: Mapping[str, PublishedFile] = field(default_factory=dict)
    episodes: Mapping[str, Publication] = field(default_factory=dict)
