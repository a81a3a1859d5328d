"""What was measured or read from files, as plain values that every floor above can pass on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath


@dataclass(frozen=True, kw_only=True)
class SoundFlaws:
    """What is wrong with a sound beyond its levels; times in seconds from its beginning.

    Attributes:
        hum_hz: of the mains that are heard in quiet passages: 50 or 60.
        hum_dbfs: how loud their tones are together (RMS).
        holes_s: where some milliseconds of digital silence tear a sound apart.
        clicks_s: where the wave jumps from one sample to the next.
        repeats_s: where a buffer is played twice.
        correlation: of left and right, weighted by power: 1 the same, 0 unlike, -1 turned over; None for
            other than two channels.
        balance_db: how much louder the right channel is than the left.
        flat_tops: how often the highest value is held for three samples or more, cut out of a slope.
        flat_top_dbfs: that value.
        silences_s: from … to, where nothing is heard for a second or more.
        ends_at_hz: above it there is nothing, as if cut off; None where the sound falls off slowly.
    """

    hum_hz: int | None = None
    hum_dbfs: float | None = None
    holes_s: tuple[float, ...] = ()
    clicks_s: tuple[float, ...] = ()
    repeats_s: tuple[float, ...] = ()
    correlation: float | None = None
    balance_db: float | None = None
    flat_tops: int = 0
    flat_top_dbfs: float | None = None
    silences_s: tuple[tuple[float, float], ...] = ()
    ends_at_hz: int | None = None


@dataclass(frozen=True, kw_only=True)
class SoundFacts:
    """What a sound file holds and sounds like. What silence makes meaningless is None.

    Attributes:
        samples: length at the file's own rate, as decoded (not as its header claims).
        bit_depth: of the samples as stored; None for lossy codecs.
        clipped_samples: samples in runs of at least three at full scale.
        leading_silence_s: before the first sound; the whole length when there is none.
        identical_channels: stereo whose two channels are the same.
        silent_channels: 0-based channels that hold nothing while another does.
    """

    codec: str
    container: str
    sample_rate_hz: int
    channels: int
    bit_depth: int | None
    samples: int
    integrated_loudness_lufs: float | None
    loudness_range_lu: float | None
    sample_peak_dbfs: float | None
    true_peak_dbtp: float | None
    noise_floor_dbfs: float | None
    clipped_samples: int
    dc_offset: float
    leading_silence_s: float
    trailing_silence_s: float
    identical_channels: bool
    silent_channels: tuple[int, ...] = ()
    flaws: SoundFlaws = field(default_factory=SoundFlaws)

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.samples / self.sample_rate_hz


@dataclass(frozen=True, kw_only=True)
class ChapterFacts:
    """One chapter as placed in the episode, in milliseconds; the grid of ID3 and all chapter files."""

    start_ms: int
    end_ms: int
    title: str
    url: str | None = None
    image: PurePosixPath | None = None


@dataclass(frozen=True, kw_only=True)
class SoundbiteFacts:
    """An excerpt as heard in the episode, in milliseconds."""

    start_ms: int
    end_ms: int
    title: str | None = None


@dataclass(frozen=True, kw_only=True)
class WorkFacts:
    """What a file says about itself as a work; None for what it doesn't. `licence` is an SPDX id."""

    title: str | None = None
    creator: str | None = None
    source: str | None = None
    licence: str | None = None
    attribution: str | None = None


@dataclass(frozen=True, kw_only=True)
class HeardFacts:
    """When an asset is heard in the episode, in milliseconds; one for each time."""

    asset: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, kw_only=True)
class TagFacts:
    """What a file's tags say, in names that don't depend on the format.

    Attributes:
        values: field name (``title``, ``album``, ``licence_url``, …) to text.
        chapters: in the order in which they stand in the file.
        picture_type: media type of the front cover, None without one.
        tag_bytes: size of all tags in the file.
        problems: what a strict reader would stumble over, in words.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    chapters: tuple[ChapterFacts, ...] = ()
    picture_type: str | None = None
    picture_bytes: int = 0
    tag_bytes: int = 0
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ImageFacts:
    """What an image file is, whatever its name says. `mode` is Pillow's (``RGB``, ``RGBA``, ``CMYK``, …)."""

    media_type: str
    width: int
    height: int
    mode: str
    bytes: int


@dataclass(frozen=True, kw_only=True)
class Enclosure:
    """A published media file: where it is, how large, what type, and its digest.

    Attributes:
        path: below the target; empty for what lies elsewhere, under an address that podtool didn't choose.
        sha256: empty where nobody has weighed it, as for most that lies elsewhere.
        duration_s: 0 where nobody knows.
    """

    url: str
    path: str
    bytes: int
    media_type: str
    sha256: str
    duration_s: float
    profile: str
    bitrate_kbps: int | None = None

    @property
    def is_elsewhere(self) -> bool:
        """Whether it was published by others: it is named, and neither sent nor looked for."""
        return not self.path
