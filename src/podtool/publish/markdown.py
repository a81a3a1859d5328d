"""Markdown that somebody wrote, or an imported feed held, to HTML that may stand on a page or in a feed.

Two fences, one behind the other: markdown-it-py lets no HTML through (CommonMark, `html` off), and nh3 (the
ammonia sanitiser) keeps only the tags, attributes and address schemes named here. Nothing on the page is
loaded from elsewhere because of a text: an image becomes a link to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from html import escape, unescape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

SCHEMES = frozenset({"http", "https", "mailto"})
FEED_TAGS = frozenset({"p", "ol", "ul", "li", "a", "b", "i", "strong", "em", "br"})
"""What Apple's and PSP-1's descriptions may hold."""
PAGE_TAGS = FEED_TAGS | {"h2", "h3", "h4", "h5", "h6", "blockquote", "code", "pre", "hr"}
FIRST_HEADING, LAST_HEADING = 3, 6
"""A page has its own h1 and h2; a text's headings stand below them."""

_KEPT_TEXTS = 64
"""An episode's texts are needed several times in a row: for its page, its card and what machines read."""
LONGEST_TEXT = 200_000
"""Characters of one text; beyond, somebody put a file where a text belongs."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_TAGS = re.compile(r"<[^>]*>")
_HEADINGS = re.compile(r"<h[1-6]>(.*?)</h[1-6]>", re.DOTALL)
_CODE_BLOCKS = re.compile(r"<pre><code[^>]*>(.*?)</code></pre>", re.DOTALL)
_DEAD_LINKS = re.compile(r'<a rel="noopener">(.*?)</a>', re.DOTALL)
_BLOCK_ENDS = re.compile(r"</(?:p|h[1-6]|li|blockquote|pre|ul|ol)>|<hr ?/?>|<br ?/?>")


class _Renderer(RendererHTML):
    """Headings where the page has room for them, images as links, and no highlighting classes."""

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        """A link to the image in its own words: showing it would ask a third party for it."""
        image = tokens[idx]
        words = self.renderInlineAsText(image.children, options, env) if image.children else ""
        address = str(image.attrs.get("src", ""))
        shown = escape(words or address)
        depth = sum((token.type == "link_open") - (token.type == "link_close") for token in tokens[:idx])
        return shown if depth else f'<a href="{escape(address)}">{shown}</a>'

    def heading_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        """The text's highest heading goes where the page has room, the others follow without a gap."""
        del options
        return f"<h{env[tokens[idx].tag]}>"

    def heading_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        """Closes what `heading_open` opened."""
        del options
        return f"</h{env[tokens[idx].tag]}>\n"


_MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False}, renderer_cls=_Renderer)


@lru_cache(maxsize=_KEPT_TEXTS)
def _parse(text: str, first_heading: int = FIRST_HEADING) -> str:
    tokens = _MARKDOWN.parse(_CONTROLS.sub("", text[:LONGEST_TEXT]))
    used = sorted({token.tag for token in tokens if token.type == "heading_open"})
    levels = {tag: min(first_heading + rank, LAST_HEADING) for rank, tag in enumerate(used)}
    return str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, levels))


def _sanitise(html: str, tags: frozenset[str], keeps: Callable[[str], bool] = bool) -> str:
    def filter_attribute(tag: str, attribute: str, value: str) -> str | None:
        return value if (tag, attribute) != ("a", "href") or keeps(value) else None

    clean = nh3.clean(
        html,
        tags=set(tags),
        clean_content_tags={"script", "style"},
        attributes={"*": set(), "a": {"href"}},
        attribute_filter=filter_attribute,
        url_schemes=set(SCHEMES),
        link_rel="noopener",
        strip_comments=True,
    )
    # XML knows no &nbsp;, and some readers of feeds show it as it is written: the character itself is safe.
    return _DEAD_LINKS.sub(r"\1", clean).replace("&nbsp;", "\u00a0").strip()


def render_markdown(text: str, *, first_heading: int = FIRST_HEADING) -> str:
    """HTML for a page: links with ``rel=noopener`` to http, https and mailto only.

    Args:
        text: Markdown (CommonMark); tags in it are shown, not obeyed.
        first_heading: the level that the text's highest headings get.
    """
    return _sanitise(_parse(text, first_heading), PAGE_TAGS)


def render_feed_html(text: str) -> str:
    """HTML for a feed's descriptions: `FEED_TAGS` only; a heading becomes a paragraph in bold.

    Addresses that aren't absolute lose their link: a feed has no page that they could be relative to.
    """
    html = _HEADINGS.sub(r"<p><strong>\1</strong></p>", _parse(text))
    html = _CODE_BLOCKS.sub(r"<p>\1</p>", html)
    return _sanitise(html, FEED_TAGS, lambda address: address.partition(":")[0].lower() in SCHEMES)


@lru_cache(maxsize=_KEPT_TEXTS)
def plain_text(text: str) -> str:
    """The words alone: no tags, no entities; paragraphs and list items on their own lines."""
    html = _BLOCK_ENDS.sub(r"\g<0>\n", _sanitise(_parse(text), PAGE_TAGS).replace("\n", " "))
    lines = (
        " ".join(part for part in line.split(" ") if part)
        for line in unescape(_TAGS.sub("", html)).split("\n")
    )
    return "\n".join(line for line in lines if line)
