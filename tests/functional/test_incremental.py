"""The law of the cache: whatever was edited, the next build has the bytes of one from nothing."""

import random
import shutil

import pytest
from shows import change_text, digests, make_single, speech, tone, write_wav

from example import assemble

A = "  - clip: recordings/a.wav\n    title: Un\n    crossfade: 500 ms\n"
B = "  - clip: recordings/b.wav\n    title: Deux\n"
C = "  - clip: recordings/c.wav\n    title: Trois\n"
SEGMENTS = f"  - sting: air\n    end: 3s\n{A}{B}{C}"
SHOW = """\
assets:
  air: {file: music/air.wav, title: Un air, creator: Une musicienne, licence: CC0-1.0}
"""
EDITS = {
    "a cut": (B, B + "    cuts: [[0:10, 0:15]]\n"),
    "a cut near the end": (C, C + "    cuts: [[0:30, 0:31.5]]\n"),
    "a gain": (B, B + "    gain: -0.3 dB\n"),
    "a bed": (C, C + "    bed: {asset: air, gain: -12 dB, duck: 6 dB}\n"),
    "a silence before it": (B, "  - silence: 1234 ms\n" + B),
    "a gap": (C, C + "    gap: 700 ms\n"),
    "a fade": (C, C + "    fade_out: 2s\n"),
    "a crossfade": ("crossfade: 500 ms", "crossfade: 900 ms"),
    "two clips swapped": (B + C, C + B),
    "a clip removed": (B, ""),
    "another start": (B, B + "    start: 3300 ms\n"),
    "a pan": (B, B + "    pan: -0.4\n"),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """100 s in four or five chunks of MP3: a recording at another rate, a lossless one, one in stereo."""
    show = make_single(tmp_path_factory.mktemp("incremental") / "show", SEGMENTS, show=SHOW)
    write_wav(show / "recordings/a.wav", speech(30, -20, seed=5, rate=48000), 48000)
    write_wav(show / "recordings/b.wav", [speech(34, -14, seed=6), speech(34, -16, seed=7)])
    write_wav(show / "recordings/c.wav", speech(35, -24, seed=8))
    write_wav(show / "music/air.wav", [tone(20, 300, -16), tone(20, 400, -18)])
    assemble(show)
    return show


@pytest.fixture
def show(built, tmp_path):
    return shutil.copytree(built, tmp_path / "show")


def from_nothing(show, folder):
    """What a build of the same show with the same lock makes elsewhere, without any cache."""
    made = shutil.ignore_patterns(".podtool", "build")
    other = shutil.copytree(show, folder, ignore=made)
    said = assemble(other, "--jobs", "1")
    return digests(other, ".podtool"), said


def encode_step(said):
    (step,) = [step for step in said["steps"] if step["name"] == "encode podcast"]
    return step


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_episode_is_the_same_as_one_made_from_nothing(show, tmp_path, edit):
    change_text(show / "episode.yaml", *EDITS[edit])
    fresh, of_all = from_nothing(show, tmp_path / "fresh")
    said = assemble(show)
    assert digests(show, ".podtool") == fresh
    step = encode_step(said)
    assert step["status"] == "built"
    assert step["chunks_reused"] > 0
    total = step["chunks_built"] + step["chunks_reused"]
    assert total == encode_step(of_all)["chunks_built"]


def test_any_number_of_edits_one_after_the_other(show, tmp_path):
    rolls = random.Random(3)
    for number in range(3):
        text = (show / "episode.yaml").read_text(encoding="utf-8")
        possible = [name for name, (old, _) in EDITS.items() if old in text]
        change_text(show / "episode.yaml", *EDITS[rolls.choice(possible)])
        fresh, _ = from_nothing(show, tmp_path / f"fresh {number}")
        assemble(show)
        assert digests(show, ".podtool") == fresh


def test_a_cut_leaves_what_lies_before_and_behind(show):
    change_text(show / "episode.yaml", *EDITS["a cut near the end"])
    step = encode_step(assemble(show))
    assert step["chunks_built"] <= 2
    assert step["chunks_reused"] >= 2


def test_a_new_title_touches_no_sound(show, tmp_path):
    before = digests(show, ".podtool")
    change_text(show / "episode.yaml", "title: Un\nsegments", "title: Un tout autre titre\nsegments")
    fresh, _ = from_nothing(show, tmp_path / "fresh")
    said = assemble(show)
    after = digests(show, ".podtool")
    assert after == fresh
    assert after != before
    built = {step["name"] for step in said["steps"] if step["status"] == "built"}
    assert built.isdisjoint({"encode podcast", "measure mix (stereo)"})
    assert "tag podcast" in built


def test_a_replaced_recording_is_heard(show, tmp_path):
    write_wav(show / "recordings/c.wav", speech(35, -24, seed=9))
    fresh, _ = from_nothing(show, tmp_path / "fresh")
    assemble(show)
    assert digests(show, ".podtool") == fresh


def test_an_edit_undone_is_as_if_it_had_never_been(show):
    before = digests(show, ".podtool")
    change_text(show / "episode.yaml", *EDITS["a gain"])
    assemble(show)
    change_text(show / "episode.yaml", EDITS["a gain"][1], EDITS["a gain"][0])
    said = assemble(show)
    assert encode_step(said)["chunks_built"] == 0
    assert digests(show, ".podtool") == before
