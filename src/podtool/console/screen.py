"""The two streams: results on stdout, words for people on stderr.

Rich is imported when something is drawn, because `--help` and `--json` don't need it.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_STYLES = {
    "good": "green",
    "bad": "bold red",
    "warn": "yellow",
    "quiet": "dim",
    "head": "bold",
    "key": "cyan",
}


class ReaderGone(BrokenPipeError):  # noqa: N818 - `| head` is no error
    """Who read our output has closed it."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the user asked of the output: `-q`, `-v`, `--json`."""

    quiet: bool = False
    verbose: bool = False
    json: bool = False


class Screen:
    """Where results and words go. Nothing given to it is read as Rich markup."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def out(self) -> Console:
        """Stdout, for results."""
        return make_console(sys.stdout)

    @cached_property
    def err(self) -> Console:
        """Stderr, for words."""
        return make_console(sys.stderr)

    @property
    def unicode(self) -> bool:
        """Whether stdout can show more than Latin letters."""
        return (sys.stdout.encoding or "").lower().startswith("utf")

    def show(self, *parts: RenderableType) -> None:
        """Draws results on stdout.

        Raises:
            ReaderGone: nobody reads them.
        """
        _draw(self.out, parts)

    def tell(self, *parts: RenderableType) -> None:
        """Draws words on stderr; if nobody can read them, so be it."""
        with suppress(OSError):
            _draw(self.err, parts)

    def write(self, text: str) -> None:
        """Writes `text` to stdout as it is, ended by one line break."""
        sys.stdout.write(text if text.endswith("\n") else text + "\n")


def _draw(console: Console, parts: Iterable[RenderableType]) -> None:
    """Draws one below the other; for programs, text is not wrapped and no line ends in spaces."""
    from podtool.console.layout import is_prose

    for part in parts:
        if console.is_terminal:
            console.print(part)
            continue
        with console.capture() as drawn:
            console.print(part, soft_wrap=is_prose(part))
        console.file.write("".join(f"{line.rstrip()}\n" for line in drawn.get().splitlines()))


def make_console(stream: TextIO) -> Console:
    """A Rich console on `stream` that reads no markup and leaves the process alone when its pipe breaks."""
    from rich.console import Console
    from rich.theme import Theme

    class Plain(Console):
        def on_broken_pipe(self) -> None:
            """Rich would end the process here."""
            raise ReaderGone(errno.EPIPE, "nobody reads the output")

    columns = os.environ.get("COLUMNS", "")
    return Plain(
        file=stream,
        theme=Theme(_STYLES),
        markup=False,
        emoji=False,
        highlight=False,
        width=int(columns) if columns.isdecimal() and int(columns) else None,
    )


def prepare_streams() -> None:
    """Makes stdout and stderr take any character, whatever code page the console has.

    Windows gives files and pipes a legacy code page that loses characters: there they become UTF-8, unless
    PYTHONIOENCODING says otherwise.
    """
    legacy = os.name == "nt" and "PYTHONIOENCODING" not in os.environ
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # started without the stream (`>&-`, pythonw)
            setattr(sys, name, io.StringIO())
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="backslashreplace",
                encoding="utf-8" if legacy and not stream.isatty() else None,
            )


def is_live(stream: TextIO) -> bool:
    """Whether bars can move on `stream`: a terminal that knows how to go back."""
    return stream.isatty() and os.environ.get("TERM", "") not in {"dumb", "unknown"}
