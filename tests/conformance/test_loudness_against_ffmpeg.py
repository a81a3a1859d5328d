"""Our meters beside libavfilter's `ebur128` on one synthetic programme."""

import re
import shutil
import subprocess
import wave

import numpy as np
import pytest

from podtool.audio.loudness import HopMeter, integrated_loudness, loudness_range
from podtool.audio.true_peak import TruePeakMeter

pytestmark = pytest.mark.real
SECONDS = 40


def programme(rate_hz):
    """Bursts of coloured noise like words, with pauses and a loud, bright end: (2, n) int16.

    The end is short enough to stay clear of the 95th percentile of Tech 3342: there the loudness would jump
    by 2 LU from one rank to the next, and two right meters that round a rank differently would disagree.
    """
    rng = np.random.default_rng(7)
    count = SECONDS * rate_hz
    noise = rng.standard_normal((2, count))
    noise[:, 1:] += 0.9 * noise[:, :-1]
    words = np.repeat(rng.choice([0.003, 0.1, 0.25, 0.5], size=5 * SECONDS), rate_hz // 5)
    swell = np.repeat(np.linspace(0.2, 1.0, SECONDS), rate_hz)
    bright = np.zeros(count)
    bright[-rate_hz // 2 :] = np.sin(2 * np.pi * 0.23 * np.arange(rate_hz // 2) + 0.8)
    sound = 0.12 * noise * words * swell + 0.5 * bright
    return np.clip(np.rint(sound * 32768), -32768, 32767).astype(np.int16)


@pytest.mark.parametrize("rate_hz", [44_100, 48_000])
def test_agrees_with_ffmpeg(rate_hz, tmp_path):
    ffmpeg = shutil.which("ffmpeg")
    if not ffmpeg:
        pytest.skip("ffmpeg is not installed")
    sound = programme(rate_hz)
    path = tmp_path / "programme.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, rate_hz, 0, "NONE", "not compressed"))
        file.writeframes(np.ascontiguousarray(sound.T).astype("<i2").tobytes())
    command = [ffmpeg, "-hide_banner", "-nostats", "-i", path, "-af", "ebur128=peak=true", "-f", "null", "-"]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stderr.rpartition(
        "Summary:"
    )[2]
    theirs = {key: float(re.search(rf"{key}:\s+(-?[\d.]+)", report)[1]) for key in ("I", "LRA", "Peak")}

    block = sound.astype(np.float32) / 32768
    meter, peak = HopMeter(rate_hz), TruePeakMeter(rate_hz)
    energies = meter.push(block)
    peak.push(block)
    assert integrated_loudness(energies) == pytest.approx(theirs["I"], abs=0.1)
    assert loudness_range(energies) == pytest.approx(theirs["LRA"], abs=0.5)
    assert peak.dbtp == pytest.approx(theirs["Peak"], abs=0.3)
