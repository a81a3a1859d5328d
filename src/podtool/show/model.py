"""Show, Episode, Segment and the rest: what the two YAML files say, checked and typed. No I/O.

Files are named by POSIX paths relative to the show's folder, so that nothing made from a model
depends on where the show lies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Literal

from podtool.show.podcasting import (
    Location,
    Medium,
    RemoteFeed,
    SocialPost,
    SoundbiteMark,
    Txt,
    UpdateFrequency,
    Value,
)
from podtool.units import Seconds


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a value stands: a file as the user would type it, 1-based line and column."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where each key of a YAML file stands, by dotted path (``assets.musique.licence``)."""

    file: str
    by_key: Mapping[str, Place] = field(default_factory=dict)

    def find(self, key: str) -> Place:
        """The place of `key`, or of the nearest key above it, or the file's first line."""
        while key:
            if key in self.by_key:
                return self.by_key[key]
            key = key.rpartition(".")[0]
        return Place(file=self.file, line=1, column=1)


@dataclass(frozen=True, kw_only=True)
class IgnoredRule:
    """A rule of `check`, or a family (``RIGHTS``), that doesn't count; `where`, a glob, says in what."""

    rule: str
    reason: str
    where: str | None = None
    place: Place = field(default=Place(file="", line=0, column=0), compare=False)


@dataclass(frozen=True, kw_only=True)
class CheckSettings:
    """What `check` is told: rules that don't count; by rule, ``error``, ``warning`` or ``note``."""

    ignores: tuple[IgnoredRule, ...] = ()
    severities: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Licence:
    """A licence by its SPDX id; `url` is the deed's address, or the one that a ``LicenseRef-`` came with."""

    id: str
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who is heard."""

    name: str
    id: str | None = None
    role: str | None = None
    organisation: str | None = None
    url: str | None = None
    image: PurePosixPath | None = None


@dataclass(frozen=True, kw_only=True)
class Credit:
    """Who did something: `role` is a word of the Podcasting 2.0 taxonomy, or free."""

    role: str
    name: str
    organisation: str | None = None
    url: str | None = None


Permission = Literal["adapt", "commercial", "relicense"]
"""Cut, mix and lay under speech; use in what others may sell; pass on under the episode's own licence."""


@dataclass(frozen=True, kw_only=True)
class Asset:
    """A work somebody made that the show uses: music, sting, image. What nobody stated is None.

    Attributes:
        allows: what its creator, or the terms behind a ``LicenseRef-``, allow beyond the licence; None: none
            is told of.
        modified: whether it was changed before it came into the show (cropped, edited, translated).
    """

    id: str
    file: PurePosixPath
    title: str | None = None
    creator: str | None = None
    source: str | None = None
    licence: Licence | None = None
    attribution: str | None = None
    allows: tuple[Permission, ...] | None = None
    modified: bool = False
    alt: str | None = None


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Who answers for the feed."""

    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Link:
    """A named address: a platform, a funding page."""

    name: str
    url: str


@dataclass(frozen=True, kw_only=True)
class OtherFormat:
    """The same episode elsewhere: a PeerTube video, a text."""

    name: str
    url: str
    media_type: str | None = None


@dataclass(frozen=True, kw_only=True)
class Category:
    """One of Apple's categories, with its subcategory where one is given."""

    name: str
    sub: str | None = None


AudioFormat = Literal["mp3", "m4a", "opus", "flac", "wav", "mp4"]
Channels = Literal["stereo", "mono"]


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a deliverable must be.

    Attributes:
        name: the key under `profiles`, part of the second and later profiles' file names.
        bitrate_kbps: None lets the format choose (and is right for FLAC, WAV and a variable bit rate).
        loudness_lufs: None leaves the loudness alone (archive).
        true_peak_dbtp: ceiling in the decoded deliverable; None with `loudness_lufs` None.
        quality: the encoder's own scale (LAME: 0 best … 9), None for its default.
        bit_depth: 16 or 24 for WAV and FLAC, None else.
        vbr: LAME's -V for an MP3 of variable bit rate, 0 best … 9 smallest; None for a constant one.
    """

    name: str
    format: AudioFormat
    bitrate_kbps: int | None = None
    channels: Channels = "stereo"
    sample_rate_hz: int = 44100
    loudness_lufs: float | None = -16.0
    true_peak_dbtp: float | None = -1.0
    quality: int | None = None
    bit_depth: int | None = None
    vbr: int | None = None


BUILT_IN_PROFILES: Mapping[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(name="podcast", format="mp3", bitrate_kbps=128),
        Profile(name="mono", format="mp3", bitrate_kbps=96, channels="mono", loudness_lufs=-19.0),
        Profile(name="opus", format="opus", bitrate_kbps=96, sample_rate_hz=48000),
        Profile(name="radio", format="wav", sample_rate_hz=48000, loudness_lufs=-23.0, bit_depth=24),
        Profile(name="video", format="mp4", bitrate_kbps=128, sample_rate_hz=48000),
        Profile(name="archive", format="flac", loudness_lufs=None, true_peak_dbtp=None, bit_depth=24),
    )
}
"""A mono file is played on two speakers, so -19 LUFS sounds as loud as -16 in stereo."""


@dataclass(frozen=True, kw_only=True)
class PublishSettings:
    """Where and how a show goes out. `feed_items`: the most that the feed holds; 0 for all."""

    target: str = "public/"
    base_url: str | None = None
    websub: str | None = None
    ping: tuple[str, ...] = ()
    verify: bool | None = None
    feed_items: int = 0


@dataclass(frozen=True, kw_only=True)
class Show:
    """show.yaml. `root` is its folder on this machine; nothing made depends on it."""

    root: Path
    title: str
    description: str
    language: str
    handle: str
    feed: str | None = None
    guid: str | None = None
    author: str | None = None
    link: str | None = None
    owner: Owner | None = None
    categories: tuple[Category, ...] = ()
    explicit: bool = False
    type: Literal["episodic", "serial"] = "episodic"
    locked: bool = True
    licence: Licence | None = None
    cover: Asset | None = None
    people: Mapping[str, Person] = field(default_factory=dict)
    assets: Mapping[str, Asset] = field(default_factory=dict)
    platforms: tuple[Link, ...] = ()
    funding: tuple[Link, ...] = ()
    medium: Medium = "podcast"
    podroll: tuple[RemoteFeed, ...] = ()
    publisher: RemoteFeed | None = None
    update_frequency: UpdateFrequency | None = None
    block: bool | tuple[str, ...] = False
    location: tuple[Location, ...] = ()
    ai_content: bool | None = None
    txt: tuple[Txt, ...] = ()
    social: tuple[SocialPost, ...] = ()
    value: Value | None = None
    profiles: tuple[Profile, ...] = (BUILT_IN_PROFILES["podcast"],)
    publish: PublishSettings = field(default_factory=PublishSettings)
    check: CheckSettings = field(default_factory=CheckSettings)
    places: Places = field(default_factory=lambda: Places(file="show.yaml"), compare=False)


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A range of a recording or asset, in source time. `end` None is the source's end."""

    file: PurePosixPath
    asset: str | None = None
    start: Seconds = Fraction(0)
    end: Seconds | None = None
    cuts: tuple[tuple[Seconds, Seconds], ...] = ()
    offset: Seconds = Fraction(0)
    gain_db: float = 0.0
    speaker: str | None = None


@dataclass(frozen=True, kw_only=True)
class Bed:
    """Music under a segment; `duck_db` is how far speech pushes it down (positive)."""

    asset: str
    file: PurePosixPath
    gain_db: float = 0.0
    duck_db: float = 12.0
    fade_in: Seconds = Fraction(0)
    fade_out: Seconds = Fraction(0)
    start: Seconds = Fraction(0)


@dataclass(frozen=True, kw_only=True)
class Effect:
    """A pydub effect by its pydub name, or one of the show's own; `options` in the order written."""

    name: str
    options: tuple[tuple[str, str | int | float | bool], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ChapterMark:
    """One more chapter inside a segment, `at` in source time."""

    at: Seconds
    title: str
    url: str | None = None
    image: PurePosixPath | None = None


SegmentKind = Literal["clip", "sting", "silence", "tracks"]


@dataclass(frozen=True, kw_only=True)
class Segment:
    """One editorial part of an episode.

    Attributes:
        index: 0-based position under `segments`.
        clips: one clip; several for `tracks`; none for `silence`.
        silence: how long nothing is heard; 0 for the other kinds.
        notes: Markdown, already read from its file.
        crossfade: overlap with the segment before.
        gap: silence after the segment before.
        level: whether the clips are brought to the speech loudness.
    """

    index: int
    kind: SegmentKind
    clips: tuple[Clip, ...] = ()
    silence: Seconds = Fraction(0)
    title: str | None = None
    url: str | None = None
    image: PurePosixPath | None = None
    notes: str | None = None
    chapters: tuple[ChapterMark, ...] = ()
    soundbites: tuple[SoundbiteMark, ...] = ()
    gain_db: float = 0.0
    pan: float = 0.0
    fade_in: Seconds = Fraction(0)
    fade_out: Seconds = Fraction(0)
    crossfade: Seconds = Fraction(0)
    gap: Seconds = Fraction(0)
    level: Literal["auto", "off"] = "auto"
    bed: Bed | None = None
    speaker: str | None = None
    people: tuple[Person, ...] = ()
    transcript: PurePosixPath | None = None
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Revision:
    """What was corrected after an episode had gone out, for its page."""

    note: str
    date: date | None = None


@dataclass(frozen=True, kw_only=True)
class Episode:
    """episode.yaml. `folder` is relative to the show's; ``.`` where one folder holds both."""

    folder: PurePosixPath
    title: str
    slug: str
    number: int | None = None
    season: int | None = None
    subtitle: str | None = None
    type: Literal["full", "trailer", "bonus"] = "full"
    explicit: bool | None = None
    recorded: date | None = None
    published: datetime | None = None
    description: str = ""
    notes: str | None = None
    guests: tuple[Person, ...] = ()
    people: tuple[Person, ...] = ()
    credits: tuple[Credit, ...] = ()
    licence: Licence | None = None
    cover: Asset | None = None
    assets: Mapping[str, Asset] = field(default_factory=dict)
    platforms: tuple[Link, ...] = ()
    formats: tuple[OtherFormat, ...] = ()
    season_name: str | None = None
    display: str | None = None
    location: tuple[Location, ...] = ()
    ai_content: bool | None = None
    txt: tuple[Txt, ...] = ()
    social: tuple[SocialPost, ...] = ()
    value: Value | None = None
    guid: str | None = None
    revisions: tuple[Revision, ...] = ()
    segments: tuple[Segment, ...] = ()
    check: CheckSettings = field(default_factory=CheckSettings)
    places: Places = field(default_factory=lambda: Places(file="episode.yaml"), compare=False)

    def licence_within(self, show: Show) -> Licence | None:
        """The episode's licence, else the show's."""
        return self.licence or show.licence

    def cover_within(self, show: Show) -> Asset | None:
        """The episode's cover, else the show's."""
        return self.cover or show.cover

    def explicit_within(self, show: Show) -> bool:
        """The episode's flag, else the show's."""
        return show.explicit if self.explicit is None else self.explicit

    def platforms_within(self, show: Show) -> tuple[Link, ...]:
        """The episode's own platforms, else the show's."""
        return self.platforms or show.platforms

    def file_stem(self, show: Show) -> str:
        """``questions-asso-08``; an episode without a number goes by its slug."""
        return f"{show.handle}-{self.slug if self.number is None else f'{self.number:02d}'}"
