"""`podtool init` and `podtool new`: a new show, a new episode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from podtool.build.files import write_text
from podtool.build.store import cache_error
from podtool.errors import UsageError
from podtool.show.manifest import read_show
from podtool.show.scaffold import NewShow, episode_template, show_template
from podtool.show.scalars import slugify
from podtool.workflow.project import EPISODE_FILE, SHOW_FILE, find_show
from podtool.workflow.results import MadeResult

GITIGNORE = "# What podtool makes and can make again\n.podtool/\nbuild/\n"
OWN_TEMPLATE = PurePosixPath("templates/episode.yaml")
"""A show's own start for `new`; {number}, {title} and {slug} are filled in."""


@dataclass(frozen=True, kw_only=True)
class InitAnswers:
    """What a new show needs to be told; all but the first six have a sensible default."""

    title: str
    language: str
    handle: str
    author: str
    email: str
    base_url: str
    feed: str | None = None
    licence: str | None = None
    category: str | None = None


def init(folder: Path, answers: InitAnswers) -> MadeResult:
    """Makes a show's folder: show.yaml, episodes/, .gitignore.

    Raises:
        UsageError: there is a show already, or an answer isn't what its key expects.
    """
    if (folder / SHOW_FILE).exists():
        raise UsageError(f"{folder} has a {SHOW_FILE} already", hint="choose another folder")
    given = {
        name: value
        for name, value in (("licence", answers.licence), ("category", answers.category))
        if value is not None
    }
    text = show_template(
        NewShow(
            title=answers.title,
            language=answers.language,
            handle=answers.handle,
            base_url=answers.base_url,
            author=answers.author,
            email=answers.email,
            feed=answers.feed,
            **given,
        )
    )
    files: dict[str, str] = {SHOW_FILE: text}
    if not (folder / ".gitignore").exists():
        files[".gitignore"] = GITIGNORE
    return _write(folder, folder, files, empty="episodes")


def new(number: int, title: str, here: Path) -> MadeResult:
    """Makes an episode's folder, ``episodes/08-slug``, from the show's own template or podtool's.

    Raises:
        UsageError: the folder is there already, or the title has no letters.
        ManifestError: show.yaml is wrong.
    """
    show = find_show(here)
    slug = slugify(title)
    if not slug:
        raise UsageError(f"{title!r} gives no name for a folder", hint="use letters or digits in the title")
    name = f"{number:02d}-{slug}"
    taken = [path.name for path in (show.root / "episodes").glob(f"{number:02d}-*")]
    if taken:
        raise UsageError(f"episodes/{taken[0]} is there already", hint="choose another number")
    folder = show.root / "episodes" / name
    own = show.root / OWN_TEMPLATE
    if own.is_file():
        text = own.read_text(encoding="utf-8")
        for key, value in (("{number}", str(number)), ("{title}", title), ("{slug}", slug)):
            text = text.replace(key, value)
    else:
        text = episode_template(title=title, language=show.language, number=number)
    return _write(show.root, folder, {EPISODE_FILE: text}, empty="recordings")


def _write(root: Path, folder: Path, files: Mapping[str, str], empty: str) -> MadeResult:
    try:
        (folder / empty).mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            write_text(folder / name, text)
    except OSError as error:
        raise cache_error(folder, error) from error
    if SHOW_FILE in files:
        read_show(folder / SHOW_FILE)
    made = [folder / name for name in (*files, empty)]
    return MadeResult(paths=tuple(PurePosixPath(path.relative_to(root).as_posix()) for path in made))
