"""`podtool assets`: the ledger of works, and a new work in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from secrets import token_hex

from podtool.audio.container import probe_source
from podtool.build.files import ASIDE, copy_file, remove_files, sha256_of, write_text
from podtool.build.store import cache_error
from podtool.errors import CacheError, ManifestError, SourceError, UsageError
from podtool.publish.work_facts import IMAGE_SUFFIXES, read_work_facts
from podtool.show.addresses import parse_url
from podtool.show.asset_text import add_asset
from podtool.show.facts import WorkFacts
from podtool.show.manifest import read_episode, read_show
from podtool.show.model import Asset, Show
from podtool.show.rights import collect_works
from podtool.show.scalars import parse_id, parse_licence, parse_line, slugify
from podtool.workflow.asset_results import AddedAsset, AssetRow, AssetsResult
from podtool.workflow.last_build import read_last_build
from podtool.workflow.project import (
    CACHE_FOLDER,
    EPISODE_FILE,
    SHOW_FILE,
    Project,
    find_project,
    find_show,
    list_episode_files,
    read_project,
)
from podtool.workflow.workroom import only_one

WANTED = ("title", "creator", "source", "licence")
"""What a credit needs."""
MUSIC_FOLDER, IMAGE_FOLDER = "music", "images"
_ID_LENGTH = 40


def list_assets(here: Path) -> AssetsResult:
    """Every asset of the show and its episodes, with where each is heard or shown.

    Raises:
        UsageError: no show here or above.
        ManifestError: a YAML file is wrong.
    """
    show = find_show(here)
    projects = [read_project(path) for path in list_episode_files(show.root)]
    uses = _uses(projects)
    rows = [_row(asset, SHOW_FILE, uses) for asset in show.assets.values()]
    rows += [_row(show.cover, SHOW_FILE, uses)] if show.cover and show.cover.id not in show.assets else []
    for project in projects:
        owner = (project.episode.folder / EPISODE_FILE).as_posix()
        own = [*project.episode.assets.values()]
        cover = project.episode.cover
        own += [cover] if cover and cover.id not in project.episode.assets else []
        rows += [_row(asset, owner, uses) for asset in own if show.assets.get(asset.id) != asset]
    return AssetsResult(rows=tuple(rows))


def _uses(projects: list[Project]) -> dict[tuple[str, PurePosixPath], list[str]]:
    """The episodes that use a file as an asset of an id."""
    uses: dict[tuple[str, PurePosixPath], list[str]] = {}
    for project in projects:
        last = read_last_build(project)
        for work in collect_works(project.show, project.episode, last.heard if last else None):
            uses.setdefault((work.asset.id, work.asset.file), []).append(project.name)
    return uses


def _row(asset: Asset, owner: str, uses: Mapping[tuple[str, PurePosixPath], list[str]]) -> AssetRow:
    return AssetRow(
        id=asset.id,
        owner=owner,
        file=asset.file.as_posix(),
        title=asset.title,
        creator=asset.creator,
        source=asset.source,
        licence=asset.licence.id if asset.licence else None,
        used_in=tuple(uses.get((asset.id, asset.file), ())),
        missing=missing_facts(asset),
    )


def missing_facts(asset: Asset) -> tuple[str, ...]:
    """Which facts a credit needs and nobody stated; the creator's own words stand for all but the licence."""
    wanted = ("licence",) if asset.attribution else WANTED
    return tuple(name for name in wanted if getattr(asset, name) is None)


# A new one


@dataclass(frozen=True, kw_only=True)
class NewAsset:
    """What is known of a file that is to become an asset.

    Attributes:
        told: what the file says of itself.
        given: what the command line said, by key of the YAML; it wins over the file.
    """

    path: Path
    told: WorkFacts
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, str]:
        """Keys of the YAML in the order in which they are written."""
        told = {name: getattr(self.told, name) for name in (*WANTED, "attribution")}
        found = {**{name: text for name, text in told.items() if text}, **self.given}
        order = ("title", "creator", "source", "licence", "licence_url", "attribution", "alt")
        return {name: found[name] for name in order if found.get(name)}


def read_new_asset(path: Path, given: Mapping[str, str]) -> NewAsset:
    """A file as it may become an asset; nothing is written.

    Raises:
        SourceError: there is no such file, or it is neither a sound nor an image.
        TagError: its tags are broken.
        UsageError: an answer isn't what its key expects.
    """
    if not path.is_file():
        raise SourceError(f"{path} is not a file", hint="check the name")
    for key, text in given.items():
        check_answer(key, text)
    if path.suffix.lower() not in IMAGE_SUFFIXES:
        probe_source(path)  # what is neither a sound nor an image is refused here
    return NewAsset(path=path, told=read_work_facts(path), given=dict(given))


def check_answer(key: str, text: str) -> None:
    """Refuses what the YAML wouldn't take for a key.

    Raises:
        UsageError: with the reason.
    """
    parsers = {"id": parse_id, "licence": parse_licence, "licence_url": parse_url}
    try:
        parsers.get(key, parse_line)(text)
    except ValueError as error:
        hint = getattr(error, "hint", "") or "write it otherwise"
        raise UsageError(f"{key}: {error}", hint=hint) from error


def add(new: NewAsset, here: Path, identifier: str | None = None, episode: str | None = None) -> AddedAsset:
    """Copies the file into the show and writes the asset into show.yaml, or the episode's YAML.

    Args:
        new: the file and its facts.
        here: a folder of the show.
        identifier: the asset's id; from its title, else its file's name by default.
        episode: whose own asset it becomes; None for the show's.

    Raises:
        UsageError: the id or the file's name is taken, or the file is an asset already.
        ManifestError: a YAML file is wrong, or can't take the asset.
        CacheError: the show's folder can't be written, or another `assets add` is at work.
    """
    project = find_project(episode, here) if episode is not None else None
    show = project.show if project else find_show(here)
    known = {**show.assets, **(project.episode.assets if project else {})}
    digest = sha256_of(new.path)
    _refuse_known(show, known.values(), digest)
    name = identifier or _free_id(new, known)
    check_answer("id", name)
    if name in known:
        raise UsageError(f"there is an asset {name} already", hint="choose another id with --id")
    if new.values.get("licence", "").startswith("LicenseRef-") and "licence_url" not in new.values:
        raise UsageError(
            f"{new.values['licence']} needs the address of its terms", hint="give it with --licence-url"
        )
    folder = project.folder if project else show.root
    busy = CacheError("another `podtool assets add` is at work in this show", hint="wait until it is done")
    with only_one(show.root / CACHE_FOLDER, "assets", busy):
        try:
            inside = _bring_in(new.path, show, folder, digest)
        except OSError as error:
            raise cache_error(folder, error) from error
        manifest = folder / (EPISODE_FILE if project else SHOW_FILE)
        _write(manifest, show, name, {"file": inside.relative_to(folder).as_posix(), **new.values})
    return AddedAsset(
        id=name,
        owner=manifest.relative_to(show.root).as_posix(),
        file=inside.relative_to(show.root).as_posix(),
        sha256=digest,
        is_image=inside.suffix.lower() in IMAGE_SUFFIXES,
        values=new.values,
        from_file=tuple(key for key in new.values if key not in new.given),
        missing=tuple(key for key in WANTED if key not in new.values),
    )


def _refuse_known(show: Show, assets: Iterable[Asset], digest: str) -> None:
    for asset in assets:
        path = show.root / asset.file
        if path.is_file() and sha256_of(path) == digest:
            raise UsageError(f"this file is the asset {asset.id} already", hint=f"use {asset.id}")


def _free_id(new: NewAsset, known: Mapping[str, Asset]) -> str:
    wanted = slugify(new.values.get("title", "") or new.path.stem, _ID_LENGTH) or "asset"
    names = (f"{wanted}-{n}" if n > 1 else wanted for n in range(1, len(known) + 2))
    return next(name for name in names if name not in known)


def _bring_in(path: Path, show: Show, folder: Path, digest: str) -> Path:
    """Where the file lies in the show: where it is, if that is in the folder; else a verified copy."""
    resolved, root = path.resolve(), folder.resolve()
    if resolved.is_relative_to(root):
        return folder / resolved.relative_to(root)
    kind = IMAGE_FOLDER if path.suffix.lower() in IMAGE_SUFFIXES else MUSIC_FOLDER
    stem = slugify(path.stem, _ID_LENGTH) or "asset"
    target = folder / kind / f"{stem}{path.suffix.lower()}"
    if target.exists():
        if target.is_file() and sha256_of(target) == digest:
            return target
        there = target.relative_to(show.root).as_posix()
        raise UsageError(f"{there} is there already, with another content", hint="give the file another name")
    target.parent.mkdir(parents=True, exist_ok=True)
    if copy_file(path, target) != digest:
        target.unlink()
        raise SourceError(f"{path.name} changed while it was copied", hint="wait until it is complete")
    return target


def _write(manifest: Path, show: Show, name: str, values: Mapping[str, str]) -> None:
    """Puts the asset into the YAML, once it is known to be read as it should."""
    text = manifest.read_bytes().decode("utf-8")  # line ends as they are
    changed = add_asset(text, name, values, file=manifest.relative_to(show.root).as_posix())
    aside = manifest.with_name(f"{ASIDE}{token_hex(6)}{manifest.suffix}")
    try:
        write_text(aside, changed)
        if manifest.name == SHOW_FILE:
            read_show(aside)
        else:
            read_episode(aside, show)
    except ManifestError as error:
        why = error.problems[0].message if error.problems else error.message
        raise UsageError(f"the asset can't be written: {why}", hint="give it other values") from error
    finally:
        remove_files(aside)
    write_text(manifest, changed)
