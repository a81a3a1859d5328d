"""What a file shall say about its episode, whatever its format. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import PurePosixPath

from markdown_it import MarkdownIt
from markdown_it.token import Token

from podtool.errors import TagError
from podtool.publish.addresses import ascii_url
from podtool.publish.people import collect_hosts
from podtool.publish.tag_fields import MOST_CHAPTERS, MUSICIANS, iso_639_2
from podtool.show.facts import ChapterFacts
from podtool.show.licences import licence_url
from podtool.show.model import Episode, Person, Show
from podtool.show.roles import HOSTS, find_role

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_SPACES = re.compile(r"[ \t\n\r]+")
"""Typographic spaces (U+00A0, U+202F) are somebody's choice and stay."""
_SUMMARY_BYTES = 255
"""iTunes' own limit of `desc`; the whole stands in `ldes`."""
_MAGIC = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))


@dataclass(frozen=True, kw_only=True)
class Picture:
    """An image as it goes into a tag: JPEG or PNG."""

    data: bytes
    media_type: str


Credits = tuple[tuple[str, str], ...]
"""(role, name) in order."""


@dataclass(frozen=True, kw_only=True)
class EpisodeTags:
    """What to write; None or empty is «we have no word for it». Names are those of `TAG_FIELDS`.

    Attributes:
        released: with its zone (UTC is meant without one).
        language: ISO 639-2.
        chapters: in time order, at most 255.
        chapter_images: by `ChapterFacts.image`.
    """

    title: str | None = None
    subtitle: str | None = None
    album: str | None = None
    artist: str | None = None
    album_artist: str | None = None
    track: int | None = None
    disc: int | None = None
    recorded: date | None = None
    released: datetime | None = None
    genre: str | None = None
    language: str | None = None
    copyright: str | None = None
    licence: str | None = None
    licence_url: str | None = None
    attribution: str | None = None
    page_url: str | None = None
    show_url: str | None = None
    feed_url: str | None = None
    guid: str | None = None
    description: str | None = None
    category: str | None = None
    keywords: str | None = None
    podcast: bool = False
    people: Credits = ()
    musicians: Credits = ()
    transcript: str | None = None
    cover: Picture | None = None
    chapters: tuple[ChapterFacts, ...] = ()
    chapter_images: Mapping[PurePosixPath, Picture] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.chapters) > MOST_CHAPTERS:
            raise TagError(
                f"{len(self.chapters)} chapters are more than a file's tag can list ({MOST_CHAPTERS})",
                hint="give fewer segments a title, or drop some of their `chapters`",
            )
        if list(self.chapters) != sorted(self.chapters, key=lambda chapter: chapter.start_ms):
            raise TagError("the chapters are not in time order", hint="sort them by their start")


def derive_tags(  # noqa: PLR0913 - one argument per source of facts; a bundle would only hide them
    show: Show,
    episode: Episode,
    chapters: Iterable[ChapterFacts],
    *,
    attribution: str,
    licence_name: str | None = None,
    published: datetime | None = None,
    guid: str | None = None,
    page_url: str | None = None,
    cover: bytes | None = None,
    transcript_text: str | None = None,
    chapter_images: Mapping[PurePosixPath, bytes] | None = None,
    musicians: Iterable[str] = (),
) -> EpisodeTags:
    """The tags of an episode's file.

    Args:
        show: show.yaml.
        episode: episode.yaml.
        chapters: as placed in the episode, in any order.
        attribution: credit for the works used, as plain text; may be empty.
        licence_name: the licence in words (``CC BY 2.0``).
        published: the date in the ledger, where it isn't the YAML's.
        guid: the ledger's, where it isn't the YAML's.
        page_url: the episode's page.
        cover: JPEG or PNG, already made to fit (`cover.fit_cover`).
        transcript_text: what is said, as plain text.
        chapter_images: likewise, by `ChapterFacts.image`.
        musicians: who made the music that is heard; whom the credits name as a musician isn't named twice.

    Raises:
        TagError: a picture is neither JPEG nor PNG, or there are more than 255 chapters.
    """
    author = show.author or (show.owner.name if show.owner else None)
    licence = episode.licence_within(show)
    released = published or episode.published
    credits_ = _credits_of(show, episode)
    musicians_ = _with_makers([pair for pair in credits_ if _key_of(pair[0]) in MUSICIANS], musicians)
    return EpisodeTags(
        title=_line(episode.title),
        subtitle=_line(episode.subtitle),
        album=_line(show.title),
        artist=_line(author or show.title),
        album_artist=_line(author or show.title),
        track=episode.number,
        disc=episode.season,
        recorded=episode.recorded,
        released=released,
        genre="Podcast",
        language=iso_639_2(show.language),
        copyright=_copyright_of(author, episode.recorded or released, licence_name),
        licence=licence.id if licence else None,
        licence_url=ascii_url(licence_url(licence)),
        attribution=clean_text(attribution),
        page_url=ascii_url(page_url),
        show_url=ascii_url(show.link),
        feed_url=ascii_url(show.feed),
        guid=_line(guid or episode.guid),
        description=clean_text(plain_text(episode.description)),
        category=show.categories[0].name if show.categories else None,
        keywords=_keywords_of(show),
        podcast=True,
        people=tuple(pair for pair in credits_ if _key_of(pair[0]) not in MUSICIANS),
        musicians=musicians_,
        transcript=clean_text(transcript_text),
        cover=picture_of(cover) if cover else None,
        chapters=tuple(_clean_chapter(chapter) for chapter in sorted(chapters, key=_by_time)),
        chapter_images={path: picture_of(data) for path, data in sorted((chapter_images or {}).items())},
    )


def tag_texts(tags: EpisodeTags) -> dict[str, str]:
    """Field name to text, for the fields of one value that have one.

    ``date`` and ``released`` are ID3v2.4 timestamps (structure, 4: a part of ``yyyy-MM-ddTHH:mm:ss``, UTC).
    """
    released = _timestamp(tags.released) if tags.released else None
    recorded = tags.recorded.isoformat() if tags.recorded else None
    texts = {
        "track": str(tags.track) if tags.track is not None else None,
        "disc": str(tags.disc) if tags.disc is not None else None,
        "date": recorded or (released or "")[:10],
        "recorded": recorded,
        "released": released,
        "summary": _shorten(tags.description, _SUMMARY_BYTES) if tags.description else None,
        "comment": tags.description,
        "podcast": "1" if tags.podcast else None,
    }
    plain = {name: value for name, value in vars(tags).items() if isinstance(value, str)}
    return {name: value for name, value in (plain | texts).items() if value}


def tag_people(tags: EpisodeTags) -> dict[str, Credits]:
    """Field name to (role, name) pairs, for the fields of people that have any."""
    return {name: pairs for name, pairs in (("people", tags.people), ("musicians", tags.musicians)) if pairs}


def picture_of(data: bytes) -> Picture:
    """The picture with its media type, by its first bytes.

    Raises:
        TagError: it is neither JPEG nor PNG.
    """
    for magic, media_type in _MAGIC:
        if data.startswith(magic):
            return Picture(data=data, media_type=media_type)
    raise TagError("a picture in a tag must be JPEG or PNG", hint="convert the image, or let podtool fit it")


def clean_text(text: str | None) -> str | None:
    """`text` without control characters but line feeds and tabs; None when nothing is left."""
    if text is None:
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROLS.sub("", text).strip() or None


def plain_text(markdown: str) -> str:
    """Markdown as a player without markup shows it: paragraphs, bullets, addresses in parentheses."""
    paragraphs: list[str] = []
    bullet = ""
    for token in MarkdownIt("commonmark", {"html": False}).parse(markdown):
        if token.type == "list_item_open":
            bullet = f"{token.info}. " if token.info else "• "
        elif token.type in {"inline", "fence", "code_block"}:
            words = _inline_text(token.children) if token.children else token.content
            paragraphs.append(bullet + words.strip())
            bullet = ""
    return "\n\n".join(filter(None, paragraphs))


def _inline_text(tokens: Iterable[Token]) -> str:
    words: list[str] = []
    links: list[tuple[int, str]] = []
    for token in tokens:
        if token.type == "link_open":
            links.append((len(words), str(token.attrGet("href") or "")))
        elif token.type == "link_close" and links:
            start, address = links.pop()
            words += [f" ({address})"] if "".join(words[start:]) != address else []
        else:
            words.append({"softbreak": " ", "hardbreak": "\n"}.get(token.type, token.content))
    return "".join(words)


def _line(text: str | None) -> str | None:
    cleaned = clean_text(text)
    return _SPACES.sub(" ", cleaned) if cleaned else None


def _clean_chapter(chapter: ChapterFacts) -> ChapterFacts:
    return ChapterFacts(
        start_ms=chapter.start_ms,
        end_ms=chapter.end_ms,
        title=_line(chapter.title) or "",
        url=ascii_url(chapter.url),
        image=chapter.image,
    )


def _by_time(chapter: ChapterFacts) -> int:
    return chapter.start_ms


def _copyright_of(holder: str | None, day: date | None, licence_name: str | None) -> str | None:
    # ID3v2.4 frames, 4.2.1: TCOP begins with a year and a space. Without a year or a holder we claim nothing.
    if holder is None or day is None:
        return None
    return _line(f"{day.year:04d} {holder}" + (f", {licence_name}" if licence_name else ""))


def _keywords_of(show: Show) -> str | None:
    words = [word for category in show.categories for word in (category.name, category.sub) if word]
    return ", ".join(dict.fromkeys(words)) or None


def _credits_of(show: Show, episode: Episode) -> Credits:
    """Everybody, by the role as written; whoever has none leads, or was invited."""
    speakers = [person for segment in episode.segments for person in segment.people]
    heard: list[tuple[str, Person]] = [
        *((person.role or "host", person) for person in episode.people),
        *(("guest", person) for person in episode.guests),
        *((person.role or "guest", person) for person in speakers),
    ]
    stated = [
        *((role, person.name, person.organisation) for role, person in heard),
        *((credit.role, credit.name, credit.organisation) for credit in episode.credits),
    ]
    if not any(_key_of(role) in HOSTS for role, _, _ in stated):
        stated = [*(("host", host.name, None) for host in collect_hosts(show)), *stated]
    named = ((_line(role), _line(f"{name} ({house})" if house else name)) for role, name, house in stated)
    return tuple(dict.fromkeys((role, name) for role, name in named if role and name))


def _with_makers(stated: Iterable[tuple[str, str]], makers: Iterable[str]) -> Credits:
    """Musicians with the makers of the works that are heard."""
    stated = tuple(stated)
    named = {name.partition(" (")[0].casefold() for _, name in stated}
    found = dict.fromkeys(name for maker in makers if (name := _line(maker)))
    return (*stated, *(("music", name) for name in found if name.casefold() not in named))


def _key_of(role: str) -> str:
    found = find_role(role)
    return found.key if found else ""


def _timestamp(moment: datetime) -> str:
    in_utc = moment.astimezone(UTC) if moment.tzinfo else moment
    return in_utc.replace(tzinfo=None).isoformat(timespec="seconds")


def _shorten(text: str, limit_bytes: int) -> str:
    flat = _SPACES.sub(" ", text)
    if len(flat.encode()) <= limit_bytes:
        return flat
    cut = flat.encode()[: limit_bytes - len("…".encode())].decode("utf-8", "ignore")
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:.") + "…"
