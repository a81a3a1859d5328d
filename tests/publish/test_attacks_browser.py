"""What hostile YAML, Markdown, transcripts and feeds can hold, in every place of a page: none of it runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from page_samples import EPISODE, PUBLICATION, SHOW, SLUG

from browsing import serve
from podtool.publish.index_page import derive_index_pages
from podtool.publish.page import (
    derive_episode_page,
    read_page_assets,
    render_embed_files,
    render_episode_page,
    render_index_page,
)
from podtool.show.credits import derive_credits
from podtool.show.facts import ChapterFacts
from podtool.show.model import (
    Asset,
    Clip,
    Credit,
    Episode,
    Licence,
    Link,
    OtherFormat,
    Person,
    Revision,
    Segment,
    Show,
)
from podtool.show.publication import Publication
from podtool.show.rights import collect_works
from podtool.timeline.cues import Cue

pytestmark = pytest.mark.real

HURT = "document.documentElement.dataset.hurt=1"
ATTACKS = (
    f"<script>{HURT}</script>",
    f"</script><script>{HURT}</script>",
    f"</title><script>{HURT}</script>",
    f"</textarea><script>{HURT}</script>",
    f"<!--<script>{HURT}</script>-->",
    f"<![CDATA[<script>{HURT}</script>]]>",
    f"<img src=x onerror={HURT}>",
    f'" onfocus="{HURT}" autofocus="',
    f"' onmouseover='{HURT}' x='",
    f"<svg/onload={HURT}>",
    f"<details open ontoggle={HURT}>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={HURT}>",
    "<iframe src=https://evil.example/></iframe>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>@import 'https://evil.example/x.css'; * { background: url(https://evil.example/x) }</style>",
    '<p style="background:url(https://evil.example/x)">x</p>',
    "<base href=https://evil.example/>",
    '<meta http-equiv=refresh content="0;url=https://evil.example/">',
    "<form action=https://evil.example/><button>x</button></form>",
    f"javascript:{HURT}",
    f"[x](javascript:{HURT})",
    f"[x](JaVaScRiPt:{HURT} 'x')",
    f"[x](java&#x0A;script:{HURT})",
    f"[x](data:text/html,<script>{HURT}</script>)",
    f"[x](vbscript:{HURT})",
    "![x](https://evil.example/x.png)",
    f"<javascript:{HURT}>",
    f"[x]: javascript:{HURT}\n\n[x]",
    f"`<script>{HURT}</script>`",
    "{{ ''.__class__ }}{% for x in y %}",
    "{time} {current} {0.__class__}",
    "\u2028\u2029</script><script>",
    "$& $1 $` \\0",
)
URLS = (
    f"javascript:{HURT}",
    f" javascript:{HURT}",
    f"data:text/html,<script>{HURT}</script>",
    f'https://evil.example/" onclick="{HURT}',
    "//evil.example/x",
    "file:///etc/passwd",
)


def hostile(text: str, url: str) -> tuple[Show, Episode, Publication, tuple[Cue, ...]]:
    """Everything that is text is `text`, every address is `url`."""
    person = Person(name=text, role=text, organisation=text, url=url)
    asset = Asset(
        id="a",
        file=PurePosixPath("a.png"),
        title=text,
        creator=text,
        source=url,
        licence=Licence(id="LicenseRef-x", url=url),
        attribution=text,
        alt=text,
    )
    clip = Clip(file=PurePosixPath("a.wav"), asset="a")
    show = replace(
        SHOW,
        title=text,
        description=text,
        author=text,
        link=url,
        licence=Licence(id="LicenseRef-x", url=url),
        cover=asset,
        assets={"a": asset},
        platforms=(Link(name=text, url=url),),
        funding=(Link(name=text, url=url),),
    )
    episode = replace(
        EPISODE,
        title=text,
        subtitle=text,
        description=text,
        notes=text,
        guests=(person,),
        people=(person,),
        credits=(Credit(role=text, name=text, organisation=text, url=url),),
        licence=None,
        cover=None,
        platforms=(Link(name=text, url=url),),
        formats=(OtherFormat(name=text, url=url, media_type=text),),
        revisions=(Revision(date=None, note=text),),
        segments=(
            Segment(index=0, kind="sting", clips=(clip,), title=text, notes=text, people=(person,), url=url),
        ),
    )
    publication = replace(
        PUBLICATION,
        chapters=(ChapterFacts(start_ms=0, end_ms=9, title=text, url=url),),
        files={},
    )
    return show, episode, publication, (Cue(start_ms=0, end_ms=9, text=text, speaker=text),)


PAIRS = [
    *((text, URLS[index % len(URLS)]) for index, text in enumerate(ATTACKS)),
    *(("x", url) for url in URLS),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root: Path = tmp_path_factory.mktemp("hostile")
    for number, (text, url) in enumerate(PAIRS):
        show, episode, publication, cues = hostile(text, url)
        folder = root / str(number) / "episodes" / SLUG
        folder.mkdir(parents=True)
        listed = derive_credits(show, episode, collect_works(show, episode), "fr")
        page = derive_episode_page(show, episode, publication, listed, cues=cues)
        (folder / "index.html").write_text(render_episode_page(page), encoding="utf-8")
        for name, content in render_embed_files(page).items():
            (folder / name).write_text(content, encoding="utf-8")
        index = derive_index_pages(show, [(episode, publication)] * 9)[0]
        (root / str(number) / "index.html").write_text(render_index_page(index), encoding="utf-8")
        for name, asset in read_page_assets().items():
            (root / str(number) / name).write_bytes(asset)
    (root / "favicon.ico").write_bytes(b"")
    with serve(root) as address:
        yield address


LOOK = """() => ({
  hurt: document.documentElement.dataset.hurt ?? null,
  handlers: [...document.querySelectorAll("*")].flatMap((one) =>
    [...one.attributes].filter((each) => /^(on|style$|srcdoc$)/.test(each.name)).map((each) => each.name)),
  protocols: [...new Set([...document.querySelectorAll("[href]")].map((one) =>
    one.href === "" ? "" : new URL(one.href, location.href).protocol))],
  elements: [...document.querySelectorAll("script, form, meta, base, link")].map(
    (one) => `${one.localName} ${one.getAttribute("src") ?? one.getAttribute("action") ?? one.type ?? ""}`),
  framed: document.querySelectorAll("iframe, object, embed, style, .prose img").length,
})"""


@pytest.mark.parametrize("name", [f"episodes/{SLUG}/index.html", f"episodes/{SLUG}/embed.html", "index.html"])
def test_nothing_hostile_runs_or_asks_anybody(browser: Any, site: str, name: str) -> None:
    page = browser.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if "404" not in message.text else None)
    shapes = []
    for number in range(len(PAIRS)):
        page.goto(f"{site}{number}/{name}")
        page.mouse.move(200, 200)
        for key in ("Tab", "Tab", "Tab"):
            page.keyboard.press(key)
        found = page.evaluate(LOOK)
        assert found["hurt"] is None, PAIRS[number]
        assert found["handlers"] == [], PAIRS[number]
        assert set(found["protocols"]) <= {"http:", "https:"}, PAIRS[number]
        assert found["framed"] == 0, PAIRS[number]
        assert page.url == f"{site}{number}/{name}"
        shapes.append(found["elements"])
    page.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith(site)] == []
    # Whatever the texts say, the page has the same scripts, forms and metas as with harmless ones.
    assert {tuple(shape) for shape in shapes} == {tuple(shapes[-1])}


def test_the_policy_stops_what_would_get_in(browser: Any, site: str) -> None:
    """The second fence: even with a hole in the first, no script of another's runs, and nobody is asked."""
    page = browser.new_page()
    stopped: dict[str, str] = {}
    refused: list[str] = []
    page.on("request", lambda request: stopped.setdefault(request.url, ""))
    page.on("requestfailed", lambda request: stopped.update({request.url: request.failure}))
    page.on("console", lambda message: refused.append(message.text))
    page.goto(f"{site}0/episodes/{SLUG}/index.html")
    stopped.clear()
    page.evaluate(
        """(hurt) => {
          const hole = document.createElement("div");
          hole.innerHTML = `<img src=x onerror="${hurt}"><img src="https://evil.example/x.png">`
            + `<p style="color: red">x</p><iframe src="https://evil.example/"></iframe>`;
          document.body.append(hole);
          for (const [src, text] of [["https://evil.example/x.js", ""], ["", hurt]]) {
            const script = document.createElement("script");
            if (src) script.src = src; else script.textContent = text;
            document.body.append(script);
          }
        }""",
        HURT,
    )
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.dataset.hurt ?? null") is None
    away = {reason for url, reason in stopped.items() if not url.startswith(site)}
    assert away <= {"csp"}
    assert sum("Content Security Policy" in text for text in refused) >= 5
    page.close()
