"""What one run of podtool knows of itself, and what a command answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from podtool.console.events import EventView
from podtool.console.screen import Screen, Settings
from podtool.errors import PodtoolError, UsageError


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a command comes to.

    Attributes:
        content: its part of the `--json` object.
        show: draws it for people.
        error: what went wrong in spite of the content; its exit code is the command's. `show` tells of it.
        chore: the command was asked to do something, not to tell: with -q nothing is drawn.
    """

    content: Mapping[str, object]
    show: Callable[[Screen], None]
    error: PodtoolError | None = None
    chore: bool = False


class Session:
    """One run: its settings, which may stand before and after the command's name, and its listener."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self.arguments = tuple(arguments)
        self.command: str | None = None
        self.screen = Screen(Settings(json=_wants_json(arguments)))
        self.listen = EventView(self.screen)

    @property
    def settings(self) -> Settings:
        """`-q`, `-v` and `--json` as far as they have been read."""
        return self.screen.settings

    def take(self, *, quiet: bool, verbose: bool, json: bool) -> None:
        """Adds the options that stood in one place to those that stood in the other.

        Raises:
            UsageError: -q and -v.
        """
        old = self.screen.settings
        new = replace(old, quiet=old.quiet or quiet, verbose=old.verbose or verbose, json=old.json or json)
        if new.quiet and new.verbose:
            raise UsageError("-q and -v contradict each other", hint="give one of them")
        self.screen.settings = new

    @property
    def here(self) -> Path:
        """The current folder.

        Raises:
            UsageError: somebody has removed it.
        """
        try:
            return Path.cwd()
        except OSError as error:
            raise UsageError("the current folder is gone", hint="go to another folder") from error


def _wants_json(arguments: Sequence[str]) -> bool:
    """Whether JSON was asked for, known before the options are parsed: a usage error must be JSON too."""
    options = list(arguments)
    if "--" in options:
        options = options[: options.index("--")]
    return "--json" in options
