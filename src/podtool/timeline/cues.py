"""What is said when: cues carried from their recording's time through the edit. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from podtool.timeline.marks import heard_ranges
from podtool.timeline.model import Range, Timeline
from podtool.units import Samples, time_at

LEAST_HEARD_MS = 200
"""A cue without times for its words stays when so much of it, or half of it, is heard in one piece."""


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word with its own time, half-open, in milliseconds."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Cue:
    """Something said: half-open ``[start_ms, end_ms)``, one line of text, by whom.

    Attributes:
        words: with their times, where the transcript has them; then `text` is what they make together.
    """

    start_ms: int
    end_ms: int
    text: str
    speaker: str | None = None
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Window:
    """A stretch of a segment's source that is heard in one piece, and how much later that is."""

    start_ms: int
    end_ms: int
    later_by_ms: int


def heard_windows(timeline: Timeline, segment: int) -> tuple[Window, ...]:
    """What is heard of a segment's source, in the time that its keys (and its transcript) speak of."""
    by_shift: dict[int, list[Range]] = {}
    for placed, heard in heard_ranges(timeline, segment):
        if heard.length:
            by_shift.setdefault(placed.later_by - placed.offset, []).append(heard)
    windows = [
        Window(
            start_ms=_milliseconds(heard.start - shift, timeline),
            end_ms=_milliseconds(heard.stop - shift, timeline),
            later_by_ms=_milliseconds(heard.start, timeline) - _milliseconds(heard.start - shift, timeline),
        )
        for shift, ranges in by_shift.items()
        for heard in _united(ranges)
    ]
    return tuple(sorted(windows, key=lambda window: (window.start_ms + window.later_by_ms, window.start_ms)))


def carry_cues(cues: Iterable[Cue], windows: Sequence[Window]) -> tuple[Cue, ...]:
    """The cues in episode time, in order; what isn't heard is left out.

    A cue that reaches into a cut is shortened. Where its words have times, those that are heard stay; else
    its whole text stays with the longest piece that is heard, if that is long enough to hold it.
    """
    carried = [piece for cue in cues for piece in _carried(cue, windows)]
    return tuple(sorted(carried, key=lambda cue: (cue.start_ms, cue.end_ms)))


def _carried(cue: Cue, windows: Sequence[Window]) -> Iterator[Cue]:
    pieces = [
        (min(cue.end_ms, window.end_ms) - max(cue.start_ms, window.start_ms), window) for window in windows
    ]
    pieces = [(length, window) for length, window in pieces if length > 0]
    if cue.words:
        for _, window in pieces:
            words = tuple(word for word in cue.words if _is_in(word, window))
            if words:
                yield _moved(replace(cue, words=words, text=joined(words)), window)
    elif pieces:
        length, window = max(pieces, key=lambda piece: piece[0])
        if length >= min(LEAST_HEARD_MS, (cue.end_ms - cue.start_ms) / 2):
            yield _moved(cue, window)


def joined(words: Sequence[Word]) -> str:
    """Words as a line: some transcripts have the space with the word, some don't."""
    spaced = any(word.text[:1].isspace() for word in words)
    return " ".join(("" if spaced else " ").join(word.text for word in words).split(" ")).strip()


def _is_in(word: Word, window: Window) -> bool:
    """By its middle, so that each is in one window at most."""
    return 2 * window.start_ms <= word.start_ms + word.end_ms < 2 * window.end_ms


def _moved(cue: Cue, window: Window) -> Cue:
    by = window.later_by_ms
    start, end = max(cue.start_ms, window.start_ms), min(cue.end_ms, window.end_ms)
    if cue.words:
        start = max(start, min(word.start_ms for word in cue.words))
        end = max(start + 1, min(end, max(word.end_ms for word in cue.words)))
    words = tuple(replace(word, start_ms=word.start_ms + by, end_ms=word.end_ms + by) for word in cue.words)
    return replace(cue, start_ms=start + by, end_ms=end + by, words=words)


def _united(ranges: Sequence[Range]) -> list[Range]:
    """Overlapping and touching ranges as one: several microphones are heard at the same time."""
    found: list[Range] = []
    for each in sorted(ranges, key=lambda item: (item.start, item.stop)):
        if found and each.start <= found[-1].stop:
            found[-1] = Range(start=found[-1].start, stop=Samples(max(found[-1].stop, each.stop)))
        else:
            found.append(each)
    return found


def _milliseconds(position: int, timeline: Timeline) -> int:
    return round(time_at(Samples(position), timeline.rate_hz) * 1000)
