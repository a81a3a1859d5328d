"""An ID3v2 tag as bytes: header, frames, their order. Pure.

mutagen reads and makes frames; it can't say in which order they stand (1.48 sorts them by size when it
saves) nor how large a compressed one becomes. Both are done here, on the tag's own bytes.
Source: ID3v2.4.0 structure (3.1 header, 4 frames), ID3v2.3.0 (3.1, 3.3), ID3v2 Chapter Frame Addendum 1.0.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from podtool.errors import TagError

HEADER_BYTES = 10
LARGEST_TAG_BYTES = 32 << 20
"""What we are willing to read; 100 times what a tag should have."""
_MOST_FRAMES = 2000
_MOST_INFLATED_BYTES = 32 << 20
_DEEPEST = 3
_FOOTER = 0x10
_EXTENDED = 0x40
_UNSYNCHRONISED = 0x80
_NESTING = frozenset({b"CHAP", b"CTOC"})


@dataclass(frozen=True, kw_only=True)
class Id3Header:
    """`size` is the whole tag's, with header and footer."""

    version: int
    flags: int
    size: int

    @property
    def unsynchronised(self) -> bool:
        """Whether FF 00 stands for FF in the whole tag."""
        return bool(self.flags & _UNSYNCHRONISED)


@dataclass(frozen=True, kw_only=True)
class RawFrame:
    """One frame as it stands in a tag."""

    id: bytes
    flags: int
    body: bytes


def parse_header(head: bytes) -> Id3Header | None:
    """The header in the first ten bytes of a tag; None when it is none."""
    if len(head) < HEADER_BYTES or not head.startswith(b"ID3") or max(head[6:10]) > 0x7F:  # noqa: PLR2004 - 7 bits a byte
        return None
    footer = HEADER_BYTES if head[5] & _FOOTER else 0
    return Id3Header(version=head[3], flags=head[5], size=HEADER_BYTES + synchsafe(head[6:10]) + footer)


def synchsafe(data: bytes) -> int:
    """The number that four bytes of seven bits make (ID3v2.4 structure, 6.2)."""
    value = 0
    for byte in data:
        value = value << 7 | byte & 0x7F
    return value


def frames_of(tag: bytes, header: Id3Header) -> bytes:
    """What follows header and extended header (v2.4 structure, 3.2; v2.3.0, 3.2) of a whole tag."""
    inside = tag[HEADER_BYTES : header.size]
    announced = inside[:4]
    if not header.flags & _EXTENDED or (announced.isalnum() and announced.isupper()):
        return inside  # some taggers set the flag and write no extended header
    if header.version >= 4:  # noqa: PLR2004 - v2.4
        return inside[max(synchsafe(announced), 4) :]
    return inside[4 + int.from_bytes(announced, "big") :]


def split_frames(data: bytes, version: int, *, plain_sizes: bool = False) -> Iterator[RawFrame]:
    """The frames of a tag's inside, up to its padding.

    Args:
        data: what follows the (extended) header.
        version: 2, 3 or 4.
        plain_sizes: read v2.4 sizes as v2.3's, as old iTunes wrote them.
    """
    name_bytes, size_bytes, header_bytes = (3, 3, 6) if version < 3 else (4, 4, HEADER_BYTES)  # noqa: PLR2004 - v2.2
    read_size = synchsafe if version >= 4 and not plain_sizes else _plain_size  # noqa: PLR2004 - v2.4
    position = 0
    while position + header_bytes <= len(data):
        head = data[position : position + header_bytes]
        name = head[:name_bytes]
        if not name.strip(b"\x00"):
            return
        length = read_size(head[name_bytes : name_bytes + size_bytes])
        position += header_bytes
        flags = int.from_bytes(head[name_bytes + size_bytes :], "big")
        yield RawFrame(id=name, flags=flags, body=data[position : position + length])
        position += length


def _plain_size(data: bytes) -> int:
    return int.from_bytes(data, "big")


def join_frames(frames: Iterable[RawFrame], padding_bytes: int) -> bytes:
    """A whole ID3v2.3 tag: no unsynchronisation, no extended header.

    Raises:
        TagError: it is larger than a tag can be.
    """
    inside = b"".join(
        frame.id + len(frame.body).to_bytes(4, "big") + frame.flags.to_bytes(2, "big") + frame.body
        for frame in frames
    )
    inside += bytes(padding_bytes)
    if len(inside) >= 1 << 28:
        raise TagError("the tag would be larger than 256 MB", hint="use smaller pictures")
    size = bytes(len(inside) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + inside


def stranger_in_v23(raw: bytes, header: Id3Header) -> RawFrame | None:
    """A frame that nobody knows, as v2.3 holds it; None where v2.3 has no form for it (v2.2's short names).

    Args:
        raw: header and body as mutagen hands out what it doesn't know.
        header: of the tag it came from.
    """
    if header.version < 3:  # noqa: PLR2004 - v2.2
        return None
    frame = RawFrame(id=raw[:4], flags=int.from_bytes(raw[8:10], "big"), body=raw[HEADER_BYTES:])
    return frame if header.version == 3 else _downgrade(frame, header)  # noqa: PLR2004 - v2.3


def _downgrade(frame: RawFrame, header: Id3Header) -> RawFrame | None:
    """v2.4.0, 4.1 (0abc0000 0h00kmnp) to v2.3.0, 3.3.1 (abc00000 ijk00000), and what each adds."""
    grouped, compressed, encrypted, unsynchronised, measured = (
        frame.flags & bit for bit in (0x40, 0x08, 0x04, 0x02, 0x01)
    )
    group, rest = (frame.body[:1], frame.body[1:]) if grouped else (b"", frame.body)
    method, rest = (rest[:1], rest[1:]) if encrypted else (b"", rest)
    length, rest = (rest[:4], rest[4:]) if measured else (b"", rest)
    if unsynchronised or header.unsynchronised:
        rest = rest.replace(b"\xff\x00", b"\xff")
    if compressed and not length:
        return None  # against v2.4's own rule; v2.3 needs the length
    inflated = synchsafe(length).to_bytes(4, "big") if compressed else b""
    flags = (frame.flags & 0x7000) << 1
    flags |= (0x80 if compressed else 0) | (0x40 if encrypted else 0) | (0x20 if grouped else 0)
    return RawFrame(id=frame.id, flags=flags, body=inflated + method + group + rest)


def chapter_start_ms(frame: RawFrame) -> int:
    """The start of a CHAP frame (Addendum, 3.1): four bytes after the element's name."""
    after_name = frame.body.partition(b"\x00")[2]
    return int.from_bytes(after_name[:4], "big")


def picture_type(frame: RawFrame) -> int:
    """The type byte of an APIC frame (v2.4 frames, 4.14): after encoding and media type."""
    after_media_type = frame.body[1:].partition(b"\x00")[2]
    return after_media_type[0] if after_media_type else 0


def refuse_bombs(tag: bytes, header: Id3Header) -> None:
    """Refuses what would take mutagen's time or memory: too many frames, frames that inflate without end.

    Raises:
        TagError: with the reason.
    """
    budget = [_MOST_INFLATED_BYTES]
    inside = frames_of(tag, header)
    readings = {inside, inside.replace(b"\xff\x00", b"\xff")} if header.unsynchronised else {inside}
    for data in sorted(readings):
        for plain_sizes in (False, True):  # mutagen guesses which of the two it is
            _walk(data, header.version, plain_sizes=plain_sizes, budget=budget, depth=0)


def _walk(data: bytes, version: int, *, plain_sizes: bool, budget: list[int], depth: int) -> None:
    if depth > _DEEPEST:
        raise TagError("its chapters are nested too deeply", hint="write the tag anew with another program")
    for count, frame in enumerate(split_frames(data, version, plain_sizes=plain_sizes)):
        if count >= _MOST_FRAMES:
            raise TagError(f"it has more than {_MOST_FRAMES} frames", hint="the file may be damaged")
        compressed = frame.flags & (0x80 if version < 4 else 0x08)  # noqa: PLR2004 - v2.3, 3.3.1 and v2.4, 4.1.2
        bodies = list(_inflate(frame.body, budget)) if compressed else [frame.body]
        for body in bodies if frame.id in _NESTING else ():
            inside = _after_element_header(frame.id, body)
            _walk(inside, version, plain_sizes=plain_sizes, budget=budget, depth=depth + 1)


def _inflate(body: bytes, budget: list[int]) -> Iterator[bytes]:
    for deflated in (body, body[4:], body[4:].replace(b"\xff\x00", b"\xff")):
        try:
            inflated = zlib.decompressobj().decompress(deflated, budget[0] + 1)
        except zlib.error:
            continue
        budget[0] -= len(inflated)
        if budget[0] < 0:
            raise TagError("a compressed frame in it grows without end", hint="the file is not to be trusted")
        yield inflated


def _after_element_header(name: bytes, body: bytes) -> bytes:
    """What follows a CHAP's times, or a CTOC's list (Addendum, 3.1 and 3.2)."""
    rest = body.partition(b"\x00")[2]
    if name == b"CHAP":
        return rest[16:]
    for _ in range(rest[1] if len(rest) > 1 else 0):
        rest = rest[:2] + rest[2:].partition(b"\x00")[2]
    return rest[2:]
