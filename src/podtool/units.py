"""Units live in types: times in seconds as fractions, positions in samples, levels in decibels.

Times are `fractions.Fraction` seconds, so that ``0.1`` is a tenth and a sample position is exact.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import NewType

Samples = NewType("Samples", int)
"""A count of, or a position in, sample frames at a stated rate."""
Decibels = NewType("Decibels", float)
"""A level difference in dB."""
Lufs = NewType("Lufs", float)
"""Programme loudness (ITU-R BS.1770) in LUFS."""
Dbtp = NewType("Dbtp", float)
"""True peak in dB relative to full scale."""
Seconds = Fraction
"""An exact time in seconds."""

LONGEST_TIME_S = 48 * 3600
"""No episode is longer; a larger number is a slip of the keyboard (or an attack)."""

# ASCII throughout: other scripts' digits are digits to `\d`, and a slip of the keyboard here.
_NUMBER = r"\d{1,9}(?:[.,]\d{1,9})?"
_CLOCK = re.compile(r"(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d(?:[.,]\d{1,9})?)\Z", re.ASCII)
_PLAIN = re.compile(rf"({_NUMBER})\s*(ms|s|m|min|h)?\Z", re.ASCII)
_WORDS = re.compile(rf"(?:({_NUMBER})\s*h)?\s*(?:({_NUMBER})\s*m(?:in)?)?\s*(?:({_NUMBER})\s*s)?\Z", re.ASCII)
_SCALE = {
    None: Fraction(1),
    "s": Fraction(1),
    "ms": Fraction(1, 1000),
    "m": Fraction(60),
    "min": Fraction(60),
    "h": Fraction(3600),
}
_LEVEL = re.compile(
    r"([+\-\u2212]?\d{1,4}(?:[.,]\d{1,6})?)\s*(dB|LUFS|LU|dBTP|dBFS)?\Z", re.IGNORECASE | re.ASCII
)


def _fraction(digits: str) -> Fraction:
    return Fraction(digits.replace(",", "."))


def parse_time(text: str) -> Seconds:
    """Seconds from ``90``, ``1.5``, ``1:30``, ``1:02:03.5``, ``500 ms``, ``1h2m3s``.

    Raises:
        ValueError: the text is not a time, or one longer than 48 hours.
    """
    text = text.strip().replace("\u202f", " ").replace("\u00a0", " ")
    time = _parse_time(text)
    if time is None:
        raise ValueError(f"{text!r} is not a time: write 90, 1.5, 1:30, 1:02:03.5, 500 ms or 1h2m3s")
    if time > LONGEST_TIME_S:
        raise ValueError(f"{text!r} is longer than {LONGEST_TIME_S // 3600} hours")
    return time


def _parse_time(text: str) -> Seconds | None:
    if match := _PLAIN.match(text):
        return _fraction(match[1]) * _SCALE[match[2]]
    if match := _CLOCK.match(text):
        return int(match[1] or 0) * 3600 + int(match[2]) * 60 + _fraction(match[3])
    match = _WORDS.match(text)
    if not match or not any(match.groups()):
        return None
    scales = (3600, 60, 1)
    return sum(
        (_fraction(part) * scale for part, scale in zip(match.groups(), scales, strict=True) if part),
        Fraction(0),
    )


def format_time(time: Seconds) -> str:
    """``1:30``, ``0:01.5``, ``1:02:03``; `parse_time` reads it back to the millisecond."""
    milliseconds = round(time * 1000)
    hours, rest = divmod(milliseconds, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    seconds, milliseconds = divmod(rest, 1000)
    tail = f".{milliseconds:03d}".rstrip("0") if milliseconds else ""
    return (f"{hours}:{minutes:02d}" if hours else f"{minutes}") + f":{seconds:02d}{tail}"


def format_timestamp(time: Seconds, *, milliseconds: bool = True) -> str:
    """``HH:MM:SS.mmm``, as Podlove Simple Chapters and WebVTT write it; ``HH:MM:SS`` without milliseconds."""
    total = round(time * 1000) if milliseconds else int(time) * 1000
    hours, rest = divmod(total, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    stamp = f"{hours:02d}:{minutes:02d}:{rest // 1000:02d}"
    return f"{stamp}.{rest % 1000:03d}" if milliseconds else stamp


def parse_level(text: str, unit: str) -> float:
    """The number in ``-3 dB``, ``-16 LUFS`` or ``-1 dBTP``; the unit may be left out but not be another one.

    Args:
        text: what was written; U+2212 is a minus too.
        unit: the unit it must have: ``dB``, ``LUFS``, ``LU``, ``dBTP``.

    Raises:
        ValueError: not a number, another unit, or beyond ±200.
    """
    match = _LEVEL.match(text.strip().replace("\u202f", " ").replace("\u00a0", " "))
    if not match or (match[2] and match[2].lower() != unit.lower()):
        raise ValueError(f"{text!r} is not a level in {unit}: write it like «-3 {unit}»")
    level = float(match[1].replace("\u2212", "-").replace(",", "."))
    if abs(level) > 200:  # noqa: PLR2004 - 24 bits end at 144 dB; nothing audible is beyond
        raise ValueError(f"{text!r} is beyond ±200 {unit}")
    return level


def format_level(level: float, unit: str, digits: int = 1) -> str:
    """``-16.0 LUFS``; silence is ``-∞``; never ``-0.0``."""
    if math.isinf(level):
        return f"{'-' if level < 0 else '+'}∞ {unit}"
    return f"{round(level, digits) + 0.0:.{digits}f} {unit}"


def samples_at(time: Seconds, rate_hz: int) -> Samples:
    """The sample position nearest to `time`; halves go to the even one, as `round` does."""
    return Samples(round(time * rate_hz))


def time_at(position: int, rate_hz: int) -> Seconds:
    """The exact time of a sample position."""
    return Fraction(position, rate_hz)


def amplitude_of(level_db: float) -> float:
    """The factor on samples that is `level_db` decibels."""
    return float(10.0 ** (level_db / 20.0))


def level_of(amplitude: float) -> Decibels:
    """Decibels of a factor on samples; -inf for 0."""
    return Decibels(20.0 * math.log10(amplitude) if amplitude > 0 else -math.inf)
