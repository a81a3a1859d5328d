"""Where a feed comes from: a file, or an address that somebody has typed, with the pages that it leads to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from podtool.errors import PublishError, Severity, SourceError, UsageError
from podtool.ports import Listener, Message, Progress
from podtool.publish.feed_joining import join_feeds
from podtool.publish.feed_reading import LARGEST_FEED_BYTES, read_feed
from podtool.publish.import_notes import ImportNote
from podtool.publish.web import ask, refuse_status
from podtool.show.feed_facts import FeedFacts

MOST_PAGES = 200
_NEXT = ("next", "prev-archive")
"""RFC 5005: paged feeds (section 3), archived ones (section 4)."""


@dataclass(frozen=True, kw_only=True)
class FoundFeed:
    """A feed in one piece.

    Attributes:
        facts: what it says, read leniently; the items of all its pages.
        content: its XML, mended, all pages in one.
        address: where it was fetched from; None for a file.
    """

    facts: FeedFacts
    content: bytes
    address: str | None
    notes: tuple[ImportNote, ...] = ()


def fetch_feed(source: str, here: Path, listen: Listener) -> FoundFeed:
    """Reads a file, or fetches an address and the pages that its feed names.

    Raises:
        UsageError: no such file.
        SourceError: it is no feed.
        PublishError: the address doesn't answer, or may not be asked.
    """
    if "://" in source:
        pages, notes = _fetch_pages(source, listen)
        return _joined(pages, source, notes)
    content = _read_file(here / source, source)
    facts = _understood(content, source)
    more = _next_of(facts)
    told = "the feed has more pages (RFC 5005); to import them all, give its address instead of a file"
    notes = (ImportNote(message=told, severity=Severity.WARNING),) if more else ()
    return _joined([content], None, notes)


def _joined(pages: list[bytes], address: str | None, notes: tuple[ImportNote, ...]) -> FoundFeed:
    content = join_feeds(pages)
    facts = read_feed(content, leniently=True)
    faults = read_feed(pages[0], leniently=True).faults
    # What was wrong is told by the feed as it came, not as it was mended.
    return FoundFeed(facts=replace(facts, faults=faults), content=content, address=address, notes=notes)


def _read_file(path: Path, source: str) -> bytes:
    try:
        if path.is_dir():
            raise UsageError(f"{source} is a folder, not a feed", hint="name the feed's file, or its address")
        with path.open("rb") as file:
            return file.read(LARGEST_FEED_BYTES + 1)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{source} can't be read: {getattr(error, 'strerror', None) or error}",
            hint="name the feed's file, or its address with https://",
        ) from error


def _fetch_pages(source: str, listen: Listener) -> tuple[list[bytes], tuple[ImportNote, ...]]:
    pages: list[bytes] = []
    seen: set[str] = set()
    address: str | None = source
    while address and address not in seen:
        if len(pages) == MOST_PAGES:
            told = f"the feed has more than {MOST_PAGES} pages: the others are left out"
            return pages, (ImportNote(message=told, severity=Severity.WARNING),)
        seen.add(address)
        listen(Progress(stage=f"fetch page {len(pages) + 1}", done=len(pages), total=0, unit="files"))
        try:
            content = _fetch(address)
        except PublishError as error:
            if not pages:
                raise
            listen(Message(text=f"page {len(pages) + 1}: {error.message}", level="warning"))
            told = "a page of the feed can't be had: its episodes, and those after it, are left out"
            return pages, (ImportNote(message=told, severity=Severity.ERROR),)
        pages.append(content)
        following = _next_of(_understood(content, source))
        address = urljoin(address, following) if following else None
        if address and urlsplit(address).scheme != urlsplit(source).scheme:
            address = address.replace("http://", "https://", 1)
    return pages, ()


def _fetch(address: str) -> bytes:
    answer = ask(address, most_bytes=LARGEST_FEED_BYTES + 1)
    if answer.status != 200:  # noqa: PLR2004 - RFC 9110, 15.3.1
        refuse_status(answer, "the feed", "look whether the address is right, in a browser for instance")
    return answer.body


def _understood(content: bytes, source: str) -> FeedFacts:
    facts = read_feed(content, leniently=True)
    if facts.title is None and not facts.items:
        reason = facts.faults[-1].message if facts.faults else "there is nothing in it"
        raise SourceError(
            f"{source if '://' not in source else 'the address'} is no RSS feed that can be read: {reason}",
            hint="give the address that podcast apps subscribe to, or a file saved from it",
        )
    return facts


def _next_of(facts: FeedFacts) -> str | None:
    return next((link.url for rel in _NEXT for link in facts.links if link.rel == rel and link.url), None)
