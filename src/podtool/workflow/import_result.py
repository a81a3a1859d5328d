"""What `import` and `publish --recover` tell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from podtool.publish.import_notes import ImportNote


@dataclass(frozen=True, kw_only=True)
class ImportResult:
    """A show that was made from a feed.

    Attributes:
        folder: the show's.
        feed: its address, where the feed or the command line tells it.
        guid: podcast:guid.
        episodes: their folders, relative to the show's, in the feed's order.
        left_out: items of the feed that are no episodes.
        notes: what was mended, and what podtool has no place for.
    """

    folder: Path
    title: str
    feed: str | None
    guid: str | None
    episodes: tuple[str, ...]
    left_out: int
    notes: tuple[ImportNote, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The part of the `--json` object."""
        return {
            "folder": self.folder.as_posix(),
            "title": self.title,
            "feed": self.feed,
            "guid": self.guid,
            "episodes": list(self.episodes),
            "left_out": self.left_out,
            "notes": notes_as_json(self.notes),
        }


def notes_as_json(notes: tuple[ImportNote, ...]) -> list[dict[str, object]]:
    """The objects under ``notes``; `line` is the feed's."""
    return [
        {"severity": note.severity.value, "item": note.item, "line": note.line, "message": note.message}
        for note in notes
    ]
