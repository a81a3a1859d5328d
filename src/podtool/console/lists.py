"""What `publish`, `init`, `new`, `clean` and `doctor` tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import PurePath
from typing import Any

from rich.text import Text

from podtool.console.layout import Indented, Inset, calm_table
from podtool.console.screen import Screen
from podtool.console.wording import counted, format_bytes, one_line
from podtool.publish.feed_changes import ItemChange, ShowChange
from podtool.workflow.publish_result import PublishResult
from podtool.workflow.results import DoctorResult, MadeResult

_EFFECT_STYLES = {"safe": "good", "re-download": "warn", "dangerous": "bad"}
_ACTION_STYLES = {"add": "good", "replace": "warn", "remove": "bad", "same": "quiet"}
_MOST_ALIKE, _SOME_ALIKE = 5, 3
"""To more than the first the same is said once, beside the second's names."""
_DONE = {"add": "added", "replace": "replaced", "remove": "removed", "same": "unchanged"}
_PLANNED = {"add": "to add", "replace": "to replace", "remove": "to remove", "same": "unchanged"}


def show_published(screen: Screen, result: PublishResult) -> None:
    """Each public file that changes, under what that does to listeners and why; and a count."""
    screen.show(Text(one_line(result.target), style="head"))
    shown = [change for change in result.changes if change.action != "same" or screen.settings.verbose]
    for (effect, why), changes in groupby(shown, key=lambda change: (change.effect, change.why)):
        told = Text.assemble((one_line(effect), _EFFECT_STYLES.get(effect, "")), f": {one_line(why)}")
        screen.show(Indented(told, 2))
        for change in changes:
            action = (f"{one_line(change.action):<8}", _ACTION_STYLES.get(change.action, ""))
            screen.show(Indented(Text.assemble(action, one_line(change.path)), 4))
    _show_items(screen, result)
    screen.show(Indented(_count_changes(result), 2))
    for host in result.hosts_to_tell if result.dry_run else ():
        screen.show(Indented(Text(f"would be told of it: {one_line(host)}", style="quiet"), 2))
    for episode in result.waiting:
        screen.show(Indented(Text(f"waiting until it is due: {one_line(episode)}", style="quiet"), 2))


def _show_items(screen: Screen, result: PublishResult) -> None:
    """What becomes of the show and of each episode in listeners' apps; what many share is said once."""
    if result.show:
        screen.show(Indented(Text.assemble("the show", (_differences(result.show), "quiet")), 2))
    for (action, effect, *_, why), same in _alike(result.items):
        shown = same if screen.settings.verbose or len(same) <= _MOST_ALIKE else same[:_SOME_ALIKE]
        for item in shown:
            told = (f"{one_line(action):<8}", _ACTION_STYLES.get(action, ""))
            differences = (_differences(item), "quiet")
            screen.show(Indented(Text.assemble(told, one_line(item.title), differences), 2))
        if len(shown) < len(same):
            screen.show(Indented(Text(f"and {len(same) - len(shown)} more alike", style="quiet"), 10))
        told_effect = (one_line(effect), _EFFECT_STYLES.get(effect, ""))
        screen.show(Indented(Text.assemble(told_effect, f": {one_line(why)}"), 4))


def _alike(items: Sequence[ItemChange]) -> Iterable[tuple[tuple[Any, ...], list[ItemChange]]]:
    """Neighbours to which the same happens."""
    for key, group in groupby(
        items, key=lambda item: (item.action, item.effect, item.what, item.adds, item.drops, item.why)
    ):
        yield key, list(group)


def _differences(change: ItemChange | ShowChange) -> str:
    """`` (title; adds chapters; drops keywords)``."""
    changed = [each for each in change.what if each not in change.adds and each not in change.drops]
    parts = [
        f"{word}{', '.join(one_line(each) for each in names)}"
        for word, names in (("", changed), ("adds ", change.adds), ("drops ", change.drops))
        if names
    ]
    return f" ({'; '.join(parts)})" if parts else ""


def _count_changes(result: PublishResult) -> Text:
    counts = Counter(change.action for change in result.changes)
    if set(counts) <= {"same"}:
        return Text(f"nothing new: {counted(counts['same'], 'file')} unchanged", style="good")
    words = _PLANNED if result.dry_run else _DONE
    told = ", ".join(f"{counts[action]} {word}" for action, word in words.items() if counts[action])
    return Text(told + (" (nothing was changed: --dry-run)" if result.dry_run else ""), style="quiet")


def show_made(screen: Screen, result: MadeResult, folder: PurePath, following: str) -> None:
    """The files and folders that were made in `folder`, and what to do next."""
    for path in result.paths:
        screen.show(Text.assemble(("made ", "good"), one_line(folder / path)))
    screen.tell(Text.assemble(("next: ", "key"), following))


def show_removed(screen: Screen, result: MadeResult) -> None:
    """The files and folders that were removed, and the room that gave."""
    for path in result.paths:
        screen.show(Text.assemble(("removed ", "quiet"), one_line(path)))
    freed = f"{format_bytes(result.freed_bytes)} freed" if result.paths else "nothing to remove"
    screen.show(Text(freed, style="good"))


def show_doctor(screen: Screen, result: DoctorResult) -> None:
    """One line per thing that was looked at."""
    table = calm_table("", "", "", "")
    for line in result.lines:
        table.add_row(
            Text("ok" if line.ok else "trouble", style="good" if line.ok else "warn"),
            Text(one_line(line.name)),
            Text(one_line(line.version)),
            Text(one_line(line.note), style="quiet"),
        )
    screen.show(Inset(table))


def show_pairs(screen: Screen, pairs: Mapping[str, str]) -> None:
    """Names and what they stand for."""
    table = calm_table("", "")
    for name, value in pairs.items():
        if value:
            table.add_row(Text(one_line(name), style="quiet"), Text(one_line(value)))
    screen.show(table)
