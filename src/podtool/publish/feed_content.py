"""What a feed item says in full (content:encoded) and the credits under its description. Pure."""

from __future__ import annotations

import html

from podtool.publish.feed_html import render_time_stamps
from podtool.publish.markdown import render_markdown
from podtool.show.credit_formats import format_heard
from podtool.show.credits import CreditedWork, Credits
from podtool.show.facts import ChapterFacts
from podtool.show.model import Episode
from podtool.show.words import say


def render_content(episode: Episode, chapters: tuple[ChapterFacts, ...], listed: Credits) -> str:
    """Description, the segments' texts under their titles, chapters and credits, as sanitised HTML."""
    parts = [render_markdown(episode.description)] if episode.description.strip() else []
    for segment in episode.segments:
        if segment.notes:
            heading = f"<h2>{_text(segment.title)}</h2>\n" if segment.title else ""
            parts.append(heading + render_markdown(segment.notes))
    parts += [render_markdown(episode.notes)] if episode.notes else []
    parts += [render_time_stamps(chapters)] if chapters else []
    return "\n".join([*parts, render_footer(listed)])


def render_footer(listed: Credits) -> str:
    """People, works and licence in the few tags that a description may have."""
    separator = say("separator", listed.language)
    lines = [
        f"{_text(one.label)}{separator}"
        + ", ".join(_person(person.name, person.belonging) for person in one.people)
        for one in listed.contributions
    ]
    lines += [f"{_text(work.label)}{separator}{_work(work, listed.language)}" for work in listed.works]
    lines.append(_licence(listed))
    return "".join(f"<p>{line}</p>" for line in lines)


def _person(name: str, belonging: str) -> str:
    return _text(f"{name} ({belonging})" if belonging else name)


def _work(work: CreditedWork, language: str) -> str:
    heard = format_heard(work, language)
    return _text(f"{work.attribution} ({heard})" if heard else work.attribution)


def _licence(listed: Credits) -> str:
    licence = listed.licence
    if not licence.url:
        return _text(licence.text)
    link = f'<a href="{html.escape(licence.url)}">{_text(licence.name)}</a>'
    return f"{_text(licence.before)}{link}{_text(licence.after)}"


def _text(text: str | None) -> str:
    return html.escape(text or "", quote=False)
