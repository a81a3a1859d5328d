"""Rules about the published pages: readable by everybody, by themselves, without another host's leave."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from urllib.parse import unquote, urlsplit

from podtool.check.html_facts import HtmlFacts, read_html
from podtool.check.rule import CheckRule, Find, Found, at_key
from podtool.check.subject import Subject
from podtool.errors import Severity
from podtool.show.licences import licence_url
from podtool.show.model import Place

_LOADED = {"script": "src", "img": "src", "iframe": "src", "embed": "src", "object": "data", "track": "src"}
"""Elements that make a browser load something, by the attribute that says what."""
_SOUND = frozenset({"audio", "video", "source"})
_SHEETS = frozenset({"stylesheet", "icon", "preload", "modulepreload"})
_SHOWN = 5


_Complaint = tuple[int, str]
"""1-based line in the page, 0 for the whole; message."""
_Look = Callable[[Subject, str, HtmlFacts], Iterator[_Complaint]]


def _pages(look: _Look) -> Find:
    """The finder of a rule that looks at one page at a time."""

    def find(subject: Subject) -> Iterator[Found]:
        for path, text in subject.pages.items():
            for line, message in list(look(subject, path, read_html(text)))[:_SHOWN]:
                shown = f"{subject.target}{path}"
                yield Found(message=f"{path}: {message}", place=Place(file=shown, line=line, column=0))

    return find


def _no_language(_: Subject, __: str, page: HtmlFacts) -> Iterator[_Complaint]:
    if not any((element.get("lang") or "").strip() for element in page.of("html")):
        yield 0, "doesn't say in which language it is"


def _no_title(_: Subject, __: str, page: HtmlFacts) -> Iterator[_Complaint]:
    if not page.title.strip():
        yield 0, "has no title"


def _no_player(subject: Subject, path: str, page: HtmlFacts) -> Iterator[_Complaint]:
    if not _is_episode_page(subject, path):
        return
    sources = [element for element in page.of("audio", "video", "source") if element.get("src")]
    if not sources:
        yield 0, "has no player"
    for element in sources:
        target = _in_tree(path, element.get("src") or "")
        if target is not None and target not in subject.tree:
            yield element.line, f"its player plays {target}, which isn't there"


def _is_episode_page(subject: Subject, path: str) -> bool:
    return subject.episode is not None and path == f"episodes/{subject.episode.slug}/index.html"


def _in_tree(page: str, address: str) -> str | None:
    """The public path that a relative address on a page leads to; None for one that leads elsewhere."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
        return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path)))
    return f"{path}/index.html".removeprefix("./") if parts.path.endswith("/") else path


def _no_licence(subject: Subject, path: str, page: HtmlFacts) -> Iterator[_Complaint]:
    episode = subject.episode
    if episode is None or not _is_episode_page(subject, path):
        return
    url = licence_url(episode.licence_within(subject.show))
    if url and not any(element.get("href") == url for element in page.of("a", "link")):
        yield 0, f"has no link to the episode's licence, {url}"


def _no_alt(_: Subject, __: str, page: HtmlFacts) -> Iterator[_Complaint]:
    for element in page.of("img"):
        if element.get("alt") is None:
            yield element.line, f"the picture {element.get('src') or ''} has no alt text"


def _loads_from_elsewhere(_: Subject, __: str, page: HtmlFacts) -> Iterator[_Complaint]:
    for element in page.elements:
        address = element.get(_LOADED.get(element.tag, "")) or ""
        if element.tag == "link" and _SHEETS & set((element.get("rel") or "").lower().split()):
            address = element.get("href") or ""
        if _leads_away(address):
            yield element.line, f"<{element.tag}> loads {address}"


def _leads_away(address: str) -> bool:
    return address.strip().lower().startswith(("http:", "https:", "//"))


def _broken_links(subject: Subject, path: str, page: HtmlFacts) -> Iterator[_Complaint]:
    for element in page.elements:
        if element.tag in _SOUND:
            continue
        for name in ("href", "src"):
            target = _in_tree(path, element.get(name) or "")
            if target is not None and target not in subject.tree:
                yield element.line, f"<{element.tag}> leads to {target}, which isn't there"


def _headings(_: Subject, __: str, page: HtmlFacts) -> Iterator[_Complaint]:
    count = sum(1 for _ in page.of("h1"))
    if count != 1:
        yield 0, f"has {count} headings of the first level (h1)"


def _same_ids(_: Subject, __: str, page: HtmlFacts) -> Iterator[_Complaint]:
    seen: set[str] = set()
    for element in page.elements:
        name = element.get("id")
        if name is not None and name in seen:
            yield element.line, f"the id «{name}» stands there twice"
        seen.add(name or "")


def _find_failure(subject: Subject) -> Iterator[Found]:
    if subject.page_failure:
        yield Found(message=subject.page_failure, place=at_key(subject.show.places, ""))


RULES: tuple[CheckRule, ...] = (
    CheckRule(
        id="PAGE-001",
        severity=Severity.ERROR,
        title="A page doesn't say its language",
        why="Screen readers read French with an English voice.",
        spec="WCAG 2.2, 3.1.1; HTML: lang",
        fix='Write `<html lang="{{ head.language }}">` in your own template.',
        example="an own template with `<html>`",
        find=_pages(_no_language),
    ),
    CheckRule(
        id="PAGE-002",
        severity=Severity.ERROR,
        title="A page has no title",
        why="The browser's tab, the bookmark and the search result show an address.",
        spec="WCAG 2.2, 2.4.2; HTML: title",
        fix="Write `<title>{{ head.title }}</title>` in your own template.",
        example="an own template without `<title>`",
        find=_pages(_no_title),
    ),
    CheckRule(
        id="PAGE-003",
        severity=Severity.ERROR,
        title="An episode's page has no player, or one without its sound",
        why="Nobody can listen there.",
        spec="HTML: audio",
        fix="Run `podtool assemble`; in your own template, keep the player's block.",
        example="a player whose file was renamed",
        find=_pages(_no_player),
    ),
    CheckRule(
        id="PAGE-004",
        severity=Severity.WARNING,
        title="An episode's page doesn't link to its licence",
        why="Who wants to use the episode can't find out how.",
        spec="Creative Commons: marking your work (a link to the deed)",
        fix="In your own template, keep the credits' block.",
        example="an own template that names «CC BY 2.0» without a link",
        find=_pages(_no_licence),
    ),
    CheckRule(
        id="PAGE-005",
        severity=Severity.ERROR,
        title="A picture on a page has no alternative text",
        why="Screen readers read out its file name.",
        spec="WCAG 2.2, 1.1.1; HTML: alt",
        fix='Write `alt` in your template; `alt=""` for decoration.',
        example='`<img src="cover.png">`',
        find=_pages(_no_alt),
    ),
    CheckRule(
        id="PAGE-006",
        severity=Severity.WARNING,
        title="A page loads something from another host",
        why="That host learns who reads the page, and decides whether it works.",
        spec="GDPR, article 5 (data minimisation); Content Security Policy 3",
        fix="Copy the file into the show's templates/ folder.",
        example="a font or a script from a content delivery network",
        find=_pages(_loads_from_elsewhere),
    ),
    CheckRule(
        id="PAGE-007",
        severity=Severity.ERROR,
        title="A page leads to something that isn't there",
        why="Listeners get «not found».",
        fix="Correct the link in the notes (addresses in full), or in your own template.",
        example="`[the other episode](../7/)` in the notes",
        find=_pages(_broken_links),
    ),
    CheckRule(
        id="PAGE-008",
        severity=Severity.WARNING,
        title="A page hasn't exactly one main heading",
        why="Who moves from heading to heading can't tell what the page is about.",
        spec="WCAG 2.2, 1.3.1; HTML: h1",
        fix="Keep one `<h1>`, the title, in your own template.",
        example="an own template with the show and the episode as `<h1>`",
        find=_pages(_headings),
    ),
    CheckRule(
        id="PAGE-009",
        severity=Severity.ERROR,
        title="An id stands twice on a page",
        why="Links to a part of the page, and labels, lead to the wrong one.",
        spec="HTML: id",
        fix="Give one of them another id.",
        example='two `id="chapters"`',
        find=_pages(_same_ids),
    ),
    CheckRule(
        id="PAGE-010",
        severity=Severity.ERROR,
        title="A page can't be made",
        why="Nothing can be published.",
        fix="Correct your own template in templates/.",
        example="an own template with `{% if %}` and no `{% endif %}`",
        find=_find_failure,
    ),
)
