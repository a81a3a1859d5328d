"""Sound files opened at any sample: PCM, FLAC and MP3, to the bit as a decode of the whole file gives them.

Who wants ten seconds from the middle of an hour decodes ten seconds. Files that leave the slightest doubt
(junk between frames, lengths that disagree, other codecs) aren't opened here but decoded as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from podtool.audio.container import open_sound
from podtool.audio.flac_ranges import open_flac
from podtool.audio.kweighting import Block
from podtool.audio.mp3_ranges import open_mp3
from podtool.audio.pcm_ranges import open_pcm


class RangeReader(Protocol):
    """An open file; from one thread at a time."""

    @property
    def rate_hz(self) -> int:
        """Samples per second."""

    @property
    def channels(self) -> int:
        """How many."""

    @property
    def names(self) -> tuple[str, ...]:
        """The channels', as `podtool.audio.source.Decoded` has them."""

    @property
    def samples(self) -> int:
        """Per channel: as many as `podtool.audio.source.decode_blocks` gives."""

    @property
    def exact_bits(self) -> int | None:
        """Bits of a whole number that hold every sample; None where samples are lossy or floats."""

    @property
    def is_pcm(self) -> bool:
        """Whether reading is hardly more than copying."""

    @property
    def index(self) -> bytes | None:
        """What makes the next opening of the same bytes quicker; None where there is nothing to gain."""

    def blocks(self, start: int, stop: int, block_samples: int) -> Iterator[Block]:
        """Samples [start, stop) as planar float32 blocks of `block_samples`; the last has what is left.

        Raises:
            ValueError: the range isn't within the file.
            SourceError: the file is damaged there, or has changed.
        """

    def close(self) -> None:
        """Closes the file."""


def open_ranges(path: Path, index: bytes | None = None) -> RangeReader | None:
    """A reader of any range of a file; None where only a decode of the whole can be trusted.

    Args:
        path: the file.
        index: a reader's `index` of the same bytes, if it is at hand.

    Raises:
        SourceError: as `podtool.audio.container.probe_source`.
    """
    with open_sound(path) as sound:
        codec, container, bits = sound.probe.codec, sound.probe.container, sound.probe.bit_depth
    if codec.startswith("pcm_"):
        return open_pcm(path)
    if (codec, container) == ("flac", "flac") and bits:
        return open_flac(path, max(bits, _LEAST_BITS))
    return open_mp3(path, index) if (codec, container) == ("mp3", "mp3") else None


_LEAST_BITS = 16
"""What has fewer bits is kept in 16."""
