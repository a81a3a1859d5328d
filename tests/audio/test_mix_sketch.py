"""The sketch of a mix tells the loudness that the mix has when it is really rendered."""

import math

import numpy as np
import pytest
from mix_samples import noise, placement, ramp, span, timeline, tone

from podtool.audio.fine import LEAD_SAMPLES, measure_fine
from podtool.audio.loudness import integrated_loudness
from podtool.audio.measuring import measure_blocks
from podtool.audio.mix_sketch import MixSketch
from podtool.audio.mixer import Mixer
from podtool.audio.programme import Mastered
from podtool.timeline.frame_grid import FRAME_SAMPLES
from podtool.timeline.model import DuckPoint

RATE_HZ = 44_100
FINE = FRAME_SAMPLES // 4


def frames(seconds):
    """The next whole frame, in samples."""
    return math.ceil(seconds * RATE_HZ / FRAME_SAMPLES) * FRAME_SAMPLES


def voice(seed, seconds, level=0.12):
    steps = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    swell = 0.3 + 0.7 * np.sin(2 * np.pi * 2 * steps) ** 2
    return (noise(seed, len(steps), 1, level) * swell).astype(np.float32)


def panned(sound, left, right):
    return np.concatenate([sound * np.float32(left), sound * np.float32(right)])


SOUNDS = {
    "a.wav": voice(1, 20),
    "b.wav": voice(2, 20, 0.05),
    "left.wav": panned(voice(3, 20), 1.2, 0.2),
    "music.wav": np.concatenate(
        [tone(330, 20 * RATE_HZ, RATE_HZ, 0.2), tone(441, 20 * RATE_HZ, RATE_HZ, 0.1)]
    ),
}


def read_source(source, start, stop, factor=1.0):
    sound = SOUNDS[source.file.name]
    out = np.zeros((len(sound), stop - start), np.float32)
    first, last = max(start, 0), min(stop, sound.shape[1])
    if first < last:
        out[:, first - start : last - start] = sound[:, first:last]
    return out * np.float32(factor)


def read_fine(source, start, stop):
    sound = read_source(source, start * FINE - LEAD_SAMPLES, stop * FINE)
    return measure_fine(sound, RATE_HZ)


def sketch_of(made, levels_db=None, channels=2):
    mixer = Mixer(timeline=made, levels_db=levels_db or {}, read_source=read_source, channels=channels)
    rendered = []

    def read_zone(start, stop):
        rendered.append((start, stop))
        sound = np.ascontiguousarray(mixer.read(start * FINE - LEAD_SAMPLES, stop * FINE))
        return measure_fine(sound, RATE_HZ, loudspeakers=channels)

    rows = {placed.source: len(SOUNDS[placed.source.file.name]) for placed in made.placements}
    sketch = MixSketch(mixer=mixer, rows=rows, read_fine=read_fine, read_zone=read_zone)
    return sketch, rendered


def plain(file, at_s, from_s, to_s, *ramps, **more):
    return placement(file, frames(at_s), span(frames(from_s), frames(to_s)), *ramps, **more)


def crossfaded():
    at, end = frames(6), frames(8)
    return [
        plain("a.wav", 0, 0, 8, ramp(at, end, 1.0, 0.0)),
        plain("b.wav", 6, 2, 10, ramp(at, end, 0.0, 1.0), segment=1, gain_db=6.0),
    ]


def ducked():
    points = [(2, 1.0), (2.4, 0.3), (7, 0.3), (8, 1.0)]
    corners = tuple(DuckPoint(at=round(at * RATE_HZ), gain=gain) for at, gain in points)
    bed = plain("music.wav", 0, 0, 12, role="bed", gain_db=-9.0, ducking=corners)
    return [bed, plain("a.wav", 3, 0, 5, segment=1)]


TIMELINES = {
    "one clip": [plain("a.wav", 0, 1, 13, gain_db=-3.0)],
    "clips": [
        plain("a.wav", 0, 0, 5),
        plain("music.wav", 5, 3, 9, segment=1),
        plain("b.wav", 11, 0, 4, segment=2),
    ],
    "gaps": [plain("a.wav", 1, 0, 4), plain("b.wav", 7, 5, 10, segment=1, gain_db=8.0)],
    "crossfade": crossfaded(),
    "ducked bed": ducked(),
    "pan": [plain("left.wav", 0, 0, 6), plain("a.wav", 6, 0, 6, segment=1)],
    "fades": [
        plain("a.wav", 0, 0, 10, ramp(0, 2 * RATE_HZ, 0.0, 1.0), ramp(7 * RATE_HZ, frames(10), 1.0, 0.0))
    ],
    "off the grid": [
        placement("a.wav", 100, span(7000, 300_000)),
        placement("b.wav", 310_123, span(5, 90_005), segment=1),
    ],
    "two at once": [plain("a.wav", 0, 0, 8), plain("left.wav", 0, 0, 8, gain_db=-6.0)],
}


def whole(placements):
    return timeline(max(each.range_in_episode.stop for each in placements), *placements, rate_hz=RATE_HZ)


def rendered_measurement(programme, channels=2):
    size = 10 * RATE_HZ
    blocks = (programme.read(at, min(at + size, programme.length)) for at in range(0, programme.length, size))
    return measure_blocks(blocks, RATE_HZ, file_channels=channels)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("name", TIMELINES)
def test_the_sketch_is_as_loud_as_the_mix(name, channels):
    sketch, _ = sketch_of(whole(TIMELINES[name]), channels=channels)
    real = rendered_measurement(sketch.mixer, channels)
    found = sketch.measurement(1.0)
    assert found.integrated_loudness_lufs == pytest.approx(real.integrated_loudness_lufs, abs=0.05)
    assert (found.samples, len(found.energies)) == (real.samples, len(real.energies))
    assert found.peaks.max() == pytest.approx(real.peaks.max(), rel=1e-3)


@pytest.mark.parametrize(("gain_db", "ceiling"), [(-4.0, -2.0), (0.0, -6.0), (3.0, -4.0)])
@pytest.mark.parametrize("name", ["clips", "crossfade", "ducked bed", "pan", "gaps"])
def test_what_is_foretold_after_gain_and_limiter_comes_true(name, gain_db, ceiling):
    sketch, _ = sketch_of(whole(TIMELINES[name]))
    mastered = Mastered(source=sketch.mixer, gain_db=gain_db, ceiling_dbtp=ceiling)
    real = rendered_measurement(mastered)
    assert sketch.predicted_lufs(gain_db, ceiling) == pytest.approx(real.integrated_loudness_lufs, abs=0.1)
    energies = sketch.predicted(gain_db, ceiling)[: len(real.energies)]
    assert integrated_loudness(energies) == pytest.approx(real.integrated_loudness_lufs, abs=0.1)


def test_levels_of_speech_count():
    placed = plain("b.wav", 0, 0, 9, levelled=True)
    quiet, _ = sketch_of(whole([placed]))
    loud, _ = sketch_of(whole([placed]), {(0, placed.source): 7.0})
    loudness = [each.measurement(1.0).integrated_loudness_lufs for each in (quiet, loud)]
    assert loudness[1] - loudness[0] == pytest.approx(7.0, abs=0.02)


def test_a_clip_that_is_heard_alone_is_not_rendered():
    sketch, rendered = sketch_of(whole(TIMELINES["one clip"]))
    sketch.measurement(1.0)
    assert sum(stop - start for start, stop in rendered) * FINE < RATE_HZ / 2


@pytest.mark.parametrize("name", TIMELINES)
def test_zones_are_sorted_and_disjoint_and_short(name):
    sketch, _ = sketch_of(whole(TIMELINES[name]))
    zones = sketch.zones()
    flat = [edge for zone in zones for edge in zone]
    assert flat == sorted(flat)
    assert all(0 < stop - start <= 2 * 384 * 4 for start, stop in zones)
    assert flat[-1] <= -(-sketch.mixer.length // FINE)


def test_silence_is_silent():
    sketch, rendered = sketch_of(timeline(3 * RATE_HZ, rate_hz=RATE_HZ))
    found = sketch.measurement(1.0)
    assert found.integrated_loudness_lufs is None
    assert found.true_peak_dbtp == -math.inf
    assert (found.samples, rendered) == (3 * RATE_HZ, [])
