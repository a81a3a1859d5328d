import numpy as np
import pytest

from podtool.audio.kweighting import ORDER, KWeighting, k_weighting


def response_db(rate_hz, hz):
    z = np.exp(-2j * np.pi * np.asarray(hz) / rate_hz)
    total = 1.0
    for section in k_weighting(rate_hz):
        b0, b1, b2 = section.b
        total = total * (b0 + b1 * z + b2 * z * z) / (1 + section.a1 * z + section.a2 * z * z)
    return 20 * np.log10(np.abs(total))


def test_at_48_khz_the_coefficients_are_those_of_the_recommendation():
    shelf, high_pass = k_weighting(48_000)
    # BS.1770-5 Annex 1, tables 1 and 2.
    assert shelf.b == pytest.approx((1.53512485958697, -2.69169618940638, 1.19839281085285), abs=1e-9)
    assert (shelf.a1, shelf.a2) == pytest.approx((-1.69065929318241, 0.73248077421585), abs=1e-9)
    assert high_pass.b == pytest.approx((1.0, -2.0, 1.0), abs=1e-12)
    assert (high_pass.a1, high_pass.a2) == pytest.approx((-1.99004745483398, 0.99007225036621), abs=1e-9)


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 88_200, 96_000, 192_000])
def test_every_rate_has_the_response_of_48_khz(rate_hz):
    # The bilinear transform bends the top of the band; a twelfth of the rate is still straight.
    hz = np.geomspace(20, rate_hz / 12, 50)
    assert response_db(rate_hz, hz) == pytest.approx(response_db(48_000, hz), abs=0.15)


def test_equals_the_recursion_sample_by_sample():
    rng = np.random.default_rng(1)
    sound = rng.standard_normal((2, 64 * 70)).astype(np.float32)
    weighted, _ = KWeighting(48_000, 64).filter(sound, np.zeros((2, ORDER)))
    expected = sound.astype(np.float64)
    for section in k_weighting(48_000):
        out = np.zeros_like(expected)
        x1 = x2 = y1 = y2 = np.zeros(2)
        for n in range(expected.shape[1]):
            x0 = expected[:, n]
            y0 = section.b[0] * x0 + section.b[1] * x1 + section.b[2] * x2 - section.a1 * y1 - section.a2 * y2
            out[:, n] = y0
            x1, x2, y1, y2 = x0, x1, y0, y1
        expected = out
    assert np.abs(weighted.reshape(2, -1) - expected).max() < 1e-5


def test_goes_on_from_a_state():
    sound = np.random.default_rng(2).standard_normal((1, 64 * 50)).astype(np.float32)
    filtering = KWeighting(48_000, 64)
    whole, end = filtering.filter(sound, np.zeros((1, ORDER)))
    first, state = filtering.filter(sound[:, : 64 * 33], np.zeros((1, ORDER)))
    second, state = filtering.filter(sound[:, 64 * 33 :], state)
    assert np.abs(np.concatenate((first, second), axis=1) - whole).max() < 1e-5
    assert state == pytest.approx(end, abs=1e-6)
