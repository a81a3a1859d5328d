"""`podtool publish`: page, feed and media to the target, media first and feed last."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from podtool.errors import PublishError, UsageError
from podtool.ports import Clock, Listener, ignore_events
from podtool.workflow.clock import read_clock
from podtool.workflow.project import (
    CACHE_FOLDER,
    LEDGER_FILE,
    find_episode_file,
    find_show_file,
    list_episode_files,
    read_project,
)
from podtool.workflow.publish_plan import PublishOptions
from podtool.workflow.publish_result import PublishResult
from podtool.workflow.publish_run import PublishRun
from podtool.workflow.workroom import only_one

__all__ = ["LEDGER_FILE", "PublishOptions", "publish"]


def publish(
    arguments: Sequence[str],
    here: Path,
    options: PublishOptions,
    listen: Listener = ignore_events,
    clock: Clock = read_clock,
) -> PublishResult:
    """Sends out the episodes that are due, and everything that follows from them.

    Raises:
        UsageError: no such episode or show, or episodes of several shows.
        ManifestError: a YAML file, or the ledger, is wrong.
        PublishError: refused, or the target failed; the public feed is then the old one.
        CacheError: there can't be a lock.
    """
    files = _episode_files(options.withdraw or arguments, here, everything=options.all)
    roots = dict.fromkeys(find_show_file(file.parent).parent for file in files)
    if len(roots) > 1:
        names = " and ".join(sorted(root.name for root in roots))
        raise UsageError(
            f"these episodes belong to several shows: {names}", hint="publish one after the other"
        )
    run = PublishRun(here, options, listen, clock())
    if options.dry_run:
        return run.publish([read_project(file) for file in files])
    busy = PublishError(
        "another `podtool publish` is at work on this show", hint="wait until it is done, then try again"
    )
    with only_one(next(iter(roots)) / CACHE_FOLDER, "publish", busy):
        return run.publish([read_project(file) for file in files])


def _episode_files(arguments: Sequence[str], here: Path, *, everything: bool) -> list[Path]:
    """The episode.yaml files that are meant, each once."""
    if everything:
        root = find_show_file(here).parent
        files = list(list_episode_files(root))
        if not files:
            raise UsageError(f"{root.name} has no episodes", hint="make one with `podtool new NUMBER TITLE`")
        return files
    named = [find_episode_file(argument, here) for argument in arguments] or [find_episode_file(None, here)]
    return list(dict.fromkeys(file.resolve() for file in named))
