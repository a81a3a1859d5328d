"""What `publish --recover` tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from podtool.publish.import_notes import ImportNote
from podtool.workflow.import_result import notes_as_json


@dataclass(frozen=True, kw_only=True)
class RecoveryResult:
    """A ledger that was made again.

    Attributes:
        matched: guid, and by what the item was known, by the episode's folder.
        strangers: items of the feed that have no folder in the show.
        unpublished: episodes that the feed doesn't have.
        notes: what couldn't be found out.
    """

    matched: Mapping[str, tuple[str, str]]
    strangers: tuple[str, ...]
    unpublished: tuple[str, ...]
    notes: tuple[ImportNote, ...] = ()
    dry_run: bool = False

    def as_json(self) -> dict[str, object]:
        """The part of the `--json` object."""
        return {
            "recovered": [
                {"episode": folder, "guid": guid, "matched_by": by}
                for folder, (guid, by) in sorted(self.matched.items())
            ],
            "strangers": list(self.strangers),
            "unpublished": list(self.unpublished),
            "dry_run": self.dry_run,
            "notes": notes_as_json(self.notes),
        }
