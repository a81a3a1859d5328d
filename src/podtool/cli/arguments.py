"""Arguments and options that several commands take, and what shells offer for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from podtool.errors import PodtoolError

_NUMBER = re.compile(r"^number:[ \t]*(\d{1,9})[ \t]*(?:#.*)?$", re.MULTILINE)
_TITLE = re.compile(r"^title:[ \t]*(.+)$", re.MULTILINE)
_LONGEST_LOOK = 65_536


def complete_episodes(incomplete: str) -> list[tuple[str, str]]:
    """The numbers of the show's episodes that begin with `incomplete`, with their titles."""
    with suppress(PodtoolError, OSError):
        return [found for found in _list_numbers(Path.cwd()) if found[0].startswith(incomplete)]
    return []


def _list_numbers(here: Path) -> Iterator[tuple[str, str]]:
    from podtool.workflow.project import find_show_file, list_episode_files

    for path in list_episode_files(find_show_file(here).parent):
        with path.open(encoding="utf-8", errors="replace") as file:
            text = file.read(_LONGEST_LOOK)
        if number := _NUMBER.search(text):
            title = _TITLE.search(text)
            yield number[1], title[1].strip("\"' ") if title else ""


_EPISODE_HELP = "The episode's folder, its episode.yaml or, inside a show, its number. Default: this folder."

EpisodeArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="EPISODE", help=_EPISODE_HELP, autocompletion=complete_episodes, show_default=False
    ),
]
EpisodesArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="EPISODE",
        help="Folders, episode.yaml files or, inside a show, numbers. Default: this folder.",
        autocompletion=complete_episodes,
        show_default=False,
    ),
]
EpisodeOption = Annotated[
    str | None,
    typer.Option("-e", "--episode", metavar="EPISODE", help=_EPISODE_HELP, autocompletion=complete_episodes),
]
FilesArgument = Annotated[list[Path], typer.Argument(metavar="FILE", help="Sound files.", show_default=False)]
