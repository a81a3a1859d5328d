"""Figures and foreign text as a terminal may show them."""

from __future__ import annotations

import math
import re
from fractions import Fraction

from podtool.units import format_time

_BREAKS = re.compile("[\t\n\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029]+")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROLS_IN_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BYTE_UNITS = ("B", "kB", "MB", "GB", "TB")
_KILO = 1000
_ROUND_SPEED = 9.95
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


def format_left(seconds: float | None, *, unicode: bool = True) -> str:
    """``0:07``, ``1:02:03``: time left, rounded up; dashes for None."""
    if seconds is None:
        return "–:––" if unicode else "-:--"
    minutes, whole = divmod(max(1, math.ceil(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{whole:02}" if hours else f"{minutes}:{whole:02}"


def format_speed(speed: float | None, *, unicode: bool = True) -> str:
    """How many times faster than listening: ``84×``, ``1.7×``; empty for None."""
    if speed is None:
        return ""
    return f"{speed:.{1 if speed < _ROUND_SPEED else 0}f}{'×' if unicode else 'x'}"


def format_figure(value: float | None, unit: str = "", digits: int = 1) -> str:
    """``-16.0 LUFS``; a dash for None; never ``-0.0``."""
    if value is None:
        return NOTHING
    return f"{round(value, digits) + 0.0:.{digits}f} {unit}".rstrip()


def counted(count: int, one: str, many: str = "") -> str:
    """``1 error``, ``3 errors``; `many` where an s is not enough."""
    return f"{count} {one if count == 1 else many or one + 's'}"
