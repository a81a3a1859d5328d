from __future__ import annotations

import math
import re
import string
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podtool.show.words import (
    MONTHS,
    WORDS,
    format_clock,
    format_date,
    format_duration,
    format_figure,
    format_number,
    format_size,
    say,
    tongue_of,
    typeset,
)


def needed(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(WORDS))
def test_every_word_exists_in_both_languages_with_the_same_values(key: str) -> None:
    words = WORDS[key]
    assert set(words) == {"fr", "en"}
    assert all(words.values())
    assert needed(words["fr"]) == needed(words["en"])


@pytest.mark.parametrize("key", sorted(WORDS))
def test_french_never_breaks_before_its_high_punctuation(key: str) -> None:
    said = say(key, "fr", **dict.fromkeys(needed(WORDS[key]["fr"]), "x"))
    assert not re.search(r"[ ][;:!?»]|«[ ]", said)
    assert "'" not in said, "French apostrophes are typographic"


def test_the_spaces_are_the_right_ones() -> None:
    assert typeset("Quoi ; ah ! oui ? voilà : « ça »", "fr-CA") == (
        "Quoi\u202f; ah\u202f! oui\u202f? voilà\u00a0: «\u00a0ça\u00a0»"
    )
    assert typeset("What ; this", "en") == "What ; this"


def test_values_are_put_in_as_they_are() -> None:
    assert say("quoted", "fr", title="{a} ; b") == "«\u00a0{a} ; b\u00a0»"


@pytest.mark.parametrize(
    ("tag", "tongue"),
    [("fr", "fr"), ("FR", "fr"), ("fr-CA", "fr"), ("fr_BE", "fr"), ("en", "en"), ("fro", "en")],
)
def test_other_languages_are_served_in_english(tag: str, tongue: str) -> None:
    assert tongue_of(tag) == tongue


def test_dates() -> None:
    assert format_date(date(2023, 9, 22), "fr") == "22\u00a0septembre 2023"
    assert format_date(date(2023, 9, 22), "en") == "22\u00a0September 2023"
    assert format_date(date(2024, 5, 1), "fr") == "1er\u00a0mai 2024"
    assert format_date(date(2024, 5, 1), "de") == "1\u00a0May 2024"
    assert all(len(set(names)) == 12 for names in MONTHS.values())


def test_a_moment_has_the_date_of_its_own_zone() -> None:
    moment = datetime(2023, 12, 31, 23, 30, tzinfo=UTC)
    assert format_date(moment, "fr") == "31\u00a0décembre 2023"
    assert format_date(moment.astimezone(timezone(timedelta(hours=1))), "fr") == "1er\u00a0janvier 2024"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59.6, "1 min"),
        (192, "3 min 12 s"),
        (3600, "1 h"),
        (3725, "1 h 2 min 5 s"),
        (7205, "2 h 5 s"),
    ],
)
def test_durations(seconds: float, words: str) -> None:
    assert format_duration(seconds, "fr").replace("\u00a0", " ") == words


@given(st.integers(min_value=0, max_value=48 * 3600 * 1000))
def test_a_clock_reads_back_to_its_second(time_ms: int) -> None:
    total = 0
    for part in format_clock(time_ms).split(":"):
        total = 60 * total + int(part)
    assert total == time_ms // 1000


def test_numbers() -> None:
    assert format_number(-16, "fr") == "−16,0"
    assert format_number(-16, "en") == "−16.0"
    assert format_number(-0.04, "fr") == "0,0"
    assert format_number(-math.inf, "en") == "−∞"
    assert format_figure(None, "LUFS", "fr") == "–"
    assert format_figure(-1.25, "dBTP", "en", 2) == "−1.25\u00a0dBTP"


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 o"),
        (999, "999 o"),
        (1000, "1,0 ko"),
        (999_999, "1,0 Mo"),
        (3_141_592, "3,1 Mo"),
        (5 * 10**12, "5000,0 Go"),
    ],
)
def test_sizes(size: int, words: str) -> None:
    assert format_size(size, "fr").replace("\u00a0", " ") == words
