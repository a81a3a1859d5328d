"""What `publish` refuses without --force: apps would take an old episode for a new one, or lose it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from podtool.errors import PublishError
from podtool.show.model import Show
from podtool.show.publication import Ledger, Publication
from podtool.workflow.releases import Release


@dataclass(frozen=True, kw_only=True)
class Danger:
    """One thing that subscribers would suffer from, and how to avoid it; `guid` of the item it is about."""

    message: str
    hint: str
    guid: str = ""


def find_dangers(show: Show, ledger: Ledger, releases: Sequence[Release]) -> tuple[Danger, ...]:
    """Everything dangerous about these releases, after what is out already."""
    return (*_of_show(show, ledger), *(danger for release in releases for danger in _of_release(release)))


def refuse(dangers: Sequence[Danger]) -> None:
    """Raises a `PublishError` that names the first danger and counts the others, if there are any."""
    if dangers:
        more = f" (and {len(dangers) - 1} more like it)" if len(dangers) > 1 else ""
        raise PublishError(dangers[0].message + more, hint=dangers[0].hint)


def _of_show(show: Show, ledger: Ledger) -> Iterator[Danger]:
    if ledger.guid and show.guid and ledger.guid != show.guid:
        yield Danger(
            message=f"the show's guid would change from {ledger.guid} to {show.guid}: directories and apps "
            "would take it for another show",
            hint="put the old guid back into show.yaml; `--force` publishes the new one all the same",
        )


def _of_release(release: Release) -> Iterator[Danger]:
    before, after = release.before, release.publication
    if before is None:
        return
    if after.guid != before.guid:
        yield Danger(
            message=f"{before.folder}: the guid would change from {before.guid} to {after.guid}: every "
            "subscriber's app would download the episode again as a new one",
            hint="remove `guid` from episode.yaml: published.yaml keeps the right one; "
            "`--force` publishes the new one all the same",
            guid=after.guid,
        )
    old, new = _media_url(before), _media_url(after)
    if old and new and old != new:
        yield Danger(
            message=f"{before.folder}: the media would move from {old} to {new}: players that remember the "
            "old address would find nothing new there",
            hint="keep `handle`, the episode's number, the first profile's format and `base_url` as they "
            "were; `--force` moves it",
            guid=after.guid,
        )


def find_strangers(ledger: Ledger, guids: Sequence[str]) -> Iterator[Danger]:
    """Items of the feed that is out which the ledger doesn't know: they would vanish from it.

    It was published from elsewhere, and this copy of the ledger is older; or it is another program's feed.
    """
    known = {entry.guid.strip() for entry in ledger.episodes.values()}
    for guid in guids:
        if guid not in known:
            yield Danger(
                message=f"the feed that is out has an item that published.yaml doesn't know ({guid}): "
                "it would vanish from every app",
                hint="get the newest published.yaml from version control first; `--force` drops the item",
            )


def _media_url(publication: Publication) -> str | None:
    return publication.enclosures[0].url if publication.enclosures else None
