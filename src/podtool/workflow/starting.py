"""`podtool init` and `podtool new`: a new show, a new episode."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from podtool.build.files import write_text
from podtool.build.store import cache_error
from podtool.errors import ManifestError, UsageError
from podtool.show.categories import is_apple_category, suggest_category
from podtool.show.manifest import read_episode
from podtool.show.model import Show
from podtool.show.scaffold import NewShow, episode_template, show_template
from podtool.show.scalars import parse_category, slugify
from podtool.show.yaml_source import TextFault, read_text
from podtool.show.yaml_writing import quoted
from podtool.workflow.folders_aside import made_aside
from podtool.workflow.project import (
    EPISODE_FILE,
    SHOW_FILE,
    TEMPLATES_FOLDER,
    find_show,
    list_episode_files,
)
from podtool.workflow.results import MadeResult

GITIGNORE = "# What podtool makes and can make again\n.podtool/\nbuild/\n"
EPISODES_FOLDER = "episodes"
OWN_TEMPLATE = PurePosixPath(TEMPLATES_FOLDER, EPISODE_FILE)
"""A show's own start for `new`; {number}, {title} and {slug} are filled in."""
_TITLE_AS_VALUE = re.compile(r"""(?m)(["'])\{title\}\1|(?<=: )\{title\}(?=[ \t]*(?:#.*)?$)""")
"""Where the title is a whole value: there it is written as YAML needs it."""


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
    try:
        if (folder / SHOW_FILE).exists():
            raise UsageError(f"{folder} has a {SHOW_FILE} already", hint="choose another folder")
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is a file", hint="choose another name for the show's folder")
    except (OSError, ValueError) as error:
        raise UsageError(f"{str(folder)!r} can't be a folder's name", hint="choose another") from error
    _refuse_category(answers.category)
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
    try:
        if not (folder / ".gitignore").exists():
            files[".gitignore"] = GITIGNORE
        (folder / EPISODES_FOLDER).mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            write_text(folder / name, content)
    except OSError as error:
        raise cache_error(folder, error) from error
    return MadeResult(paths=tuple(PurePosixPath(name) for name in (*files, EPISODES_FOLDER)))


def new(number: int, title: str, here: Path) -> MadeResult:
    """Makes an episode's folder, ``episodes/08-slug``, from the show's own template or podtool's.

    Raises:
        UsageError: the number is taken, the title has no letters, or the show's template can't be used.
        ManifestError: show.yaml is wrong.
        CacheError: the folder can't be written.
    """
    show = find_show(here)
    slug = slugify(title)
    if not slug:
        raise UsageError(f"{title!r} gives no name for a folder", hint="use letters or digits in the title")
    _refuse_taken(number, show)
    folder = show.root / EPISODES_FOLDER / f"{number:02d}-{slug}"
    text = _text_of(show, number, title, slug)
    try:
        with made_aside(folder) as aside:
            (aside / "recordings").mkdir()
            write_text(aside / EPISODE_FILE, text)
            _check(aside / EPISODE_FILE, show)
    except OSError as error:
        raise cache_error(folder.relative_to(show.root), error) from error
    below = PurePosixPath(EPISODES_FOLDER, folder.name)
    return MadeResult(paths=(below / EPISODE_FILE, below / "recordings"))


def _refuse_category(text: str | None) -> None:
    """What is well written may still be no category of Apple's; `check` would not accept the show."""
    if text is None:
        return
    try:
        category = parse_category(text)
    except ValueError as error:
        raise UsageError(f"category: {error}") from error
    if not is_apple_category(category):
        near = suggest_category(category)
        names = " > ".join(name for name in (near.name, near.sub) if name) if near else ""
        raise UsageError(
            f"{text} is not one of Apple's categories",
            hint=f"did you mean `{names}`?" if names else "like `Society & Culture` or `Arts > Books`",
        )


def _refuse_taken(number: int, show: Show) -> None:
    """Two episodes with one number would have one file name, and one would overwrite the other."""
    for path in (show.root / EPISODES_FOLDER).glob("*"):
        if path.is_dir() and path.name.partition("-")[0] in {str(number), f"{number:02d}"}:
            raise UsageError(f"{EPISODES_FOLDER}/{path.name} is there already", hint="choose another number")
    for path in list_episode_files(show.root):
        try:
            taken = read_episode(path, show).number == number
        except ManifestError:
            continue  # `check` tells of it
        if taken:
            where = path.relative_to(show.root).as_posix()
            raise UsageError(f"{where} has the number {number} already", hint="choose another number")


def _text_of(show: Show, number: int, title: str, slug: str) -> str:
    """The new episode.yaml, by the show's own template if it has one."""
    own = show.root / OWN_TEMPLATE
    if not own.is_file():
        return episode_template(title=title, language=show.language, number=number)
    try:
        text = read_text(own)
        as_value = quoted(title)
    except TextFault as error:
        raise UsageError(f"{OWN_TEMPLATE} {error.message}", hint="correct it, or take it away") from error
    except ValueError as error:
        raise UsageError(str(error), hint="write the title without it") from error
    text = _TITLE_AS_VALUE.sub(lambda _: as_value, text)
    for key, value in (("{number}", str(number)), ("{title}", " ".join(title.split())), ("{slug}", slug)):
        text = text.replace(key, value)
    return text


def _check(path: Path, show: Show) -> None:
    try:
        read_episode(path, show)
    except ManifestError as error:
        problem = error.problems[0] if error.problems else None
        raise UsageError(
            f"{OWN_TEMPLATE} doesn't make an episode: {problem.message if problem else error.message}",
            hint=problem.hint if problem else "",
        ) from error
