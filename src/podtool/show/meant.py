"""Dates and times as others write them → as podtool reads them, where they mean one thing only; pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime

from podtool.units import parse_time

_YEAR_FIRST = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})\Z", re.ASCII)
_POINTS = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})\Z", re.ASCII)
_SLASHES = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})\Z", re.ASCII)
_MOST_MONTHS = 12
_LETTERS_OF_MAIL = re.compile(r"(?:[A-Za-z]{3}, )?\d{1,2} [A-Za-z]{3} \d{4} ", re.ASCII)
_NO_ZONE = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ]+(\d{1,2})[:hH](\d{2})(?::(\d{2}))? ?([+-]\d{2}):?(\d{2})\Z", re.ASCII
)
_UNITS = (
    (re.compile(r"(?<=\d)\s*(?:hours?|heures?|hrs?|std)\b\.?", re.IGNORECASE), " h"),
    (re.compile(r"(?<=\d)\s*(?:minutes?|mins?|mn)\b\.?", re.IGNORECASE), " min"),
    (re.compile(r"(?<=\d)\s*(?:seconds?|secondes?|sekunden?|secs?|sek)\b\.?", re.IGNORECASE), " s"),
    (re.compile(r"(?<=\d)\s*(?:milliseconds?|millisecondes?|msecs?)\b\.?", re.IGNORECASE), " ms"),
)
_MINUTES_SECONDS = re.compile(r"(\d{1,4})\s?['′’]\s?([0-5]\d)\s?(?:[\"″”]|'')?\Z", re.ASCII)


def meant_date(text: str) -> str:
    """An ISO date for ``2023/9/2``, ``22.09.2023`` (days first, wherever points are written), ``22/09/2023``.

    Empty where day and month could be either (``05/06/2023``), or nothing fits.
    """
    if match := _YEAR_FIRST.match(text):
        year, month, day = match.groups()
    elif match := _POINTS.match(text):
        day, month, year = match.groups()
    elif match := _SLASHES.match(text):
        first, second, year = match.groups()
        if int(first) > _MOST_MONTHS:
            day, month = first, second
        elif int(second) > _MOST_MONTHS:
            day, month = second, first
        else:
            return ""
    else:
        return ""
    return f"{year}-{int(month):02d}-{int(day):02d}"


def meant_moment(text: str) -> str:
    """An ISO date-time for a feed's date (RFC 5322, 3.3) and for a zone without its colon; else a date."""
    if _LETTERS_OF_MAIL.match(text):
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return ""
        return moment.isoformat() if moment.tzinfo else ""
    if match := _NO_ZONE.match(text):
        day, hour, minute, second, zone, zone_minute = match.groups()
        seconds = f":{second}" if second else ""
        return f"{day}T{int(hour):02d}:{minute}{seconds}{zone}:{zone_minute}"
    return meant_date(text)


def meant_time(text: str) -> str:
    """A time for ``90 seconds``, ``1 heure 5 minutes``, ``1'30``."""
    if match := _MINUTES_SECONDS.match(text):
        return f"{match[1]}:{match[2]}"
    guess = text
    for pattern, unit in _UNITS:
        guess = pattern.sub(unit, guess)
    guess = " ".join(guess.split())
    if guess == text:
        return ""
    try:
        parse_time(guess)
    except ValueError:
        return ""
    return guess


def checked(guess: str, parse: Callable[[str], object]) -> str:
    """The guess, if it can be read; else nothing."""
    try:
        parse(guess)
    except ValueError:
        return ""
    return guess
