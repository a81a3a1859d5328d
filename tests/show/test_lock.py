import pytest
from hypothesis import given
from hypothesis import strategies as st

from podtool.errors import ManifestError
from podtool.show.lock import EpisodeLock, LockedLoudness, format_lock, read_lock

KEPT = LockedLoudness(target_lufs=-16.0, mix_lufs=-23.45, gain_db=7.5, ceiling_dbtp=-2.1)
TEXT = """\
version: 1
loudness:
  podcast:
    target: -16.0 LUFS
    mix: -23.45 LUFS
    gain: 7.5 dB
    ceiling: -2.1 dBTP
"""

tenths = st.integers(-600, 200).map(lambda value: value / 10)
hundredths = st.integers(-7000, 0).map(lambda value: value / 100)
loudness = st.builds(
    LockedLoudness, target_lufs=hundredths, mix_lufs=hundredths, gain_db=tenths, ceiling_dbtp=tenths
)
names = st.sampled_from(["podcast", "mono", "opus", "no", "null", "1", "1e3", "true", "a-b", "y"])


def written(folder, text):
    path = folder / "episode.lock"
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def problems(folder, text):
    with pytest.raises(ManifestError) as caught:
        read_lock(written(folder, text))
    assert caught.value.exit_code == 3
    return [(problem.file, problem.line, problem.message) for problem in caught.value.problems]


def test_what_is_kept_and_how_it_reads(tmp_path):
    lock = EpisodeLock(loudness={"podcast": KEPT})
    text = format_lock(lock)
    assert text.endswith(TEXT)
    assert text.startswith("# What `podtool assemble` decided")
    assert read_lock(written(tmp_path, text)) == lock


@given(lock=st.builds(EpisodeLock, loudness=st.dictionaries(names, loudness, max_size=4)))
def test_a_lock_reads_back(tmp_path_factory, lock):
    text = format_lock(lock)
    assert read_lock(written(tmp_path_factory.mktemp("lock"), text)) == lock
    assert format_lock(EpisodeLock(loudness=dict(reversed(lock.loudness.items())))) == text


@pytest.mark.parametrize("target", [-16.25, -16.125, -19.333333])
def test_any_target_that_a_profile_may_have_reads_back(tmp_path, target):
    """A target that came back rounded would never fit again: the gain would be chosen anew at each build."""
    kept = LockedLoudness(target_lufs=target, mix_lufs=-20.0, gain_db=1.0, ceiling_dbtp=-2.0)
    again = read_lock(written(tmp_path, format_lock(EpisodeLock(loudness={"podcast": kept}))))
    assert again.loudness["podcast"].still_fits(-20.0, target)


def test_no_file_keeps_nothing(tmp_path):
    assert read_lock(tmp_path / "episode.lock") == EpisodeLock()


def test_an_empty_lock(tmp_path):
    assert read_lock(written(tmp_path, format_lock(EpisodeLock()))) == EpisodeLock()


@pytest.mark.parametrize(
    ("mix", "target", "fits"),
    [
        (-23.45, -16.0, True),
        (-23.25, -16.0, True),
        (-23.65, -16.0, True),
        (-23.24, -16.0, False),
        (-23.66, -16.0, False),
        (-23.45, -16.1, False),
        (-23.25 + 1e-9, -16.0, True),
        (-23.65 - 1e-9, -16.0, True),
    ],
)
def test_a_gain_is_kept_within_a_fifth_of_a_unit(mix, target, fits):
    assert KEPT.still_fits(mix, target) == fits


@given(mix=hundredths, drift=st.integers(-40, 40), tiny=st.floats(-1e-9, 1e-9))
def test_last_bits_decide_nothing(mix, drift, tiny):
    kept = LockedLoudness(target_lufs=-16.0, mix_lufs=mix, gain_db=0.0, ceiling_dbtp=-2.0)
    assert kept.still_fits(mix + drift / 100 + tiny, -16.0) == (abs(drift) <= 20)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("-16.0 LUFS", "loud", 4),
        ("-16.0 LUFS", "-16.0 dB", 4),
        ("-16.0 LUFS", "-∞ LUFS", 4),
        ("7.5 dB", "[7.5]", 6),
        ("7.5 dB", "900 dB", 6),
        ("    ceiling: -2.1 dBTP\n", "", 4),
        ("    gain:", "    gian:", 6),
        ("version: 1", "version: 2", 1),
        ("version: 1\n", "", 1),
        ("  podcast:", "  pod cast:", 3),
        ("loudness:\n", "loudness: none\nmore:\n", 2),
    ],
)
def test_a_damaged_lock_is_told_with_its_line(tmp_path, old, new, line):
    assert old in TEXT
    found = problems(tmp_path, TEXT.replace(old, new, 1))
    assert ("episode.lock", line) in [(file, number) for file, number, _ in found]


@pytest.mark.parametrize(
    "text", ["", "[]", "7", "{", "\x00", "<<<<<<< HEAD\nversion: 1\n=======\n>>>>>>> other\n", "a: &a [*a]\n"]
)
def test_what_is_no_lock_at_all(tmp_path, text):
    assert problems(tmp_path, text)


def test_all_problems_come_at_once(tmp_path):
    found = problems(tmp_path, TEXT.replace("7.5 dB", "seven").replace("-23.45 LUFS", "low"))
    assert [line for _, line, _ in found] == [5, 6]
