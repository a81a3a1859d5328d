"""Whether an MP4's index comes before its sound."""

import struct

from podtool.publish.sound_bytes import index_is_last


def atom(name, content=b""):
    return struct.pack(">I", 8 + len(content)) + name + content


def write(path, *names):
    path.write_bytes(b"".join(atom(name, b"\0" * 16) for name in names))
    return path


def test_the_order_of_index_and_sound(tmp_path):
    path = tmp_path / "a.m4a"
    assert index_is_last(write(path, b"ftyp", b"mdat", b"moov"))
    assert not index_is_last(write(path, b"ftyp", b"moov", b"free", b"mdat"))
    assert not index_is_last(write(path, b"ftyp", b"mdat"))
    assert not index_is_last(write(path, b"ftyp"))
