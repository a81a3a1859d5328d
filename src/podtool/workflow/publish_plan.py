"""What one run of `publish` was asked for, and what it is going to do. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from podtool.ports import Change
from podtool.publish.feed_changes import ItemChange, ShowChange
from podtool.show.facts import Enclosure
from podtool.show.publication import Ledger
from podtool.workflow.dangers import Danger
from podtool.workflow.uploads import Upload

WITHDRAWN = "withdrawn: its sound goes, and whoever has downloaded it keeps it"


@dataclass(frozen=True, kw_only=True)
class PublishOptions:
    """What the command line asked for.

    Attributes:
        all: every episode of the show, not only those named.
        to: another target than show.yaml's; a folder is relative to the current one.
        dry_run: tell, don't do.
        force: do what is dangerous for subscribers, too.
        withdraw: episodes to take out of the feed; nothing else is sent out then.
        remove_media: with `withdraw`: their sound goes from the target, too.
    """

    all: bool = False
    to: str | None = None
    dry_run: bool = False
    force: bool = False
    withdraw: tuple[str, ...] = ()
    remove_media: bool = False


@dataclass(frozen=True, kw_only=True)
class PublishPlan:
    """What is to be done.

    Attributes:
        steps: what must be sent, in order; the feed, where it is new, last.
        after: the ledger as it will be.
        media: public paths of sound.
        unproven: sound that must be found at its address before anything names it.
        removals: public paths to remove when the feed no longer names them.
    """

    steps: tuple[Upload, ...]
    feed: Upload
    after: Ledger
    media: frozenset[str]
    unproven: tuple[Enclosure, ...]
    removals: tuple[str, ...]
    changes: tuple[Change, ...]
    items: tuple[ItemChange, ...] = field(default=())
    show: ShowChange | None = None


def plan_removal(path: str) -> Change:
    """The sound of a withdrawn episode goes."""
    return Change(path=path, action="remove", effect="safe", why=WITHDRAWN)


def with_dangers(changes: Sequence[Change], dangers: Sequence[Danger]) -> tuple[Change, ...]:
    """What --force lets through comes to apps by the feed, the last of the changes."""
    if not dangers:
        return tuple(changes)
    return (*changes[:-1], replace(changes[-1], effect="dangerous", why=_words(dangers)))


def mark_dangers(items: Sequence[ItemChange], dangers: Sequence[Danger]) -> tuple[ItemChange, ...]:
    """Items that a danger is about say so."""
    by_guid = {danger.guid: danger for danger in dangers if danger.guid}
    return tuple(
        replace(item, effect="dangerous", why=by_guid[item.guid].message) if item.guid in by_guid else item
        for item in items
    )


def _words(dangers: Sequence[Danger]) -> str:
    return "; ".join(danger.message for danger in dangers)
