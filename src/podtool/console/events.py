"""Events while a command works: bars on a terminal, lines elsewhere, all on stderr."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from podtool.console.screen import Screen, is_live
from podtool.console.wording import one_line
from podtool.ports import Message, Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

_LEVELS = {"info": "", "detail": "quiet", "warning": "warn"}


class EventView:
    """The listener that people see through; a context manager that leaves the terminal as it was."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self._bars: Bars | None = None
        self._tasks: dict[str, int] = {}
        self._finished: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bars is not None:
            with suppress(OSError):
                self._bars.stop()
            self._bars = None

    def __call__(self, event: Progress | Message) -> None:
        """Shows `event`, as far as `-q` and `-v` want it."""
        if isinstance(event, Message):
            self._say(event)
        elif self.screen.settings.quiet:
            return
        elif is_live(sys.stderr):
            with suppress(OSError):
                self._move(event)
        elif self.screen.settings.verbose and 0 < event.total <= event.done:
            self._finish(event)

    def _say(self, message: Message) -> None:
        settings = self.screen.settings
        wanted = {"info": not settings.quiet, "detail": settings.verbose and not settings.quiet}
        if not wanted.get(message.level, True):
            return
        from rich.text import Text

        prefix = "warning: " if message.level == "warning" else ""
        text = one_line(message.text)
        self.screen.tell(Text.assemble((prefix, "warn"), (text, "" if prefix else _LEVELS[message.level])))

    def _finish(self, event: Progress) -> None:
        if event.stage in self._finished:
            return
        self._finished.add(event.stage)
        from rich.text import Text

        self.screen.tell(Text(f"{one_line(event.stage)}: done", style="quiet"))

    def _move(self, event: Progress) -> None:
        if self._bars is None:
            from podtool.console.bars import make_bars

            self._bars = make_bars(self.screen.err)
            self._bars.start()
        from rich.progress import TaskID

        total = event.total or None
        if event.stage not in self._tasks:
            self._tasks[event.stage] = self._bars.add_task(
                one_line(event.stage), total=total, audio_s=event.audio_s
            )
        task = TaskID(self._tasks[event.stage])
        done = event.total > 0 and event.done >= event.total
        self._bars.update(task, completed=event.done, total=total, audio_s=event.audio_s, visible=not done)
