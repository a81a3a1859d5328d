"""`podtool import`: a show as it was published elsewhere → its folder, made as a whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from podtool.build.files import write_bytes
from podtool.build.store import cache_error
from podtool.errors import Severity, UsageError
from podtool.ports import Listener, Progress, ignore_events
from podtool.publish.import_feed import ImportedFeed, derive_import
from podtool.publish.import_notes import ImportNote
from podtool.show.imported_text import episode_text, show_text
from podtool.show.ledger_writing import format_ledger
from podtool.show.model import Show
from podtool.workflow.feed_sources import FoundFeed, fetch_feed
from podtool.workflow.folders_aside import made_aside
from podtool.workflow.import_result import ImportResult
from podtool.workflow.project import EPISODE_FILE, IMPORTED_FEED, LEDGER_FILE, SHOW_FILE
from podtool.workflow.starting import EPISODES_FOLDER, GITIGNORE

_SHOW_COMMENT = """The show, imported from {source}.
`publish` needs to know where: set `publish.base_url` to your site, and `feed` to the feed's address there.
`podtool publish --all --dry-run` tells what would be another than in the feed that was imported."""
_EPISODE_COMMENT = """Published elsewhere, and imported: its sound stays where it is.
To make it anew, bring its recordings in with `podtool ingest --segments` and assemble it."""
_PUBLISH = {"target": "public/"}


def import_feed(
    source: str, folder: str | None, here: Path, listen: Listener = ignore_events
) -> ImportResult:
    """Makes a show's folder from a feed.

    Args:
        source: a file, or an address, which is then fetched.
        folder: the new folder; the show's handle in the current one when left out.
        here: the current folder.
        listen: hears how far it is.

    Raises:
        UsageError: no such file, or the folder isn't empty.
        SourceError: it is no feed, or has no episodes.
        PublishError: the address doesn't answer.
        CacheError: the folder can't be written.
    """
    found = fetch_feed(source, here, listen)
    imported = derive_import(found.facts, found.address)
    target = here / (folder or imported.show["handle"])
    _refuse_full(target)
    try:
        with made_aside(target) as aside:
            notes = tuple(_write(aside, target, found, imported, listen))
    except OSError as error:
        raise cache_error(target, error) from error
    return ImportResult(
        folder=target,
        title=imported.show["title"],
        feed=imported.ledger.feed,
        guid=imported.ledger.guid,
        episodes=tuple(each.folder for each in imported.episodes),
        left_out=imported.left_out,
        notes=(*found.notes, *imported.notes, *notes),
    )


def _refuse_full(folder: Path) -> None:
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(
                f"{folder.name} is there already, and not empty",
                hint="name a new folder: podtool import FEED FOLDER. For a show whose published.yaml is lost "
                "there is `podtool publish --recover FEED`",
            )
    except (OSError, ValueError) as error:
        raise UsageError(f"{str(folder)!r} can't be a folder's name", hint="choose another") from error


def _write(
    aside: Path, target: Path, found: FoundFeed, imported: ImportedFeed, listen: Listener
) -> Iterator[ImportNote]:
    """All files; what podtool's own readers would not take is left out, and told."""
    comment = _SHOW_COMMENT.format(source=found.address or "a file")
    text, show, dropped = show_text({**imported.show, "publish": _PUBLISH}, target, comment)
    yield from _told(dropped, "")
    if show is None:
        raise AssertionError("an imported show.yaml can't be read")
    _put(aside / SHOW_FILE, text)
    _put(aside / ".gitignore", GITIGNORE)
    yield from _write_episodes(aside, show, imported, listen)
    write_bytes(aside / IMPORTED_FEED, found.content, durable=False)
    write_bytes(aside / LEDGER_FILE, format_ledger(imported.ledger).encode())


def _write_episodes(
    aside: Path, show: Show, imported: ImportedFeed, listen: Listener
) -> Iterator[ImportNote]:
    (aside / EPISODES_FOLDER).mkdir()
    total = len(imported.episodes)
    for index, episode in enumerate(imported.episodes):
        listen(Progress(stage="write episodes", done=index, total=total, unit="files"))
        text, dropped = episode_text(episode.values, show, episode.folder, _EPISODE_COMMENT)
        yield from _told(dropped, episode.values["title"])
        (aside / episode.folder).mkdir()
        _put(aside / episode.folder / EPISODE_FILE, text)


def _put(path: Path, text: str) -> None:
    """Not flushed to the disk one by one: the whole folder comes into being with its rename."""
    write_bytes(path, text.encode(), durable=False)


def _told(keys: tuple[str, ...], title: str) -> Iterator[ImportNote]:
    for key in keys:
        message = f"`{key}` would say something that podtool can't read, and is left out"
        yield ImportNote(message=message, severity=Severity.WARNING, item=title)
