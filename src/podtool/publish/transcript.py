"""Cues → WebVTT, SRT, JSON and text; the same bytes for the same cues. Pure.

WebVTT (W3C, section 4) for web players, SRT for those that know nothing else, Podcasting 2.0's JSON for apps,
text for readers and search engines. Lines are at most 65 characters in WebVTT, and 32 in SRT with two of them
at most (the Podcasting 2.0 transcript page): longer cues are split, their time shared out by length.
"""

from __future__ import annotations

import html
import json
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from podtool.show.facts import ChapterFacts
from podtool.show.words import format_clock, say
from podtool.timeline.cues import Cue

VTT_LINE, VTT_LINES = 65, 2
SRT_LINE, SRT_LINES = 32, 2
LONGEST_PARAGRAPH = 900
"""Characters after which the text begins a new paragraph, at the next cue."""


def render_transcript(
    cues: Sequence[Cue], chapters: Sequence[ChapterFacts], language: str
) -> dict[str, bytes]:
    """All four files by name.

    Args:
        cues: in episode time, in order.
        chapters: headings for the text.
        language: BCP 47, for the text's punctuation.
    """
    return {
        "transcript.vtt": render_vtt(cues).encode(),
        "transcript.srt": render_srt(cues).encode(),
        "transcript.json": render_json(cues).encode(),
        "transcript.txt": render_text(cues, chapters, language).encode(),
    }


def render_vtt(cues: Sequence[Cue]) -> str:
    """WebVTT, each cue with its speaker's voice."""
    return "WEBVTT\n" + "".join(_vtt_cues(cues))


def _vtt_cues(cues: Sequence[Cue]) -> Iterator[str]:
    for cue, lines in _split(cues, VTT_LINE, VTT_LINES):
        text = "\n".join(html.escape(line, quote=False) for line in lines)
        voice = f"<v {_voice(cue.speaker)}>" if cue.speaker else ""
        yield f"\n{_clock(cue.start_ms, '.')} --> {_clock(cue.end_ms, '.')}\n{voice}{text}\n"


def _voice(name: str) -> str:
    """A name inside ``<v …>``, which an angle bracket would end."""
    return html.escape(" ".join(name.split()), quote=False)


def render_srt(cues: Sequence[Cue]) -> str:
    """SRT: «Name: » where the speaker changes."""
    named = []
    for before, cue in pairwise([None, *cues]):
        assert cue is not None  # noqa: S101 - only the first of the row is None; tells mypy
        new = cue.speaker and (before is None or before.speaker != cue.speaker)
        named.append(replace(cue, text=f"{cue.speaker}: {cue.text}", words=()) if new else cue)
    blocks = (
        f"{number}\n{_clock(cue.start_ms, ',')} --> {_clock(cue.end_ms, ',')}\n" + "\n".join(lines) + "\n"
        for number, (cue, lines) in enumerate(_split(named, SRT_LINE, SRT_LINES), 1)
    )
    return "\n".join(blocks)


def render_json(cues: Sequence[Cue]) -> str:
    """Podcasting 2.0's JSON: seconds with milliseconds."""
    segments = [
        {
            **({"speaker": cue.speaker} if cue.speaker else {}),
            "startTime": cue.start_ms / 1000,
            "endTime": cue.end_ms / 1000,
            "body": cue.text,
        }
        for cue in cues
    ]
    return json.dumps({"version": "1.0.0", "segments": segments}, ensure_ascii=False, indent=1) + "\n"


def render_text(cues: Sequence[Cue], chapters: Sequence[ChapterFacts], language: str) -> str:
    """Paragraphs by speaker under the chapters' titles."""
    parts: list[str] = []
    for chapter, spoken in groupby(cues, key=lambda cue: _chapter_of(cue, chapters)):
        if chapter is not None and chapter.title:
            parts.append(f"{format_clock(chapter.start_ms)} {chapter.title}")
        for speaker, said in groupby(spoken, key=lambda cue: cue.speaker):
            name = f"{speaker}{say('separator', language)}" if speaker else ""
            parts += _paragraphs(name, [cue.text for cue in said])
    return "\n\n".join(parts) + "\n" if parts else ""


def _paragraphs(name: str, texts: Sequence[str]) -> Iterator[str]:
    paragraph = name
    for text in texts:
        if len(paragraph) > LONGEST_PARAGRAPH:
            yield paragraph.rstrip()
            paragraph = ""
        paragraph += f"{text} "
    yield paragraph.rstrip()


def _chapter_of(cue: Cue, chapters: Sequence[ChapterFacts]) -> ChapterFacts | None:
    return next((each for each in reversed(chapters) if each.start_ms <= cue.start_ms), None)


def _split(cues: Sequence[Cue], width: int, most_lines: int) -> Iterator[tuple[Cue, list[str]]]:
    """Cues of at most so many lines; a longer one becomes several that share its time by their length."""
    for cue in cues:
        lines = _wrapped(cue.text, width)
        groups = [lines[first : first + most_lines] for first in range(0, len(lines), most_lines)]
        total = sum(len(line) for line in lines) or 1
        # Every part lasts a millisecond at least, or it would end where it begins.
        length = max(cue.end_ms - cue.start_ms, len(groups))
        start, told = cue.start_ms, 0
        for index, group in enumerate(groups):
            told += sum(len(line) for line in group)
            last = index == len(groups) - 1
            stop = cue.start_ms + (length if last else round(length * told / total))
            stop = max(start + 1, min(stop, cue.start_ms + length - (len(groups) - 1 - index)))
            yield replace(cue, start_ms=start, end_ms=stop, words=()), group
            start = stop


def _wrapped(text: str, width: int) -> list[str]:
    """Lines broken at spaces, never at no-break ones; a word that is too long is cut."""
    plain = re.sub(r"[ \t\r\n]+", " ", text).strip()
    return textwrap.wrap(plain, width, break_on_hyphens=False) or [""]


def _clock(at_ms: int, point: str) -> str:
    seconds, milliseconds = divmod(at_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{point}{milliseconds:03d}"
