"""What is said, as an episode's page shows it: turns under the chapters' titles, cue by cue. Pure.

A two-hour talk has three thousand cues, so a turn is written here in one go, not by a template's loop.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from markupsafe import Markup

from podtool.publish.page_parts import PlayedFile
from podtool.show.credits import clean_line
from podtool.show.facts import ChapterFacts
from podtool.show.words import format_clock
from podtool.timeline.cues import Cue

LONGEST_TURN = 600
"""Characters after which somebody who goes on speaking gets a new paragraph, with its own time."""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A paragraph of one speaker.

    Attributes:
        speaker: empty where it is still the one before, or nobody says who.
        href: opens the sound there where no script runs; None without a player.
        html: the cues, each in an element that knows its start in seconds (``data-cue``).
    """

    start_s: float
    clock: str
    href: str | None
    speaker: str
    html: Markup


@dataclass(frozen=True, kw_only=True)
class SpokenPart:
    """The turns of one chapter; those before the first chapter have no title."""

    title: str
    turns: tuple[Turn, ...]


def derive_spoken(
    cues: Sequence[Cue], chapters: Sequence[ChapterFacts], player: PlayedFile | None
) -> tuple[SpokenPart, ...]:
    """The transcript in parts.

    Args:
        cues: in episode time, in order.
        chapters: as published, in order; each begins a part.
        player: what plays the sound on the page.
    """
    return tuple(
        SpokenPart(title=title, turns=tuple(_derive_turns(spoken, player)))
        for title, spoken in _by_chapter(cues, chapters)
    )


def _by_chapter(cues: Sequence[Cue], chapters: Sequence[ChapterFacts]) -> Iterator[tuple[str, list[Cue]]]:
    titled = [chapter for chapter in chapters if clean_line(chapter.title)]
    following = 0
    starts: list[int] = []
    for cue in cues:
        while following < len(titled) and titled[following].start_ms <= cue.start_ms:
            following += 1
        starts.append(following)
    for index, group in groupby(zip(starts, cues, strict=True), key=lambda pair: pair[0]):
        yield clean_line(titled[index - 1].title) if index else "", [cue for _, cue in group]


def _derive_turns(cues: Sequence[Cue], player: PlayedFile | None) -> Iterator[Turn]:
    for speaker, group in groupby(cues, key=lambda cue: clean_line(cue.speaker or "")):
        for index, said in enumerate(_paragraphs(list(group))):
            start = seconds(said[0].start_ms)
            yield Turn(
                start_s=said[0].start_ms / 1000,
                clock=format_clock(said[0].start_ms),
                href=f"{player.href}#t={start}" if player else None,
                speaker="" if index else speaker,
                html=Markup(" ".join(_render_cue(cue) for cue in said)),  # noqa: S704 - escaped there
            )


def _paragraphs(cues: Sequence[Cue]) -> Iterator[list[Cue]]:
    paragraph: list[Cue] = []
    length = 0
    for cue in cues:
        if length > LONGEST_TURN:
            yield paragraph
            paragraph, length = [], 0
        paragraph.append(cue)
        length += len(cue.text)
    yield paragraph


def _render_cue(cue: Cue) -> str:
    return f'<span data-cue="{seconds(cue.start_ms)}">{escape(clean_line(cue.text), quote=False)}</span>'


def seconds(time_ms: int) -> str:
    """``83.25``: a time as Media Fragments 1.0 and the page's scripts write it."""
    return f"{time_ms / 1000:.3f}".rstrip("0").rstrip(".")
