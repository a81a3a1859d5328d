"""What a feed says in HTML (or in plain text) → the Markdown that a person can go on editing.

nh3 first throws out whatever isn't text: scripts, styles, frames, handlers, addresses that aren't http, https
or mailto. What remains is rendered through the same two fences as any Markdown (see `markdown`).
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Any
from urllib.parse import urljoin

import nh3
from markdownify import MarkdownConverter

from podtool.publish.markdown import LONGEST_TEXT, SCHEMES
from podtool.publish.xml_tags import clean_text

_KEPT = {
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "div", "dl", "dt", "em", "figcaption", "figure", "h1",
    "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "li", "ol", "p", "pre", "section", "span", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_DROPPED_WHOLE = {"script", "style"}
_LOOKS_LIKE_HTML = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]\w+);")
_ADDRESS = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]}»’]")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_AMPERSAND = re.compile(r"\\&(?!#?\w{1,31};)")
"""Escaped, though it begins no entity."""
_WITHIN_LINE = re.compile(r"(?<=\S)([ \t]+\d{1,9})\\([.)])")
"""A number's point, which begins a list at the start of a line only."""
_TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)


class _Converter(MarkdownConverter):
    """Tables as lines, which CommonMark has no other form for; a picture that says nothing is none."""

    def convert_img(self, el: Any, text: str, parent_tags: set[str]) -> str:
        """A picture with words becomes a link to it; others measure who reads."""
        words = (el.get("alt") or "").strip()
        shown = MarkdownConverter.convert_img(self, el, text, parent_tags)  # type: ignore[attr-defined]
        return str(shown) if words else ""

    def convert_td(self, el: Any, text: str, parent_tags: set[str]) -> str:
        """A cell, and room to the next."""
        del el, parent_tags
        return text.strip().replace("\n", " ") + " "

    convert_th = convert_td

    def convert_tr(self, el: Any, text: str, parent_tags: set[str]) -> str:
        """A row as a paragraph."""
        del el, parent_tags
        return f"\n\n{text.strip()}\n\n"

    def convert_table(self, el: Any, text: str, parent_tags: set[str]) -> str:
        """Its rows."""
        del el, parent_tags
        return f"\n\n{text.strip()}\n\n"


_CONVERTER = _Converter(
    autolinks=True, bullets="-", escape_misc=True, heading_style="ATX", newline_style="backslash",
    strong_em_symbol="*",
)  # fmt: skip


def read_prose(text: str, base: str | None = None) -> str:
    """Markdown of a text that is HTML or plain; empty lines part paragraphs, single ones are kept.

    At most `LONGEST_TEXT` characters, cut between paragraphs where it can be.

    Args:
        text: as the feed has it.
        base: the address that relative links are relative to; without one they lose their address.
    """
    html = text if _LOOKS_LIKE_HTML.search(text) else _html_of(text)
    clean = nh3.clean(
        html[: 4 * LONGEST_TEXT],
        tags=_KEPT,
        clean_content_tags=_DROPPED_WHOLE,
        attributes={"a": {"href"}, "img": {"src", "alt"}},
        url_schemes=set(SCHEMES),
        link_rel=None,
        attribute_filter=lambda tag, _, value: _absolute(value, base) if tag in ("a", "img") else value,
        strip_comments=True,
    )
    try:
        # In a `div`: what looks like a file's name or an address alone is text here, too.
        found = str(_CONVERTER.convert(f"<div>{clean}</div>"))
    except RecursionError:  # thousands of elements, each in the one before
        found = unescape(nh3.clean(clean, tags=set()))
    found = _WITHIN_LINE.sub(r"\1\2", _AMPERSAND.sub("&", found))
    markdown = clean_text(_BLANK_LINES.sub("\n\n", _TRAILING.sub("", found)))
    return _cut(markdown)


def _absolute(value: str, base: str | None) -> str:
    """Alternative texts stay as they are, and so does an address that is none."""
    if not (base and value.startswith(("/", "./", "../"))):
        return value
    try:
        return urljoin(base, value)
    except ValueError:
        return value


def words_of(text: str) -> str:
    """The bare words of HTML or plain text in one line, to compare two texts by."""
    return " ".join(
        unescape(nh3.clean(text.replace("<", " <"), tags=set(), clean_content_tags=_DROPPED_WHOLE)).split()
    )


def _html_of(plain: str) -> str:
    paragraphs = re.split(r"\n[ \t]*\n", plain.replace("\r\n", "\n").strip())
    return "".join(f"<p>{_linked(each).strip().replace(chr(10), '<br>')}</p>" for each in paragraphs)


def _linked(plain: str) -> str:
    """Addresses as links, as apps show them."""
    parts = re.split(f"({_ADDRESS.pattern})", plain)
    return "".join(
        f'<a href="{escape(part)}">{escape(part)}</a>' if index % 2 else escape(part, quote=False)
        for index, part in enumerate(parts)
    )


def _cut(markdown: str) -> str:
    if len(markdown) <= LONGEST_TEXT:
        return markdown
    return markdown[:LONGEST_TEXT].rpartition("\n\n")[0] or markdown[:LONGEST_TEXT]
