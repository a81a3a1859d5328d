"""What a listener gets is right: −16 LUFS within 0.2 and at most −1 dBTP, decoded from the files."""

import re

import numpy as np
import pytest
from shows import RATE, change_text, make_single, said_by, speech, tone, write_wav

from example import assemble
from podtool.audio.measuring import measure_blocks
from podtool.audio.source import read_blocks

SECONDS = 14
SHOW = """\
profiles:
  podcast: {}
  m4a: {format: m4a}
  opus: {}
assets:
  air: {file: music/air.wav, title: Un air, creator: Une musicienne, licence: CC0-1.0}
"""
CLIP = "  - clip: recordings/a.wav\n"
STING = "  - sting: air\n"


def music():
    """Chords with a beat, different on both sides."""
    steps = np.arange(SECONDS * RATE) / RATE
    beat = np.exp(-((steps * 2) % 1) * 10) * np.random.default_rng(2).standard_normal(len(steps))
    left, right = (
        sum(np.sin(2 * np.pi * hz * detune * steps) for hz in (220, 277.2, 329.6, 440))
        for detune in (1, 1.003)
    )
    return [0.05 * left + 0.08 * beat, 0.05 * right + 0.08 * beat]


def with_long_silences():
    """A sentence, and long nothing."""
    sound = np.zeros(SECONDS * RATE)
    said = speech(3, -18, seed=4)
    sound[: len(said)] = said
    sound[-len(said) :] = said
    return sound


def clicking(height):
    """Speech with short peaks, which the limiter has to take."""
    sound = speech(SECONDS, -22, seed=5)
    for at in range(RATE // 2, len(sound) - 100, RATE):
        sound[at : at + 60] += height * np.hanning(60)
    return np.clip(sound, -0.99, 0.99)


KINDS = {
    "speech in mono": (CLIP, speech(SECONDS, -20, seed=1)),
    "speech in stereo": (CLIP, [speech(SECONDS, -20, seed=1), speech(SECONDS, -23, seed=2)]),
    "music": (STING, tone(1)),
    "both": (CLIP + "    bed: {asset: air, gain: -9 dB, duck: 9 dB}\n", speech(SECONDS, -20, seed=1)),
    "silence-heavy": (CLIP, with_long_silences()),
    "very loud": (CLIP, np.clip(speech(SECONDS, 4, seed=3), -1, 1)),
    "very quiet": (CLIP, speech(SECONDS, -48, seed=3)),
    "peaks": (CLIP, clicking(0.1)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_is_as_loud_as_it_should_be(tmp_path, kind):
    segments, recording = KINDS[kind]
    show = make_single(tmp_path / "show", segments, show=SHOW)
    write_wav(show / "recordings/a.wav", recording)
    write_wav(show / "music/air.wav", music())
    said = assemble(show)
    files = [each for each in said["artefacts"] if each["profile"]]
    assert [each["profile"] for each in files] == ["podcast", "m4a", "opus"]
    for file in files:
        heard = measure_blocks(read_blocks(show / file["path"], rate_hz=48000), 48000)
        assert heard.integrated_loudness_lufs == pytest.approx(-16, abs=0.2), file["profile"]
        assert heard.true_peak_dbtp <= -1.0, file["profile"]
        assert file["integrated_loudness_lufs"] == pytest.approx(heard.integrated_loudness_lufs, abs=0.05)


def test_what_is_too_quiet_for_its_peaks_is_refused_with_a_way_out(tmp_path):
    """Raising it to the target would take far more than 6 dB of limiting, again and again."""
    show = make_single(tmp_path / "show", CLIP)
    write_wav(show / "recordings/a.wav", clicking(0.7))
    said = said_by("assemble", here=show, code=6)
    assert said["error"]["kind"] == "LoudnessError"
    assert "too quiet for its peaks" in said["error"]["message"]
    assert "set the profile's `loudness` to" in said["error"]["hint"]


def dense_clicks(every):
    """Clicks over hushed speech: what the limiter takes of them is most of the loudness."""
    sound = speech(SECONDS, -40, seed=6)
    for at in range(RATE // 10, len(sound) - 100, round(every * RATE)):
        sound[at : at + 60] += 0.8 * np.hanning(60)
    return np.clip(sound, -0.99, 0.99)


@pytest.mark.parametrize(
    "recording",
    [clicking(0.7), dense_clicks(0.03), dense_clicks(0.1), dense_clicks(0.4)],
    ids=["speech", "dense", "ten a second", "sparse"],
)
def test_the_way_out_leads_out(tmp_path, recording):
    show = make_single(tmp_path / "show", CLIP, show="profiles: [podcast]\n")
    write_wav(show / "recordings/a.wav", recording)
    hint = said_by("assemble", here=show, code=6)["error"]["hint"]
    instead = int(re.search(r"`loudness` to (-\d+) LUFS", hint.replace("\u2212", "-"))[1])
    change_text(
        show / "show.yaml", "profiles: [podcast]", f"profiles: {{podcast: {{loudness: {instead} LUFS}}}}"
    )
    made = assemble(show)["artefacts"][0]
    assert made["integrated_loudness_lufs"] == pytest.approx(instead, abs=0.2)
    assert made["true_peak_dbtp"] <= -1.0
