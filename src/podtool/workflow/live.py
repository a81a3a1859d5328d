"""Asks public servers what they give of what the ledger names; each failure becomes a fact."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urljoin

from podtool.check.live_facts import LiveFeed, LiveFile
from podtool.check.rule import at_key, whole_file
from podtool.check.subject import Subject
from podtool.errors import PublishError
from podtool.ports import Listener, Progress
from podtool.publish.feed_reading import LARGEST_FEED_BYTES, read_feed
from podtool.publish.web import MOST_REDIRECTS, Answer, ask, refuse_unsafe
from podtool.show.model import Show
from podtool.show.publication import Ledger, Publication, PublishedFile
from podtool.workflow.addresses import feed_path

AT_ONCE = 8
"""Requests at a time: a host may take more for an attack."""
FEED_TYPES = ("application/rss+xml", "application/xml", "text/xml")
PAGE_TYPES = ("text/html", "application/xhtml+xml")
ALSO_RIGHT = {"application/json+chapters": ("application/json",)}
"""What web servers that know nothing of podcasts call a file; apps read it all the same."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NOT_FOR_HEAD = frozenset({403, 405, 501})
_DATA_KINDS = ("chapters", "transcript")
_ORIGIN = {"Origin": "https://player.example"}
"""Some servers tell of CORS only when they are asked from elsewhere."""


def list_show_files(show: Show, ledger: Ledger) -> Iterator[LiveFile]:
    """The feed, and what belongs to the show."""
    place = at_key(show.places, "publish.base_url")
    if show.feed and ledger.in_feed:
        yield LiveFile(
            kind="feed",
            name="the feed",
            url=show.feed,
            place=at_key(show.places, "feed"),
            media_types=FEED_TYPES,
        )
    for kind, file in ledger.files.items():
        unready = LiveFile(kind="picture", name=f"the show's {kind}", url=file.url, place=place)
        yield _expecting(unready, file)


def list_episode_files(entry: Publication) -> Iterator[LiveFile]:
    """An episode's sounds, documents and page."""
    file = "episode.yaml" if entry.folder == "." else f"{entry.folder}/episode.yaml"
    place = whole_file(file)
    for media in entry.enclosures:
        yield LiveFile(
            kind="media",
            name=media.path or "its sound",
            url=media.url,
            place=place,
            media_types=(media.media_type,),
            bytes=media.bytes or None,
        )
    for kind, document in entry.files.items():
        is_data = kind.startswith(_DATA_KINDS)
        unready = LiveFile(
            kind="data" if is_data else "picture",
            name=document.path or f"its {kind}",
            url=document.url,
            place=place,
        )
        yield _expecting(unready, document)
    if entry.page_url:
        yield LiveFile(kind="page", name="its page", url=entry.page_url, place=place, media_types=PAGE_TYPES)


def _expecting(file: LiveFile, published: PublishedFile) -> LiveFile:
    right = published.media_type
    return replace(file, media_types=(right, *ALSO_RIGHT.get(right, ())), bytes=published.bytes or None)


def ask_all(
    files: Sequence[LiveFile], listen: Listener, pool: Executor | None = None
) -> tuple[LiveFile, ...]:
    """The files with what their servers said, in their order; a few at a time."""
    if pool is None:
        with ThreadPoolExecutor(max_workers=AT_ONCE) as own:
            return ask_all(files, listen, own)
    found = []
    for index, answered in enumerate(pool.map(ask_one, files)):
        listen(Progress(stage=f"ask for {answered.name}", done=index, total=len(files), unit="files"))
        found.append(answered)
    return tuple(found)


def ask_one(file: LiveFile) -> LiveFile:
    """One address, its redirects followed one by one; of a sound also its first byte."""
    try:
        file, answer = _follow(file, "HEAD")
        if answer is not None and answer.status in _NOT_FOR_HEAD:
            got, answer = _follow(replace(file, hops=()), "GET")
            file = replace(got, head=not (answer is not None and answer.status < 300))  # noqa: PLR2004 - success
        if answer is None:
            return file
        file = replace(file, status=answer.status, headers=answer.headers)
        if file.kind == "media" and file.is_there:
            ranged = ask(answer.url, headers={"Range": "bytes=0-0"}, most_bytes=1)
            file = replace(
                file, range_status=ranged.status, content_range=ranged.headers.get("content-range", "")
            )
    except PublishError as error:
        words = error.message.partition("doesn't answer: ")[2] or error.message
        return replace(file, trouble=words, bad_certificate=_is_tls(error))
    return file


def _follow(file: LiveFile, method: str) -> tuple[LiveFile, Answer | None]:
    """The last answer; None where a redirect leaves https or there are too many of them."""
    url = file.url
    headers = _ORIGIN if file.kind == "data" else {}
    while True:
        answer = ask(url, method=method, headers=headers, most_bytes=1, follow=False)
        onward = answer.headers.get("location")
        if answer.status not in _REDIRECTS or not onward:
            return file, answer
        url = urljoin(url, onward)
        file = replace(file, hops=(*file.hops, url))
        try:
            refuse_unsafe(url)
        except PublishError:
            return replace(file, leaves_https=True), None
        if len(file.hops) > MOST_REDIRECTS:
            return replace(file, trouble=f"more than {MOST_REDIRECTS} redirects"), None


def _is_tls(error: PublishError) -> bool:
    cause = error.__cause__
    reason = cause.reason if isinstance(cause, URLError) else cause
    return isinstance(reason, ssl.SSLError)


def ask_feed(show: Show, target: Path | None) -> LiveFeed | None:
    """The feed as it is served; None when it isn't.

    Args:
        show: whose feed.
        target: the folder of the public tree on this machine, to compare with.
    """
    if show.feed is None:
        return None
    try:
        answer = ask(show.feed, most_bytes=LARGEST_FEED_BYTES + 1)
    except PublishError:
        return None
    if answer.status != 200:  # noqa: PLR2004 - RFC 9110, 15.3.1
        return None
    same = None
    if target is not None and (target / feed_path(show)).is_file():
        same = (target / feed_path(show)).read_bytes() == answer.body
    return LiveFeed(url=show.feed, facts=read_feed(answer.body), same=same)


class Live:
    """What servers say of a show: the show's own files are asked for once, an episode's with it."""

    def __init__(self, show: Show, ledger: Ledger | None, target: Path | None, listen: Listener) -> None:
        self.ledger = ledger or Ledger()
        self.listen = listen
        self.own = ask_all(tuple(list_show_files(show, self.ledger)), listen)
        self.feed = ask_feed(show, target) if any(file.kind == "feed" for file in self.own) else None

    def add_to(self, subject: Subject, folder: str | None) -> Subject:
        """The subject with what was said of the show, and of the episode in `folder`."""
        entry = self.ledger.in_feed.get(folder or "")
        files = ask_all(tuple(list_episode_files(entry)), self.listen) if entry else ()
        return replace(subject, live=(*self.own, *files), live_feed=self.feed)
