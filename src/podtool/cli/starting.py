"""`init`, `new` and `doctor`: before the first episode."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Annotated

import typer

from podtool.cli.questions import ask_for_missing
from podtool.cli.registry import command
from podtool.cli.session import Answer, Session

_HIGHEST_NUMBER = 99_999


@command(
    "init",
    "podtool init my-show",
    'podtool init my-show --language fr --title "Questions d\'asso" --base-url https://asso.example.org '
    "--email hello@asso.example.org",
)
def init(  # noqa: PLR0913 - one parameter per option of the interface
    session: Session,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The new folder.", show_default=False)],
    *,
    language: Annotated[
        str | None, typer.Option("--language", metavar="TAG", help="The show's language: fr, en-GB, ...")
    ] = None,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help="The show's title.")] = None,
    author: Annotated[
        str | None, typer.Option("--author", metavar="TEXT", help="Who makes it. Default: the title.")
    ] = None,
    email: Annotated[
        str | None, typer.Option("--email", metavar="ADDRESS", help="Where its owner can be written to.")
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option(
            "--base-url", metavar="URL", help="Where it will be published. Default: the feed's folder."
        ),
    ] = None,
    feed: Annotated[
        str | None,
        typer.Option("--feed", metavar="URL", help="The feed's address. Default: feed.xml under --base-url."),
    ] = None,
    category: Annotated[
        str | None,
        typer.Option(
            "--category",
            metavar="NAME",
            help='Apple\'s, like "Business > Non-Profit". Default: "Society & Culture".',
        ),
    ] = None,
    licence: Annotated[
        str | None,
        typer.Option("--licence", metavar="SPDX", help="Under what its episodes are. Default: CC-BY-SA-4.0."),
    ] = None,
    handle: Annotated[
        str | None,
        typer.Option("--handle", metavar="NAME", help="What file names begin with. Default: from the title."),
    ] = None,
) -> Answer:
    """Make a new show folder that `check` accepts.

    Asks for what it needs on a terminal, and takes options otherwise.
    """
    from podtool.console.lists import show_made
    from podtool.workflow import starting

    given = {
        "language": language,
        "title": title,
        "author": author,
        "email": email,
        "base_url": base_url,
        "feed": feed,
        "category": category,
        "licence": licence,
        "handle": handle,
    }
    answers = ask_for_missing(given, may_ask=not session.settings.json)
    result = starting.init(folder, starting.InitAnswers(**answers))
    following = "go there, and start an episode: podtool new 1 TITLE"
    return Answer(
        content=result.as_json(),
        show=lambda screen: show_made(screen, result, folder, following),
        chore=True,
    )


@command("new", 'podtool new 8 "Comment ne pas subir sa transformation numérique ?"')
def new(
    session: Session,
    number: Annotated[
        int, typer.Argument(metavar="NUMBER", min=0, max=_HIGHEST_NUMBER, help="The episode's number.")
    ],
    title: Annotated[str, typer.Argument(metavar="TITLE", help="Its title.")],
) -> Answer:
    """Make a new episode folder from the show's template."""
    from podtool.console.lists import show_made
    from podtool.workflow import starting

    result = starting.new(number, title, session.here)
    following = f"bring recordings in: podtool ingest FILE... --episode {number}"
    return Answer(
        content=result.as_json(),
        show=lambda screen: show_made(screen, result, PurePath(), following),
        chore=True,
    )


@command("doctor", "podtool doctor")
def doctor(session: Session) -> Answer:
    """Tell what is installed and works."""
    from podtool.console.lists import show_doctor
    from podtool.workflow import doctoring

    del session
    result = doctoring.doctor()
    return Answer(content=result.as_json(), show=lambda screen: show_doctor(screen, result))
