"""What the episode's page and the show's index have in common: addresses, head, cover, links. Pure.

A page must work from the web, from a folder and in a preview, so whatever lies in the same public tree is
named relative to the page, ``index.html`` included; what machines read elsewhere (canonical, Open Graph,
JSON-LD) is absolute.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from podtool.publish.markdown import render_markdown
from podtool.publish.tree import Published, Tree
from podtool.show.credits import CreditedWork, clean_line, web_address
from podtool.show.model import Asset, Link, OtherFormat
from podtool.show.publication import PublishedFile
from podtool.show.words import format_date, format_size, typeset


@dataclass(frozen=True, kw_only=True)
class NamedLink:
    """A link and its words; `detail` is what comes after it (a size, a media type)."""

    href: str
    name: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Day:
    """A date for machines and for readers."""

    iso: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Cover:
    """The cover: relative and absolute address, what it shows, and its credit (or that it isn't stated)."""

    href: str
    url: str | None
    alt: str
    credit: CreditedWork | None


@dataclass(frozen=True, kw_only=True)
class Head:
    """What stands in the page's head.

    Attributes:
        root: relative path to the tree's root, for style sheet and script.
        description: plain text, one line, at most 200 characters.
        policy: the Content-Security-Policy; the tightest under which the page works.
        json_ld: schema.org, already safe inside a script element.
        newer: the page before this one in a list; `older`: the one after it.
        oembed: absolute address of the page's oEmbed document.
    """

    language: str
    title: str
    description: str
    site: str
    root: str
    home: str
    canonical: str | None
    feed: str | None
    image: str | None
    audio: str | None
    kind: str
    policy: str
    json_ld: Markup
    newer: str | None = None
    older: str | None = None
    oembed: str | None = None


@dataclass(frozen=True, kw_only=True)
class PlayedFile:
    """The sound that the page's player plays."""

    href: str
    url: str | None
    media_type: str
    duration_s: float


_TAG_OR_CODE = re.compile(r"(<pre>.*?</pre>|<code>.*?</code>|<[^>]*>)", re.DOTALL)


def derive_line(text: str, language: str) -> str:
    """A person's own words on one line, with the no-break spaces that French asks for."""
    return typeset(clean_line(text), language)


def derive_prose(text: str, language: str, first_heading: int = 3) -> Markup:
    """Markdown as HTML for a page, with French spaces in its words, and none in addresses and code."""
    parts = _TAG_OR_CODE.split(render_markdown(text, first_heading=first_heading))
    words = (part if index % 2 else typeset(part, language) for index, part in enumerate(parts))
    return Markup("".join(words))  # noqa: S704 - sanitised by render_markdown


def derive_day(day: date | datetime, language: str) -> Day:
    """A date with its ISO 8601 form."""
    return Day(iso=day.isoformat(), text=format_date(day, language))


def derive_cover(
    asset: Asset | None, file: PublishedFile | None, works: Sequence[CreditedWork], tree: Tree
) -> Cover | None:
    """The cover as the page shows it; None where none was published. No alt text means decoration."""
    href = tree.href(file) if file else None
    if asset is None or file is None or href is None:
        return None
    stated = asset.creator or asset.attribution
    credit = next((work for work in works if work.kind == "image" and work.id == asset.id), None)
    return Cover(
        href=href,
        url=web_address(file.url),
        alt=clean_line(asset.alt or ""),
        credit=credit if stated else None,
    )


def derive_links(links: Iterable[Link | OtherFormat]) -> tuple[NamedLink, ...]:
    """Platforms, funding, other formats; what isn't http(s) is left out."""
    found = ((link, web_address(link.url)) for link in links)
    return tuple(NamedLink(href=url, name=clean_line(link.name)) for link, url in found if url)


_MEDIA_NAMES: Mapping[str, str] = {
    "audio/mpeg": "MP3",
    "audio/mp4": "M4A",
    "audio/x-m4a": "M4A",
    "audio/ogg": "Opus",
    "audio/opus": "Opus",
    "audio/flac": "FLAC",
    "audio/wav": "WAV",
    "audio/x-wav": "WAV",
    "video/mp4": "MP4",
    "text/vtt": "WebVTT",
    "application/x-subrip": "SRT",
    "application/json": "JSON",
    "text/html": "HTML",
    "text/plain": "TXT",
}


def name_media(media_type: str) -> str:
    """What people call a media type: «MP3»; the type itself where there is no such word."""
    return _MEDIA_NAMES.get(media_type, media_type)


def derive_download(file: Published, tree: Tree, language: str) -> NamedLink | None:
    """A link to a published file with what it is and how large."""
    href = tree.href(file)
    if href is None:
        return None
    return NamedLink(
        href=href,
        name=name_media(file.media_type),
        detail=format_size(file.bytes, language) if file.bytes else "",
    )


def derive_policy(data_block: str, *hrefs: str | None, forms: bool = False) -> str:
    """The page's Content-Security-Policy (CSP3): own files only; https too where a file lies elsewhere.

    Hosts aren't named one by one: media hosts redirect, and each redirect would have to be known.
    `data_block` is the JSON-LD: browsers don't run it, but checkers want its hash all the same.
    `forms` is whether the page has a search that leads to another page of the tree.
    """
    own = "'self' https:" if any(href and web_address(href) for href in hrefs) else "'self'"
    leads = "'self'" if forms else "'none'"
    digest = base64.b64encode(hashlib.sha256(data_block.encode("utf-8", "replace")).digest()).decode("ascii")
    return (
        f"default-src 'none'; style-src 'self'; script-src 'self' 'sha256-{digest}'; "
        f"img-src {own}; media-src {own}; base-uri 'none'; "
        f"form-action {leads}"
    )


def shorten(text: str, longest: int = 200) -> str:
    """The first words of `text` on one line, ended by «…» where something was cut."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    return line[: longest - 1].rpartition(" ")[0].rstrip(",;:.– ") + "…"
