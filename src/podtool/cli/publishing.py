"""`publish`, `credits` and `preview`: what goes out."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from podtool.cli.arguments import EpisodeArgument, EpisodesArgument
from podtool.cli.registry import command
from podtool.cli.session import Answer, Session
from podtool.errors import UsageError

_PREVIEW_PORT = 8000
_LAST_PORT = 65535


@command(
    "publish",
    "podtool publish 8 --dry-run",
    "podtool publish --all --to public/",
    "podtool publish --withdraw 8",
    "podtool publish --recover https://example.org/feed.xml",
)
def publish(  # noqa: PLR0913 - one parameter per option of the interface
    session: Session,
    episodes: EpisodesArgument = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Every episode of the show that is due.")] = False,
    target: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="TARGET", help="A folder, sftp://… or s3://…. Default: the target in show.yaml."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would change; change nothing.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Do what listeners' apps may take badly, too.")
    ] = False,
    withdraw: Annotated[
        list[str] | None,
        typer.Option(
            "--withdraw", metavar="EPISODE", help="Take an episode out of the feed; its page says so."
        ),
    ] = None,
    remove_media: Annotated[
        bool, typer.Option("--remove-media", help="With --withdraw: remove its sound, too.")
    ] = False,
    feed: Annotated[
        str | None,
        typer.Option(
            "--recover", metavar="FEED", help="Make a lost published.yaml again from the feed that is out."
        ),
    ] = None,
) -> Answer:
    """Put page, feed and media in place: media first, the feed last.

    Nothing changes where nothing is new. An episode whose `published` lies in the future waits.
    """
    if everything and episodes:
        raise UsageError("--all goes without episodes", hint="leave the episodes or --all out")
    if withdraw and (everything or episodes):
        raise UsageError("--withdraw goes alone", hint="withdraw first, then publish the others")
    if remove_media and not withdraw:
        raise UsageError("--remove-media goes with --withdraw", hint="name the episode: --withdraw 8")
    if feed:
        if everything or episodes or withdraw:
            raise UsageError("--recover goes alone", hint="recover first, then publish")
        return _recover(session, feed, target, force=force, dry_run=dry_run)
    from podtool.console.lists import show_published
    from podtool.workflow import publishing

    options = publishing.PublishOptions(
        all=everything,
        to=target,
        dry_run=dry_run,
        force=force,
        withdraw=tuple(withdraw or ()),
        remove_media=remove_media,
    )
    result = publishing.publish(tuple(episodes or ()), session.here, options, session.listen)
    return Answer(
        content=result.as_json(), show=lambda screen: show_published(screen, result), chore=not dry_run
    )


def _recover(session: Session, feed: str, target: str | None, *, force: bool, dry_run: bool) -> Answer:
    from podtool.console.imports import show_recovered
    from podtool.workflow import recovering

    options = recovering.RecoverOptions(to=target, force=force, dry_run=dry_run)
    result = recovering.recover(feed, session.here, options, session.listen)
    return Answer(
        content=result.as_json(), show=lambda screen: show_recovered(screen, result), chore=not dry_run
    )


class CreditsForm(StrEnum):
    """How credits are written down."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"


@command("credits", "podtool credits 8", "podtool credits --format html > credits.html")
def credit(
    session: Session,
    episode: EpisodeArgument = None,
    *,
    form: Annotated[
        CreditsForm,
        typer.Option(
            "--format", metavar="text|markdown|html|json", help="How to write it down. Default: text."
        ),
    ] = CreditsForm.TEXT,
) -> Answer:
    """Print the attribution text: who made what is heard, under which licence."""
    from podtool.workflow import crediting

    result = crediting.credit(episode, session.here, form.value)
    return Answer(content=result.as_json(), show=lambda screen: screen.write(result.text))


@command("preview", "podtool preview", "podtool preview 8 --port 9000 --no-open")
def preview(
    session: Session,
    episode: EpisodeArgument = None,
    *,
    port: Annotated[
        int,
        typer.Option(
            "--port", metavar="N", min=0, max=_LAST_PORT, help="Where to listen. Default: 8000; 0: any."
        ),
    ] = _PREVIEW_PORT,
    browse: Annotated[bool, typer.Option("--open/--no-open", help="Whether to open a browser.")] = True,
) -> Answer:
    """Serve the public tree to this machine and open it; Ctrl-C ends it.

    The whole show with what is built, due or not; it opens at the episode, or in the show's folder at the
    index. YAML, notes, templates and pictures are watched: the browser reloads when one changes, and shows
    what is wrong with it. Sound, chapters and transcript are those of the last `podtool assemble`.
    """
    from podtool.workflow import previewing

    open_browser = browse and sys.stderr.isatty()
    previewing.serve(episode, session.here, port=port, open_browser=open_browser, listen=session.listen)
    return Answer(content={}, show=lambda _: None, chore=True)
