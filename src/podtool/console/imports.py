"""What `import` and `publish --recover` tell."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from podtool.console.layout import Indented
from podtool.console.screen import Screen
from podtool.console.wording import counted, one_line
from podtool.publish.import_notes import ImportNote, count_notes
from podtool.workflow.import_result import ImportResult
from podtool.workflow.recovery_result import RecoveryResult

_STYLES = {"error": "bad", "warning": "warn", "note": "quiet"}
_SHOWN_NOTES = 20


def show_imported(screen: Screen, result: ImportResult, folder: str) -> None:
    """What came in, what there is to know about it, and what to do next."""
    episodes = counted(len(result.episodes), "episode")
    screen.show(Text.assemble(("imported ", "good"), (one_line(result.title), "head"), f": {episodes}"))
    screen.show(Indented(Text(f"into {one_line(folder)}", style="quiet"), 2))
    show_notes(screen, result.notes)
    screen.tell(
        Text.assemble(
            ("next: ", "key"),
            f"cd {one_line(folder)}; podtool check; podtool publish --all --dry-run",
        )
    )


def show_recovered(screen: Screen, result: RecoveryResult) -> None:
    """Which item is which episode, what has none, and what to do next."""
    words = "would be recovered" if result.dry_run else "recovered"
    screen.show(Text.assemble((words, "good"), f": {counted(len(result.matched), 'episode')}"))
    for folder, (guid, by) in sorted(result.matched.items()):
        screen.show(
            Indented(Text.assemble(one_line(folder), (f"  {one_line(guid)} (by its {by})", "quiet")), 2)
        )
    for title in result.strangers:
        screen.show(Indented(Text(f"no folder for the feed's item: {one_line(title)}", style="warn"), 2))
    for folder in result.unpublished:
        screen.show(Indented(Text(f"not in the feed: {one_line(folder)}", style="quiet"), 2))
    show_notes(screen, result.notes)
    screen.tell(Text.assemble(("next: ", "key"), "podtool publish --all --dry-run"))


def show_notes(screen: Screen, notes: Sequence[ImportNote]) -> None:
    """One line for all items that a note is about; the most serious first, every one of them with -v."""
    order = list(_STYLES)
    counted_notes = sorted(count_notes(notes).items(), key=lambda pair: order.index(pair[0].severity.value))
    shown = counted_notes if screen.settings.verbose else counted_notes[:_SHOWN_NOTES]
    for note, count in shown:
        screen.show(Indented(_told(note, count), 2))
    if hidden := len(counted_notes) - len(shown):
        screen.show(Indented(Text(f"{hidden} more with -v", style="quiet"), 2))


def _told(note: ImportNote, count: int) -> Text:
    where = f"line {note.line}: " if note.line and not note.item else ""
    example = f" ({one_line(note.item)})" if note.item and count == 1 else ""
    more = f" ({counted(count, 'episode')}, like {one_line(note.item)})" if note.item and count > 1 else ""
    severity = (f"{note.severity.value:<8}", _STYLES[note.severity.value])
    return Text.assemble(severity, f"{where}{one_line(note.message)}", (example or more, "quiet"))
