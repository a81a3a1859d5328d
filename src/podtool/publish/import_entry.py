"""A feed's item → its entry in the ledger: what podcast apps know the episode by, to the letter. Pure."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from podtool.publish.import_dates import read_duration_s
from podtool.publish.import_notes import Notebook
from podtool.publish.import_tags import tags_named
from podtool.publish.podcast_namespace import CHAPTERS_TYPE, TRANSCRIPT_TYPES
from podtool.publish.xml_tags import clean_line
from podtool.show.facts import ChapterFacts, Enclosure, SoundbiteFacts
from podtool.show.feed_facts import FeedItemFacts, FeedLink, FeedMedia
from podtool.show.publication import Publication, PublishedFile
from podtool.units import parse_time

MOST_TITLE_CHARACTERS = 500
_TYPE_OF_ENDING: Mapping[str, str] = {
    ".mp3": "audio/mpeg",
    ".m4a": "audio/x-m4a",
    ".aac": "audio/aac",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".flac": "audio/flac",
    ".wav": "audio/wav",
    ".mp4": "video/mp4",
    ".m4v": "video/x-m4v",
    ".mov": "video/quicktime",
    ".pdf": "application/pdf",
}
_IMAGE_OF_ENDING: Mapping[str, str] = {".png": "image/png", ".webp": "image/webp", ".gif": "image/gif"}
_TRANSCRIPTS: Mapping[str, tuple[str, str]] = {
    "text/vtt": ("vtt", "text/vtt"),
    "application/x-subrip": ("srt", "application/x-subrip"),
    "application/srt": ("srt", "application/x-subrip"),
    "text/srt": ("srt", "application/x-subrip"),
    "application/json": ("json", "application/json"),
    "text/html": ("html", "text/html"),
    "text/plain": ("txt", "text/plain"),
}
"""Media type, as feeds have it → what it is called in the ledger, and its right type."""
_SRI = re.compile(r"sha256-([A-Za-z0-9+/=_-]{40,48})")
_DEFAULT_TYPE = "audio/mpeg"


@dataclass(frozen=True, kw_only=True)
class EntryKeys:
    """What the item goes by in the show: its folder and slug, number, guid and date."""

    folder: str
    slug: str
    guid: str
    published: datetime
    number: int | None = None


def derive_entry(item: FeedItemFacts, keys: EntryKeys, language: str, notes: Notebook) -> Publication | None:
    """The ledger's entry; None, told, for an item without sound that could have an address."""
    duration_s = read_duration_s(item.duration)
    if item.duration and not duration_s:
        notes.add("itunes:duration can't be understood and is left out")
    media = tuple(_media(item, duration_s, notes))
    if not media:
        return None
    link = notes.address_of(item.link, "link")
    return Publication(
        folder=keys.folder,
        number=keys.number,
        slug=keys.slug,
        guid=keys.guid,
        # An address is one only where it looks like one, whatever RSS 2.0 says that silence means.
        guid_is_permalink=True if item.guid_is_permalink and _is_address(keys.guid) else None,
        page_url=link or "",
        published=keys.published,
        enclosures=media,
        chapters=tuple(_chapters(item, duration_s)),
        soundbites=tuple(_soundbites(item)),
        files={kind: file for kind, file in _files(item, language, notes) if file},
    )


def _is_address(guid: str) -> bool:
    return guid.strip().lower().startswith(("http://", "https://"))


def _media(item: FeedItemFacts, duration_s: float, notes: Notebook) -> Iterator[Enclosure]:
    """The enclosure, then what the feed has beside it: the same episode in other forms."""
    sounds = [media for media in item.enclosures if media.url]
    if len(sounds) > 1:
        notes.add("more than one enclosure: the first is kept, as apps do")
    for index, media in enumerate((*sounds[:1], *item.alternates)):
        url = notes.address_of(media.url, "enclosure" if index == 0 else "podcast:alternateEnclosure")
        if url is None and index == 0:
            return
        if url is None or (index and url == sounds[0].url):
            continue
        yield Enclosure(
            url=url,
            path="",
            bytes=media.bytes or 0,
            media_type=media_type_of(media, url),
            sha256=_digest_of(media.integrity),
            duration_s=duration_s,
            profile=clean_line(media.title or "") or "imported",
        )


def media_type_of(media: FeedMedia, url: str) -> str:
    """As the feed says; else by the file's ending."""
    if said := clean_line(media.media_type or ""):
        return said
    return _TYPE_OF_ENDING.get(_ending_of(url), _DEFAULT_TYPE)


def _digest_of(integrity: str | None) -> str:
    """The sha256 (hex) that a Subresource Integrity holds; empty where it holds none."""
    found = _SRI.search(integrity or "")
    try:
        digest = base64.b64decode(found[1], altchars=b"-_") if found else b""
    except (binascii.Error, ValueError):
        return ""
    return digest.hex() if len(digest) == 32 else ""  # noqa: PLR2004 - bytes of a SHA-256


def _chapters(item: FeedItemFacts, duration_s: float) -> Iterator[ChapterFacts]:
    """Podlove's chapters: each lasts until the next one, the last until the end."""
    starts = []
    for chapter in item.psc_chapters:
        try:
            starts.append((round(parse_time(chapter.start) * 1000), chapter))
        except ValueError:
            continue
    starts.sort(key=lambda pair: pair[0])
    end_ms = max([round(duration_s * 1000), *(start for start, _ in starts)])
    ends = [*(start for start, _ in starts), end_ms][1:]
    for (start, chapter), end in zip(starts, ends, strict=True):
        title = clean_line(chapter.title)[:MOST_TITLE_CHARACTERS]
        yield ChapterFacts(start_ms=start, end_ms=end, title=title, url=clean_line(chapter.url or "") or None)


def _soundbites(item: FeedItemFacts) -> Iterator[SoundbiteFacts]:
    for tag in tags_named(item.tags, "podcast:soundbite"):
        start, length = (read_duration_s(tag.attributes.get(name)) for name in ("startTime", "duration"))
        if length > 0:
            yield SoundbiteFacts(
                start_ms=round(start * 1000), end_ms=round((start + length) * 1000), title=tag.text
            )


def _files(item: FeedItemFacts, language: str, notes: Notebook) -> Iterator[tuple[str, PublishedFile | None]]:
    if item.chapters:
        yield "chapters", elsewhere(item.chapters.url, CHAPTERS_TYPE, "podcast:chapters", notes)
    taken: set[str] = set()
    for link in item.transcripts:
        kind, media_type = _transcript_of(link)
        if media_type not in TRANSCRIPT_TYPES:
            notes.add("a podcast:transcript of a type that apps don't know is left out")
            continue
        name = kind if kind not in taken else f"{kind}.{len(taken) + 1}"
        taken.add(name)
        other = link.language if link.language and link.language != language else None
        yield name, elsewhere(link.url, media_type, "podcast:transcript", notes, language=other)
    if item.image:
        yield "cover", elsewhere(item.image, image_type(item.image), "itunes:image", notes)


def _transcript_of(link: FeedLink) -> tuple[str, str]:
    said = (link.media_type or "").partition(";")[0].strip().lower()
    if said not in _TRANSCRIPTS:
        ending = _ending_of(link.url).removeprefix(".")
        said = next((name for name, (each, _) in _TRANSCRIPTS.items() if each == ending), said)
    ending, media_type = _TRANSCRIPTS.get(said, ("", said))
    return f"transcript.{ending}", media_type


def elsewhere(
    address: str, media_type: str, name: str, notes: Notebook, *, language: str | None = None
) -> PublishedFile | None:
    """A file that others published; None, told, where its address can't be one."""
    url = notes.address_of(address, name)
    if url is None:
        return None
    return PublishedFile(path="", url=url, bytes=0, media_type=media_type, sha256="", language=language)


def image_type(address: str) -> str:
    """By the address's ending, JPEG where it has none that says anything."""
    return _IMAGE_OF_ENDING.get(_ending_of(address), "image/jpeg")


def _ending_of(address: str) -> str:
    name = urlsplit(address).path.rpartition("/")[2].lower()
    return name[name.rfind(".") :] if "." in name else ""
