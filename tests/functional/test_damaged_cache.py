"""Whatever happens to the cache's files, the next build gives the same bytes as a fresh one."""

import itertools
import shutil

import pytest
from shows import digests, make_single, said_by, speech, tone, write_wav

from example import assemble
from podtool.build.store import HEAD_BYTES

SEGMENTS = """\
  - clip: recordings/a.wav
    title: Un
    bed: {asset: air, gain: -12 dB, duck: 9 dB}
  - clip: recordings/b.wav
    title: Deux
    crossfade: 500 ms
"""
SHOW = """\
assets:
  air: {file: music/air.wav, title: Un air}
profiles:
  podcast: {}
  archive: {}
  light: {format: opus, bitrate: 48k}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    show = make_single(tmp_path_factory.mktemp("made") / "show", SEGMENTS, show=SHOW)
    write_wav(show / "recordings/a.wav", speech(2))
    write_wav(show / "recordings/b.wav", speech(2, seed=2))
    write_wav(show / "music/air.wav", tone(4, 330))
    assemble(show)
    checked(show)
    return show


@pytest.fixture
def show(made, tmp_path):
    return shutil.copytree(made, tmp_path / "show")


def checked(show):
    return said_by("check", here=show, code=1)["error"]["problems"]  # the show has no category


def entries(show):
    return sorted((show / ".podtool/cache").glob("??/*"))


def flip(path, _others):
    content = bytearray(path.read_bytes())
    content[-1 - len(content) // 3] ^= 16
    path.write_bytes(content)


def flip_the_last(path, _others):
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def truncate(path, _others):
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])


def empty(path, _others):
    path.write_bytes(b"")


def fill_with_zeros(path, _others):
    """What some file systems leave of a file whose bytes hadn't reached the disk when the power went."""
    path.write_bytes(bytes(path.stat().st_size))


def mistake_for_its_like(path, others):
    """Another whole entry under this one's name: the nearest in size, so most likely of the same kind."""
    size = len(others[path])
    like = min((each for each in others if each != path), key=lambda each: abs(len(others[each]) - size))
    path.write_bytes(others[like])


def lose(path, _others):
    path.unlink()


DAMAGE = [flip, flip_the_last, truncate, empty, fill_with_zeros, mistake_for_its_like, lose]


def test_one_entry_after_the_other(made, show):
    """Each kind of damage comes to each kind of entry in `test_all_entries_at_once`."""
    before, problems = digests(made, ".podtool"), checked(made)
    whole = {path: path.read_bytes() for path in entries(show)}
    assert len(whole) > 10
    for path, damage in zip(whole, itertools.cycle(DAMAGE)):
        damage(path, whole)
        shutil.rmtree(show / "build")
        assemble(show)
        assert digests(show, ".podtool") == before, path.name
    assert checked(show) == problems


@pytest.mark.parametrize("damage", DAMAGE, ids=[each.__name__ for each in DAMAGE])
def test_all_entries_at_once(made, show, damage):
    before, problems = digests(made, ".podtool"), checked(made)
    whole = {path: path.read_bytes() for path in entries(show)}
    for path in whole:
        damage(path, whole)
    shutil.rmtree(show / "build")
    assemble(show)
    assert digests(show, ".podtool") == before
    assert checked(show) == problems


@pytest.mark.parametrize("extension", ["flac", "opus"])
def test_an_encoded_file_that_turns_out_damaged_is_told_as_made_again(made, show, extension):
    magic = {"flac": b"fLaC", "opus": b"OggS"}[extension]
    name = {"flac": "archive", "opus": "light"}[extension]
    found = [path for path in entries(show) if path.read_bytes()[HEAD_BYTES:].startswith(magic)]
    assert found
    for path in found:  # also what was encoded with a gain that wasn't right yet
        flip(path, {})
    (show / f"build/seule-01.{name}.{extension}").unlink()
    said = assemble(show)
    steps = [step for step in said["steps"] if step["name"] == f"encode {name}"]
    assert [step["status"] for step in steps] == ["built"]
    assert digests(show, ".podtool") == digests(made, ".podtool")


def test_the_records_may_be_anything(made, show):
    (path,) = (show / ".podtool/records").iterdir()
    before, whole = digests(made, ".podtool"), path.read_bytes()
    for content in (b"", whole[: len(whole) // 2], bytes(len(whole)), whole.replace(b"a", b"b"), b"[1]"):
        path.write_bytes(content)
        assemble(show)
        assert digests(show, ".podtool") == before
