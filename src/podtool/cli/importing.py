"""`import`: a show that is published elsewhere."""

from __future__ import annotations

from typing import Annotated

import typer

from podtool.cli.registry import command
from podtool.cli.session import Answer, Session


@command(
    "import",
    "podtool import https://example.org/feed.xml",
    "podtool import feed.xml my-show",
)
def import_(
    session: Session,
    feed: Annotated[
        str, typer.Argument(metavar="FEED", help="A feed's file, or its address.", show_default=False)
    ],
    folder: Annotated[
        str | None,
        typer.Argument(
            metavar="DIR", help="The new folder. Default: named after the show.", show_default=False
        ),
    ] = None,
) -> Answer:
    """Make a show from an existing feed: show.yaml, episodes and ledger, guids kept.

    What apps know episodes by (guid, sound's address, date) stays to the letter, and the sound where it is.
    Only an address is fetched from the net, with the further pages that its feed names.
    """
    from podtool.console.imports import show_imported
    from podtool.workflow import importing

    result = importing.import_feed(feed, folder, session.here, session.listen)
    named = folder or result.folder.name
    return Answer(
        content=result.as_json(), show=lambda screen: show_imported(screen, result, named), chore=True
    )
