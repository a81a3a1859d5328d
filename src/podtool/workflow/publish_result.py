"""What `publish` did, or would do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from podtool.ports import Change
from podtool.publish.feed_changes import ItemChange, ShowChange


@dataclass(frozen=True, kw_only=True)
class PublishResult:
    """What `publish` changed, or would change with --dry-run.

    Attributes:
        target: as named in show.yaml or by --to.
        changes: to each public file.
        items: to each episode in apps.
        show: to the show itself in apps; None where nothing changes, or nothing was out.
        telling: addresses that hear of it: the hub's and those that are pinged.
        waiting: episodes that aren't due.
    """

    target: str
    changes: tuple[Change, ...]
    items: tuple[ItemChange, ...] = ()
    show: ShowChange | None = None
    telling: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    dry_run: bool = False

    @property
    def hosts_to_tell(self) -> list[str]:
        """Without the rest of their addresses, which may hold a token."""
        return [urlsplit(url).hostname or "" for url in self.telling]

    def as_json(self) -> dict[str, object]:
        """The part of the `--json` object."""
        return {
            "target": self.target,
            "dry_run": self.dry_run,
            "changes": [
                {"path": change.path, "action": change.action, "effect": change.effect, "why": change.why}
                for change in self.changes
            ],
            "items": [_with_lists(asdict(item)) for item in self.items],
            "show": _with_lists(asdict(self.show)) if self.show else None,
            "telling": self.hosts_to_tell,
            "waiting": list(self.waiting),
        }


def _with_lists(values: dict[str, object]) -> dict[str, object]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
