"""Dates and durations as feeds have them, right or wrong → values. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from podtool.show.scalars import FIRST_YEAR, LAST_YEAR, parse_moment

_MONTHS = {
    **dict.fromkeys(("jan", "janv", "janvier", "january"), 1),
    **dict.fromkeys(("feb", "fev", "fevr", "février", "fév", "févr", "fevrier", "february"), 2),
    **dict.fromkeys(("mar", "mars", "march"), 3),
    **dict.fromkeys(("apr", "avr", "avril", "april"), 4),
    **dict.fromkeys(("may", "mai"), 5),
    **dict.fromkeys(("jun", "juin", "june"), 6),
    **dict.fromkeys(("jul", "juil", "juillet", "july"), 7),
    **dict.fromkeys(("aug", "août", "aout", "aoû", "august"), 8),
    **dict.fromkeys(("sep", "sept", "septembre", "september"), 9),
    **dict.fromkeys(("oct", "octobre", "october"), 10),
    **dict.fromkeys(("nov", "novembre", "november"), 11),
    **dict.fromkeys(("dec", "déc", "décembre", "decembre", "december"), 12),
}
_TIME_AND_ZONE = r"(?:[, ]+(?:à +)?(\d{1,2})[:h](\d{2})(?::(\d{2}))?)?(?: *([+-])(\d{2}):?(\d{2}))?"
_DAY_FIRST = re.compile(
    r"(?:\w+\.?,? +)?(\d{1,2})(?:st|nd|rd|th|er)? +([^\W\d_]+)\.?,? +(\d{4})" + _TIME_AND_ZONE
)
_MONTH_FIRST = re.compile(
    r"(?:\w+\.?,? +)?([^\W\d_]+)\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})" + _TIME_AND_ZONE
)
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,5}):(\d{1,2})(?:[.,](\d{1,3}))?\Z", re.ASCII)
_SECONDS = re.compile(r"\d{1,7}(?:\.\d{1,9})?\Z", re.ASCII)
_LONGEST = 100


def read_date(text: str | None) -> datetime | None:
    """A date with its zone (UTC where it has none); None for what is none.

    RFC 2822 first, then ISO 8601, then a day, a month's English or French name and a year.
    """
    text = " ".join((text or "").split())[:_LONGEST]
    for read in (_by_mail, parse_moment, _by_words):
        try:
            found = read(text)
        except (ValueError, TypeError, IndexError, OverflowError):  # email.utils raises them all
            continue
        if found and FIRST_YEAR < found.year < LAST_YEAR:
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _by_mail(text: str) -> datetime | None:
    found = parsedate_to_datetime(text)
    offset = found.utcoffset()
    # A zone of seconds is none that a feed could write.
    return found.astimezone(UTC) if offset and offset.total_seconds() % 60 else found


def _by_words(text: str) -> datetime | None:
    if found := _DAY_FIRST.match(text):
        day, month, year, *clock = found.groups()
    elif found := _MONTH_FIRST.match(text):
        month, day, year, *clock = found.groups()
    else:
        return None
    number = _MONTHS.get(month.lower())
    if number is None:
        return None
    hour, minute, second, sign, zone_hours, zone_minutes = clock
    zone = f"{sign}{zone_hours}:{zone_minutes}" if sign else "+00:00"
    return datetime.fromisoformat(
        f"{year}-{number:02d}-{int(day):02d}T{int(hour or 0):02d}:{minute or '00'}:{second or '00'}{zone}"
    )


def read_duration_s(text: str | None) -> float:
    """``1:02:03``, ``62:03`` or seconds; 0 for what is none of them."""
    text = (text or "").strip()
    if _SECONDS.match(text):
        return float(text)
    if found := _CLOCK.match(text):
        hours, minutes, seconds, fraction = found.groups()
        whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
        return whole + float(f"0.{fraction}") if fraction else float(whole)
    return 0.0
