"""What rules look at: a show, an episode of it, and the facts that were found about their files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from podtool.check.live_facts import LiveFeed, LiveFile
from podtool.errors import Problem
from podtool.show.facts import ChapterFacts, ImageFacts, SoundFacts, TagFacts, WorkFacts
from podtool.show.feed_facts import FeedFacts, FeedItemFacts
from podtool.show.mix_facts import MixFacts
from podtool.show.model import Episode, Place, Profile, Show
from podtool.show.publication import Ledger, Publication
from podtool.show.recordings import RecordingEntry
from podtool.timeline.cues import Cue


@dataclass(frozen=True, kw_only=True)
class RecordingFacts:
    """A sound file that the episode plays.

    Attributes:
        path: relative to the show's folder.
        name: as a person would type it in the episode's folder.
        place: where the YAML names it first.
        is_music: an asset: what holds for speech doesn't hold for it.
        begins_whole: whether it is played from its very beginning.
        ends_whole: whether it is played to its very end.
        is_treated: whether every segment that plays it has a `pan` or `effects`.
    """

    path: str
    name: str
    place: Place
    sound: SoundFacts | None = None
    sha256: str = ""
    trouble: str = ""
    is_music: bool = False
    begins_whole: bool = True
    ends_whole: bool = True
    is_treated: bool = False


@dataclass(frozen=True, kw_only=True)
class TranscriptFacts:
    """A segment's transcript.

    Attributes:
        name: as a person would type it in the episode's folder.
        place: where the YAML names it.
        cues: in the file's order, in source time.
        trouble: why it can't be read; there are no cues then.
        speaker: whom the segment names.
        recording_s: how long the segment's recording is.
    """

    name: str
    place: Place
    cues: tuple[Cue, ...] = ()
    trouble: str = ""
    speaker: str | None = None
    recording_s: float | None = None


@dataclass(frozen=True, kw_only=True)
class Mp3Facts:
    """What an MP3's frames and its Info header say; `problems` where they contradict each other."""

    has_info: bool
    is_vbr: bool
    bitrate_kbps: int
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MediaFacts:
    """An encoded file.

    Attributes:
        path: as a person would type it in the show's folder.
        profile: what it was made for; None for a file that nobody knows.
        trouble: why its sound can't be decoded.
        tags_trouble: why its tags can't be read.
        index_is_last: whether an MP4's index stands behind its sound.
    """

    path: str
    profile: Profile | None = None
    bytes: int = 0
    sha256: str = ""
    sound: SoundFacts | None = None
    tags: TagFacts | None = None
    mp3: Mp3Facts | None = None
    trouble: str = ""
    tags_trouble: str = ""
    index_is_last: bool = False


@dataclass(frozen=True, kw_only=True)
class PictureFacts:
    """An image that the YAML names.

    Attributes:
        path: relative to the show's folder.
        role: a cover (of the show or the episode), or a picture of a chapter or of somebody.
        of_show: whether it is the show's own cover, which directories look at.
        trouble: why it can't be read; `image` is then None.
    """

    path: str
    role: Literal["cover", "picture"]
    place: Place
    of_show: bool = False
    image: ImageFacts | None = None
    alt: str | None = None
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class PublicFile:
    """What lies at a public path of the target; large files are known by their size only."""

    bytes: int
    sha256: str | None = None


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """Another episode of the show, from its YAML or from the ledger."""

    folder: str
    stem: str
    slug: str
    guid: str | None = None


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Everything that is known; what isn't (None, empty) no rule speaks about.

    Attributes:
        now: the time, for dates that have passed.
        stale: why what is built doesn't fit its sources; empty when it does, or nothing is built.
        entries: recordings.yaml, by path relative to the show's folder; None where there is none.
        chapters: where they are by the episode's timeline.
        length_s: of the timeline.
        mix: what would be heard at edits, joins and under beds.
        chapters_json: text of build/chapters.json.
        chapters_json_path: as a person would type it in the show's folder.
        feed: as it would be published, or (`feed_path`) as it lies in the target.
        feed_path: where a feed was read from; empty for one that podtool would write.
        feed_failure: why no feed can be made.
        pages: HTML by public path.
        page_failure: why no page can be made.
        tree: every public path that would be there.
        target: the folder of the public tree as show.yaml names it, for places.
        ledger: what went out so far; None when it can't be read.
        publication: the episode's ledger entry as it would be after the next `publish`.
        public: what lies in the target, by the ledger's paths (None for what is missing there); None when the
            target is no folder or not there.
        gone: folders in the ledger that have no episode.yaml any more.
        live: what public servers said; None when nobody asked them.
        live_feed: the feed that one of them gave.
        heard: when each asset is heard, in ms, by its id; None where that can't be told.
        told_by_files: what the files of assets and covers say of themselves, by path in the show.
        elsewhere: problems that other modules found, by rules that the table lists.
    """

    show: Show
    episode: Episode | None = None
    now: datetime | None = None
    recordings: tuple[RecordingFacts, ...] = ()
    transcripts: tuple[TranscriptFacts, ...] = ()
    entries: Mapping[str, RecordingEntry] | None = None
    pictures: tuple[PictureFacts, ...] = ()
    media: tuple[MediaFacts, ...] = ()
    is_built: bool = False
    stale: str = ""
    chapters: tuple[ChapterFacts, ...] | None = None
    length_s: float | None = None
    mix: MixFacts | None = None
    chapters_json: str | None = None
    chapters_json_path: str = ""
    feed: FeedFacts | None = None
    feed_path: str = ""
    feed_failure: str = ""
    pages: Mapping[str, str] = field(default_factory=dict)
    page_failure: str = ""
    tree: frozenset[str] = frozenset()
    target: str = ""
    ledger: Ledger | None = None
    publication: Publication | None = None
    public: Mapping[str, PublicFile | None] | None = None
    gone: tuple[str, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    live: tuple[LiveFile, ...] | None = None
    live_feed: LiveFeed | None = None
    elsewhere: tuple[Problem, ...] = ()
    told_by_files: Mapping[str, WorkFacts] = field(default_factory=dict)
    heard: Mapping[str, Sequence[tuple[int, int]]] | None = None

    @property
    def items(self) -> tuple[FeedItemFacts, ...]:
        """The feed's items that this is about: the episode's own, or all without an episode."""
        items = self.feed.items if self.feed else ()
        if self.episode is None or self.publication is None or self.feed_path:
            return items
        return tuple(item for item in items if item.guid == self.publication.guid) or items

    @property
    def before(self) -> Publication | None:
        """The episode's entry in the ledger: what is public now."""
        if self.ledger is None or self.episode is None:
            return None
        return self.ledger.episodes.get(self.episode.folder.as_posix())

    @property
    def is_published(self) -> bool:
        """Whether anything of the show went out."""
        return bool(self.ledger and self.ledger.episodes)
