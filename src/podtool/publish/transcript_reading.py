"""Transcripts as others write them → cues: WebVTT, SRT, and the JSON of Whisper, Podlove and Podcasting 2.0.

By what the bytes are, not by the file's name. Files in the wild are odd, so reading is lenient where nothing
is lost by it (line ends, cue numbers, settings, a comma for a point) and strict where time would be.
Sources: W3C WebVTT section 4 (syntax) and 6.4 (cue text); SubRip as players read it; the Podcasting 2.0
transcript page for its JSON.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

from podtool.errors import SourceError
from podtool.publish.transcript_json import cues_of_json
from podtool.timeline.cues import Cue

LARGEST_TRANSCRIPT_BYTES = 16 << 20
"""Ten hours with a time for every word take a third of it."""
MOST_CUES = 200_000

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_TIMES = re.compile(rf"{_TIME}[ \t]*-->[ \t]*{_TIME}")
_BLOCKS = ("NOTE", "STYLE", "REGION")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>]*)>")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<\d[\d:.]*>|\{\\[^{}]*\}")
_NAMED = re.compile(r"([^\s:][^:\n]{0,40}?)[ \u00a0\u202f]?:\s+(?=\S)")
_HINT = "export it anew as WebVTT or SRT, or take `transcript` out"


def read_transcript(path: Path, name: str) -> tuple[Cue, ...]:
    """The cues of a file, in its order; `name` is what messages call it.

    Raises:
        SourceError: it isn't there, is too large, or is no transcript; with the line.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_TRANSCRIPT_BYTES + 1)
    except OSError as error:
        raise SourceError(f"{name} can't be read: {error.strerror or error}", hint=_HINT) from error
    if len(content) > LARGEST_TRANSCRIPT_BYTES:
        raise SourceError(f"{name} is larger than {LARGEST_TRANSCRIPT_BYTES >> 20} MB", hint=_HINT)
    return parse_transcript(content, name)


def parse_transcript(content: bytes, name: str = "transcript") -> tuple[Cue, ...]:
    """The cues that the bytes hold; arguments and errors as for `read_transcript`."""
    text = _decoded(content, name).replace("\r\n", "\n").replace("\r", "\n")
    if text.lstrip()[:1] in ("{", "["):
        try:
            cues = cues_of_json(json.loads(text))
        except (ValueError, RecursionError) as error:
            raise SourceError(f"{name}: {_json_words(error)}", hint=_HINT) from error
    else:
        cues = tuple(_of_text(text, name))
    if not cues:
        raise SourceError(f"{name} has no cues: nothing in it says what is heard when", hint=_HINT)
    if len(cues) > MOST_CUES:
        raise SourceError(f"{name} has more than {MOST_CUES} cues", hint=_HINT)
    return cues


def _json_words(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno} is not JSON: {error.msg}"
    return "is nested too deeply" if isinstance(error, RecursionError) else str(error)


def _decoded(content: bytes, name: str) -> str:
    """UTF-8 or UTF-16 by its mark; else UTF-8; else what Windows wrote before."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            raise SourceError(f"{name} is not UTF-8 text: {error.reason}", hint=_HINT) from error
    if "\0" in text:
        raise SourceError(f"{name} is not text", hint=_HINT)
    return text


def _of_text(text: str, name: str) -> Iterator[Cue]:
    """WebVTT and SRT differ in their head, their numbers and their marks: one reader does for both."""
    if "-->" not in text:
        raise SourceError(f"{name} is neither WebVTT nor SRT nor JSON that podtool knows", hint=_HINT)
    is_vtt = text.lstrip().startswith("WEBVTT")
    speaker: str | None = None
    line = 1
    for block in re.split(r"(\n[ \t]*\n+)", text):
        cue = _cue_of(block, line, name, is_vtt=is_vtt, before=speaker)
        line += block.count("\n")
        if cue is not None:
            speaker = cue.speaker
            if cue.text:
                yield cue


def _cue_of(block: str, line: int, name: str, *, is_vtt: bool, before: str | None) -> Cue | None:
    rows = block.strip("\n").split("\n")
    at = next((index for index, row in enumerate(rows) if "-->" in row), None)
    if at is None or (is_vtt and rows[0].startswith(_BLOCKS)):
        return None
    times = _TIMES.match(rows[at].strip())
    where = f"{name}, line {line + block[: len(block) - len(block.lstrip(chr(10)))].count(chr(10)) + at}"
    if times is None:
        raise SourceError(f"{where}: {rows[at].strip()[:60]!r} is no time", hint=_HINT)
    start, end = _moment(times.groups()[:4]), _moment(times.groups()[4:])
    if end <= start:
        raise SourceError(f"{where}: the cue ends at {end} ms, before its start at {start} ms", hint=_HINT)
    payload = "\n".join(rows[at + 1 :])
    speaker, said = _voiced(payload) if is_vtt else _named(payload, before)
    return Cue(start_ms=start, end_ms=end, text=_plain(said), speaker=speaker)


def _moment(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, fraction = parts
    whole = (int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)
    return whole * 1000 + int((fraction or "0").ljust(3, "0"))


def _voiced(payload: str) -> tuple[str | None, str]:
    voice = _VOICE.search(payload)
    return (_plain(voice[1]) or None if voice else None), payload


def _named(payload: str, before: str | None) -> tuple[str | None, str]:
    """«Name: » at the start of a cue, as SRT has it where the speaker changes."""
    named = _NAMED.match(payload.lstrip("- "))
    if named and not named[1].isdecimal() and named[1][:1].isupper() and len(named[1].split()) <= 4:  # noqa: PLR2004 - more words are a sentence
        return named[1].strip(), payload.lstrip("- ")[named.end() :]
    return before, payload


def _plain(text: str) -> str:
    """One line without marks. No-break spaces stay: French needs them."""
    return re.sub(r"[ \t\n]+", " ", html.unescape(_TAG.sub("", text))).strip()
