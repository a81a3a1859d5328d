"""Reads a finished MP3 and says whether its frames and its header tell the same story.

Looks at every frame's header and side information, decodes nothing. What comes in may be anything: it ends in
facts, problems or a `SourceError`, after a bounded search.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from podtool.audio.mp3_crc import Crc16
from podtool.audio.mp3_frames import HEADER_BYTES, FrameHeader, SideInfoReader, parse_header
from podtool.audio.mp3_info import InfoTag, parse_info_frame, seek_table
from podtool.audio.mp3_tags import sound_end, sound_start
from podtool.errors import SourceError

SEARCH_BYTES = 1 << 16
SUM_BYTES = 1 << 18
MOST_GAPS = 20
MOST_PROBLEMS = 20
TOC_TOLERANCE = 8
"""LAME itself is up to 6/256 off, because it remembers only some frames."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """One frame: where it begins in the file, and all its bytes."""

    offset: int
    header: FrameHeader
    data: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """Bytes between frames, or at the end, that are no whole frame."""

    offset: int
    size_bytes: int


@dataclass(frozen=True, kw_only=True)
class Mp3Facts:
    """What an MP3 is, and what is wrong with it.

    Attributes:
        frames: of sound, without the Info frame.
        bitrate_kbps: constant, or the mean, rounded.
        vbr: whether frames differ in bit rate.
        sample_rate_hz: of the sound.
        channels: 1 or 2.
        has_info: whether an Info (or Xing) frame comes first.
        encoder: the name that the Info frame gives, or empty.
        delay_samples: what the encoder put before the sound; None when the file doesn't say.
        padding_samples: and after it.
        toc: the seek table, 100 entries of 1/256 of the bytes; None when there is none.
        samples: per channel, as a gapless player plays them.
        audio_start_bytes: where the first frame begins, after tags.
        audio_bytes: of all frames, the Info frame included.
        problems: in words, at most 20.
    """

    frames: int
    bitrate_kbps: int
    vbr: bool
    sample_rate_hz: int
    channels: int
    has_info: bool
    encoder: str
    delay_samples: int | None
    padding_samples: int | None
    toc: tuple[int, ...] | None
    samples: int
    audio_start_bytes: int
    audio_bytes: int
    problems: tuple[str, ...]


def probe_mp3(path: Path) -> Mp3Facts:
    """The facts of the MP3 at `path`.

    Raises:
        SourceError: it can't be read, or holds no Layer III frames.
    """
    try:
        with path.open("rb") as file:
            stream = _Stream()
            for part in iter_frames(file):
                stream.add(part)
    except OSError as error:
        raise SourceError(f"{path}: can't be read: {error.strerror or error}") from error
    if stream.first is None:
        raise SourceError(
            f"{path}: holds no MPEG Layer III frames", hint="Is it an MP3? Try `podtool inspect`."
        )
    return stream.facts()


def iter_frames(file: BinaryIO) -> Iterator[Frame | Gap]:
    """The file's Layer III frames in order, tags at either end left out.

    Between two frames of one stream may lie a `Gap`; after 20 of them, or where no frame follows within 64
    KiB, the last `Gap` is the rest.
    """
    end = sound_end(file)
    offset, gaps, previous = sound_start(file, end), 0, None
    while offset < end:
        header = _header_at(file, offset, previous)
        if header and offset + header.length_bytes <= end:
            file.seek(offset)
            yield Frame(offset=offset, header=header, data=file.read(header.length_bytes))
            offset, previous = offset + header.length_bytes, header
            continue
        gaps += 1
        found = _next_frame(file, offset + 1, end, previous) if gaps < MOST_GAPS else None
        yield Gap(offset=offset, size_bytes=(found or end) - offset)
        offset = found or end


def _header_at(file: BinaryIO, offset: int, previous: FrameHeader | None) -> FrameHeader | None:
    file.seek(offset)
    header = parse_header(file.read(HEADER_BYTES))
    return header if header and (previous is None or header.continues(previous)) else None


def _next_frame(file: BinaryIO, start: int, end: int, previous: FrameHeader | None) -> int | None:
    """Where the next frame begins that another one follows (or the end does)."""
    file.seek(start)
    block = file.read(min(SEARCH_BYTES, end - start))
    at = block.find(b"\xff")
    while at >= 0:
        header = parse_header(block[at : at + HEADER_BYTES])
        if header and (previous is None or header.continues(previous)):
            after = start + at + header.length_bytes
            if after == end or (after < end and _header_at(file, after, header)):
                return start + at
        at = block.find(b"\xff", at + 1)
    return None


class _Stream:
    """Adds up what the frames say."""

    def __init__(self) -> None:
        self.first: FrameHeader | None = None
        self._tag: InfoTag | None = None
        self._tag_bytes = 0
        self._start = 0
        self._lengths = array("H")
        self._bitrates: dict[int, int] = {}
        self._music_crc = Crc16()
        self._unsummed = bytearray()
        self._problems: list[str] = []
        self._written = 0
        self._used = 0

    def add(self, part: Frame | Gap) -> None:
        """The next frame or gap."""
        if isinstance(part, Gap):
            if self.first is not None:
                self._problem(f"{part.size_bytes} bytes at byte {part.offset} are no whole frame")
            self._used = self._written
            return
        if self.first is None:
            self.first, self._start = part.header, part.offset
            self._tag = parse_info_frame(part.data)
            if self._tag:
                self._tag_bytes = len(part.data)
                return
        self._lengths.append(len(part.data))
        kbps = part.header.bitrate_kbps
        self._bitrates[kbps] = self._bitrates.get(kbps, 0) + 1
        self._unsummed += part.data
        if len(self._unsummed) > SUM_BYTES:
            self._sum()
        self._check_main_data(part)

    def _sum(self) -> None:
        self._music_crc.update(bytes(self._unsummed))
        self._unsummed.clear()

    def _problem(self, text: str) -> None:
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(text)

    def _check_main_data(self, frame: Frame) -> None:
        """Main data lies within what was written, and no two frames' overlap (ISO 11172-3, 2.4.2.7)."""
        header = frame.header
        side_info = SideInfoReader(
            header.side_info, frame.data[header.side_info_start : header.main_data_start]
        )
        begin = self._written - side_info.main_data_begin
        stop = begin + (side_info.main_data_bits() + 7) // 8
        written = self._written + len(frame.data) - header.main_data_start
        if begin < 0:
            self._problem(f"the frame at byte {frame.offset} needs sound from before the file")
        elif begin < self._used:
            self._problem(f"the frame at byte {frame.offset} shares main data with the one before")
        if stop > written:
            self._problem(f"the frame at byte {frame.offset} has more main data than there is")
        self._written, self._used = written, min(stop, written)

    def facts(self) -> Mp3Facts:
        """All of it."""
        if self.first is None:
            raise ValueError("no frames were added")
        frames, audio_bytes = len(self._lengths), sum(self._lengths)
        delay = self._tag.delay_samples if self._tag else None
        padding = self._tag.padding_samples if self._tag else None
        if self._tag:
            self._compare(self._tag, frames, audio_bytes + self._tag_bytes)
        samples = frames * self.first.samples - (delay or 0) - (padding or 0)
        if samples < 0:
            self._problem("delay and padding are longer than the sound")
        mean_kbps = sum(kbps * count for kbps, count in self._bitrates.items()) / max(1, frames)
        return Mp3Facts(
            frames=frames,
            bitrate_kbps=round(mean_kbps),
            vbr=len(self._bitrates) > 1,
            sample_rate_hz=self.first.sample_rate_hz,
            channels=self.first.channels,
            has_info=self._tag is not None,
            encoder=self._tag.encoder if self._tag else "",
            delay_samples=delay,
            padding_samples=padding,
            toc=self._tag.toc if self._tag else None,
            samples=max(0, samples),
            audio_start_bytes=self._start,
            audio_bytes=audio_bytes + self._tag_bytes,
            problems=tuple(self._problems),
        )

    def _compare(self, tag: InfoTag, frames: int, audio_bytes: int) -> None:
        self._sum()
        told = (
            ("frames", tag.frames, frames),
            ("bytes", tag.bytes, audio_bytes),
            ("music CRC", tag.music_crc, self._music_crc.value),
        )
        for name, says, found in told:
            if says is not None and says != found:
                self._problem(f"the Info frame's {name} is {says}, the file's {found}")
        if tag.crc_is_right is False:
            self._problem("the Info frame's own CRC is wrong")
        if not tag.is_vbr and len(self._bitrates) > 1:
            self._problem("the Info frame says constant bit rate, the frames differ")
        if tag.toc and frames:
            true = seek_table(self._lengths, self._tag_bytes)
            off = max(abs(says - is_at) for says, is_at in zip(tag.toc, true, strict=True))
            if off > TOC_TOLERANCE:
                self._problem(f"the Info frame's seek table is up to {off}/256 of the file off")
