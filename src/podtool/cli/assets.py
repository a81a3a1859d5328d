"""`assets`: the ledger of works."""

from __future__ import annotations

import sys
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from podtool.cli.arguments import EpisodeOption
from podtool.cli.registry import command
from podtool.cli.session import Answer, Session
from podtool.console.screen import Screen
from podtool.errors import UsageError

if TYPE_CHECKING:
    from podtool.workflow.assets import NewAsset

_QUESTIONS = {
    "title": "Title of the work",
    "creator": "Who made it",
    "source": "Where it comes from (an address, or words)",
    "licence": "Its licence (SPDX id: CC-BY-4.0, LicenseRef-...)",
}


class AssetsAction(StrEnum):
    """What to do with the ledger of works."""

    LIST = "list"
    ADD = "add"


@command(
    "assets",
    "podtool assets",
    "podtool assets add ~/Downloads/air.mp3 --licence CC-BY-4.0 --source https://example.org/air",
    "podtool assets add photo.jpg --id guest-photo --episode 8",
)
def assets(  # noqa: PLR0913 - one parameter per option of the interface
    session: Session,
    action: Annotated[
        AssetsAction, typer.Argument(metavar="list|add", help="Default: list.", show_default=False)
    ] = AssetsAction.LIST,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="A sound or an image to add.", show_default=False)
    ] = None,
    *,
    identifier: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="What episodes call it. Default: from its title.")
    ] = None,
    episode: EpisodeOption = None,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help="The work's title.")] = None,
    creator: Annotated[str | None, typer.Option("--creator", metavar="NAME", help="Who made it.")] = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="URL", help="Where it comes from; may be words.")
    ] = None,
    licence: Annotated[str | None, typer.Option("--licence", metavar="SPDX", help="Its licence.")] = None,
    licence_url: Annotated[
        str | None, typer.Option("--licence-url", metavar="URL", help="Where a LicenseRef-... can be read.")
    ] = None,
) -> Answer:
    """List the works that the show uses, or add one.

    Told of each: title, creator, licence, the episodes that play or show it. `add` copies FILE into the show,
    takes what the file says of itself, and asks on a terminal for what a credit still needs.
    """
    from podtool.workflow import assets as use_case

    if action is AssetsAction.LIST:
        if file is not None:
            raise UsageError("`assets list` takes no file", hint="to add one: podtool assets add FILE")
        return _list(session)
    if file is None:
        raise UsageError("no file to add", hint="podtool assets add FILE")
    answers = {"title": title, "creator": creator, "source": source, "licence": licence}
    answers |= {"licence_url": licence_url}
    given = {key: text for key, text in answers.items() if text}
    new = use_case.read_new_asset(session.here / file, given)
    if not session.settings.json and sys.stdin.isatty() and sys.stderr.isatty():
        new = use_case.read_new_asset(new.path, {**given, **_ask(new)})
    added = use_case.add(new, session.here, identifier, episode)

    def show(screen: Screen) -> None:
        from podtool.console.assets import show_added

        show_added(screen, added)

    return Answer(content=added.as_json(), show=show, chore=True)


def _list(session: Session) -> Answer:
    from podtool.console.assets import show_assets
    from podtool.workflow import assets as use_case

    result = use_case.list_assets(session.here)
    return Answer(content=result.as_json(), show=lambda screen: show_assets(screen, result))


def _ask(new: NewAsset) -> dict[str, str]:
    """What a credit needs and neither the file nor the options say; an empty answer leaves it out."""
    answers: dict[str, str] = {}
    for key, question in _QUESTIONS.items():
        if key not in new.values:
            text = _prompt(key, f"{question}, or nothing")
            answers |= {key: text} if text else {}
            if text.startswith("LicenseRef-"):
                answers["licence_url"] = _prompt("licence_url", "Where its terms can be read (address)")
    return answers


def _prompt(key: str, question: str) -> str:
    return str(
        typer.prompt(question, default="", show_default=False, err=True, value_proc=partial(_accepted, key))
    )


def _accepted(key: str, answer: str) -> str:
    """The answer, if the YAML takes it for `key`; Typer tells why it doesn't, and asks again."""
    from podtool.workflow.assets import check_answer

    text = answer.strip()
    try:
        if text:
            check_answer(key, text)
    except UsageError as error:
        raise typer.BadParameter(f"{error.message}. {error.hint}".strip()) from error
    return text
