"""Events while a command works: bars on a terminal, lines elsewhere, all on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from podtool.console.pace import Pace
from podtool.console.screen import Screen, is_live
from podtool.console.wording import counted, format_duration, format_speed, one_line
from podtool.ports import Message, Progress

if TYPE_CHECKING:
    from podtool.console.bars import Bars

_LEVELS = {"info": "", "detail": "quiet", "warning": "warn"}


class EventView:
    """The listener that people see through; a context manager that leaves the terminal as it was.

    Args:
        screen: where words go.
        clock: seconds that never go back; speed and time left are told by it.
    """

    def __init__(self, screen: Screen, clock: Callable[[], float] = time.monotonic) -> None:
        self.screen = screen
        self._clock = clock
        self._bars: Bars | None = None
        self._tasks: dict[str, int] = {}
        self._paces: dict[str, Pace] = {}
        self._finished: set[str] = set()
        self._counting = ""

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
        elif self.screen.settings.verbose:
            self._note(event)

    def _say(self, message: Message) -> None:
        settings = self.screen.settings
        wanted = {"info": not settings.quiet, "detail": settings.verbose and not settings.quiet}
        if not wanted.get(message.level, True):
            return
        from rich.text import Text

        prefix = "warning: " if message.level == "warning" else ""
        text = one_line(message.text)
        self.screen.tell(Text.assemble((prefix, "warn"), (text, "" if prefix else _LEVELS[message.level])))

    def _pace_of(self, event: Progress) -> Pace:
        """The pace of the event's stage, which has taken it; a stage that is begun anew has no past."""
        pace, now = self._paces.get(event.stage), self._clock()
        if pace is None or event.done < pace.last.done:
            pace = self._paces[event.stage] = Pace(event, now)
        else:
            pace.take(event, now)
        return pace

    def _note(self, event: Progress) -> None:
        """One line when the stage is done; one more when it is done again, as for the next episode."""
        pace = self._pace_of(event)
        if not _is_done(event):
            self._finished.discard(event.stage)
        elif event.stage not in self._finished:
            self._finished.add(event.stage)
            from rich.text import Text

            told = ", ".join(_tell_done(event, pace))
            self.screen.tell(Text(f"{one_line(event.stage)}: {told}", style="quiet"))

    def _move(self, event: Progress) -> None:
        if self._bars is None:
            from podtool.console.bars import Bars

            self._bars = Bars(self.screen.err, self._clock)
            self._bars.start()
        from rich.progress import TaskID

        pace, total = self._pace_of(event), event.total or None
        if event.stage not in self._tasks:
            self._tasks[event.stage] = self._bars.add_task(
                one_line(event.stage), total=total, pace=pace, chunks=event.chunks
            )
        if event.unit == "files":  # named one by one, each under a stage of its own: one line is enough
            if self._counting not in {"", event.stage}:
                self._bars.update(TaskID(self._tasks[self._counting]), visible=False)
            self._counting = event.stage
        self._bars.update(
            TaskID(self._tasks[event.stage]),
            completed=event.done,
            total=total,
            pace=pace,
            chunks=event.chunks,
            visible=not _is_done(event),
        )


def _is_done(event: Progress) -> bool:
    return 0 < event.total <= event.done


def _tell_done(event: Progress, pace: Pace) -> Iterator[str]:
    """What there is to say of a stage that is done: sound, speed, chunks."""
    yield "done"
    if event.audio_s:
        made, speed = format_duration(pace.made_s), format_speed(pace.mean_speed)
        yield f"{made} of {format_duration(event.audio_s)} of sound made{f' at {speed}' if speed else ''}"
    if event.chunks:
        built, reused = event.chunks
        yield f"{counted(built, 'chunk')} built"
        yield f"{reused} reused"
