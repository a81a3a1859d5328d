"""Progress bars: one line per stage at work, gone when it is done.

Each line says the stage, how far it is, how much faster than listening, how long it will still take, and how
much of it came out of the cache. What doesn't fit is left out, the least needed first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, Task
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from podtool.console.pace import Pace
from podtool.console.wording import format_left, format_speed

_WIDEST_BAR, _NARROWEST_BAR = 28, 8
_NARROWEST_STAGE = 16
_REFRESHES_PER_SECOND = 8
_SPINNER = 1
_GAP = 1
_SPEED = 4
_SIDES: dict[str, Literal["right"]] = {"percent": "right", "speed": "right", "left": "right"}


@dataclass(frozen=True, kw_only=True)
class _Layout:
    """The columns of a line, and whether they are told in words."""

    columns: tuple[str, ...]
    wordy: bool = True


_LAYOUTS = (
    _Layout(columns=("stage", "bar", "percent", "speed", "left", "chunks")),
    _Layout(columns=("stage", "percent", "speed", "left", "chunks")),
    _Layout(columns=("stage", "percent", "speed", "left", "chunks"), wordy=False),
    _Layout(columns=("stage", "percent", "speed", "left"), wordy=False),
    _Layout(columns=("stage", "percent", "left"), wordy=False),
    _Layout(columns=("stage", "left"), wordy=False),
)
"""From roomy to narrow; the first in which nothing is cut is taken."""


class Bars(Progress):
    """Bars that choose their columns by the room there is at each moment."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._drawn_on = console  # Rich draws once before it knows its own
        self._clock = clock
        self._unicode = console.encoding.startswith("utf")
        self._spinner = SpinnerColumn("dots" if self._unicode else "line", style="key")
        super().__init__(
            console=console,
            transient=True,
            refresh_per_second=_REFRESHES_PER_SECOND,
            redirect_stdout=False,
        )

    def make_tasks_table(self, tasks: Iterable[Task]) -> Table:
        """The lines of all stages at work, their columns below each other."""
        shown = [task for task in tasks if task.visible]
        room = self._drawn_on.width - _SPINNER - _GAP
        layout, cells = self._fitting(shown, room)
        used = [name for name in layout.columns if name == "bar" or any(line[name] for line in cells)]
        widths = {name: max((cell_len(line[name]) for line in cells), default=0) for name in used}
        free = room - sum(widths.values()) - _GAP * (len(used) - 1)
        if "bar" in used:
            widths["bar"] = min(_WIDEST_BAR, free)
        elif free < 0 and "stage" in widths:
            widths["stage"] = max(1, widths["stage"] + free)
        table = Table.grid(padding=(0, _GAP, 0, 0), pad_edge=False)
        table.add_column(width=_SPINNER, no_wrap=True)
        for name in used:
            table.add_column(
                width=widths[name], no_wrap=True, overflow="crop", justify=_SIDES.get(name, "left")
            )
        for task, line in zip(shown, cells, strict=True):
            drawn = [_bar(task, widths["bar"]) if name == "bar" else _text(name, line) for name in used]
            table.add_row(self._spinner(task), *drawn)
        return table

    def _fitting(self, tasks: list[Task], room: int) -> tuple[_Layout, list[dict[str, str]]]:
        """The first layout that fits, and what stands in its lines; the last one when none does."""
        for layout in _LAYOUTS:
            cells = [self._cells(task, room, wordy=layout.wordy) for task in tasks]
            needed = [max((cell_len(line[name]) for line in cells), default=0) for name in layout.columns]
            total = sum(needed) + _GAP * (sum(width > 0 for width in needed) - 1)
            if total + (_GAP + _NARROWEST_BAR) * ("bar" in layout.columns) <= room:
                break
        return layout, cells

    def _cells(self, task: Task, room: int, *, wordy: bool) -> dict[str, str]:
        """What stands in the columns of a stage's line; figures keep their width, or bars would dance."""
        pace: Pace = task.fields["pace"]
        made, reused = task.fields["chunks"] or (0, 0)
        left_s, speed = pace.left_s(self._clock()), format_speed(pace.speed, unicode=self._unicode)
        left = format_left(left_s, unicode=self._unicode) if pace.is_sound or left_s is not None else ""
        return {
            "stage": self._shortened(task.description, max(_NARROWEST_STAGE, room * 2 // 5)),
            "bar": "",
            "percent": f"{int(task.percentage):3} %" if task.total else "",
            "speed": f"{speed:>{_SPEED}}" if pace.is_sound else "",
            "left": f"{left} left" if left and wordy else left,
            "chunks": f"{reused}/{made + reused} {'chunks ' if wordy else ''}reused" if reused else "",
        }

    def _shortened(self, stage: str, room: int) -> str:
        if cell_len(stage) <= room:
            return stage
        return set_cell_size(stage, room - 1).rstrip() + ("…" if self._unicode else "~")


def _bar(task: Task, width: int) -> ProgressBar:
    return ProgressBar(
        total=task.total,
        completed=task.completed,
        width=width,
        pulse=task.total is None,
        animation_time=task.get_time(),
        complete_style="key",
        finished_style="key",
        pulse_style="quiet",
    )


def _text(name: str, line: dict[str, str]) -> Text:
    return Text(line[name], style="" if name == "stage" else "quiet")
