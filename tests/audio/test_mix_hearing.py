"""What would be heard of a mix, told without mixing it."""

from dataclasses import replace
from fractions import Fraction
from pathlib import PurePosixPath

import numpy as np
import pytest
from voices import music, voice

from podtool.audio.flaws import FlawMeter
from podtool.audio.levelling import derive_levels, find_activity
from podtool.audio.measuring import measure_blocks
from podtool.audio.mix_hearing import Hearing
from podtool.show.model import Bed, Clip, Episode, Places, Segment
from podtool.timeline.ducking import duck_beds
from podtool.timeline.layout import lay_out, list_sources
from podtool.units import Samples

RATE_HZ = 48_000
VOICE, OTHER, THEME = (PurePosixPath(name) for name in ("voix.wav", "autre.wav", "air.flac"))
SOUNDS = {
    VOICE: voice(30, level_db=-22, floor_db=-75),
    OTHER: voice(30, level_db=-22, floor_db=-75, pitch_hz=200, seed=7),
    THEME: music(40),
}


def clip(file=VOICE, index=0, *, kind="clip", start=0, end=None, cuts=(), **more):
    source = Clip(
        file=file,
        start=Fraction(str(start)),
        end=None if end is None else Fraction(str(end)),
        cuts=tuple((Fraction(str(a)), Fraction(str(b))) for a, b in cuts),
        asset="air" if kind == "sting" else None,
    )
    return Segment(index=index, kind=kind, clips=(source,), **more)


def theme(index=0, **more):
    return clip(THEME, index, kind="sting", **more)


def heard(*segments, sounds=None):
    sounds = SOUNDS | (sounds or {})
    episode = Episode(
        folder=PurePosixPath("e"),
        title="Essai",
        slug="essai",
        segments=tuple(replace(each, index=index) for index, each in enumerate(segments)),
        places=Places(file="e/episode.yaml", by_key={}),
    )
    measured, steps = {}, {}
    for source in list_sources(episode):
        sound = sounds[source.file]
        measured[source] = measure_blocks([sound], RATE_HZ)
        meter = FlawMeter(RATE_HZ, len(sound), 16)
        meter.push(sound)
        steps[source] = meter.finish(-20.0)[1]
    available = {source: Samples(each.samples) for source, each in measured.items()}
    timeline = lay_out(episode, available, RATE_HZ)
    activity = {source: find_activity(each) for source, each in measured.items()}
    ducked = duck_beds(timeline, activity)
    return Hearing(ducked, measured, steps, derive_levels(ducked, measured)).facts()


def vowel_and_pause():
    """Where the first voice is loud all around, and where it rests; in seconds."""
    frames = np.abs(SOUNDS[VOICE][0]).reshape(-1, 480).max(axis=1)
    loud = next(at for at in range(300, 2500) if frames[at - 6 : at + 6].min() > 0.09)
    quiet = next(at for at in range(300, 2500) if frames[at - 12 : at + 12].max() < 0.002)
    return loud / 100, quiet / 100


VOWEL_S, PAUSE_S = vowel_and_pause()


def test_a_recording_that_is_played_whole_has_no_edits():
    assert heard(clip()).edges == ()


@pytest.mark.parametrize("key", ["start", "end"])
def test_an_edit_in_a_vowel_and_one_in_a_pause(key):
    (edge,) = heard(clip(**{key: VOWEL_S})).edges
    assert (edge.segment, edge.key, edge.file) == (0, key, VOICE)
    assert edge.at_s == pytest.approx(VOWEL_S, abs=0.01)
    assert edge.below_speech_db < 8
    assert edge.pause_before_s is None or edge.pause_before_s < VOWEL_S
    (edge,) = heard(clip(**{key: PAUSE_S})).edges
    assert edge.below_speech_db > 30


def test_a_cut_has_two_edges():
    first, second = heard(clip(cuts=[(VOWEL_S, VOWEL_S + 5)])).edges
    assert (first.key, second.key) == ("cuts", "cuts")
    assert (first.at_s, second.at_s) == (
        pytest.approx(VOWEL_S, abs=0.01),
        pytest.approx(VOWEL_S + 5, abs=0.01),
    )


def test_a_fade_or_a_crossfade_covers_an_edit():
    assert heard(clip(start=VOWEL_S, fade_in=Fraction(1, 5))).edges == ()
    assert heard(clip(end=VOWEL_S, fade_out=Fraction(1, 5))).edges == ()
    before, after = clip(end=VOWEL_S), clip(OTHER, start=VOWEL_S, crossfade=Fraction(1, 2))
    assert heard(before, after).edges == ()
    assert len(heard(before, replace(after, crossfade=Fraction(0))).edges) == 2


def test_one_recording_under_two_titles_is_no_edit():
    assert heard(clip(end=VOWEL_S), clip(start=VOWEL_S)).edges == ()
    assert len(heard(clip(end=VOWEL_S), clip(start=VOWEL_S + 1)).edges) == 2


def test_noise_has_no_words():
    noise = (0.1 * np.random.default_rng(1).standard_normal((1, 30 * RATE_HZ))).astype(np.float32)
    assert heard(clip(end=12.5), sounds={VOICE: noise}).edges == ()


def test_voices_that_are_levelled_follow_each_other_without_a_step():
    quiet = {OTHER: SOUNDS[OTHER] * np.float32(0.1)}
    (step,) = heard(clip(), clip(OTHER), sounds=quiet).steps
    assert step.after_lufs == pytest.approx(step.before_lufs, abs=2)
    (step,) = heard(clip(level="off"), clip(OTHER, level="off"), sounds=quiet).steps
    assert step.after_lufs == pytest.approx(step.before_lufs - 20, abs=2)
    assert step.at_s == pytest.approx(30, abs=0.03)


def test_music_between_two_voices_is_passed_over():
    (step,) = heard(clip(), theme(end=10), clip(OTHER, gain_db=-9.0)).steps
    assert (step.segment, step.after_lufs - step.before_lufs) == (2, pytest.approx(-9, abs=2))


def test_a_word_is_too_little_to_tell_its_loudness():
    assert heard(clip(), clip(OTHER, end=1)).steps == ()


@pytest.mark.parametrize(("gain_db", "duck_db"), [(-6.0, 0.0), (-10.0, 9.0), (-20.0, 0.0)])
def test_the_bed_under_the_voice(gain_db, duck_db):
    bed = Bed(asset="air", file=THEME, gain_db=gain_db, duck_db=duck_db)
    (found,) = heard(clip(bed=bed)).beds
    level = measure_blocks([SOUNDS[THEME]], RATE_HZ).integrated_loudness_lufs
    assert found.bed_lufs == pytest.approx(level + gain_db - duck_db, abs=1.0)
    assert found.speech_lufs == pytest.approx(-16, abs=1.5)


def test_two_microphones_are_one_conversation_over_a_bed():
    quiet = np.zeros((1, 30 * RATE_HZ), np.float32)
    bed = Bed(asset="air", file=THEME, gain_db=-14.0, duck_db=0.0)
    (alone,) = heard(clip(bed=bed)).beds
    tracks = Segment(index=0, kind="tracks", clips=(Clip(file=VOICE), Clip(file=OTHER)), bed=bed)
    (found,) = heard(tracks, sounds={OTHER: quiet}).beds
    assert found.speech_lufs == pytest.approx(alone.speech_lufs, abs=0.2)


def test_silence_that_is_asked_for_and_some_that_is_not():
    still = np.concatenate((SOUNDS[VOICE], np.zeros((1, 4 * RATE_HZ), np.float32), SOUNDS[VOICE]), axis=1)
    long = [each for each in heard(clip(), sounds={VOICE: still}).silences if each.length_s >= 3]
    assert [(each.asked_s, each.at_s) for each in long] == [(0.0, pytest.approx(30, abs=1))]
    asked = heard(clip(), Segment(index=1, kind="silence", silence=Fraction(4)), clip(OTHER)).silences
    (found,) = [each for each in asked if each.length_s >= 3]
    assert found.length_s - found.asked_s < 2
    gap = heard(clip(), clip(OTHER, gap=Fraction(4))).silences
    (found,) = [each for each in gap if each.length_s >= 3]
    assert found.asked_s == pytest.approx(4, abs=0.05)


def test_silence_at_the_ends_isnt_inside():
    still = np.concatenate(
        (np.zeros((1, 5 * RATE_HZ), np.float32), voice(5), np.zeros((1, 240_000), np.float32)), 1
    )
    assert [each for each in heard(clip(), sounds={VOICE: still}).silences if each.length_s > 2] == []


def test_music_that_breaks_off_and_music_that_doesnt():
    (end,) = heard(theme(end=10), clip()).ends
    assert (end.segment, end.is_bed, end.at_s) == (0, False, 10.0)
    assert end.below_music_db < 6
    assert heard(theme(end=10, fade_out=Fraction(2)), clip()).ends == ()
    assert heard(theme(end=10), clip(crossfade=Fraction(2))).ends == ()
    assert heard(theme(), clip()).ends == ()  # its own end
    bed = Bed(asset="air", file=THEME, gain_db=-20.0, duck_db=0.0)
    assert [end.is_bed for end in heard(clip(bed=replace(bed, fade_out=Fraction(0)))).ends] == [True]
    assert heard(clip(bed=replace(bed, fade_out=Fraction(2)))).ends == ()


def test_when_somebody_speaks_first():
    assert heard(theme(end=12), clip()).first_speech_s == pytest.approx(12, abs=0.5)
    assert heard(theme()).first_speech_s is None
