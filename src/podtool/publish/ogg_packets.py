"""Packets of an Ogg file (RFC 3533), as far as tags need them: which are sound, which are comments."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from podtool.errors import TagError

_PAGE_BYTES = 27
_COMMENTS = 1
"""Index of the packet that holds the comments, in Opus (RFC 7845, 5) and Vorbis (I, 4.2.1) alike."""
_UNSET_GRANULE = b"\xff" * 8


@dataclass
class _Stream:
    """What is known of one logical stream while its pages go by."""

    packet: int = 0
    packet_bytes: int = 0
    sound: Any = field(default_factory=hashlib.sha256)  # hashlib has no public name for its objects' type


def digest_packets(file: BinaryIO) -> str:
    """The sha256 (hex) of every packet but the comments, and of the positions that trim the sound.

    Page numbers, checksums and how packets are spread over pages are not sound: taggers must change them.
    """
    streams: dict[bytes, _Stream] = {}
    for serial, granule, lacing, payload in _pages(file):
        stream = streams.setdefault(serial, _Stream())
        _take_page(stream, lacing, payload)
        if stream.packet > _COMMENTS + 1 and granule != _UNSET_GRANULE:
            stream.sound.update(granule)
    digest = hashlib.sha256()
    for serial, stream in streams.items():
        digest.update(serial + stream.sound.digest())
    return digest.hexdigest()


def read_comments(file: BinaryIO, largest: int) -> bytes:
    """The first stream's comment packet as it stands in the file.

    Raises:
        TagError: it is larger than `largest` bytes, or never ends.
    """
    first, index, comments = b"", 0, bytearray()
    for serial, _, lacing, payload in _pages(file):
        first = first or serial
        if serial != first:
            continue
        position = 0
        for length in lacing:
            if index == _COMMENTS:
                comments += payload[position : position + length]
            position += length
            index += length < 255  # noqa: PLR2004 - a lacing value below 255 ends a packet (RFC 3533, 5)
        if len(comments) > largest:
            raise TagError(f"the comments are larger than {largest} bytes", hint="the file may be damaged")
        if index > _COMMENTS:
            return bytes(comments)
    raise TagError("the file ends before its comments do", hint="the file is damaged or cut short")


def _pages(file: BinaryIO) -> Iterator[tuple[bytes, bytes, bytes, bytes]]:
    """Serial number, granule position, lacing values and payload of each page."""
    file.seek(0)
    while len(head := file.read(_PAGE_BYTES)) == _PAGE_BYTES:
        if not head.startswith(b"OggS"):
            raise TagError("an Ogg page doesn't begin where it should", hint="the file is damaged")
        lacing = file.read(head[26])
        yield head[14:18], head[6:14], lacing, file.read(sum(lacing))


def _take_page(stream: _Stream, lacing: bytes, payload: bytes) -> None:
    position = 0
    for length in lacing:
        if stream.packet != _COMMENTS:
            stream.sound.update(payload[position : position + length])
        stream.packet_bytes += length
        position += length
        if length < 255:  # noqa: PLR2004 - as above: the packet ends
            if stream.packet != _COMMENTS:
                stream.sound.update(stream.packet_bytes.to_bytes(8, "big"))
            stream.packet, stream.packet_bytes = stream.packet + 1, 0
