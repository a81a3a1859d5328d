"""Ways to lay out text that Rich doesn't have."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

_INSET = 2
ROOMY = 60
"""Columns that a table of figures needs."""


class Indented:
    """Text set in from the left: wrapped on a terminal, one long line for programs (grep wants it whole)."""

    def __init__(self, text: Text, columns: int) -> None:
        self.text = text
        self.columns = columns

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if options.no_wrap or not console.is_terminal:
            yield Text(" " * self.columns) + self.text
        else:
            yield Padding(self.text, (0, 0, 0, self.columns), expand=False)


def is_prose(part: RenderableType) -> bool:
    """Whether `part` is running text, which programs want unwrapped; tables need their width."""
    return isinstance(part, str | Text | Indented)


def calm_table(
    *columns: str, right: Iterable[int] = (), whole: Iterable[int] = (), roomy: bool = True
) -> Table:
    """A table without lines: dimmed heads (none where all names are empty), numbers (`right`) to the right.

    Nothing is lost when it gets narrow: cells are folded, those in `whole` columns last, and
    numbers only where it isn't `roomy`.
    """
    table = Table(
        box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=any(columns), header_style="quiet"
    )
    numbers = frozenset(right)
    unbroken = frozenset(whole) | (numbers if roomy else frozenset())
    for index, name in enumerate(columns):
        table.add_column(
            Text(name),
            justify="right" if index in numbers else "left",
            overflow="fold",
            no_wrap=index in unbroken,
        )
    return table


class Inset:
    """A table two columns from the left (which Rich's Padding makes a column too narrow)."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        narrower = options.update(width=max(1, options.max_width - _INSET))
        for line in console.render_lines(self.table, narrower, pad=False):
            yield Segment(" " * _INSET)
            yield from line
            yield Segment.line()
