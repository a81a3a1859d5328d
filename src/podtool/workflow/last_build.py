"""What the build folder still tells of the last build: length, chapters, soundbites, where assets lie."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from podtool.show.facts import ChapterFacts, SoundbiteFacts
from podtool.workflow.project import Project

TIMELINE_FILE = "timeline.json"
Heard = Mapping[str, list[tuple[int, int]]]


@dataclass(frozen=True, kw_only=True)
class LastBuild:
    """timeline.json, as far as later commands need it.

    Attributes:
        heard: when each asset is heard, by its id: ranges in milliseconds.
    """

    duration_s: float
    chapters: tuple[ChapterFacts, ...] = ()
    soundbites: tuple[SoundbiteFacts, ...] = ()
    heard: Heard = field(default_factory=dict)


def read_last_build(project: Project) -> LastBuild | None:
    """What the last build left in timeline.json; None where it is missing or damaged."""
    try:
        content: Any = json.loads((project.build / TIMELINE_FILE).read_bytes())
        duration_s = content["length_samples"] / content["sample_rate_hz"]
        if not (math.isfinite(duration_s) and duration_s > 0):
            return None
        return LastBuild(
            duration_s=round(duration_s, 3),
            chapters=tuple(_chapter(chapter) for chapter in content["chapters"]),
            soundbites=tuple(_soundbite(each) for each in content.get("soundbites", ())),
            heard={
                str(asset): [(int(start), int(stop)) for start, stop in ranges]
                for asset, ranges in content["heard"].items()
            },
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError):
        return None


def _chapter(chapter: Mapping[str, Any]) -> ChapterFacts:
    url, image = chapter["url"], chapter["image"]
    return ChapterFacts(
        start_ms=int(chapter["start_ms"]),
        end_ms=int(chapter["end_ms"]),
        title=str(chapter["title"]),
        url=str(url) if url else None,
        image=PurePosixPath(str(image)) if image else None,
    )


def _soundbite(soundbite: Mapping[str, Any]) -> SoundbiteFacts:
    title = soundbite["title"]
    return SoundbiteFacts(
        start_ms=int(soundbite["start_ms"]),
        end_ms=int(soundbite["end_ms"]),
        title=str(title) if title else None,
    )
