import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mix_samples import noise, tone

from podtool.audio.fine import (
    FINE_SAMPLES,
    LEAD_SAMPLES,
    PART_SAMPLES,
    Fine,
    HopFolder,
    hops_from,
    joined,
    measure_fine,
    silence,
)
from podtool.audio.loudness import integrated_loudness
from podtool.audio.measuring import HOPS_PER_SECOND, measure_blocks
from podtool.audio.piece_meter import PieceMeter

RATES = [44_100, 48_000]


def sound_of(kind, rate_hz, seconds=6):
    length = round(seconds * rate_hz)
    if kind == "tone":
        return tone(997, length, rate_hz, 0.25)
    if kind == "stereo":
        return np.concatenate([tone(330, length, rate_hz, 0.3), noise(3, length, 1)])
    if kind == "low":
        return tone(45, length, rate_hz, 0.5)
    # Up and down as speech goes, but nowhere near the gate, where a hair's breadth decides.
    swell = 0.5 + 0.5 * np.sin(np.arange(length) / rate_hz * 4) ** 2
    return (noise(2, length, 2, 0.2) * swell).astype(np.float32)


KINDS = ["tone", "stereo", "low", "swelling"]


def in_pieces(sound, rate_hz, hops, loudspeakers=2):
    """Fine hops of pieces of so many hops, each measured by itself."""
    padded = np.pad(sound, ((0, 0), (LEAD_SAMPLES, 0)))
    size = hops * FINE_SAMPLES
    return joined(
        [
            measure_fine(padded[:, at : at + LEAD_SAMPLES + size], rate_hz, loudspeakers=loudspeakers)
            for at in range(0, sound.shape[1], size)
        ]
    )


def folded(fine, rate_hz, skip=0):
    folder = HopFolder(hop_samples=rate_hz // HOPS_PER_SECOND, skip_samples=skip)
    folder.push(fine)
    return folder


@pytest.mark.parametrize("rate_hz", RATES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("loudspeakers", [1, 2])
def test_pieces_measure_as_the_whole_does(kind, rate_hz, loudspeakers):
    sound = sound_of(kind, rate_hz)[: 1 if loudspeakers == 1 else 2]
    whole = measure_blocks([sound], rate_hz, file_channels=loudspeakers)
    energies = folded(in_pieces(sound, rate_hz, 157, loudspeakers), rate_hz).energies()
    hops = len(whole.energies)
    found = integrated_loudness(energies[:hops])
    assert found == pytest.approx(whole.integrated_loudness_lufs, abs=0.01)
    ungated = 10 * np.log10(energies[:hops].mean() / whole.energies.mean())
    assert ungated == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("kind", KINDS)
def test_pieces_measured_anywhere_are_the_same(kind):
    sound = sound_of(kind, 48_000, 3)
    long, short = in_pieces(sound, 48_000, 501), in_pieces(sound, 48_000, 23)
    assert np.array_equal(long.peaks, short.peaks)
    audible = long.energies > long.energies.max() * 1e-6
    np.testing.assert_allclose(short.energies[audible], long.energies[audible], rtol=2e-4)


def test_the_highest_sample_of_every_hop():
    sound = noise(1, 10 * FINE_SAMPLES + 5)
    peaks = in_pieces(sound, 44_100, 4).peaks
    assert len(peaks) == 11
    parts = [sound[:, at : at + FINE_SAMPLES] for at in range(0, sound.shape[1], FINE_SAMPLES)]
    assert peaks.tolist() == [np.abs(part).max() for part in parts]


@pytest.mark.parametrize("rate_hz", RATES)
@pytest.mark.parametrize("skip", [0, 1, 1105, 5000])
def test_folded_hops_hold_all_the_energy(rate_hz, skip):
    fine = in_pieces(sound_of("swelling", rate_hz, 2), rate_hz, 100)
    hop = rate_hz // HOPS_PER_SECOND
    energies = folded(fine, rate_hz, skip).energies().astype(np.float64)
    fine_sums = np.repeat(fine.energies.astype(np.float64), FINE_SAMPLES)
    expected = [
        fine_sums[at : at + hop].mean() for at in range(skip, len(fine_sums) - hop + 1, hop)
    ]  # fmt: skip
    np.testing.assert_allclose(energies[: len(expected)], expected, rtol=1e-5)


@given(st.lists(st.integers(1, 90), min_size=1, max_size=12), st.integers(0, 6000))
def test_it_is_all_the_same_in_what_parts_hops_are_folded(parts, skip):
    energies = np.random.default_rng(1).random(sum(parts)).astype(np.float32)
    fine = Fine(energies=energies, peaks=energies[::-1].copy())
    whole = folded(fine, 44_100, skip)
    folder = HopFolder(hop_samples=4410, skip_samples=skip)
    at = 0
    for part in parts:
        folder.push(fine.part(at, at + part))
        at += part
    np.testing.assert_allclose(folder.energies(), whole.energies(), rtol=1e-5)
    np.testing.assert_array_equal(folder.peaks(), whole.peaks())


@given(st.integers(0, 300), st.integers(1, 200), st.sampled_from([0, 1105]))
def test_hops_from_the_middle_are_those_of_the_whole(first, count, skip):
    energies = np.random.default_rng(2).random(600).astype(np.float32)
    fine = Fine(energies=energies, peaks=energies)
    whole = folded(fine, 48_000, skip).energies()
    number, found = hops_from(fine.part(first, first + count), first * FINE_SAMPLES, 4800, skip)
    np.testing.assert_allclose(found, whole[number : number + len(found)], rtol=1e-4)
    ends = (first + count) * FINE_SAMPLES
    assert len(found) >= max(0, (ends - skip) // 4800 - number - 1)


def test_a_hop_that_ends_with_the_sound_is_whole():
    """Where 100 ms and fine hops end together, at 48 kHz every 0.3 s."""
    sound = sound_of("tone", 48_000, 0.6)
    folder = folded(in_pieces(sound, 48_000, 10), 48_000)
    energies = folder.energies()
    assert len(energies) == 6
    assert len(folder.peaks()) == 7
    assert energies[-1] == pytest.approx(energies[-2], rel=0.01)


def test_a_gain_acts_on_both():
    fine = in_pieces(sound_of("tone", 44_100, 1), 44_100, 100)
    louder = in_pieces(2 * sound_of("tone", 44_100, 1), 44_100, 100)
    np.testing.assert_allclose(fine.louder(2.0).energies, louder.energies, rtol=1e-4)
    np.testing.assert_allclose(fine.louder(2.0).peaks, louder.peaks)
    assert fine.louder(1.0) is fine


def test_the_cache_keeps_them():
    fine = in_pieces(sound_of("stereo", 44_100, 1), 44_100, 100)
    again = Fine.from_bytes(fine.to_bytes())
    assert np.array_equal(again.energies, fine.energies)
    assert np.array_equal(again.peaks, fine.peaks)


def test_silence_is_silence():
    assert len(silence(7)) == 7
    assert not in_pieces(np.zeros((2, 3000), np.float32), 44_100, 5).energies.any()
    assert not len(joined([]))


def test_one_row_stands_for_two_alike():
    mono = sound_of("swelling", 48_000, 1)[:1]
    one = in_pieces(mono, 48_000, 60)
    two = in_pieces(np.repeat(mono, 2, axis=0), 48_000, 60)
    np.testing.assert_allclose(one.energies, two.energies, rtol=1e-5)


def test_a_piece_meter_passes_pieces_on_and_measures_them():
    sound = sound_of("stereo", 48_000, 2)
    edges = range(0, sound.shape[1], PART_SAMPLES // 2)
    blocks = [sound[:, at : at + PART_SAMPLES // 2] for at in edges]
    meter = PieceMeter(48_000, np.zeros((1, LEAD_SAMPLES), np.float32))
    assert [id(block) for block in meter.passing(blocks)] == [id(block) for block in blocks]
    found = meter.finish()
    whole = measure_blocks([sound], 48_000)
    assert (found.samples, found.rows) == (sound.shape[1], 2)
    assert 20 * np.log10(found.true_peak) == pytest.approx(whole.true_peak_dbtp, abs=1e-3)
    np.testing.assert_allclose(found.fine.energies, in_pieces(sound, 48_000, 1000).energies, rtol=1e-4)
