"""What a show's own templates can change: every template, its blocks, and the variables it is given.

docs/templates.md is made from this; tests hold it against the templates themselves.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from podtool.publish.episode_page import ChapterLine, EpisodePage, Passage, RevisionLine
from podtool.publish.index_page import EpisodeLine, IndexPage, SeasonGroup
from podtool.publish.page_parts import Cover, Day, Head, NamedLink, PlayedFile
from podtool.publish.spoken import SpokenPart, Turn
from podtool.publish.withdrawn_page import WithdrawnPage
from podtool.show.credits import Contribution, Contributor, CreditedWork, Credits, LicenceLine


@dataclass(frozen=True, kw_only=True)
class TemplateGuide:
    """One template that a show may put into its ``templates`` folder.

    Attributes:
        view: the class of its ``page``; None where that depends on who includes it.
        blocks: what each block holds, in the order of the page.
    """

    name: str
    what: str
    view: type | None
    blocks: Mapping[str, str]


_FRAME = {
    "script": "script elements of the head; files of your own, from the same tree, only",
    "head": "more for the head, after everything else",
    "body": "everything that is seen: all other blocks lie in it",
}
TEMPLATES = (
    TemplateGuide(
        name="episode.html.j2",
        what="an episode's page",
        view=EpisodePage,
        blocks={
            **_FRAME,
            "opening": "cover, title, dates, length",
            "player": "the player, with downloads and the code to embed it",
            "chapters": "the list of chapters",
            "description": "the episode's description",
            "passages": "segments that have notes, each under its title",
            "notes": "the episode's notes",
            "revisions": "corrections that were made after the first publication",
            "transcript": "what is said, with its search",
            "guests": "the guests",
            "credits": "who made it, the works that are heard, the licence",
            "elsewhere": "platforms, other formats, transcripts to download, funding",
            "footer": "the bottom line",
        },
    ),
    TemplateGuide(
        name="index.html.j2",
        what="the show's index, each of its pages, and the one that lists every episode",
        view=IndexPage,
        blocks={
            **_FRAME,
            "opening": "cover, title, description, where to subscribe; a short head on further pages",
            "search": "the search, where there are eight episodes or more",
            "episodes": "the list, under the seasons' titles where there are several",
            "pages": "links to newer and older episodes",
            "elsewhere": "funding",
            "footer": "the licence",
        },
    ),
    TemplateGuide(
        name="embed.html.j2",
        what="the player for other people's pages",
        view=EpisodePage,
        blocks={"body": "everything that is seen"},
    ),
    TemplateGuide(
        name="player.html.j2",
        what="the player of both; has no blocks: copy it to change it",
        view=EpisodePage,
        blocks={},
    ),
    TemplateGuide(
        name="withdrawn.html.j2",
        what="the page that stays of an episode that was withdrawn",
        view=WithdrawnPage,
        blocks={**_FRAME, "notice": "the sentence that says so"},
    ),
    TemplateGuide(name="base.html.j2", what="the frame of all but the embedded", view=None, blocks=_FRAME),
)

VIEWS: tuple[type, ...] = (
    Head,
    EpisodePage,
    IndexPage,
    WithdrawnPage,
    Cover,
    PlayedFile,
    ChapterLine,
    Passage,
    RevisionLine,
    SpokenPart,
    Turn,
    SeasonGroup,
    EpisodeLine,
    Credits,
    Contribution,
    Contributor,
    CreditedWork,
    LicenceLine,
    NamedLink,
    Day,
)
"""Every class whose values a template meets, the outermost first."""


def variables_of(view: type) -> list[tuple[str, str, str]]:
    """Name, type and explanation of each value that a view has."""
    told = _attributes(inspect.getdoc(view) or "")
    listed = [(each.name, str(each.type), told.get(each.name, "")) for each in fields(view)]
    listed += [
        (name, str(member.fget.__annotations__.get("return", "")), _first_line(member))
        for name, member in vars(view).items()
        if isinstance(member, property) and member.fget
    ]
    return listed


def summary_of(view: type) -> str:
    """The first sentence of a view's own documentation."""
    return _first_line(view)


def _first_line(documented: object) -> str:
    return " ".join((inspect.getdoc(documented) or "").partition("\n\n")[0].split())


def _attributes(text: str) -> dict[str, str]:
    """The ``Attributes:`` of a docstring: name → text."""
    section = text.partition("Attributes:\n")[2].partition("\n\n")[0]
    found = re.findall(r"^    (\w+): (.*(?:\n      .*)*)", section, re.MULTILINE)
    return {name: " ".join(words.split()) for name, words in found}
