"""What a segment's keys do, measured on the built sound: where things are heard, and how loud."""

import json
from itertools import pairwise

import numpy as np
import pytest
from shows import RATE, make_single, speech, tone, write_wav

from example import assemble
from podtool.audio.measuring import measure_blocks
from podtool.audio.source import read_blocks
from podtool.timeline.frame_grid import FRAME_SAMPLES

SHOW = """\
profiles: [archive]
assets:
  air: {file: music/air.wav, title: Un air, creator: Une musicienne, licence: CC0-1.0}
"""
TRACKS = """\
tracks:
      - {clip: recordings/low.wav, speaker: A}
      - {clip: recordings/high.wav, speaker: B, offset: 1s, gain: -6 dB}
    level: off"""
BED = """\
clip: recordings/talk.wav
    level: off
    bed: {asset: air, gain: -6 dB, duck: 12 dB, start: 1s, fade_in: 500 ms, fade_out: 500 ms}"""
# Each with the second at which it begins, less what the clips before it slip: the sum of what stands before.
SEGMENTS = {
    "plain": ("clip: recordings/marks.wav\n    level: off\n    start: 1s", 0.0),
    "silence": ("silence: 500 ms", 2.0),
    "cut": ("clip: recordings/marks.wav\n    level: off\n    cuts: [[1, 2]]\n    gap: 250 ms", 2.75),
    "gain": ("clip: recordings/tone.wav\n    level: off\n    end: 1s\n    gain: -6 dB", 4.75),
    "left": ("clip: recordings/tone.wav\n    level: off\n    end: 1s\n    pan: -1", 5.75),
    "faded": ("clip: recordings/tone.wav\n    level: off\n    fade_in: 500 ms\n    fade_out: 500 ms", 6.75),
    "first": ("clip: recordings/low.wav\n    level: off", 8.75),
    "second": ("clip: recordings/high.wav\n    level: off\n    crossfade: 1s", 9.75),
    "filtered": (
        "clip: recordings/both.wav\n    level: off\n    effects: [{name: low_pass_filter, cutoff: 300}]",
        11.75,
    ),
    "tracks": (TRACKS, 13.75),
    "quiet": ("clip: recordings/quiet.wav", 16.75),
    "loud": ("clip: recordings/loud.wav\n    start: 0.5", 18.75),
    "left alone": ("clip: recordings/quiet.wav\n    level: off", 20.75),
    "asked": ("clip: recordings/quiet.wav\n    gain: -4 dB", 22.75),
    "bedded": (BED, 24.75),
    "sting": ("sting: air\n    end: 1s", 34.75),
}
LENGTH_S = 35.75


def marks():
    """Three seconds of silence with a short tone in each: 440, 880, 1760 Hz, a fifth of a second in."""
    sound = np.zeros(3 * RATE)
    for second, hz in enumerate((440, 880, 1760)):
        at = round((second + 0.2) * RATE)
        sound[at : at + RATE // 10] = tone(0.1, hz, -12)
    return sound


def talk():
    """Two seconds of «speech» at 3 kHz, five of a room's hush, three of speech."""
    voice = tone(10, 3000, -20) * np.clip(np.sin(np.arange(10 * RATE) * 2 * np.pi * 4 / RATE), 0.1, 1)
    hush = np.random.default_rng(1).standard_normal(10 * RATE) * 1e-4
    spoken = np.zeros(10 * RATE)
    spoken[: 2 * RATE] = spoken[7 * RATE :] = 1
    return voice * spoken + hush


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """The built FLAC, both channels, and where the timeline says that each segment lies."""
    text = "".join(f"  - {keys}\n" for keys, _ in SEGMENTS.values())
    show = make_single(tmp_path_factory.mktemp("segments") / "show", text, show=SHOW)
    recordings = {
        "marks": marks(),
        "tone": tone(2, 1000),
        "low": tone(2, 500),
        "high": tone(2, 2000),
        "both": tone(2, 100) + tone(2, 5000),
        "quiet": speech(2, -30, seed=3),
        "loud": [speech(2.5, -3, seed=4), speech(2.5, -3, seed=4)],
        "talk": talk(),
    }
    for name, rows in recordings.items():
        write_wav(show / f"recordings/{name}.wav", rows)
    write_wav(show / "music/air.wav", tone(14, 100, -20))
    said = assemble(show)
    path = show / said["artefacts"][0]["path"]
    return np.concatenate(list(read_blocks(path, rate_hz=RATE)), axis=1), show


@pytest.fixture(scope="module")
def left(sound):
    return sound[0][0]


@pytest.fixture(scope="module")
def start_of(sound):
    """Where a segment begins in the built file, in seconds."""
    timeline = json.loads((sound[1] / "build/timeline.json").read_bytes())
    starts = [each["range_in_episode"][0] / RATE for each in timeline["segments"]]
    return dict(zip(SEGMENTS, starts, strict=True)).__getitem__


def level(row, start_s, stop_s, hz):
    """Peak level in dBFS of what a stretch holds at a frequency."""
    part = row[round(start_s * RATE) : round(stop_s * RATE)]
    turn = np.exp(-2j * np.pi * hz / RATE * np.arange(len(part)))
    return 20 * np.log10(2 * abs(np.mean(part * turn)) + 1e-12)


def loudness(sound, start_s, stop_s):
    part = sound[:, round(start_s * RATE) : round(stop_s * RATE)].astype(np.float32)
    return measure_blocks(iter([part]), RATE).integrated_loudness_lufs


def test_the_timeline_is_the_sum_of_its_parts(sound):
    built, show = sound
    timeline = json.loads((show / "build/timeline.json").read_bytes())
    spans = [each["range_in_episode"] for each in timeline["segments"]]
    slipped = [
        start - round(nominal * RATE)
        for (start, _), (_, nominal) in zip(spans, SEGMENTS.values(), strict=True)
    ]
    for before, after in pairwise([0, *slipped]):
        assert abs(after - before) < FRAME_SAMPLES
    assert timeline["length_samples"] == built.shape[1] == spans[-1][1]
    assert built.shape[1] - round(LENGTH_S * RATE) == slipped[-1]


def test_clips_slip_to_whole_frames_of_their_source(sound):
    """The encoder sees the same frames wherever a clip comes to lie; later tracks follow the first."""
    timeline = json.loads((sound[1] / "build/timeline.json").read_bytes())
    for placed in timeline["placements"]:
        if placed["role"] != "bed" and not placed["file"].endswith("high.wav"):
            later = placed["range_in_episode"][0] - placed["source_range"][0]
            assert later % FRAME_SAMPLES == 0, placed


@pytest.mark.parametrize(
    ("segment", "source_s", "hz"),
    [("plain", 1.2, 880), ("plain", 2.2, 1760), ("cut", 0.2, 440), ("cut", 2.2, 1760)],
)
def test_a_mark_is_heard_where_it_belongs(sound, left, segment, source_s, hz):
    """To the sample: nothing before it, all of it after."""
    timeline = json.loads((sound[1] / "build/timeline.json").read_bytes())
    (at,) = [
        placed["range_in_episode"][0] + round(source_s * RATE) - placed["source_range"][0]
        for placed in timeline["placements"]
        if placed["segment"] == list(SEGMENTS).index(segment) + 1
        and placed["source_range"][0] <= source_s * RATE < placed["source_range"][1]
    ]
    assert level(left, at / RATE, at / RATE + 0.1, hz) == pytest.approx(-12, abs=0.1)
    before = at - RATE // 10
    assert np.flatnonzero(np.abs(left[before:]) > 1e-4)[0] + before == pytest.approx(at, abs=2)


def test_what_was_cut_is_not_heard(left, start_of):
    assert level(left, start_of("cut"), start_of("gain"), 880) < -60
    assert level(left, start_of("plain"), start_of("silence"), 440) < -60


def test_silence_and_a_gap_are_silent(sound, start_of):
    start_s, stop_s = start_of("silence"), start_of("cut")
    assert stop_s - start_s >= 0.75
    assert np.abs(sound[0][:, round(start_s * RATE) : round(stop_s * RATE)]).max() < 1e-5


def test_gain_is_in_decibels(left, start_of):
    start = start_of("gain")
    assert level(left, start + 0.1, start + 0.9, 1000) == pytest.approx(-26, abs=0.05)


def test_pan_moves_to_one_side(sound, start_of):
    start = start_of("left")
    assert level(sound[0][1], start + 0.1, start + 0.9, 1000) < -80
    assert level(sound[0][0], start + 0.1, start + 0.9, 1000) > -20.1


def test_fades_rise_and_fall(left, start_of):
    start = start_of("faded")
    steps = [level(left, start + at, start + at + 0.02, 1000) for at in (0.0, 0.1, 0.2, 0.3, 0.4, 0.6)]
    assert steps == sorted(steps)
    assert steps[0] < -40
    assert steps[-1] == pytest.approx(-20, abs=0.1)
    falling = [level(left, start + at, start + at + 0.02, 1000) for at in (1.4, 1.6, 1.7, 1.8, 1.9, 1.98)]
    assert falling == sorted(falling, reverse=True)
    assert falling[-1] < -40


def test_a_crossfade_of_unlike_sounds_keeps_the_power(left, start_of):
    start = start_of("second")

    def power(at):
        part = left[round(at * RATE) : round((at + 0.1) * RATE)]
        return 10 * np.log10(np.mean(part**2))

    before, after = power(start - 0.5), power(start + 1.5)
    assert before == pytest.approx(after, abs=0.05)
    for at in (0.0, 0.25, 0.45, 0.7, 0.9):
        assert power(start + at) == pytest.approx(before, abs=0.1), at
    assert level(left, start + 0.9, start + 0.95, 500) < level(left, start + 0.05, start + 0.1, 500) - 10


def test_a_pydub_effect_by_its_name(left, start_of):
    start = start_of("filtered")
    low, high = (level(left, start + 0.5, start + 1.5, hz) for hz in (100, 5000))
    assert low == pytest.approx(-20, abs=1)
    assert high < low - 20  # pydub's filter is of the first order: 6 dB an octave


def test_tracks_are_heard_together_each_with_its_offset_and_gain(left, start_of):
    start = start_of("tracks")
    assert level(left, start, start + 2, 500) == pytest.approx(-20, abs=0.1)
    assert level(left, start, start + 0.9, 2000) < -60
    assert level(left, start + 1, start + 3, 2000) == pytest.approx(-26, abs=0.1)


def test_levelled_clips_match_and_others_stay(sound, start_of):
    quiet, loud = (loudness(sound[0], start_of(name), start_of(name) + 2) for name in ("quiet", "loud"))
    assert quiet == pytest.approx(loud, abs=0.5)
    assert quiet == pytest.approx(-16, abs=0.5)
    alone = loudness(sound[0], start_of("left alone"), start_of("asked"))
    assert alone < quiet - 10
    assert loudness(sound[0], start_of("asked"), start_of("bedded")) == pytest.approx(quiet - 4, abs=0.5)


def test_a_bed_makes_room_for_speech_and_comes_back(left, start_of):
    start = start_of("bedded")
    under_speech = level(left, start + 0.8, start + 1.8, 100)
    alone = level(left, start + 4.5, start + 6.3, 100)
    assert alone == pytest.approx(-26, abs=0.1)
    assert under_speech == pytest.approx(-38, abs=0.2)
    assert level(left, start + 7.2, start + 9.2, 100) == pytest.approx(-38, abs=0.2)
    assert level(left, start, start + 0.05, 100) < -45
    assert level(left, start + 9.95, start + 10, 100) < -45


def test_a_bed_begins_where_it_is_told_and_ends_with_its_segment(sound, start_of):
    timeline = json.loads((sound[1] / "build/timeline.json").read_bytes())
    (bed,) = [each for each in timeline["placements"] if each["role"] == "bed"]
    assert bed["source_range"][0] == RATE
    start = round(start_of("bedded") * RATE)
    assert bed["range_in_episode"] == [start, start + 10 * RATE]


def test_a_sting_plays_its_asset(left, start_of):
    start = start_of("sting")
    assert level(left, start + 0.1, start + 0.9, 100) == pytest.approx(-20, abs=0.1)
