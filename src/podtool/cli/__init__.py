"""The command line: parse, call one use case, turn its result or error into output and an exit code."""

from __future__ import annotations

import os
from typing import Annotated, cast

import typer

from podtool import __version__
from podtool.cli import assets, checking, importing, making, publishing, sound, starting
from podtool.cli.boundary import Boundary
from podtool.cli.pages import describe_commands as _describe_commands
from podtool.cli.pages import print_help
from podtool.cli.registry import Json, Quiet, Verbose
from podtool.cli.session import Answer, Session
from podtool.console.help_page import CommandHelp
from podtool.errors import UsageError

__all__ = ["app", "describe_commands", "main"]

COMMANDS = (
    starting.init,
    starting.new,
    sound.ingest,
    making.assemble,
    sound.tag,
    publishing.publish,
    checking.check,
    sound.inspect,
    making.explain,
    publishing.credit,
    assets.assets,
    publishing.preview,
    importing.import_,
    making.clean,
    starting.doctor,
)

app = typer.Typer(
    name="podtool",
    cls=Boundary,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="podtool init my-show\npodtool assemble episodes/08-titre\npodtool publish 8 --dry-run",
)


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="Tell the version.")] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    json: Json = False,
) -> Answer | None:
    """Produce a podcast from two YAML files.

    Mix, master, encode, tag, publish and check an episode.
    """
    session = context.ensure_object(Session)
    session.command = context.invoked_subcommand
    session.take(quiet=quiet, verbose=verbose, json=json)
    if context.invoked_subcommand is not None:
        return None
    if version:
        return Answer(content={}, show=lambda screen: screen.write(f"podtool {__version__}"))
    if session.settings.json:
        raise UsageError("no command was given", hint="see `podtool --help`")
    print_help(context)
    return None


for declared in COMMANDS:
    declared.add_to(app)


def describe_commands() -> list[CommandHelp]:
    """The program and all its commands as `--help` shows them; docs/cli.md and README are made from this."""
    return _describe_commands(cast("Boundary", typer.main.get_command(app)))


def main() -> None:
    """Runs podtool on the process's arguments and ends the process."""
    # Matrix threads of numpy's own would compete with the threads that decode and encode.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    app()
