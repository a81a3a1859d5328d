"""How commands are declared: a function, its examples, and the options that all commands share."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import sys
import typing
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from podtool.cli.pages import CommandPage
from podtool.cli.session import Answer, Session

Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing but warnings and errors.")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Say more.")]
Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON object on stdout, and nothing else there.")
]


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A command: its name, its function as Typer wants it, and command lines to copy."""

    name: str
    function: Callable[..., Answer]
    examples: tuple[str, ...]

    def add_to(self, app: typer.Typer) -> None:
        """Makes it a command of `app`."""
        app.command(self.name, cls=CommandPage, epilog="\n".join(self.examples))(self.function)


def command(name: str, *examples: str) -> Callable[[Callable[..., Answer]], Declared]:
    """Declares the command `name`; its function takes the session, then what Typer reads from its signature.

    The options that all commands share are added here, so that they are written once.
    """

    def declare(function: Callable[..., Answer]) -> Declared:
        return Declared(name=name, function=_with_shared_options(function), examples=examples)

    return declare


def _shared(
    context: typer.Context, *, quiet: Quiet = False, verbose: Verbose = False, json: Json = False
) -> Session:
    """What stands before and after every command's own parameters."""
    session = context.find_object(Session)
    if session is None:
        raise TypeError("the command was called without its boundary")
    session.take(quiet=quiet, verbose=verbose, json=json)
    return session


def _with_shared_options(function: Callable[..., Answer]) -> Callable[..., Answer]:
    """`function` as Typer wants it: the shared options in its signature, its types as objects.

    A parameter whose type is a dataclass stands for the options that are its fields.
    """
    (context, *options), (_, *own) = _parameters_of(_shared), _parameters_of(function)
    names = [parameter.name for parameter in (context, *options)]
    groups: dict[str, Any] = {
        each.name: each.annotation for each in own if dataclasses.is_dataclass(each.annotation)
    }
    own = [one for each in own for one in (_options_of(each.annotation) if each.name in groups else [each])]

    def run(**given: Any) -> Answer:
        session = _shared(**{name: given.pop(name) for name in names})
        for name, group in groups.items():
            given[name] = group(**{each.name: given.pop(each.name) for each in dataclasses.fields(group)})
        if not session.settings.json:
            return function(session, **given)
        with redirect_stdout(sys.stderr):  # a library that prints must not spoil the object
            return function(session, **given)

    functools.update_wrapper(run, function)
    parameters = [context, *own, *options]
    vars(run)["__signature__"] = inspect.Signature(parameters)
    # Older Typers read the types here, not in the signature.
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


def _parameters_of(function: Callable[..., object]) -> list[inspect.Parameter]:
    """The parameters with their types as objects, all by keyword."""
    types = typing.get_type_hints(function, include_extras=True)
    return [
        parameter.replace(annotation=types[parameter.name], kind=inspect.Parameter.KEYWORD_ONLY)
        for parameter in inspect.signature(function).parameters.values()
    ]


def _options_of(group: type) -> list[inspect.Parameter]:
    """The fields of a group of options as parameters."""
    types = typing.get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(
            each.name, inspect.Parameter.KEYWORD_ONLY, default=each.default, annotation=types[each.name]
        )
        for each in dataclasses.fields(group)
    ]
