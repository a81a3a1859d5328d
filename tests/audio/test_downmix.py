import numpy as np
import pytest
import sound_files as make

from podtool.audio.downmix import COEFFICIENTS, USUAL_ORDER, channel_names, mix_down


def test_one_and_two_channels_pass_untouched():
    for channels in (1, 2):
        block = make.noise(100, channels=channels)
        assert mix_down(block, USUAL_ORDER[channels]) is block


def test_names_that_a_file_gives_are_kept_and_missing_ones_are_the_usual():
    assert channel_names(["FL", "FR", "LFE"]) == ("FL", "FR", "LFE")
    assert channel_names(["NONE"] * 6) == ("FL", "FR", "FC", "LFE", "BL", "BR")
    assert channel_names(["NONE"] * 9) == ("NONE",) * 9


def test_each_side_hears_its_own_and_half_the_power_of_the_middle():
    # ITU-R BS.775-4 Annex 4, table 2: 3/2 to 2/0.
    block = np.eye(5, dtype=np.float32)
    half = np.float32(0.7071068)
    expected = np.array([[1, 0, half, half, 0], [0, 1, half, 0, half]], np.float32)
    assert np.allclose(mix_down(block, USUAL_ORDER[5]), expected, atol=1e-7)


def test_the_table_is_fair_to_both_sides():
    sides = {"L": "R", "FL": "FR", "BL": "BR", "SL": "SR", "TFL": "TFR", "TBL": "TBR", "WL": "WR"}
    for left, right in sides.items():
        if left in COEFFICIENTS:
            assert COEFFICIENTS[left] == COEFFICIENTS[right][::-1]
    for names in USUAL_ORDER.values():
        assert set(names) <= COEFFICIENTS.keys()


def test_microphones_without_a_place_are_all_heard_in_the_middle():
    block = make.noise(48_000, channels=12)
    mixed = mix_down(block, ("NONE",) * 12)
    assert np.array_equal(mixed[0], mixed[1])
    assert np.std(mixed[0]) == pytest.approx(np.std(block[0]), rel=0.02)
