"""Where an MP3's frames begin and end: after and before the tags of others."""

from __future__ import annotations

import struct
from typing import BinaryIO

ID3V2_HEADER_BYTES = 10
ID3V2_HAS_FOOTER = 0x10
ID3V1_BYTES = 128
APE_FOOTER = struct.Struct("<8sIII12x")
APE_HAS_HEADER = 1 << 31
MOST_TAGS = 8


def sound_start(file: BinaryIO, end: int) -> int:
    """After the ID3v2 tags (ID3v2.4.0 structure, 3.1), of which hostile files may have many."""
    offset = 0
    for _ in range(MOST_TAGS):
        file.seek(offset)
        head = file.read(ID3V2_HEADER_BYTES)
        if len(head) < ID3V2_HEADER_BYTES or head[:3] != b"ID3" or max(head[6:10]) > 0x7F:  # noqa: PLR2004 - synchsafe
            break
        size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
        footer = ID3V2_HEADER_BYTES if head[5] & ID3V2_HAS_FOOTER else 0
        offset += ID3V2_HEADER_BYTES + size + footer
    return min(offset, end)


def sound_end(file: BinaryIO) -> int:
    """Before ID3v1 and APE tags."""
    end = file.seek(0, 2)
    file.seek(max(0, end - ID3V1_BYTES))
    if end >= ID3V1_BYTES and file.read(3) == b"TAG":
        end -= ID3V1_BYTES
    if end >= APE_FOOTER.size:
        file.seek(end - APE_FOOTER.size)
        (
            mark,
            _version,
            size,
            _items,
        ) = APE_FOOTER.unpack(file.read(APE_FOOTER.size))[:4]
        if mark == b"APETAGEX":
            file.seek(max(0, end - size - APE_FOOTER.size))
            has_header = file.read(8) == b"APETAGEX"
            end = max(0, end - size - (APE_FOOTER.size if has_header else 0))
    return end
