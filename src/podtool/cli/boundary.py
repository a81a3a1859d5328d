"""The one boundary: what a command gives or raises becomes output and an exit code here and nowhere else."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import typer

from podtool.cli.crash_log import internal_error
from podtool.cli.interrupts import ends_like_ctrl_c
from podtool.cli.pages import GroupPage
from podtool.cli.session import Answer, Session
from podtool.console.json_output import envelope, write_json
from podtool.console.screen import prepare_streams
from podtool.errors import Cancelled, PodtoolError, ToolError, UsageError

_Refusal: type[Exception] = typer.BadParameter.__mro__[2]
"""What the parser raises: the base of Typer's exceptions, or click's under an older Typer."""

_CTRL_C = Cancelled.exit_code


class _Held(Exception):  # noqa: N818 - not an error of its own, but one in a wrapper
    """An exception that Typer's `main` would answer itself, on its way through it."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(str(error))
        self.error = error


class Boundary(GroupPage):
    """The program's root: runs a command and tells how it went."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the command; hides from Typer what it would turn into words and codes of its own."""
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, OSError, EOFError) as error:
            raise _Held(error) from error

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = "podtool",
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - Typer's signature
        windows_expand_args: bool = True,  # noqa: FBT001, FBT002 - Typer's signature
        **extra: Any,
    ) -> Any:
        """Runs the program and ends the process, or gives the exit code where `standalone_mode` is false."""
        prepare_streams()
        session = Session(sys.argv[1:] if args is None else args)
        with ends_like_ctrl_c():
            try:
                outcome = self._perform(
                    session,
                    args=args,
                    prog_name=prog_name,
                    complete_var=complete_var,
                    windows_expand_args=windows_expand_args,
                    **extra,
                )
                code = _tell(outcome, session)
            except KeyboardInterrupt:  # once more, while the first was being answered
                code = _CTRL_C
        if standalone_mode:
            sys.exit(code)
        return code

    def _perform(self, session: Session, **call: Any) -> Answer | PodtoolError | None:
        """What the command gave, or what went wrong as an error of ours; None when all has been said."""
        try:
            with session.listen:
                outcome = super().main(standalone_mode=False, obj=session, **call)
        except _Held as held:
            return _translate(held.error, session)
        except Exception as error:  # noqa: BLE001 - the boundary is where all of them end
            return _translate(error, session)
        except KeyboardInterrupt:
            return Cancelled()
        if isinstance(outcome, Answer):
            return outcome
        return Cancelled() if outcome == _CTRL_C else None


def _translate(error: BaseException, session: Session) -> PodtoolError:
    """The error of ours for any other."""
    if isinstance(error, PodtoolError):
        return error
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        return Cancelled()
    if isinstance(error, _Refusal):
        return _usage_error(error)
    return internal_error(error, session.arguments, _cache_near())


def _usage_error(refusal: Any) -> UsageError:
    """The parser's complaint in our style, with the command whose help page to read."""
    words = " ".join(str(refusal.format_message()).split()).rstrip(".").replace("Value error, ", "")
    context = getattr(refusal, "ctx", None)
    path = context.command.name if context is not None and context.parent is not None else None
    page = f"podtool {path} --help" if path else "podtool --help"
    return UsageError(words[:1].lower() + words[1:], hint=f"see `{page}`")


def _cache_near() -> Path | None:
    """The cache of the show around the current folder, if there is one."""
    from podtool.workflow.project import CACHE_FOLDER, find_show_file

    with suppress(PodtoolError, OSError):
        return find_show_file(Path.cwd()).parent / CACHE_FOLDER
    return None


def _tell(outcome: Answer | PodtoolError | None, session: Session) -> int:
    """Shows the outcome; gives the exit code, which a reader that has gone away doesn't change."""
    error = outcome.error if isinstance(outcome, Answer) else outcome
    code = 0 if error is None else error.exit_code
    try:
        if outcome is not None:
            _show(outcome, session)
        sys.stdout.flush()
    except OSError as failure:
        _drop_stdout()
        if failure.errno == errno.EPIPE or (os.name == "nt" and failure.errno == errno.EINVAL):
            return code
        lost = ToolError(f"the output can't be written: {failure.strerror}", hint="see where stdout leads")
        _show_error(lost, session)
        return code or lost.exit_code
    except Exception as failure:  # noqa: BLE001 - a result that can't be drawn is a bug like any other
        bug = internal_error(failure, session.arguments, _cache_near())
        _show(bug, session)
        return bug.exit_code
    return code


def _show(outcome: Answer | PodtoolError, session: Session) -> None:
    if session.settings.json:
        content, error = (outcome.content, outcome.error) if isinstance(outcome, Answer) else ({}, outcome)
        write_json(envelope(session.command, content, error))
    elif isinstance(outcome, PodtoolError):
        _show_error(outcome, session)
    elif not (outcome.chore and session.settings.quiet) or outcome.error:
        outcome.show(session.screen)


def _show_error(error: PodtoolError, session: Session) -> None:
    from podtool.console.failures import tell_error

    tell_error(session.screen, error)


def _drop_stdout() -> None:
    """Sends the rest of stdout nowhere, or Python would complain about it when it ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
