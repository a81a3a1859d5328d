"""Progress bars: one line per stage at work, gone when it is done."""

from __future__ import annotations

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

_BAR_WIDTH = 28
_REFRESHES_PER_SECOND = 8


class SpeedColumn(ProgressColumn):
    """How many times faster than listening: ``84×``."""

    max_refresh = 0.5

    def render(self, task: Task) -> Text:
        """The speed of `task`, where it works on sound and has begun."""
        audio_s: float = task.fields.get("audio_s", 0.0)
        if not (audio_s and task.total and task.elapsed):
            return Text("")
        return Text(f"{task.completed / task.total * audio_s / task.elapsed:.0f}×", style="quiet")


def make_bars(console: Console) -> Progress:
    """Bars on `console` that vanish when they are stopped; stdout is not touched."""
    return Progress(
        SpinnerColumn("line" if not console.encoding.startswith("utf") else "dots", style="key"),
        TextColumn("{task.description}", markup=False),
        BarColumn(_BAR_WIDTH, complete_style="key", finished_style="key", pulse_style="quiet"),
        TaskProgressColumn("{task.percentage:>3.0f} %", markup=False, style="quiet"),
        SpeedColumn(),
        TimeRemainingColumn(compact=True),
        console=console,
        transient=True,
        refresh_per_second=_REFRESHES_PER_SECOND,
        redirect_stdout=False,
    )
