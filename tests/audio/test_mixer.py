import math
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mix_samples import RATE_HZ, noise, placement, ramp, read_in_pieces, reader, span, timeline, tone

from model_samples import bed, clip, episode, laid_out, segment
from podtool.audio.mixer import Mixer, envelope_of, widened
from podtool.timeline.ducking import duck_beds
from podtool.timeline.model import DuckPoint

LENGTH = 4000


def mixer(length, sounds, *placements, levels=None, channels=2):
    return Mixer(
        timeline=timeline(length, *placements),
        levels_db=levels or {},
        read_source=reader(sounds),
        channels=channels,
    )


def power_db(sound):
    return 10 * math.log10(float(np.mean(sound.astype(np.float64) ** 2)))


# --- What is heard ---


def test_one_placement_is_copied_sample_by_sample():
    sound = noise(1, 1000)
    mix = mixer(1500, {"a": sound}, placement("a", 200, span(100, 900)))
    heard = mix.read(0, 1500)
    assert (heard.shape, heard.dtype) == ((2, 1500), np.float32)
    assert (heard[:, 200:1000] == sound[:, 100:900]).all()
    assert not heard[:, :200].any()
    assert not heard[:, 1000:].any()


def test_what_sounds_together_is_added():
    one, other = noise(1, 1000), noise(2, 1000)
    mix = mixer(
        1500, {"a": one, "b": other}, placement("a", 0, span(0, 1000)), placement("b", 500, span(0, 1000))
    )
    assert (mix.read(500, 1000) == one[:, 500:] + other[:, :500]).all()


def test_one_channel_is_heard_on_both_sides():
    sound = noise(1, 100, channels=1)
    heard = mixer(100, {"a": sound}, placement("a", 0, span(0, 100))).read(0, 100)
    assert (heard == np.repeat(sound, 2, axis=0)).all()


def test_a_mono_file_is_the_mean_of_both_sides():
    sound = noise(1, 100)
    mix = mixer(100, {"a": sound}, placement("a", 0, span(0, 100)), channels=1)
    assert mix.read(0, 100).shape == (1, 100)
    assert mix.read(0, 100)[0] == pytest.approx(sound.mean(axis=0), abs=1e-7)


def test_the_sum_keeps_what_is_above_full_scale():
    sound = np.full((1, 100), 0.9, np.float32)
    mix = mixer(
        100, {"a": sound}, placement("a", 0, span(0, 100)), placement("a", 0, span(0, 100), segment=1)
    )
    assert mix.read(0, 100) == pytest.approx(1.8)


def test_gains_add_up_and_levelling_is_for_what_is_levelled():
    sound = np.full((1, 100), 0.1, np.float32)
    levelled = placement("a", 0, span(0, 100), gain_db=2.0, levelled=True)
    plain = placement("a", 100, span(0, 100), gain_db=2.0)
    mix = mixer(200, {"a": sound}, levelled, plain, levels={(0, levelled.source): 4.0})
    assert mix.read(0, 100) == pytest.approx(0.1 * 10 ** (6 / 20), rel=1e-6)
    assert mix.read(100, 200) == pytest.approx(0.1 * 10 ** (2 / 20), rel=1e-6)


def test_levels_belong_to_their_segment():
    sound = np.full((1, 100), 0.1, np.float32)
    placed = placement("a", 0, span(0, 100), segment=1, levelled=True)
    mix = mixer(100, {"a": sound}, placed, levels={(0, placed.source): 20.0})
    assert mix.read(0, 100) == pytest.approx(0.1)


def test_outside_of_the_episode_there_is_silence():
    mix = mixer(100, {"a": noise(1, 100)}, placement("a", 0, span(0, 100)))
    assert not mix.read(-50, 0).any()
    assert not mix.read(100, 150).any()
    assert widened(mix.read(-10, 110), 2).shape == (2, 120)
    assert (mix.read(-10, 110)[:, 10:-10] == mix.read(0, 100)).all()
    assert mix.read(50, 50).shape == (1, 0)  # one row stands for two


# --- Ramps ---


def test_a_power_ramp_keeps_the_sum_of_powers():
    rising = envelope_of(placement("a", 0, span(0, 1000), ramp(100, 900, 0, 1)), 0, 1000)
    falling = envelope_of(placement("a", 0, span(0, 1000), ramp(100, 900, 1, 0)), 0, 1000)
    assert rising**2 + falling**2 == pytest.approx(np.ones(1000), abs=1e-6)
    assert (rising[::-1] == falling).all()  # a ramp and its mirror image, to the bit


def test_a_smooth_ramp_keeps_the_sum_of_gains():
    rising = envelope_of(placement("a", 0, span(0, 1000), ramp(100, 900, 0, 1, "smooth")), 0, 1000)
    falling = envelope_of(placement("a", 0, span(0, 1000), ramp(100, 900, 1, 0, "smooth")), 0, 1000)
    assert rising + falling == pytest.approx(np.ones(1000), abs=1e-6)


@given(
    curve=st.sampled_from(["power", "smooth"]),
    before=st.sampled_from([0.0, 0.25, 1.0]),
    after=st.sampled_from([0.0, 0.5, 1.0]),
    start=st.integers(0, 900),
    length=st.integers(0, 500),
)
def test_a_ramp_goes_straight_from_one_value_to_the_other(curve, before, after, start, length):
    placed = placement("a", 0, span(0, 1500), ramp(start, start + length, before, after, curve))
    factors = envelope_of(placed, 0, 1500)
    factors = np.ones(1500) if factors is None else factors
    assert (factors[:start] == np.float32(before)).all()
    assert (factors[start + length :] == np.float32(after)).all()
    steps = np.diff(factors) * (1 if after >= before else -1)
    assert steps.min() >= -1e-7
    assert min(before, after) - 1e-6 <= factors.min()
    assert factors.max() <= max(before, after) + 1e-6


def test_ramps_multiply():
    placed = placement("a", 0, span(0, 100), ramp(0, 0, 1, 0.5), ramp(50, 50, 1, 0.5))
    assert envelope_of(placed, 0, 100) == pytest.approx(np.repeat([0.5, 0.25], 50))


def test_what_changes_nothing_is_not_reckoned():
    placed = placement("a", 0, span(0, 1000), ramp(0, 100, 0, 1), ramp(900, 1000, 1, 0))
    assert envelope_of(placed, 100, 900) is None
    assert envelope_of(placed, 99, 900) is not None
    ducked = placement(
        "a", 0, span(0, 1000), ducking=(DuckPoint(at=500, gain=1.0), DuckPoint(at=600, gain=0.5))
    )
    assert envelope_of(ducked, 0, 500) is None


# --- Crossfades and joins, as laid out ---


def rendered(made, sounds, rate_hz=RATE_HZ):
    lengths = {name: Fraction(sound.shape[1], rate_hz) for name, sound in sounds.items()}
    laid = laid_out(made, lengths, rate_hz)
    return Mixer(timeline=laid, levels_db={}, read_source=reader(sounds)).read(0, laid.length)


def test_a_crossfade_of_unlike_sounds_keeps_the_power():
    length = 60 * RATE_HZ
    sounds = {"a.wav": noise(1, length), "b.wav": noise(2, length)}
    made = episode(segment(clip("a.wav")), segment(clip("b.wav"), crossfade=40))
    heard = rendered(made, sounds)
    whole = power_db(heard)
    crossing = heard[:, 20 * RATE_HZ : 60 * RATE_HZ]
    for part in np.split(crossing, 8, axis=1):
        assert power_db(part) == pytest.approx(whole, abs=0.1)


def test_a_cuts_join_keeps_the_power_of_unlike_sounds():
    """Many joins of noise, one over the other: no dip and no bump at any of them."""
    sound = noise(3, 60 * RATE_HZ, channels=1)
    cuts = [(Fraction(second), Fraction(second) + Fraction(1, 2)) for second in range(1, 59)]
    heard = rendered(episode(segment(clip("a.wav", cuts=cuts))), {"a.wav": sound})[0]
    half = RATE_HZ // 200
    at = [RATE_HZ + index * RATE_HZ // 2 for index in range(len(cuts))]
    joins = np.stack([heard[position - half : position + half] for position in at])
    assert power_db(joins) == pytest.approx(power_db(sound), abs=0.3)  # 58 × 10 ms: what noise itself varies


@pytest.mark.parametrize("hz", [100, 440, 1000])
def test_a_cut_makes_no_click(hz):
    """A step has energy everywhere; a joined tone keeps to its own band."""
    sound = tone(hz, 10 * RATE_HZ)
    cut = (Fraction(4), Fraction(5) + Fraction(1, 2 * hz))  # half a period off: the worst step there is
    heard = rendered(episode(segment(clip("a.wav", cuts=[cut]))), {"a.wav": sound})[0].astype(np.float64)
    position = 4 * RATE_HZ
    largest_step = 2 * math.pi * hz / RATE_HZ * 0.5
    around = heard[position - 200 : position + 200]
    assert np.abs(np.diff(around)).max() <= 1.2 * largest_step
    naive = np.concatenate([sound[0, :position], sound[0, position + RATE_HZ + RATE_HZ // (2 * hz) :]])
    high = [
        np.abs(np.fft.rfft(part[position - 400 : position + 400] * np.hanning(800)))[300:].max()
        for part in (heard, naive)
    ]
    assert high[0] < high[1] / 10


def test_a_clip_from_the_middle_makes_no_click():
    sound = tone(100, 10 * RATE_HZ) + np.float32(0.5)
    heard = rendered(episode(segment(clip("a.wav", start=1, end=2)), segment(silence=1)), {"a.wav": sound})[0]
    assert abs(heard[0]) < 0.02
    assert abs(heard[RATE_HZ - 1]) < 0.02
    assert np.abs(np.diff(heard)).max() < 0.15


def test_a_whole_recording_is_not_touched_at_its_ends():
    sound = noise(4, RATE_HZ)
    assert (rendered(episode(segment(clip("a.wav"))), {"a.wav": sound}) == sound).all()


def test_the_bed_makes_room():
    sounds = {"voix.wav": np.zeros((1, 20 * RATE_HZ), np.float32), "musique.wav": noise(5, 20 * RATE_HZ)}
    made = episode(segment(clip(), bed=bed(duck_db=12.0)))
    laid = laid_out(made, {"voix.wav": 20, "musique.wav": 20}, RATE_HZ)
    voice = next(placed.source for placed in laid.placements if placed.role == "speech")
    ducked = duck_beds(laid, {voice: [span(5 * RATE_HZ, 10 * RATE_HZ)]})
    heard = Mixer(timeline=ducked, levels_db={}, read_source=reader(sounds)).read(0, laid.length)
    full, low = heard[:, RATE_HZ : 4 * RATE_HZ], heard[:, 5 * RATE_HZ : 10 * RATE_HZ]
    back = heard[:, 12 * RATE_HZ : 19 * RATE_HZ]
    assert power_db(full) - power_db(low) == pytest.approx(12, abs=0.2)
    assert power_db(back) == pytest.approx(power_db(full), abs=0.2)


# --- Any block on its own ---

BUSY = (
    placement("a", 0, span(500, 2500), ramp(0, 300, 0, 1, "smooth"), ramp(1700, 2000, 1, 0)),
    placement("b", 1700, span(0, 2200), ramp(1700, 2000, 0, 1), segment=1, gain_db=-3.3, levelled=True),
    placement(
        "c", 100, span(0, 3800), ramp(100, 700, 0, 1, "smooth"), ramp(3000, 3900, 1, 0, "smooth"),
        role="bed", duck_db=12.0, gain_db=-7.1,
        ducking=tuple(
            DuckPoint(at=at, gain=gain)
            for at, gain in (
                (-50, 1.0), (40, 0.25), (900, 0.25), (1500, 1.0), (2100, 1.0), (2200, 0.25),
                (3500, 0.25), (3800, 1.0),
            )
        ),
    ),
)  # fmt: skip
BUSY_SOUNDS = {"a": noise(1, 4000), "b": noise(2, 4000, channels=1), "c": noise(3, 4000)}


@pytest.mark.parametrize("channels", [1, 2])
@settings(max_examples=60)
@given(cuts=st.lists(st.integers(0, LENGTH), max_size=12))
def test_any_partition_gives_the_same_bits(channels, cuts):
    mix = mixer(LENGTH, BUSY_SOUNDS, *BUSY, levels={(1, BUSY[1].source): 2.7}, channels=channels)
    whole = mix.read(0, LENGTH)
    assert whole.any()
    assert read_in_pieces(mix, cuts).tobytes() == widened(whole, channels).tobytes()


def test_several_threads_read_the_same():
    mix = mixer(LENGTH, BUSY_SOUNDS, *BUSY)
    whole = mix.read(0, LENGTH)
    with ThreadPoolExecutor(4) as pool:
        blocks = list(pool.map(lambda start: mix.read(start, start + 125), range(0, LENGTH, 125)))
    assert np.concatenate(blocks, axis=1).tobytes() == whole.tobytes()


def test_the_order_of_segments_decides_no_bit_of_two_sounds():
    one, other = noise(1, 100), noise(2, 100)
    placed = placement("a", 0, span(0, 100)), placement("b", 0, span(0, 100), segment=1)
    sounds = {"a": one, "b": other}
    assert (mixer(100, sounds, *placed).read(0, 100) == mixer(100, sounds, *placed[::-1]).read(0, 100)).all()
