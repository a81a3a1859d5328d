"""The page that stays where a withdrawn episode was: links to it still lead somewhere. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from podtool.publish.page_parts import Day, Head, derive_day, derive_policy
from podtool.publish.tree import tree_of
from podtool.show.credits import clean_line, web_address
from podtool.show.model import Episode, Show
from podtool.show.publication import Publication
from podtool.show.words import say


@dataclass(frozen=True, kw_only=True)
class WithdrawnPage:
    """All that it shows; `cover` is what the frame of all pages looks for."""

    head: Head
    show: str
    title: str
    withdrawn: Day
    cover: None = None


def derive_withdrawn_page(
    show: Show, episode: Episode, publication: Publication, page_path: str
) -> WithdrawnPage:
    """The page of an episode that was taken out of the feed.

    Raises:
        ValueError: it wasn't.
    """
    if publication.withdrawn is None:
        raise ValueError(f"{publication.folder} isn't withdrawn")
    language, tree = show.language, tree_of(show, page_path)
    show_title, title = clean_line(show.title), clean_line(episode.title)
    json_ld = Markup("{}")
    day = derive_day(publication.withdrawn.date(), language)
    head = Head(
        language=language,
        title=say("page_title", language, episode=title, show=show_title),
        description=say("withdrawn", language, day=day.text),
        site=show_title,
        root=tree.root,
        home=tree.path("index.html"),
        canonical=web_address(publication.page_url),
        feed=web_address(show.feed),
        image=None,
        audio=None,
        kind="article",
        policy=derive_policy(json_ld),
        json_ld=json_ld,
    )
    return WithdrawnPage(head=head, show=show_title, title=title, withdrawn=day)
