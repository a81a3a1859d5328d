"""Cues in the JSON that transcribers and podcast hosts write: one row a form, told by its keys. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from podtool.timeline.cues import Cue, Word

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2}(?:[.,]\d{1,6})?)\Z")
LONGEST_MS = 100 * 3600 * 1000


def cues_of_json(content: Any) -> tuple[Cue, ...]:
    """The cues of a parsed JSON document.

    Raises:
        ValueError: it is of no form that is known, or a time in it is none; in words.
    """
    for list_of, row_of in _FORMS:
        rows = list_of(content)
        if rows is not None:
            return tuple(
                cue
                for number, row in enumerate(rows, 1)
                if (cue := _cue(_object(row, number), row_of, number))
            )
    raise ValueError("is JSON, but of no form that podtool knows (Whisper, Podlove, Podcasting 2.0)")


Row = Callable[[Mapping[str, Any]], tuple[Any, Any, Any, Any]]
"""Start and end in seconds or as a clock, text, speaker."""


def _object(row: Any, number: int) -> Mapping[str, Any]:
    if isinstance(row, Mapping):
        return row
    raise ValueError(f"entry {number} is no object")


def _cue(row: Mapping[str, Any], row_of: Row, number: int) -> Cue | None:
    start, end, text, speaker = row_of(row)
    said = re.sub(r"[ \t\r\n]+", " ", text).strip() if isinstance(text, str) else ""
    if not said:
        return None
    start_ms, end_ms = _milliseconds(start, number), _milliseconds(end, number)
    if end_ms <= start_ms:
        raise ValueError(f"entry {number} ends at {end_ms} ms, before its start at {start_ms} ms")
    words = tuple(_words(row.get("words")))
    name = speaker.strip() if isinstance(speaker, str) and speaker.strip() else None
    return Cue(start_ms=start_ms, end_ms=end_ms, text=said, speaker=name, words=words)


def _words(listed: Any) -> Iterator[Word]:
    """Whisper's; all or none have times that can be used."""
    if not isinstance(listed, list):
        return
    found = []
    for each in listed:
        if not isinstance(each, Mapping):
            return
        text, start, end = each.get("word", each.get("text")), each.get("start"), each.get("end", 0)
        if not isinstance(text, str) or start is None or not (_is_number(start) and _is_number(end)):
            return  # whisperX leaves out the times of figures: then the cue's own have to do
        start_ms, end_ms = round(float(start) * 1000), round(float(end) * 1000)
        found.append(Word(start_ms=start_ms, end_ms=max(end_ms, start_ms + 1), text=text))
    yield from found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LONGEST_MS / 1000


def _milliseconds(value: Any, number: int) -> int:
    if _is_number(value) and math.isfinite(value):
        return round(float(value) * 1000)
    clock = _CLOCK.match(value.strip()) if isinstance(value, str) else None
    if clock is None:
        raise ValueError(f"entry {number} has no time that can be read: {str(value)[:40]!r}")
    seconds = (int(clock[1] or 0) * 60 + int(clock[2])) * 60 + float(clock[3].replace(",", "."))
    return round(seconds * 1000)


def _below(key: str, first: str) -> Callable[[Any], list[Any] | None]:
    """The list under `key`, if its first entry has the key `first`."""

    def find(content: Any) -> list[Any] | None:
        rows = content.get(key) if isinstance(content, Mapping) else content if not key else None
        if isinstance(rows, list) and rows and isinstance(rows[0], Mapping) and first in rows[0]:
            return rows
        return None

    return find


def _in_ms(first: Any, clock: Any) -> Any:
    return first / 1000 if _is_number(first) or isinstance(first, int) else clock


_FORMS: tuple[tuple[Callable[[Any], list[Any] | None], Row], ...] = (
    # Podcasting 2.0
    (
        _below("segments", "startTime"),
        lambda row: (row.get("startTime"), row.get("endTime"), row.get("body"), row.get("speaker")),
    ),
    # openai-whisper, faster-whisper, whisperX
    (
        _below("segments", "start"),
        lambda row: (row.get("start"), row.get("end"), row.get("text"), row.get("speaker")),
    ),
    # whisper.cpp
    (
        _below("transcription", "offsets"),
        lambda row: (
            _in_ms(_offset(row, "from"), None),
            _in_ms(_offset(row, "to"), None),
            row.get("text"),
            row.get("speaker"),
        ),
    ),
    # Podlove: by itself or under «transcripts»
    *(
        (
            _below(key, "start"),
            lambda row: (
                _in_ms(row.get("start_ms"), row.get("start")),
                _in_ms(row.get("end_ms"), row.get("end")),
                row.get("text"),
                row.get("voice") or row.get("speaker"),
            ),
        )
        for key in ("transcripts", "transcript", "")
    ),
)


def _offset(row: Mapping[str, Any], end: str) -> Any:
    offsets = row.get("offsets")
    return offsets.get(end) if isinstance(offsets, Mapping) else None
