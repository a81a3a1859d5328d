"""Credits written down: text, Markdown, HTML, JSON, each escaped by its own rules. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from html import escape
from typing import Literal

from podtool.show.credits import Contribution, CreditedWork, Credits, web_address
from podtool.show.words import format_clock, say

CreditsFormat = Literal["text", "markdown", "html", "json"]


def format_credits(listed: Credits, form: CreditsFormat = "text") -> str:
    """The credits in one of the forms, ending in a newline; the HTML is a fragment, a `section`."""
    return FORMATS[form](listed)


def _heading(listed: Credits) -> str:
    if listed.number is None:
        return f"{listed.show} – {listed.title}"
    return say("numbered", listed.language, show=listed.show, number=listed.number, title=listed.title)


def format_heard(work: CreditedWork, language: str) -> str:
    """When a work is heard, «de 0:00 à 0:15, de 2:10 à 2:30»; empty where nobody knows, and for images."""
    return ", ".join(
        say("heard_at", language, start=format_clock(start), end=format_clock(stop))
        for start, stop in work.ranges_ms
    )


def _as_text(listed: Credits) -> str:
    separator = say("separator", listed.language)
    lines = [_heading(listed), ""]
    for contribution in listed.contributions:
        people = (
            f"{one.name} ({one.belonging})" if one.belonging else one.name for one in contribution.people
        )
        lines.append(f"{contribution.label}{separator}{', '.join(people)}")
    for work in listed.works:
        heard = format_heard(work, listed.language)
        lines.append(f"{work.label}{separator}{work.attribution}{f' ({heard})' if heard else ''}")
    url = f" {listed.licence.url}" if listed.licence.url else ""
    lines += ["", f"{listed.licence.text}{url}"]
    return "\n".join(lines) + "\n"


_MARKDOWN_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~&]")
_MARKDOWN_URL = str.maketrans({"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", " ": "%20"})


def escape_markdown(text: str) -> str:
    """`text` so that CommonMark shows it as it is."""
    return _MARKDOWN_SPECIAL.sub(r"\\\g<0>", text)


def _markdown_link(text: str, url: str | None) -> str:
    shown = escape_markdown(text)
    return f"[{shown}]({url.translate(_MARKDOWN_URL)})" if url else shown


def _html_link(text: str, url: str | None, rel: str = "noopener") -> str:
    shown = escape(text)
    return f'<a href="{escape(url)}" rel="{rel}">{shown}</a>' if url else shown


Link = Callable[[str, str | None], str]


def _work_parts(work: CreditedWork, language: str, link: Link) -> str:
    source = web_address(work.source)
    parts = [link(work.named, source)]
    if work.source and not source:
        parts.append(link(say("from_source", language, source=work.source), None))
    if work.terms:
        parts.append(link(work.terms, work.terms_url))
    if work.changes:
        parts.append(link(work.changes, None))
    heard = format_heard(work, language)
    return say("between_parts", language).join(parts) + (link(f" ({heard})", None) if heard else "")


def _people(contribution: Contribution, link: Link) -> str:
    return ", ".join(
        link(one.name, one.url) + (link(f" ({one.belonging})", None) if one.belonging else "")
        for one in contribution.people
    )


def _as_markdown(listed: Credits) -> str:
    separator, licence = say("separator", listed.language), listed.licence
    lines = [f"# {escape_markdown(_heading(listed))}", ""]
    rows = [(one.label, _people(one, _markdown_link)) for one in listed.contributions]
    rows += [(work.label, _work_parts(work, listed.language, _markdown_link)) for work in listed.works]
    lines += [f"- **{escape_markdown(label)}**{separator}{words}" for label, words in rows]
    name = _markdown_link(licence.name, licence.url) if licence.name else ""
    lines += ["", f"{escape_markdown(licence.before)}{name}{escape_markdown(licence.after)}"]
    return "\n".join(lines) + "\n"


def _as_html(listed: Credits) -> str:
    language, licence = listed.language, listed.licence
    rows = [(one.label, _people(one, _html_link)) for one in listed.contributions]
    rows += [(work.label, _work_parts(work, language, _html_link)) for work in listed.works]
    lines = [f'<section class="credits" lang="{escape(language)}">', f"<h2>{escape(_heading(listed))}</h2>"]
    if rows:
        lines += ["<dl>", *(f"<dt>{escape(label)}</dt>\n<dd>{words}</dd>" for label, words in rows), "</dl>"]
    name = _html_link(licence.name, licence.url, "license noopener") if licence.name else ""
    lines += [f"<p>{escape(licence.before)}{name}{escape(licence.after)}</p>", "</section>"]
    return "\n".join(lines) + "\n"


def credits_as_json(listed: Credits) -> dict[str, object]:
    """The object that `credits --json` and `--format json` print."""
    licence = listed.licence
    return {
        "language": listed.language,
        "show": listed.show,
        "title": listed.title,
        "number": listed.number,
        "people": [
            {"role": one.role, "label": one.label, "people": [asdict(person) for person in one.people]}
            for one in listed.contributions
        ],
        "works": [
            {**asdict(work), "ranges_ms": [list(span) for span in work.ranges_ms]} for work in listed.works
        ],
        "licence": {"id": licence.id, "name": licence.name, "url": licence.url, "text": licence.text},
    }


def _as_json(listed: Credits) -> str:
    return json.dumps(credits_as_json(listed), ensure_ascii=False, indent=2) + "\n"


FORMATS: Mapping[CreditsFormat, Callable[[Credits], str]] = {
    "text": _as_text,
    "markdown": _as_markdown,
    "html": _as_html,
    "json": _as_json,
}
