"""Every page of the public tree, and what the feed says of each episode; from YAML and ledger alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path, PurePosixPath

from podtool.publish.feed import FeedItem
from podtool.publish.feed_content import render_content, render_footer
from podtool.publish.page import (
    derive_episode_page,
    derive_index_pages,
    derive_withdrawn_page,
    read_page_assets,
    render_embed_files,
    render_episode_page,
    render_index_page,
    render_withdrawn_page,
)
from podtool.show.credits import Credits, derive_credits
from podtool.show.model import Episode, Show
from podtool.show.publication import Ledger, Publication
from podtool.show.rights import collect_works
from podtool.timeline.cues import Cue
from podtool.workflow.addresses import address_of, episode_folder, image_path, page_path
from podtool.workflow.project import TEMPLATES_FOLDER

Published = Sequence[tuple[Episode, Publication]]


def render_pages(
    show: Show,
    published: Published,
    ledger: Ledger,
    listed: Sequence[Credits] | None = None,
    *,
    cues_of: Callable[[Publication], Sequence[Cue]] = lambda _: (),
) -> dict[str, bytes]:
    """Every page, with style sheet and script, by public path.

    Args:
        show: the show.
        published: every episode that is out.
        ledger: with the show's own files.
        listed: the credits of each episode, where they are known already (see `credits_of`).
        cues_of: what is said in an episode.

    Raises:
        PublishError: one of the show's own templates is wrong.
    """
    own = show.root / TEMPLATES_FOLDER
    overrides = own if own.is_dir() else None
    tree = dict(read_page_assets(overrides))
    known = listed or [credits_of(show, episode, entry) for episode, entry in published]
    for (episode, entry), credits_listed in zip(published, known, strict=True):
        page = derive_episode_page(
            show,
            episode,
            entry,
            credits_listed,
            show_files=ledger.files,
            page_path=page_path(episode),
            cues=cues_of(entry),
        )
        tree[page_path(episode)] = render_episode_page(page, overrides).encode()
        for name, text in render_embed_files(page, overrides).items():
            tree[f"{episode_folder(episode)}/{name}"] = text.encode()
    pages = derive_index_pages(show, published, show_files=ledger.files)
    return tree | {page.path: render_index_page(page, overrides).encode() for page in pages}


def render_withdrawn(show: Show, withdrawn: Published) -> dict[str, bytes]:
    """The pages that stay of episodes that were taken out of the feed, by public path."""
    own = show.root / TEMPLATES_FOLDER
    overrides = own if own.is_dir() else None
    return {
        page_path(episode): render_withdrawn_page(
            derive_withdrawn_page(show, episode, entry, page_path(episode)), overrides
        ).encode()
        for episode, entry in withdrawn
    }


def feed_items(show: Show, published: Published, listed: Sequence[Credits] | None = None) -> list[FeedItem]:
    """What the feed says of each episode; arguments as for `render_pages`."""
    known = listed or [credits_of(show, episode, entry) for episode, entry in published]
    return [
        FeedItem(
            episode=episode,
            publication=entry,
            content_html=render_content(episode, entry.chapters, credits_listed),
            footer_html=render_footer(credits_listed),
        )
        for (episode, entry), credits_listed in zip(published, known, strict=True)
    ]


def credits_of(show: Show, episode: Episode, entry: Publication) -> Credits:
    """The episode's credits in the show's language, with the times at which works are heard in what went out.

    An entry from before the ledger kept them credits what the segments name, without times.
    """
    heard: dict[str, list[tuple[int, int]]] = {}
    for one in entry.heard:
        heard.setdefault(one.asset, []).append((one.start_ms, one.end_ms))
    return derive_credits(show, episode, collect_works(show, episode, heard or None), show.language)


def people_images(show: Show) -> dict[str, Path]:
    """Pictures of people that the show's YAML names and this machine has, by public path."""
    return {
        image_path(person.image): show.root / person.image
        for person in show.people.values()
        if person.image and (show.root / person.image).is_file()
    }


def image_addresses(
    show: Show, published: Published, available: Collection[str] | None = None
) -> dict[PurePosixPath, str]:
    """Public addresses of people's and chapters' images, by their path in the show.

    Args:
        show: the show.
        published: every episode that is out.
        available: what will lie in the public tree: nothing else gets an address; None asks nothing.
    """
    images = [person.image for person in show.people.values()]
    images += [chapter.image for _, entry in published for chapter in entry.chapters]
    return {
        image: address
        for image in images
        if image is not None
        and (available is None or image_path(image) in available)
        and (address := address_of(show, image_path(image)))
    }
