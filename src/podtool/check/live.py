"""Rules about what listeners' apps get at the public addresses; silent unless `--live` asked there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from podtool.check.live_facts import LiveFile
from podtool.check.rule import CheckRule, Find, Found, at_key
from podtool.check.subject import Subject
from podtool.errors import Severity
from podtool.show.model import Place

MOST_HOPS = 3
"""Redirects that a download may take: measuring services put one or two before a file."""


def _each(complain: Callable[[LiveFile], str], *, there: bool = True) -> Find:
    """A finder that asks of each file (that is there) what is wrong with it."""

    def find(subject: Subject) -> Iterator[Found]:
        for file in subject.live or ():
            if (file.is_there or not there) and (words := complain(file)):
                yield Found(message=f"{file.name}: {words}", place=file.place)

    return find


def _missing(file: LiveFile) -> str:
    if file.is_there or file.leaves_https or file.bad_certificate:
        return ""
    if file.status is None:
        return f"{file.url} doesn't answer: {file.trouble}"
    return f"{file.hops[-1] if file.hops else file.url} answers {file.status}"


def _other_size(file: LiveFile) -> str:
    length = file.headers.get("content-length")
    if file.bytes is None or not file.head or length in (None, str(file.bytes)):
        return ""
    return f"the server says it has {length} bytes; {file.bytes} went out"


def _other_type(file: LiveFile) -> str:
    served = file.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not file.media_types or served in file.media_types:
        return ""
    return f"the server says it is {served or 'of no type'}, not {file.media_types[0]}"


def _no_ranges(file: LiveFile) -> str:
    if file.range_status is None:
        return ""
    if file.range_status != 206:  # noqa: PLR2004 - RFC 9110, 15.3.7
        return f"asked for its first byte, the server answers {file.range_status} instead of 206"
    if file.bytes is not None and not file.content_range.endswith(f"/{file.bytes}"):
        return f"the server's byte ranges are of another file: {file.content_range}"
    return ""


def _in_the_clear(file: LiveFile) -> str:
    return f"a redirect leads to {file.hops[-1]}" if file.leaves_https and file.hops else ""


def _bad_certificate(file: LiveFile) -> str:
    return f"{file.url}: {file.trouble}" if file.bad_certificate else ""


def _many_hops(file: LiveFile) -> str:
    return f"it takes {len(file.hops)} redirects to get there" if len(file.hops) > MOST_HOPS else ""


def _no_validator(file: LiveFile) -> str:
    if file.kind in ("page", "picture") or {"etag", "last-modified"} & file.headers.keys():
        return ""
    return "the server gives neither ETag nor Last-Modified"


def _no_cors(file: LiveFile) -> str:
    if file.kind != "data" or file.headers.get("access-control-allow-origin"):
        return ""
    return "the server doesn't let pages of other hosts read it (no Access-Control-Allow-Origin)"


def _no_head(file: LiveFile) -> str:
    return "" if file.head else "the server answers GET, but refuses HEAD"


def _feed_place(subject: Subject) -> Place:
    return at_key(subject.show.places, "feed")


def _find_other_feed(subject: Subject) -> Iterator[Found]:
    feed, ledger = subject.live_feed, subject.ledger
    if feed is None or ledger is None:
        return
    place = _feed_place(subject)
    if any(fault.kind == "xml" for fault in feed.facts.faults):
        yield Found(message=f"what {feed.url} gives is no feed", place=place)
        return
    there = {item.guid for item in feed.facts.items}
    for entry in ledger.in_feed.values():
        if entry.guid not in there and not subject.show.publish.feed_items:
            yield Found(message=f"the public feed lacks {entry.folder}, which is published", place=place)
    if strangers := there - {entry.guid for entry in ledger.in_feed.values()}:
        told = ", ".join(sorted(guid or "one without a guid" for guid in strangers)[:3])
        yield Found(message=f"the public feed has episodes that weren't published: {told}", place=place)
    elif feed.same is False and there:
        yield Found(message="the feed at its address isn't the one that `publish` wrote last", place=place)


def _find_other_show(subject: Subject) -> Iterator[Found]:
    feed, show = subject.live_feed, subject.show
    if feed is None or any(fault.kind == "xml" for fault in feed.facts.faults):
        return
    own = [link.url for link in feed.facts.links if link.rel == "self"]
    if own and show.feed not in own:
        yield Found(message=f"the feed at {feed.url} says that it is at {own[0]}", place=_feed_place(subject))
    if show.guid and feed.facts.guid and feed.facts.guid.lower() != show.guid.lower():
        yield Found(
            message=f"the feed at {feed.url} has the guid {feed.facts.guid}, not {show.guid}",
            place=_feed_place(subject),
        )


RULES: tuple[CheckRule, ...] = (
    CheckRule(
        id="LIVE-001",
        severity=Severity.ERROR,
        title="Something published isn't at its address",
        why="The episode doesn't play, or its page, chapters or cover are missing.",
        spec="RSS 2.0: enclosure; RFC 9110, 15.3.1",
        fix="Look at the server, and at `base_url`; then publish again.",
        example="the host's quota is used up, and it answers 404",
        find=_each(_missing, there=False),
    ),
    CheckRule(
        id="LIVE-002",
        severity=Severity.ERROR,
        title="A published file has another size at its address",
        why="Apps that know the size from the feed cut the episode off, or download it again and again.",
        spec="RSS 2.0: enclosure length; RFC 9110, 8.6",
        fix="Publish again: the upload may have been cut off, or somebody has replaced the file.",
        example="an MP3 that another program has tagged on the server",
        find=_each(_other_size),
    ),
    CheckRule(
        id="LIVE-003",
        severity=Severity.WARNING,
        title="The server gives a file another media type",
        why="Apps may not play, or not show, what they are told is something else.",
        spec="RFC 9110, 8.3; Podcasting 2.0: chapters, transcript",
        fix="Tell the server the type of this extension (`AddType`, `types {…}`, the bucket's metadata).",
        example="`chapters.json` as `text/plain`, `feed.xml` as `text/html`",
        find=_each(_other_type),
    ),
    CheckRule(
        id="LIVE-004",
        severity=Severity.ERROR,
        title="The server gives no byte ranges of a sound",
        why="Listeners can't seek, downloads that broke off begin anew, and Apple refuses the episode.",
        spec="Apple Podcasts: hosting requirements; RFC 9110, 14.2",
        fix="Switch byte ranges on, or take another host for the media.",
        example="an enclosure that a script hands out",
        find=_each(_no_ranges),
    ),
    CheckRule(
        id="LIVE-005",
        severity=Severity.ERROR,
        title="A redirect leaves https",
        why="Apps and browsers refuse to follow it, and others can change what arrives.",
        spec="Apple Podcasts: hosting requirements; Podcasting 2.0: https",
        fix="Let the server redirect to https://.",
        example="a measuring service that sends on to http://",
        find=_each(_in_the_clear, there=False),
    ),
    CheckRule(
        id="LIVE-006",
        severity=Severity.ERROR,
        title="The server's certificate isn't accepted",
        why="Nobody's app downloads anything from it.",
        spec="RFC 9110, 4.3.4; RFC 5280",
        fix="Renew the certificate, or have it issued for this name; send the whole chain.",
        example="a certificate that ran out yesterday",
        find=_each(_bad_certificate, there=False),
    ),
    CheckRule(
        id="LIVE-007",
        severity=Severity.WARNING,
        title="Many redirects lead to a file",
        why="Each costs time before the first sound, and some apps give up.",
        spec="RFC 9110, 15.4",
        fix="Take out measuring services that aren't used any more, and write the last address in the YAML.",
        example="http → https → www → a measuring service → the file",
        find=_each(_many_hops),
    ),
    CheckRule(
        id="LIVE-008",
        severity=Severity.WARNING,
        title="The server doesn't say whether a file has changed",
        why="Apps download the whole feed each time they look, and the host may slow them down for it.",
        spec="Apple Podcasts: hosting requirements (ETag or Last-Modified); RFC 9110, 8.8",
        fix="Switch ETag or Last-Modified on.",
        example="a feed that a script writes anew for every request",
        find=_each(_no_validator),
    ),
    CheckRule(
        id="LIVE-009",
        severity=Severity.WARNING,
        title="Players in a browser may not read chapters or a transcript",
        why="Web players show neither.",
        spec="Podcasting 2.0: chapters, transcript (CORS); Fetch standard, 3.2",
        fix="Let the server add `Access-Control-Allow-Origin: *` to .json, .vtt and .srt.",
        example="a bucket without a CORS rule",
        find=_each(_no_cors),
    ),
    CheckRule(
        id="LIVE-010",
        severity=Severity.ERROR,
        title="The feed at its address isn't the one that was published",
        why="Subscribers don't hear of new episodes, or still see what was withdrawn.",
        spec="PSP-1: the feed's address",
        fix="Publish again, and wait for caches on the way (a CDN) to notice.",
        example="an old feed from a CDN's cache",
        find=_find_other_feed,
    ),
    CheckRule(
        id="LIVE-011",
        severity=Severity.ERROR,
        title="The feed at its address says that it is another",
        why="Directories list the show under the other address, or take it for another show.",
        spec="PSP-1: atom:link rel=self; Podcasting 2.0: guid",
        fix="Make `feed` and `guid` in show.yaml those of the public feed, then publish.",
        example="a mirror that serves another show's feed",
        find=_find_other_show,
    ),
    CheckRule(
        id="LIVE-012",
        severity=Severity.ERROR,
        title="The server refuses HEAD",
        why="Directories look with HEAD whether an episode is there, and refuse it.",
        spec="Apple Podcasts: hosting requirements; RFC 9110, 9.3.2",
        fix="Let the server answer HEAD as it answers GET.",
        example="addresses signed for GET only",
        find=_each(_no_head),
    ),
)
