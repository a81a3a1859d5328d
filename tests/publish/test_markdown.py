from __future__ import annotations

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from podtool.publish.markdown import FEED_TAGS, PAGE_TAGS, plain_text, render_feed_html, render_markdown

ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](file:///etc/passwd)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.gif)",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    '[x](https://example.org "\\" onclick=alert(1)")',
    '[x](https://example.org/"onmouseover="alert(1))',
    "[x]: javascript:alert(1)\n\n[x]",
    "<style>body{display:none}</style>",
    "<iframe src=https://evil.example></iframe>",
    "<form action=https://evil.example><input name=p></form>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content=0;url=https://evil.example>",
    "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)>",
    "<!--><script>alert(1)</script>-->",
    "```html\n<script>alert(1)</script>\n```",
    "    <script>alert(1)</script>",
    "`<script>`",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "# <script>alert(1)</script>",
    "[<script>x</script>](https://example.org)",
    "]]><script>alert(1)</script>",
]


def elements(html: str) -> list[etree._Element]:
    """What a browser makes of it."""
    tree = html5lib.parseFragment(html, container="div", treebuilder="lxml", namespaceHTMLElements=False)
    return [element for part in tree if not isinstance(part, str) for element in part.iter()]


def assert_harmless(html: str, tags: frozenset[str]) -> None:
    for element in elements(html):
        assert element.tag in tags
        assert set(element.attrib) <= {"href", "rel"}
        if element.tag == "a":
            assert element.get("rel") == "noopener"
            href = element.get("href", "")
            assert ":" not in href.split("/")[0] or href.split(":")[0].lower() in {"http", "https", "mailto"}


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_runs_or_loads(attack: str) -> None:
    assert_harmless(render_markdown(attack), PAGE_TAGS)
    assert_harmless(render_feed_html(attack), FEED_TAGS)


@given(st.text(alphabet="<>[]()!&#;:\"'`*_ \n\tabchrefjavscipt=/x1.-", max_size=80))
def test_nothing_at_all_gets_through(text: str) -> None:
    assert_harmless(render_markdown(text), PAGE_TAGS)
    assert_harmless(render_feed_html(text), FEED_TAGS)


@given(st.text(max_size=60))
def test_any_text_can_be_written_as_utf8(text: str) -> None:
    for made in (render_markdown(text), render_feed_html(text), plain_text(text)):
        made.encode("utf-8")


def test_what_authors_write_is_there() -> None:
    text = (
        "Un *mot*, un **autre**.\n\n1. un\n2. [deux](https://example.org/?a=1&b=2)\n\n"
        "> cité\n\n<mailto:a@example.org>"
    )
    assert render_markdown(text) == (
        "<p>Un <em>mot</em>, un <strong>autre</strong>.</p>\n"
        "<ol>\n<li>un</li>\n"
        '<li><a href="https://example.org/?a=1&amp;b=2" rel="noopener">deux</a></li>\n</ol>\n'
        "<blockquote>\n<p>cité</p>\n</blockquote>\n"
        '<p><a href="mailto:a@example.org" rel="noopener">mailto:a@example.org</a></p>'
    )


def test_french_spaces_stay() -> None:
    text = "Quoi\u202f? «\u00a0Ça\u00a0»\u202f!"
    assert render_markdown(text).replace("&nbsp;", "\u00a0") == f"<p>{text}</p>"
    assert plain_text(text) == text


def test_headings_fit_below_the_pages_own() -> None:
    text = "## A\n\n#### B\n\n##### C"
    assert [element.tag for element in elements(render_markdown(text))] == ["h3", "h4", "h5"]
    assert [element.tag for element in elements(render_markdown(text, first_heading=2))] == ["h2", "h3", "h4"]
    assert render_feed_html("# A") == "<p><strong>A</strong></p>"


def test_an_image_is_a_link_to_it() -> None:
    assert render_markdown("![Une *carte*](https://example.org/c.png)") == (
        '<p><a href="https://example.org/c.png" rel="noopener">Une carte</a></p>'
    )
    nested = render_markdown("[![carte](https://example.org/c.png)](https://example.org/)")
    assert nested == '<p><a href="https://example.org/" rel="noopener">carte</a></p>'


def test_a_feed_has_no_relative_links() -> None:
    assert render_feed_html("[ici](../x) [là](https://example.org)") == (
        '<p>ici <a href="https://example.org" rel="noopener">là</a></p>'
    )
    assert 'href="../x"' in render_markdown("[ici](../x)")


def test_plain_text_is_words_on_lines() -> None:
    text = "# Titre\n\nUn *mot* & [lien](https://example.org)\nsuite\n\n- a\n- b\n\n1 < 2"
    assert plain_text(text) == "Titre\nUn mot & lien suite\na\nb\n1 < 2"


def test_control_characters_are_dropped() -> None:
    assert render_markdown("a\x00b\x0bc\ufeff") == "<p>abc</p>"


def test_a_no_break_space_is_the_character_not_an_entity_that_xml_lacks() -> None:
    assert "d'asso\u00a0: \u202f!" in render_feed_html("d'asso\u00a0: \u202f!")
