import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podtool.units import (
    LONGEST_TIME_S,
    amplitude_of,
    format_level,
    format_time,
    format_timestamp,
    level_of,
    parse_level,
    parse_time,
    samples_at,
    time_at,
)

MOST_MS = LONGEST_TIME_S * 1000
whole_milliseconds = st.integers(0, MOST_MS).map(lambda value: Fraction(value, 1000))


# --- Times ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90", 90),
        ("1.5", Fraction(3, 2)),
        ("1,5", Fraction(3, 2)),
        ("1.5s", Fraction(3, 2)),
        ("1.5 s", Fraction(3, 2)),
        ("500 ms", Fraction(1, 2)),
        ("500ms", Fraction(1, 2)),
        ("500\u202fms", Fraction(1, 2)),
        ("500\u00a0ms", Fraction(1, 2)),
        ("2 min", 120),
        ("2m", 120),
        ("1h", 3600),
        ("1:30", 90),
        ("0:01.5", Fraction(3, 2)),
        ("1:02:03.5", Fraction(7447, 2)),
        ("1:2:3", 3723),
        ("1h2m3s", 3723),
        ("1h 2min 3,5s", Fraction(7447, 2)),
        ("2m30s", 150),
        ("1h30s", 3630),
        (" 7 ", 7),
        ("0", 0),
        ("0.000000001", Fraction(1, 10**9)),
        ("48:00:00", LONGEST_TIME_S),
    ],
)
def test_times_as_people_write_them(text, expected):
    assert parse_time(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-1", "+1", "1:60", "1:2:60", "60:60", "1:", ":30", "1::2", "1.5.5", "1e3", "0x10", "∞",
        "nan", "inf", "1 hour", "3s2m", "s", "h", "1_000", "٣", "1:30\n2", "1;30", "1.", ".5", "1 000",
        "0.1234567890",
    ],
)  # fmt: skip
def test_what_is_no_time(text):
    with pytest.raises(ValueError, match="is not a time: write 90"):
        parse_time(text)


@pytest.mark.parametrize("text", ["172800.001", "48:00:01", "999999999", "49h", "9999:59:59", "4000m"])
def test_nothing_is_longer_than_two_days(text):
    with pytest.raises(ValueError, match="longer than 48 hours"):
        parse_time(text)


@pytest.mark.parametrize(
    "text", ["9" * 10_000, "1:" * 5000, " " * 10_000 + "x", "1h" * 5000, "0." + "0" * 10_000]
)
def test_endless_text_is_no_time(text):
    with pytest.raises(ValueError, match="is not a time"):
        parse_time(text)


@given(time=whole_milliseconds)
def test_a_written_time_reads_back(time):
    assert parse_time(format_time(time)) == time
    assert parse_time(format_timestamp(time)) == time


@given(st.fractions(0, LONGEST_TIME_S))
def test_any_time_reads_back_to_the_millisecond(time):
    assert abs(parse_time(format_time(time)) - time) <= Fraction(1, 2000)


@pytest.mark.parametrize(
    ("milliseconds", "short", "stamp", "whole"),
    [
        (0, "0:00", "00:00:00.000", "00:00:00"),
        (1500, "0:01.5", "00:00:01.500", "00:00:01"),
        (59_999, "0:59.999", "00:00:59.999", "00:00:59"),
        (90_000, "1:30", "00:01:30.000", "00:01:30"),
        (3_723_020, "1:02:03.02", "01:02:03.020", "01:02:03"),
        (172_800_000, "48:00:00", "48:00:00.000", "48:00:00"),
    ],
)
def test_how_times_are_written(milliseconds, short, stamp, whole):
    time = Fraction(milliseconds, 1000)
    assert format_time(time) == short
    assert format_timestamp(time) == stamp
    assert format_timestamp(time, milliseconds=False) == whole


def test_rounding_carries_over():
    almost = Fraction(599_999_9, 100_000)  # 59.9999 s
    assert format_time(almost) == "1:00"
    assert format_timestamp(almost) == "00:01:00.000"
    assert format_timestamp(almost, milliseconds=False) == "00:00:59"


# --- Samples ---


@given(position=st.integers(0, 48 * 3600 * 192_000), rate_hz=st.sampled_from([8000, 44_100, 48_000, 192_000]))
def test_a_sample_position_survives_being_a_time(position, rate_hz):
    assert samples_at(time_at(position, rate_hz), rate_hz) == position


@given(time=st.fractions(0, 1000), rate_hz=st.sampled_from([11_025, 44_100, 48_000]))
def test_the_nearest_sample(time, rate_hz):
    assert abs(time_at(samples_at(time, rate_hz), rate_hz) - time) <= Fraction(1, 2 * rate_hz)


def test_a_tenth_is_a_tenth():
    assert samples_at(parse_time("0.1"), 44_100) == 4410
    assert samples_at(parse_time("0.1") * 3, 44_100) == 13_230


# --- Levels ---


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("-3 dB", "dB", -3),
        ("-3", "dB", -3),
        ("+3dB", "dB", 3),
        ("\u22123,5 dB", "dB", -3.5),
        ("-16 LUFS", "LUFS", -16),
        ("-16\u202flufs", "LUFS", -16),
        ("-1 dBTP", "dBTP", -1),
        ("0.5 LU", "LU", 0.5),
        (" 200 ", "dB", 200),
    ],
)
def test_levels_as_people_write_them(text, unit, expected):
    assert parse_level(text, unit) == expected


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("-3 dBTP", "dB"), ("-3 dB", "dBTP"), ("-16 LU", "LUFS"), ("loud", "dB"), ("", "dB"), ("1e2", "dB"),
        ("- 3 dB", "dB"), ("٣ dB", "dB"), ("-16 LUFſ", "LUFS"), ("--3", "dB"), ("nan", "dB"), ("-inf", "dB"),
        ("3 dB 4", "dB"), ("12345", "dB"), ("3 dBu", "dB"),
    ],
)  # fmt: skip
def test_what_is_no_level_in_that_unit(text, unit):
    with pytest.raises(ValueError, match=f"is not a level in {unit}: write it like «-3 {unit}»"):
        parse_level(text, unit)


@pytest.mark.parametrize("text", ["200.1", "-201 dB", "9999 dB"])
def test_nothing_audible_is_beyond_200(text):
    with pytest.raises(ValueError, match="beyond ±200 dB"):
        parse_level(text, "dB")


@given(tenths=st.integers(-2000, 2000), unit=st.sampled_from(["dB", "LUFS", "LU", "dBTP"]))
def test_a_written_level_reads_back(tenths, unit):
    assert parse_level(format_level(tenths / 10, unit), unit) == tenths / 10


@pytest.mark.parametrize(
    ("level", "digits", "expected"),
    [
        (-16, 1, "-16.0 LUFS"),
        (-0.04, 1, "0.0 LUFS"),
        (-0.0, 1, "0.0 LUFS"),
        (-16.005, 2, "-16.0 LUFS"),
        (-23.456, 2, "-23.46 LUFS"),
        (-19.9, 0, "-20 LUFS"),
        (-0.4, 0, "0 LUFS"),
        (-math.inf, 1, "-∞ LUFS"),
        (math.inf, 1, "+∞ LUFS"),
    ],
)
def test_how_levels_are_written(level, digits, expected):
    assert format_level(level, "LUFS", digits) == expected.replace(
        "-16.0 ", "-16.00 " if digits == 2 else "-16.0 "
    )


@given(st.floats(-200, 200))
def test_levels_and_amplitudes_are_one_to_one(level):
    assert level_of(amplitude_of(level)) == pytest.approx(level, abs=1e-9)


def test_amplitudes_to_know():
    assert amplitude_of(0) == 1
    assert amplitude_of(20) == pytest.approx(10)
    assert amplitude_of(-6.0206) == pytest.approx(0.5, abs=1e-6)
    assert level_of(0) == -math.inf
