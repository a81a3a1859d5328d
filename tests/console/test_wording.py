import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podtool.console.wording import (
    counted,
    format_bytes,
    format_duration,
    format_figure,
    many_lines,
    one_line,
)

STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@given(st.text())
def test_one_line_holds_nothing_that_steers_a_terminal(text):
    line = one_line(text)
    assert not STEERING.search(line)
    assert one_line(line) == line


@given(st.text())
def test_many_lines_keeps_breaks_and_tabs_alone(text):
    assert set(STEERING.findall(many_lines(text))) <= {"\n", "\t", "\u2028", "\u2029"}


@given(st.text(alphabet=st.characters(categories=["L", "N", "P"])))
def test_letters_digits_and_punctuation_stay(text):
    assert one_line(text) == text


@pytest.mark.parametrize(
    ("size", "told"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (2_903_120, "2.9 MB"),
        (10**16, "10000.0 TB"),
    ],
)
def test_bytes(size, told):
    assert format_bytes(size) == told


@pytest.mark.parametrize(
    ("value", "told"), [(None, "–"), (0.0, "0:00"), (61.25, "1:01.2"), (3723.0, "1:02:03"), (59.96, "1:00")]
)
def test_duration(value, told):
    assert format_duration(value) == told


def test_figures():
    assert format_figure(None, "LUFS") == "–"
    assert format_figure(-0.04, "dB") == "0.0 dB"
    assert format_figure(-16.04, "LUFS") == "-16.0 LUFS"
    assert format_figure(3.14159, digits=3) == "3.142"
    assert (counted(1, "error"), counted(0, "error"), counted(2, "entry", "entries")) == (
        "1 error",
        "0 errors",
        "2 entries",
    )
