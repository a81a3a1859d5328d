"""The view of an episode's page: everything the template shows, already in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from podtool.publish.embedding import EMBED_FILE, OEMBED_FILE, derive_embed_code
from podtool.publish.linked_data import describe_episode, format_iso_duration, render_json_ld
from podtool.publish.markdown import plain_text
from podtool.publish.page_parts import (
    Cover,
    Day,
    Head,
    NamedLink,
    PlayedFile,
    derive_cover,
    derive_day,
    derive_download,
    derive_line,
    derive_links,
    derive_policy,
    derive_prose,
    shorten,
)
from podtool.publish.player_view import derive_shortcuts, derive_speeds
from podtool.publish.spoken import SpokenPart, derive_spoken, seconds
from podtool.publish.tree import Tree, tree_of
from podtool.show.credits import (
    GUEST,
    Contribution,
    Contributor,
    Credits,
    clean_line,
    credit_guest,
    web_address,
)
from podtool.show.facts import ChapterFacts, Enclosure
from podtool.show.model import Episode, Show
from podtool.show.publication import Publication, PublishedFile
from podtool.show.words import format_clock, format_duration, say
from podtool.timeline.cues import Cue

DESCRIPTION_HEADING = 2
"""The description stands right under the page's h1."""


@dataclass(frozen=True, kw_only=True)
class ChapterLine:
    """A chapter in the list. `href` opens the sound there (Media Fragments 1.0) where no script runs."""

    start_s: float
    clock: str
    title: str
    href: str | None
    link: str | None


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A segment with a text of its own: the édito, the expert's question and answer."""

    id: str
    title: str
    html: Markup
    people: tuple[Contributor, ...]
    chapter: ChapterLine | None


@dataclass(frozen=True, kw_only=True)
class RevisionLine:
    """A correction that listeners are told of."""

    day: Day | None
    note: str


@dataclass(frozen=True, kw_only=True)
class EpisodePage:
    """All that an episode's page shows; texts are plain unless they are `Markup`.

    Attributes:
        home: absolute address of the show's index.
        embed_code: the HTML that puts the player on another page; empty where there is no address.
    """

    head: Head
    show: str
    home: str | None
    title: str
    subtitle: str
    eyebrow: tuple[str, ...]
    cover: Cover | None
    player: PlayedFile | None
    speeds: tuple[tuple[str, str], ...]
    shortcuts: tuple[tuple[tuple[str, ...], str], ...]
    waveform: str | None
    embed_code: str
    downloads: tuple[NamedLink, ...]
    transcripts: tuple[NamedLink, ...]
    spoken: tuple[SpokenPart, ...]
    published: Day
    corrected: Day | None
    revisions: tuple[RevisionLine, ...]
    recorded: Day | None
    duration: str
    duration_iso: str
    description: Markup
    chapters: tuple[ChapterLine, ...]
    guests: tuple[Contributor, ...]
    passages: tuple[Passage, ...]
    notes: Markup
    contributions: tuple[Contribution, ...]
    credits: Credits
    rights: str | None
    platforms: tuple[NamedLink, ...]
    formats: tuple[NamedLink, ...]
    funding: tuple[NamedLink, ...]


def derive_episode_page(
    show: Show,
    episode: Episode,
    publication: Publication,
    listed: Credits,
    *,
    show_files: Mapping[str, PublishedFile] | None = None,
    page_path: str = "",
    cues: Sequence[Cue] = (),
) -> EpisodePage:
    """The page of one published episode.

    Args:
        show: the show it belongs to.
        episode: what its YAML says.
        publication: what went out: media, chapters, files (kinds ``cover``, ``waveform``, ``transcript.…``).
        listed: by `derive_credits`, in the show's language.
        show_files: the show's own public files by kind; its ``cover`` stands in where the episode has none.
        page_path: where the page will lie in the tree; ``episodes/<slug>/index.html`` by default.
        cues: what is said, in episode time; the page shows it.
    """
    language = show.language
    tree = tree_of(show, page_path or f"episodes/{publication.slug}/index.html")
    player = _derive_player(publication.enclosures, tree)
    files = {**(show_files or {}), **publication.files}
    cover = derive_cover(episode.cover_within(show), files.get("cover"), listed.works, tree)
    chapters = tuple(_derive_chapter(chapter, player, language) for chapter in publication.chapters)
    waveform = tree.href(files["waveform"]) if "waveform" in files else None
    body = _Body(player=player, cover=cover, waveform=waveform)
    linked = describe_episode(show, episode, publication, listed, player=player, cover=cover, tree=tree)
    duration_s = player.duration_s if player else 0.0
    return EpisodePage(
        head=_derive_head(show, episode, publication, tree, body=body, json_ld=render_json_ld(linked)),
        show=clean_line(show.title),
        home=tree.address("index.html"),
        title=derive_line(episode.title, language),
        subtitle=derive_line(episode.subtitle or "", language),
        eyebrow=_derive_eyebrow(show, episode),
        cover=cover,
        player=player,
        speeds=derive_speeds(language),
        shortcuts=derive_shortcuts(language),
        waveform=waveform,
        embed_code=derive_embed_code(show, episode, tree.beside(EMBED_FILE)) if player else "",
        downloads=_downloads(publication.enclosures, tree, language),
        transcripts=_downloads(
            [file for kind, file in sorted(files.items()) if kind.startswith("transcript")], tree, language
        ),
        spoken=derive_spoken(cues, publication.chapters, player),
        published=derive_day(publication.published, language),
        corrected=derive_day(publication.updated, language) if publication.updated else None,
        revisions=tuple(
            RevisionLine(
                day=derive_day(each.date, language) if each.date else None,
                note=derive_line(each.note, language),
            )
            for each in episode.revisions
        ),
        recorded=derive_day(episode.recorded, language) if episode.recorded else None,
        duration=format_duration(duration_s, language) if duration_s else "",
        duration_iso=format_iso_duration(duration_s),
        description=derive_prose(episode.description, language, DESCRIPTION_HEADING),
        chapters=chapters,
        guests=tuple(one for group in listed.contributions if group.role == GUEST for one in group.people),
        passages=tuple(_derive_passages(episode, publication.chapters, chapters, language)),
        notes=derive_prose(episode.notes or "", language),
        contributions=tuple(one for one in listed.contributions if one.role != GUEST),
        credits=listed,
        rights=tree.href(files["rights"]) if "rights" in files else None,
        platforms=derive_links(episode.platforms_within(show)),
        formats=derive_links(episode.formats),
        funding=derive_links(show.funding),
    )


@dataclass(frozen=True, kw_only=True)
class _Body:
    """What the head needs to know of the page below."""

    player: PlayedFile | None
    cover: Cover | None
    waveform: str | None


def _derive_eyebrow(show: Show, episode: Episode) -> tuple[str, ...]:
    """The small line over the title: season, number, kind, explicit."""
    language = show.language
    parts = (
        episode.season is not None and say("season_number", language, number=episode.season),
        episode.number is not None and say("episode_number", language, number=episode.number),
        episode.type != "full" and say(f"type_{episode.type}", language),
        episode.explicit_within(show) and say("explicit", language),
    )
    return tuple(part for part in parts if part)


def _derive_player(enclosures: Sequence[Enclosure], tree: Tree) -> PlayedFile | None:
    for file in enclosures:
        href = tree.href(file)
        if href and file.media_type.startswith("audio/"):
            url = web_address(file.url)
            return PlayedFile(href=href, url=url, media_type=file.media_type, duration_s=file.duration_s)
    return None


def _downloads(
    files: Sequence[Enclosure | PublishedFile], tree: Tree, language: str
) -> tuple[NamedLink, ...]:
    links = (derive_download(file, tree, language) for file in files)
    return tuple(link for link in links if link)


def _derive_chapter(chapter: ChapterFacts, player: PlayedFile | None, language: str) -> ChapterLine:
    return ChapterLine(
        start_s=chapter.start_ms / 1000,
        clock=format_clock(chapter.start_ms),
        title=derive_line(chapter.title, language),
        href=f"{player.href}#t={seconds(chapter.start_ms)}" if player else None,
        link=web_address(chapter.url),
    )


def _derive_passages(
    episode: Episode, facts: Sequence[ChapterFacts], lines: Sequence[ChapterLine], language: str
) -> Iterator[Passage]:
    """Segments with notes, each with the chapter it starts: titles come in the same order in both."""
    following = 0
    for segment in episode.segments:
        line = None
        for index in range(following, len(facts)) if segment.title else ():
            if clean_line(facts[index].title) == clean_line(segment.title or ""):
                line, following = lines[index], index + 1
                break
        if segment.notes and segment.notes.strip():
            yield Passage(
                id=f"segment-{segment.index + 1}",
                title=derive_line(segment.title or "", language),
                html=derive_prose(segment.notes, language),
                people=tuple(credit_guest(person) for person in segment.people),
                chapter=line,
            )


def _derive_head(
    show: Show, episode: Episode, publication: Publication, tree: Tree, *, body: _Body, json_ld: Markup
) -> Head:
    show_title = clean_line(show.title)
    return Head(
        language=show.language,
        title=say("page_title", show.language, episode=clean_line(episode.title), show=show_title),
        description=shorten(plain_text(episode.description)),
        site=show_title,
        root=tree.root,
        home=tree.path("index.html"),
        canonical=web_address(publication.page_url),
        feed=web_address(show.feed),
        image=body.cover.url if body.cover else None,
        audio=body.player.url if body.player else None,
        kind="article",
        oembed=tree.beside(OEMBED_FILE) if body.player else None,
        policy=derive_policy(
            json_ld,
            body.player.href if body.player else None,
            body.cover.href if body.cover else None,
            body.waveform,
        ),
        json_ld=json_ld,
    )
