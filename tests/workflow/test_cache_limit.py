"""How large the cache may get: the environment's word for it, and what a run does about it."""

import pytest

from podtool.build.store import DEFAULT_LIMIT_BYTES
from podtool.errors import UsageError
from podtool.workflow.cache_limit import LIMIT_VARIABLE, cache_limit_bytes


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", DEFAULT_LIMIT_BYTES),
        ("  ", DEFAULT_LIMIT_BYTES),
        ("0", 0),
        ("1234", 1234),
        ("12 B", 12),
        ("500MB", 500_000_000),
        (" 2 gb ", 2_000_000_000),
        ("1.5GB", 1_500_000_000),
        ("1,5 GB", 1_500_000_000),
        ("64KB", 64_000),
        ("3 MiB", 3 << 20),
        ("2gib", 2 << 30),
        ("1 TB", 10**12),
    ],
)
def test_sizes_as_people_write_them(monkeypatch, text, size):
    monkeypatch.setenv(LIMIT_VARIABLE, text)
    assert cache_limit_bytes() == size


@pytest.mark.parametrize("text", ["much", "-1", "1 XB", "1e9", "GB", "1 GB 2", "١GB", "1" * 40, "0x10"])
def test_what_is_no_size_is_told_with_how_to_write_one(monkeypatch, text):
    monkeypatch.setenv(LIMIT_VARIABLE, text)
    with pytest.raises(UsageError, match=LIMIT_VARIABLE) as caught:
        cache_limit_bytes()
    assert "2GB" in caught.value.hint


def test_unset_is_the_default(monkeypatch):
    monkeypatch.delenv(LIMIT_VARIABLE, raising=False)
    assert cache_limit_bytes() == DEFAULT_LIMIT_BYTES == 8_000_000_000
