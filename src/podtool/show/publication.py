"""What has been published: the ledger's entries as plain values; pure. `ledger` reads and writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from podtool.show.facts import ChapterFacts, Enclosure, HeardFacts, SoundbiteFacts


@dataclass(frozen=True, kw_only=True)
class PublishedFile:
    """A small public file that goes with an episode or the show: chapters, transcript, cover, waveform.

    Attributes:
        path: below the target; empty for what lies elsewhere, under an address that podtool didn't choose.
        bytes: 0 where nobody knows.
        sha256: empty where nobody has weighed it.
        language: BCP 47, where it isn't the show's.
    """

    path: str
    url: str
    bytes: int
    media_type: str
    sha256: str
    language: str | None = None

    @property
    def is_elsewhere(self) -> bool:
        """Whether it was published by others: it is named, and neither sent nor looked for."""
        return not self.path


@dataclass(frozen=True, kw_only=True)
class Publication:
    """One episode as it went out.

    Attributes:
        folder: the episode's folder relative to the show's, ``.`` for a one-folder show; the ledger's key.
        guid: what podcast apps know the episode by; never changes.
        guid_is_permalink: whether the feed that the episode comes from says that its guid is an address.
        page_url: empty for an imported episode whose feed has no page for it.
        published: the date in the feed, with its zone; never changes.
        updated: when a later revision went out; None for the first.
        revision: 1 for the first, counted up whenever the media's bytes change.
        enclosures: the first is the feed's enclosure, the rest are alternates (other profiles).
        chapters: as in the published audio, so that the feed needs no recording.
        soundbites: likewise.
        heard: when the works in it are, for their credits; empty in what went out before this was kept.
        files: by kind: ``chapters``, ``cover``, ``waveform``, ``transcript.vtt``, …
        withdrawn: when it was taken out of the feed; its guid and addresses stay its own.
        sent: the revision that each target holds, by the target's name.
    """

    folder: str
    number: int | None
    slug: str
    guid: str
    guid_is_permalink: bool | None = None
    page_url: str
    published: datetime
    updated: datetime | None = None
    revision: int = 1
    enclosures: tuple[Enclosure, ...] = ()
    chapters: tuple[ChapterFacts, ...] = ()
    soundbites: tuple[SoundbiteFacts, ...] = ()
    heard: tuple[HeardFacts, ...] = ()
    files: Mapping[str, PublishedFile] = field(default_factory=dict)
    withdrawn: datetime | None = None
    sent: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_elsewhere(self) -> bool:
        """Whether its sound was published by others: the episode was imported."""
        return bool(self.enclosures) and self.enclosures[0].is_elsewhere


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """published.yaml: everything that went out, by episode folder.

    Attributes:
        told: sha256 of the feed that each hub or index was last told of, by its address.
    """

    feed: str | None = None
    guid: str | None = None
    files: Mapping[str, PublishedFile] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)
    episodes: Mapping[str, Publication] = field(default_factory=dict)

    @property
    def in_feed(self) -> dict[str, Publication]:
        """The episodes that are out, without those withdrawn."""
        return {folder: entry for folder, entry in self.episodes.items() if entry.withdrawn is None}
