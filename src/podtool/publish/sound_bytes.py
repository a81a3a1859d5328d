"""Where the sound lies in a file, whatever stands around it; what kind of file it is; its sound's digest."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from podtool.errors import TagError
from podtool.publish.id3_layout import HEADER_BYTES, parse_header
from podtool.publish.ogg_packets import digest_packets
from podtool.publish.tag_failures import telling_tag_errors

SoundFormat = Literal["mp3", "mp4", "flac", "opus", "vorbis", "wav", "aiff"]
"""What a file is by its bytes; ``mp4`` is M4A too."""

_BLOCK_BYTES = 1 << 20
_V1_BYTES = 128
_APE_FOOTER_BYTES = 32
_MOST_ATOMS = 1_000_000
_MP4_FOLDERS = frozenset({b"moov", b"udta", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"})
_OPEN_END = 0xFFFFFFFF


@dataclass(frozen=True, kw_only=True)
class Mp3Span:
    """The parts of an MP3 file: ``[0, sound_start)`` is the ID3v2 tag.

    Attributes:
        sound_end: where the tags at the end begin.
        ape: where APEv2 tags stand behind the sound.
        v1: the ID3v1 tag behind the sound, or nothing.
        second_tag: another ID3v2 tag stands where the sound should begin.
    """

    sound_start: int
    sound_end: int
    ape: tuple[tuple[int, int], ...]
    v1: bytes
    second_tag: bool


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """A named range of a file: an atom of MP4, a chunk of RIFF or AIFF, without its header."""

    path: bytes
    start: int
    end: int


def sniff_format(path: Path) -> SoundFormat:
    """What the file is, by its bytes and not by its name.

    Raises:
        SourceError: there is no such file.
        TagError: nothing that podtool reads tags from.
    """
    with telling_tag_errors(path, "read"), path.open("rb") as file:
        tag = parse_header(file.read(HEADER_BYTES))
        file.seek(tag.size if tag else 0)
        found = _format_of(file.read(64), tagged=tag is not None)
    if found is None:
        raise TagError(
            f"{path.name} is no MP3, M4A, MP4, Opus, Ogg Vorbis, FLAC, WAV or AIFF file",
            hint="give one of these",
        )
    return found


def _format_of(head: bytes, *, tagged: bool) -> SoundFormat | None:
    beginnings: tuple[tuple[bool, SoundFormat], ...] = (
        (head[:4] == b"fLaC", "flac"),
        (head[:4] == b"OggS" and b"OpusHead" in head, "opus"),
        (head[:4] == b"OggS" and b"\x01vorbis" in head, "vorbis"),
        (head[4:8] == b"ftyp", "mp4"),
        (head[:4] in {b"RIFF", b"RF64"} and head[8:12] == b"WAVE", "wav"),
        (head[:4] == b"FORM" and head[8:12] in {b"AIFF", b"AIFC"}, "aiff"),
        (tagged or _is_layer_three(head), "mp3"),
    )
    return next((name for fits, name in beginnings if fits), None)


def _is_layer_three(head: bytes) -> bool:
    # ISO 11172-3, 2.4.1.3: 11 bits of sync, any version but the reserved one, layer «01».
    return len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[1] & 0x18 != 0x08  # noqa: PLR2004 - the bits of that clause


def mp3_span(file: BinaryIO) -> Mp3Span:
    """Where the parts of an MP3 file lie."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    tag = parse_header(file.read(HEADER_BYTES))
    start = min(tag.size, size) if tag else 0
    file.seek(start)
    second_tag = parse_header(file.read(HEADER_BYTES)) is not None
    ape: list[tuple[int, int]] = []
    end, v1 = size, b""
    while True:  # APE and ID3v1 stand in either order
        tail = b"" if v1 else _v1_of(file, start, end)
        ape_bytes = _ape_bytes(file, start, end)
        if tail:
            v1, end = tail, end - len(tail)
        elif ape_bytes:
            ape.insert(0, (end - ape_bytes, end))
            end -= ape_bytes
        else:
            break
    return Mp3Span(sound_start=start, sound_end=end, ape=tuple(ape), v1=v1, second_tag=second_tag)


def _v1_of(file: BinaryIO, start: int, end: int) -> bytes:
    if end - start < _V1_BYTES:
        return b""
    file.seek(end - _V1_BYTES)
    tail = file.read(_V1_BYTES)
    return tail if tail.startswith(b"TAG") else b""


def _ape_bytes(file: BinaryIO, start: int, end: int) -> int:
    """Size of the APEv2 tag that ends at `end`, 0 when there is none (APEv2 specification, tag footer)."""
    if end - start < _APE_FOOTER_BYTES:
        return 0
    file.seek(end - _APE_FOOTER_BYTES)
    footer = file.read(_APE_FOOTER_BYTES)
    if not footer.startswith(b"APETAGEX"):
        return 0
    has_header = footer[23] & 0x80
    size = int.from_bytes(footer[12:16], "little") + (_APE_FOOTER_BYTES if has_header else 0)
    return size if _APE_FOOTER_BYTES <= size <= end - start else 0


def flac_blocks(file: BinaryIO) -> Iterator[tuple[int, int, int]]:
    """Type, start and end of every metadata block; then (-1, start, end) for the frames (RFC 9639, 8.1)."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    tag = parse_header(file.read(HEADER_BYTES))
    position, last = (tag.size if tag else 0) + 4, False
    while not last and position + 4 <= size:
        file.seek(position)
        head = file.read(4)
        last = bool(head[0] & 0x80)
        start = position + 4
        position = min(start + int.from_bytes(head[1:], "big"), size)
        yield head[0] & 0x7F, start, position
    yield -1, position, size


def mp4_atoms(file: BinaryIO) -> list[Chunk]:
    """Every atom down to those of `moov.udta` and the sample tables, in file order (ISO 14496-12, 4.2).

    Raises:
        TagError: more atoms than any sound file has.
    """
    found: list[Chunk] = []
    open_ranges = [(b"", 0, file.seek(0, os.SEEK_END))]
    while open_ranges:
        parent, position, end = open_ranges.pop()
        while position + 8 <= end:
            file.seek(position)
            head = file.read(16)
            length, header = int.from_bytes(head[:4], "big"), 8
            if length == 1:
                length, header = int.from_bytes(head[8:16], "big"), 16
            stop = end if length == 0 else min(position + max(length, header), end)
            path = parent + b"." + head[4:8] if parent else head[4:8]
            found.append(Chunk(path=path, start=position + header, end=stop))
            if head[4:8] in _MP4_FOLDERS and path.count(b".") < 8:  # noqa: PLR2004 - no table lies deeper
                open_ranges.append((path, position + header, stop))
            if len(found) > _MOST_ATOMS:
                raise TagError("the file has too many atoms", hint="it may be damaged; does it play?")
            position = stop
    return sorted(found, key=lambda chunk: chunk.start)


def index_is_last(path: Path) -> bool:
    """Whether an MP4's index (`moov`) stands behind its sound (`mdat`): a player must fetch all to begin.

    Raises:
        TagError: more atoms than any sound file has.
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        top = [chunk.path for chunk in mp4_atoms(file) if b"." not in chunk.path]
    return b"moov" in top and b"mdat" in top and top.index(b"moov") > top.index(b"mdat")


def riff_chunks(file: BinaryIO, order: Literal["little", "big"]) -> Iterator[Chunk]:
    """The chunks of a WAV (little) or AIFF (big) file; RF64's size is in `ds64` (EBU Tech 3306)."""
    size = file.seek(0, os.SEEK_END)
    position, long_size = 12, None
    while position + 8 <= size:
        file.seek(position)
        name = file.read(4)
        length = int.from_bytes(file.read(4), order)
        if name == b"ds64":
            long_size = int.from_bytes(file.read(16)[8:], order)
        if length == _OPEN_END:
            length = size if long_size is None else long_size
        start = position + 8
        end = min(start + length, size)
        yield Chunk(path=name, start=start, end=end)
        position = end + length % 2


def audio_digest(path: Path) -> str:
    """The sha256 (hex) of the sound alone, so that two files that differ in their tags have the same.

    MP3: everything between the ID3v2 tag and an APE or ID3v1 tag. FLAC: the frames. MP4: every `mdat`.
    Ogg: every packet but the comments. WAV and AIFF: the samples.

    Raises:
        SourceError: there is no such file.
        TagError: nothing that podtool knows, or a broken one.
    """
    kind = sniff_format(path)
    with telling_tag_errors(path, "read"), path.open("rb") as file:
        if kind in {"opus", "vorbis"}:
            return digest_packets(file)
        digest = hashlib.sha256()
        for start, end in _SOUND_RANGES[kind](file):
            _digest_range(file, start, end, digest.update)
    return digest.hexdigest()


def _digest_range(file: BinaryIO, start: int, end: int, update: Callable[[bytes], object]) -> None:
    for block in read_range(file, start, end):
        update(block)


def read_range(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    """The bytes of ``[start, end)`` in blocks."""
    file.seek(start)
    while start < end:
        block = file.read(min(_BLOCK_BYTES, end - start))
        if not block:
            return
        start += len(block)
        yield block


_Ranges = Callable[[BinaryIO], list[tuple[int, int]]]
_SOUND_RANGES: Mapping[str, _Ranges] = {
    "mp3": lambda file: [((span := mp3_span(file)).sound_start, span.sound_end)],
    "flac": lambda file: [(start, end) for kind, start, end in flac_blocks(file) if kind < 0],
    "mp4": lambda file: [(atom.start, atom.end) for atom in mp4_atoms(file) if atom.path == b"mdat"],
    "wav": lambda file: [(c.start, c.end) for c in riff_chunks(file, "little") if c.path == b"data"],
    "aiff": lambda file: [(c.start, c.end) for c in riff_chunks(file, "big") if c.path == b"SSND"],
}
