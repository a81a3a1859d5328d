"""Figures and foreign text as a terminal may show them."""

from __future__ import annotations

import re
from fractions import Fraction

from podtool.units import format_time

_BREAKS = re.compile("[\t\n\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029]+")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROLS_IN_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BYTE_UNITS = ("B", "kB", "MB", "GB", "TB")
_KILO = 1000
NOTHING = "–"


def one_line(text: object) -> str:
    """`text` without line breaks and without what could steer a terminal or turn its text around."""
    return _CONTROLS.sub("", _BREAKS.sub(" ", str(text))).strip()


def many_lines(text: str) -> str:
    """`text` with its line breaks and tabs, without what could steer a terminal or turn its text around."""
    return _CONTROLS_IN_TEXT.sub("", text.replace("\r\n", "\n"))


def format_bytes(size: int) -> str:
    """``812 B``, ``2.9 MB``: thousands, as file managers and hosts count them."""
    amount = float(size)
    for unit in _BYTE_UNITS:
        if round(amount, 1) < _KILO or unit == _BYTE_UNITS[-1]:
            break
        amount /= _KILO
    return f"{size} B" if unit == "B" else f"{amount:.1f} {unit}"


def format_duration(seconds: float | None) -> str:
    """``3:02.4`` to a tenth of a second; a dash for None."""
    return NOTHING if seconds is None else format_time(Fraction(round(seconds * 10), 10))


def format_figure(value: float | None, unit: str = "", digits: int = 1) -> str:
    """``-16.0 LUFS``; a dash for None; never ``-0.0``."""
    if value is None:
        return NOTHING
    return f"{round(value, digits) + 0.0:.{digits}f} {unit}".rstrip()


def counted(count: int, one: str, many: str = "") -> str:
    """``1 error``, ``3 errors``; `many` where an s is not enough."""
    return f"{count} {one if count == 1 else many or one + 's'}"
