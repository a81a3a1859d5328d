"""Help pages of the live program: described once, for `--help` and for docs/cli.md alike."""

from __future__ import annotations

import inspect
import os
import shutil
import sys
from collections.abc import Iterable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from podtool.console.help_page import CommandHelp, ParameterHelp, render_help
from podtool.console.screen import is_live

_SHARED = frozenset({"--quiet", "--verbose", "--json", "--help"})
_HELP = ParameterHelp(name="-h, --help", help="Show this page.", shared=True)


def describe(command: Any, path: str) -> CommandHelp:
    """What there is to know about a command of the live program.

    Args:
        command: a Typer command or group (older Typers build on click's classes, newer on their own).
        path: how it is called: ``podtool assemble``.
    """
    text = inspect.cleandoc(command.help or "")
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    options = [param for param in command.params if param.param_type_name == "option" and not param.hidden]
    described = [_describe_option(option) for option in options]
    pieces = [path, "[OPTIONS]", *(_usage_of(argument) for argument in arguments)]
    if isinstance(command, TyperGroup):
        pieces.append("COMMAND ...")
    return CommandHelp(
        name="" if isinstance(command, TyperGroup) else str(command.name),
        usage=" ".join(pieces),
        summary=" ".join(text.partition("\n\n")[0].split()),
        help=text,
        examples=tuple(line.strip() for line in (command.epilog or "").splitlines() if line.strip()),
        arguments=tuple(ParameterHelp(name=_metavar_of(item), help=item.help or "") for item in arguments),
        options=(*sorted(described, key=lambda option: option.shared), _HELP),
    )


def _metavar_of(argument: Any) -> str:
    name = str(argument.metavar or argument.name).upper()
    return name + ("..." if argument.nargs != 1 else "")


def _usage_of(argument: Any) -> str:
    return _metavar_of(argument) if argument.required else f"[{_metavar_of(argument)}]"


def _describe_option(option: Any) -> ParameterHelp:
    names = ", ".join((*sorted(option.opts, key=len), *option.secondary_opts))
    value = "" if option.is_flag else f" {option.metavar or option.name.upper()}"
    return ParameterHelp(
        name=names + value + ("..." if option.multiple else ""),
        help=option.help or "",
        shared=bool(_SHARED & set(option.opts)),
    )


def describe_commands(group: TyperGroup, name: str = "podtool") -> list[CommandHelp]:
    """The program itself, then every command in the order in which `--help` names them."""
    commands = [describe(command, f"{name} {key}") for key, command in group.commands.items()]
    return [describe(group, name), *commands]


class CommandPage(TyperCommand):
    """A command that draws its own help page."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Writes the page; Typer's own needs a second of imports."""
        del ctx
        formatter.write(_drawn(describe(self, f"podtool {self.name}"), ()))


class GroupPage(TyperGroup):
    """The program, which draws its own help page."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Writes the page; Typer's own needs a second of imports."""
        del ctx
        page, *commands = describe_commands(self)
        formatter.write(_drawn(page, commands))


def _drawn(page: CommandHelp, commands: Iterable[CommandHelp]) -> str:
    width = shutil.get_terminal_size().columns
    return render_help(page, list(commands), width, styled=_may_style())


def _may_style() -> bool:
    """Whether stdout takes colours: a terminal, no old Windows console, and no NO_COLOR (no-color.org)."""
    if os.environ.get("NO_COLOR") or not is_live(sys.stdout):
        return False
    return os.name != "nt" or "WT_SESSION" in os.environ


def print_help(context: typer.Context) -> None:
    """Shows the page of the command that `context` belongs to."""
    typer.echo(context.get_help())
