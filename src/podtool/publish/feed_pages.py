"""A long feed in pages: the feed itself with the newest items, older ones in archives (RFC 5005).

Section 4 (archived feeds) binds: an archive is filled from the oldest item on, has always the same number of
items and is never opened again, so a new episode changes the feed alone; apps may keep what they have read.
Section 3's links (`first`, `next`, `previous`, `last`) stand beside its own: podcast apps follow those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from podtool.errors import PublishError
from podtool.publish.addresses import ascii_url
from podtool.publish.feed import FeedItem, FeedPage, find_trailers, order_items, stream_feed
from podtool.publish.feed_item import Channel
from podtool.show.model import Show
from podtool.show.publication import PublishedFile


def render_feed_pages(
    show: Show,
    items: Sequence[FeedItem],
    *,
    path: str,
    address: Callable[[str], str | None],
    files: Mapping[str, PublishedFile] | None = None,
    image_urls: Mapping[PurePosixPath, str] | None = None,
) -> dict[str, bytes]:
    """Every document of the feed by public path: archives first, the feed itself last.

    The show's `publish.feed_items` says how many items a document has at most; 0 puts all into one.

    Args:
        show: the show.
        items: what is in the feed, each with its ledger entry.
        path: the feed's own public path.
        address: a public path's address.
        files: the show's own public files by kind.
        image_urls: public addresses of images that the YAML names, by their path.

    Raises:
        PublishError: as `render_feed`; or the archives would have no address.
    """
    channel = Channel(show=show, files=files or {}, image_urls=image_urls or {})
    newest_first = order_items(items)
    archives = split_items(newest_first, show.publish.feed_items)
    newest = newest_first[: len(newest_first) - sum(map(len, archives))]
    paths = [archive_path(path, number) for number in range(1, len(archives) + 1)]
    addresses = [*_addresses(paths, address), ascii_url(show.feed) or ""]
    pages = [_link(addresses, index) for index in range(len(addresses))] if archives else [None]
    current = replace(channel, trailers=find_trailers(newest_first))
    return {
        name: b"".join(stream_feed(current if name == path else channel, page_items, page))
        for name, page_items, page in zip([*paths, path], [*archives, newest], pages, strict=True)
    }


def split_items(newest_first: Sequence[FeedItem], most: int) -> list[Sequence[FeedItem]]:
    """What goes into archives, the oldest archive first; nothing while there are no more than `most` items.

    Archives hold half of `most`: the feed keeps at least as many when one is closed. Their borders are
    counted from the oldest item, so they stay where they are when items come.
    """
    if most < 1 or len(newest_first) <= most:
        return []
    size = (most + 1) // 2
    count = -(-(len(newest_first) - most) // size)
    total = len(newest_first)
    return [newest_first[total - (index + 1) * size : total - index * size] for index in range(count)]


def archive_path(path: str, number: int) -> str:
    """``feed-archive-1.xml`` beside ``feed.xml``; 1 is the oldest."""
    feed = PurePosixPath(path)
    return feed.with_name(f"{feed.stem}-archive-{number}{feed.suffix}").as_posix()


def _addresses(paths: Sequence[str], address: Callable[[str], str | None]) -> Iterator[str]:
    for path in paths:
        url = ascii_url(address(path))
        if url is None:
            raise PublishError(
                "the older part of the feed has no public address",
                hint="add `publish: {base_url: https://…}` to show.yaml, or take out `feed_items`",
            )
        yield url


def _link(addresses: Sequence[str], index: int) -> FeedPage:
    """The links of one document; `addresses` from the oldest archive to the feed itself."""
    feed, older, newer = addresses[-1], addresses[:index][-1:], addresses[index + 1 :][:1]
    is_archive = bool(newer)
    found = {
        "current": feed if is_archive else None,
        "first": feed,
        "previous": newer[0] if newer else None,
        "next": older[0] if older else None,
        "last": addresses[0],
        "prev-archive": older[0] if older else None,
        "next-archive": newer[0] if newer and newer[0] != feed else None,
    }
    links = {rel: url for rel, url in found.items() if url}
    return FeedPage(address=addresses[index], links=links, is_archive=is_archive)
