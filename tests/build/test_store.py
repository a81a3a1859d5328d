import hashlib
import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podtool.build.files import replacing
from podtool.build.store import HEAD_BYTES, MAGIC, Store
from podtool.errors import CacheError


def key_of(text):
    return hashlib.sha256(str(text).encode()).hexdigest()


KEY = key_of("key")
CONTENT = b"the mix" * 100


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "cache")


def entry_of(store, key=KEY):
    (path,) = store.folder.glob(f"??/{key}")
    return path


def entries(store):
    return sorted(path.name for path in store.folder.glob("??/*"))


@settings(max_examples=30)
@given(content=st.binary(max_size=5000))
def test_what_was_kept_comes_back(tmp_path_factory, content):
    store = Store(tmp_path_factory.mktemp("cache"))
    store.write(KEY, content)
    assert store.has(KEY)
    assert store.read(KEY) == content
    assert Store(store.folder).read(KEY) == content


def test_what_was_never_kept(store, tmp_path):
    assert store.read(KEY) is None
    assert not store.has(KEY)
    assert not store.read_file(KEY, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert not store.folder.exists()


@pytest.mark.parametrize("size", [0, 1, 1 << 20, (1 << 20) + 1])
def test_whole_files(store, tmp_path, size):
    source = tmp_path / "in.mp3"
    source.write_bytes(os.urandom(size))
    store.write_file(KEY, source)
    assert store.read_file(KEY, tmp_path / "out.mp3")
    assert (tmp_path / "out.mp3").read_bytes() == source.read_bytes()
    assert store.read(KEY) == source.read_bytes()


def test_bytes_and_files_are_the_same_entries(store, tmp_path):
    store.write(KEY, CONTENT)
    by_bytes = entry_of(store).read_bytes()
    (tmp_path / "in").write_bytes(CONTENT)
    store.write_file(KEY, tmp_path / "in")
    assert entry_of(store).read_bytes() == by_bytes


def test_others_know_that_it_is_a_cache(store):
    store.write(KEY, CONTENT)
    tag = (store.folder / "CACHEDIR.TAG").read_text(encoding="utf-8")
    assert tag.startswith("Signature: 8a477f597d28d172789f06886806bc55\n")


DAMAGE = {
    "empty": lambda raw: raw[:0],
    "magic only": lambda raw: raw[: len(MAGIC)],
    "head only": lambda raw: raw[:HEAD_BYTES],
    "one byte short": lambda raw: raw[:-1],
    "one byte more": lambda raw: raw + b"\0",
    "a flipped bit in the content": lambda raw: raw[:-5] + bytes([raw[-5] ^ 1]) + raw[-4:],
    "a flipped bit in the digest": lambda raw: raw[:20] + bytes([raw[20] ^ 1]) + raw[21:],
    "another version": lambda raw: raw.replace(b"cache 2", b"cache 1", 1),
    "without a head": lambda raw: raw[HEAD_BYTES:],
    "without its key in the digest": lambda _: MAGIC + hashlib.sha256(CONTENT).digest() + CONTENT,
    "zeros": lambda raw: bytes(len(raw)),
    "half-written head": lambda raw: bytes(HEAD_BYTES) + raw[HEAD_BYTES:],
}


@pytest.mark.parametrize("way", ["read", "read_file"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_entry_is_none(store, tmp_path, damage, way):
    store.write(KEY, CONTENT)
    entry = entry_of(store)
    entry.write_bytes(DAMAGE[damage](entry.read_bytes()))
    out = tmp_path / "out.mp3"
    out.write_bytes(b"old")
    if way == "read":
        assert store.read(KEY) is None
    else:
        assert not store.read_file(KEY, out)
    assert out.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "out.mp3"]
    assert not store.has(KEY)
    store.write(KEY, CONTENT)
    assert store.read(KEY) == CONTENT


@given(
    cut=st.integers(0, HEAD_BYTES + len(CONTENT) - 1),
    flipped=st.integers(0, 8 * (HEAD_BYTES + len(CONTENT)) - 1),
)
def test_any_truncation_and_any_flipped_bit_is_noticed(tmp_path_factory, cut, flipped):
    store = Store(tmp_path_factory.mktemp("cache"))
    store.write(KEY, CONTENT)
    whole = entry_of(store).read_bytes()
    spoiled = bytearray(whole)
    spoiled[flipped // 8] ^= 1 << flipped % 8
    for raw in (whole[:cut], bytes(spoiled)):
        entry = store.folder / KEY[:2] / KEY
        entry.write_bytes(raw)
        assert store.read(KEY) is None


@pytest.mark.parametrize("way", ["read", "read_file"])
def test_an_entry_under_anothers_name_is_none(store, tmp_path, way):
    """A file system that was repaired, or a hand that copied: whole, but not what was asked for."""
    other = key_of("other")
    store.write(KEY, CONTENT)
    store.write(other, b"another sound")
    entry_of(store).write_bytes(entry_of(store, other).read_bytes())
    assert not (store.read(KEY) if way == "read" else store.read_file(KEY, tmp_path / "out"))
    assert not store.has(KEY)
    assert store.read(other) == b"another sound"


@pytest.mark.parametrize("way", ["write", "write_file", "read_file"])
def test_the_cache_doesnt_wait_for_the_disk(store, tmp_path, monkeypatch, way):
    (tmp_path / "in").write_bytes(CONTENT)
    store.write(KEY, CONTENT)
    shutil.move(store.folder / "CACHEDIR.TAG", tmp_path / "tag")
    monkeypatch.setattr("podtool.build.files.os.fsync", lambda _: pytest.fail("waited for the disk"))
    arguments = {"write": [CONTENT], "write_file": [tmp_path / "in"], "read_file": [tmp_path / "out"]}
    getattr(store, way)(KEY, *arguments[way])
    assert store.read(KEY) == CONTENT


def test_two_stores_on_one_folder(tmp_path):
    one, other = Store(tmp_path / "cache"), Store(tmp_path / "cache")
    one.write(KEY, b"first")
    assert other.read(KEY) == b"first"
    other.write(KEY, b"second")
    assert one.read(KEY) == b"second"


@pytest.mark.skipif(os.name == "nt", reason="Windows renames nothing over a file that another run reads")
def test_many_writers_at_once(tmp_path):
    """Whoever wins, what is read is whole."""
    contents = [bytes([number]) * 50_000 for number in range(8)]

    def work(number):
        store = Store(tmp_path / "cache")
        for _ in range(5):
            store.write(KEY, contents[number])
            assert store.read(KEY) in contents
        return store.has(KEY)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))
    assert entries(Store(tmp_path / "cache")) == [KEY]


def aged(store, number, size, age):
    key = key_of(number)
    store.write(key, bytes(size - HEAD_BYTES))
    os.utime(entry_of(store, key), ns=(0, (1000 - age) * 10**9))
    return key


def test_the_least_recently_used_goes_first(store):
    ages = [3, 1, 4, 2]
    keys = {age: aged(store, age, 100, age) for age in ages}
    later = Store(store.folder, limit_bytes=250)
    assert later.forget_oldest() == 200
    assert entries(store) == sorted([keys[1], keys[2]])
    assert later.forget_oldest() == 0


@pytest.mark.parametrize("way", ["read", "read_file"])
def test_reading_is_using(store, tmp_path, way):
    old, new = aged(store, "old", 100, 20), aged(store, "new", 100, 10)
    reader = Store(store.folder)
    assert reader.read(old) if way == "read" else reader.read_file(old, tmp_path / "out")
    Store(store.folder, limit_bytes=100).forget_oldest()
    assert entries(store) == [old]
    assert not store.has(new)


@settings(max_examples=40)
@given(sizes=st.lists(st.integers(HEAD_BYTES, 300), max_size=8), limit=st.integers(0, 1200))
def test_the_cache_keeps_within_its_limit_and_forgets_no_more_than_needed(tmp_path_factory, sizes, limit):
    store = Store(tmp_path_factory.mktemp("cache"))
    keys = [aged(store, number, size, age=number) for number, size in enumerate(sizes)]
    freed = Store(store.folder, limit_bytes=limit).forget_oldest()
    kept = [store.has(key) for key in keys]
    left = sum(size for size, is_kept in zip(sizes, kept, strict=True) if is_kept)
    assert freed == sum(sizes) - left
    assert left <= limit
    assert kept == sorted(kept, reverse=True)  # number 0 was used last
    gone = kept.count(False)
    if gone:
        assert left + sizes[len(sizes) - gone] > limit
    assert (store.folder / "CACHEDIR.TAG").exists() or not sizes


@pytest.mark.parametrize("way", ["write", "write_file", "read", "read_file", "has"])
def test_what_this_run_used_stays_however_full_it_is(store, tmp_path, way):
    old, used = aged(store, "old", 100, 1), aged(store, "used", 100, 50)
    run = Store(store.folder, limit_bytes=0)
    (tmp_path / "in").write_bytes(CONTENT)
    arguments = {"write": [CONTENT], "write_file": [tmp_path / "in"], "read_file": [tmp_path / "out"]}
    getattr(run, way)(used, *arguments.get(way, []))
    os.utime(entry_of(store, used), ns=(0, 0))
    assert run.forget_oldest() == 100
    assert entries(store) == [used]
    assert not store.has(old)


def test_what_a_dead_run_was_writing_is_swept_and_what_a_living_one_writes_stays(store):
    store.write(KEY, CONTENT)
    folder = entry_of(store).parent
    (folder / ".podtool-0123456789ab").write_bytes(bytes(30))
    (store.folder / ".podtool-0123456789ab.TAG").write_bytes(bytes(12))
    with replacing(entry_of(store)) as file:
        file.write(b"the new")
        assert store.sweep() == 42
        assert store.sweep() == 0
        assert Store(store.folder, limit_bytes=len(CONTENT)).forget_oldest() == HEAD_BYTES + len(CONTENT)
        assert [path.name[:9] for path in folder.iterdir()] == [".podtool-"]
    assert entry_of(store).read_bytes() == b"the new"


def test_forgetting_in_an_empty_cache(store):
    assert store.forget_oldest() == 0


@pytest.mark.parametrize("way", ["write", "write_file"])
def test_a_cache_that_cannot_be_written(tmp_path, way):
    (tmp_path / "cache").write_bytes(b"a file")
    store = Store(tmp_path / "cache")
    assert store.read(KEY) is None
    (tmp_path / "in").write_bytes(CONTENT)
    arguments = (CONTENT,) if way == "write" else (tmp_path / "in",)
    with pytest.raises(CacheError, match=r"can't write to .*cache") as caught:
        getattr(store, way)(KEY, *arguments)
    assert "permissions" in caught.value.hint


def test_a_source_that_vanished(store, tmp_path):
    with pytest.raises(CacheError):
        store.write_file(KEY, tmp_path / "gone.mp3")
    assert entries(store) == []
