from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any

import html5lib
import pytest
from page_samples import BASE, EPISODE, PUBLICATION, QUESTION, SHOW, SLUG, in_english, make_page, public_file

from podtool.errors import PublishError
from podtool.publish.page import (
    PAGE_ASSETS,
    derive_episode_page,
    derive_index_page,
    read_page_assets,
    render_embed_files,
    render_episode_page,
    render_index_page,
)
from podtool.show.model import Asset, Credit, Licence, Link, Person, PublishSettings, Segment

SCREEN_READER_LANDMARKS = ("main", "header", "footer", "nav")


def parse(html: str) -> Any:
    """The page as a browser sees it; strict: any parse error raises."""
    return html5lib.HTMLParser(
        tree=html5lib.getTreeBuilder("lxml"), strict=True, namespaceHTMLElements=False
    ).parse(html)


def words_of(element: Any) -> str:
    return spaced("".join(element.itertext()))


def spaced(text: str) -> str:
    """Every run of spaces, no-break ones too, as one plain space."""
    return " ".join(text.split())


PAGE = render_episode_page(make_page())
TREE = parse(PAGE)
WORDS = words_of(TREE.find(".//body"))


def index_of(show: Any = SHOW, **changes: Any) -> str:
    pairs = [(EPISODE, PUBLICATION)]
    return render_index_page(derive_index_page(show, changes.pop("pairs", pairs), **changes))


# --- What episode 8's page shows ---


@pytest.mark.parametrize(
    "fact",
    [
        "Questions d'asso",
        "Épisode 8",
        "Comment ne pas subir sa transformation numérique\u202f?",
        "Enregistré le 22 septembre 2023",
        "Publié le 4 octobre 2023",
        "Durée 3 min 12 s",
        "Le numérique arrive souvent par la fenêtre.",
        "Réalisation Guillaume Desjardins (synchrone.tv)",
        "Animation Karl",
        "Musique « It Goes On... » par Sounds of Nowhere\u202f; licence non indiquée",
        "« Virgule » par podtool\u202f; placée dans le domaine public (CC0 1.0)",
        "Cet épisode est publié sous licence CC BY 2.0.",
        "Invité·es Arnaud Mine de rien",
        "Imadeddine Hassani (chargé de mission numérique, Le Mouvement associatif)",
        "On nous l'annonce comme la météo.",
        "La question. D'abord une affaire d'outils ?",
        "Télécharger MP3 · 3,1 Mo",
        "Écouter ailleurs Castopod AntennaPod",
        "Autres formats Vidéo sur PeerTube",
        "Transcription WebVTT 4,1 ko",
        "Crédit de la couverture non indiqué",
    ],
)
def test_the_page_says(fact: str) -> None:
    assert spaced(fact) in WORDS


def test_the_texts_stand_under_their_headings() -> None:
    headings = [words_of(heading) for heading in TREE.iter("h2")]
    assert [heading for heading in headings if heading in {"Édito", QUESTION}] == ["Édito", QUESTION]
    section = TREE.find(".//section[@id='segment-4']")
    assert words_of(section[0]) == QUESTION
    assert section.find(".//a[@data-seek]").get("data-seek") == "83.25"


def test_there_is_one_h1_and_no_heading_is_skipped() -> None:
    levels = [int(element.tag[1]) for element in TREE.iter() if re.fullmatch(r"h[1-6]", str(element.tag))]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_licence_is_linked_as_such() -> None:
    links = TREE.findall(".//a[@rel='license noopener']")
    assert [link.get("href") for link in links] == ["https://creativecommons.org/licenses/by/2.0/"]


def test_the_player_plays_the_enclosure_from_the_same_tree() -> None:
    audio = TREE.find(".//audio")
    assert audio.get("controls") is not None
    assert audio.get("preload") == "metadata"
    assert audio.find("source").get("src") == "../../media/questions-asso-08.mp3"
    assert audio.find("source").get("type") == "audio/mpeg"


def test_chapters_seek_with_and_without_a_script() -> None:
    links = TREE.findall(".//ol[@class='chapters']//a[@data-seek]")
    assert [(link.get("data-seek"), link.get("href")) for link in links] == [
        ("0.0", "../../media/questions-asso-08.mp3#t=0"),
        ("15.0", "../../media/questions-asso-08.mp3#t=15"),
        ("83.25", "../../media/questions-asso-08.mp3#t=83.25"),
    ]
    assert [words_of(link) for link in links] == ["0:00 Introduction", "0:15 Édito", f"1:23 {QUESTION}"]


def test_media_elsewhere_are_named_in_full_and_let_through() -> None:
    away = replace(PUBLICATION.enclosures[0], url="https://media.example.net/8.mp3", path="")
    tree = parse(render_episode_page(make_page(publication=replace(PUBLICATION, enclosures=(away,)))))
    assert tree.find(".//source").get("src") == "https://media.example.net/8.mp3"
    assert "media-src 'self' https:" in policy_of(tree)


def test_without_media_there_is_no_player_and_chapters_are_still_listed() -> None:
    tree = parse(render_episode_page(make_page(publication=replace(PUBLICATION, enclosures=()))))
    assert tree.find(".//audio") is None
    assert "1:23" in words_of(tree.find(".//ol[@class='chapters']"))


def test_a_stated_cover_credit_is_given() -> None:
    cover = Asset(
        id="cover", file=PurePosixPath("c.png"), alt="x", creator="Claude D.", licence=Licence(id="CC-BY-4.0")
    )
    page = words_of(
        parse(render_episode_page(make_page(show=replace(SHOW, cover=cover)))).find(".//figcaption")
    )
    assert page == "Couverture : œuvre sans titre indiqué, par Claude D. ; sous licence CC BY 4.0"


def test_the_shows_cover_stands_in() -> None:
    files = {kind: file for kind, file in PUBLICATION.files.items() if kind != "cover"}
    listed = make_page().credits
    page = derive_episode_page(
        SHOW,
        EPISODE,
        replace(PUBLICATION, files=files),
        listed,
        show_files={"cover": public_file("cover.png")},
    )
    assert page.cover is not None
    assert page.cover.href == "../../cover.png"
    assert page.cover.alt == "Deux bulles sur fond bleu nuit."


def test_a_correction_is_told() -> None:
    publication = replace(PUBLICATION, updated=datetime(2023, 10, 9, 8, 0, tzinfo=UTC), revision=2)
    facts = parse(render_episode_page(make_page(publication=publication))).find(".//dl")
    assert "Corrigé le 9 octobre 2023" in words_of(facts)


def test_french_words_get_their_spaces_and_addresses_and_code_none() -> None:
    text = "« Pourquoi ? » : `a ? b : c` [ici !](https://example.org/a?b=c;d) ; voilà."
    page = make_page(episode=replace(EPISODE, title="Et alors ?", description=text, notes="    x ? y : z"))
    assert page.title == "Et alors\u202f?"
    assert page.description == (
        "<p>«\u00a0Pourquoi\u202f?\u00a0»\u00a0: <code>a ? b : c</code> "
        '<a href="https://example.org/a?b=c;d" rel="noopener">ici\u202f!</a>\u202f; voilà.</p>'
    )
    assert "x ? y : z" in page.notes
    assert make_page(show=in_english(), episode=replace(EPISODE, title="So ?")).title == "So ?"


def test_english() -> None:
    tree = parse(render_episode_page(make_page(show=in_english())))
    words = words_of(tree.find(".//body"))
    assert tree.getroot().get("lang") == "en"
    for fact in (
        "Episode 8",
        "Recorded 22 September 2023",
        "licence not stated",
        "3.1 MB",
        "Listen elsewhere",
    ):
        assert fact in words
    assert "Épisode" not in words


# --- Head ---


def policy_of(tree: Any) -> str:
    return str(tree.find(".//meta[@http-equiv='Content-Security-Policy']").get("content"))


def test_the_head_is_for_machines() -> None:
    assert TREE.find(".//link[@rel='canonical']").get("href") == f"{BASE}episodes/{SLUG}/"
    assert TREE.find(".//link[@type='application/rss+xml']").get("href") == f"{BASE}feed.xml"
    meta = {one.get("property"): one.get("content") for one in TREE.findall(".//meta[@property]")}
    assert meta["og:title"] == "Comment ne pas subir sa transformation numérique\u202f? – Questions d'asso"
    assert meta["og:image"] == f"{BASE}episodes/{SLUG}/cover.png"
    assert meta["og:audio"] == f"{BASE}media/questions-asso-08.mp3"
    assert meta["og:url"] == f"{BASE}episodes/{SLUG}/"


def test_linked_data() -> None:
    data = json.loads(TREE.find(".//script[@type='application/ld+json']").text)
    assert data["@type"] == "PodcastEpisode"
    assert data["license"] == "https://creativecommons.org/licenses/by/2.0/"
    assert data["duration"] == "PT3M12S"
    assert data["episodeNumber"] == 8
    assert data["associatedMedia"]["contentUrl"] == f"{BASE}media/questions-asso-08.mp3"
    assert data["associatedMedia"]["sha256"] == "ab" * 32
    assert [one["name"] for one in data["director"]] == ["Guillaume Desjardins"]
    assert data["partOfSeries"]["webFeed"] == f"{BASE}feed.xml"
    assert "dateModified" not in data, "what nobody stated is left out"


def test_the_policy_lets_nothing_else_in() -> None:
    block = TREE.find(".//script[@type='application/ld+json']").text
    digest = b64encode(hashlib.sha256(block.encode()).digest()).decode()
    assert policy_of(TREE) == (
        f"default-src 'none'; style-src 'self'; script-src 'self' 'sha256-{digest}'; img-src 'self'; "
        "media-src 'self'; base-uri 'none'; form-action 'none'"
    )
    assert not [element for element in TREE.iter() if "style" in element.attrib]
    assert not [name for element in TREE.iter() for name in element.attrib if name.startswith("on")]
    assert not TREE.findall(".//style")


def test_nothing_is_loaded_from_elsewhere() -> None:
    for element in TREE.iter("img", "script", "audio", "source", "iframe", "link"):
        loads = element.get("src") or (element.get("rel") == "stylesheet" and element.get("href")) or ""
        assert not re.match(r"[a-z]+:|//", loads)


# --- For everybody ---


def test_landmarks_skip_link_and_language() -> None:
    assert TREE.getroot().get("lang") == "fr"
    assert all(TREE.find(f".//{name}") is not None for name in SCREEN_READER_LANDMARKS)
    first = TREE.find(".//body").find(".//a")
    assert first.get("href") == "#content"
    assert TREE.find(".//*[@id='content']").tag == "main"


def test_everything_that_can_be_pressed_has_a_name() -> None:
    for element in TREE.iter("button", "a"):
        assert words_of(element) or element.get("aria-label")
    for select in TREE.iter("select"):
        assert words_of(select.getparent()).startswith("Vitesse")
    assert all(image.get("alt") is not None for image in TREE.iter("img"))
    assert TREE.find(".//audio").get("aria-label")


def test_ids_are_unique_and_pointed_at_ones_exist() -> None:
    ids = [element.get("id") for element in TREE.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for element in TREE.iter():
        if element.get("aria-labelledby"):
            assert element.get("aria-labelledby") in ids


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    channels = (int(digits[index : index + 2], 16) / 255 for index in (0, 2, 4))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def palettes(css: str) -> list[dict[str, str]]:
    blocks = re.findall(r":root\s*\{([^}]*--ground[^}]*)\}", css)
    return [dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-fA-F]{3,6})\s*;", block)) for block in blocks]


PAIRS = [
    (text, ground)
    for text in ("ink", "soft", "accent")
    for ground in ("ground", "raised", "accent-ground")
    if (text, ground) != ("soft", "accent-ground")
]


def test_contrast_is_enough_in_light_dark_and_on_paper() -> None:
    found = palettes(read_page_assets()["style.css"].decode())
    assert len(found) == 3
    for palette in found:
        for text, ground in [*PAIRS, *([("on-accent", "accent")] if "on-accent" in palette else [])]:
            light, dark = sorted((luminance(palette[text]), luminance(palette[ground])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, ground, palette)


# --- Hostile YAML ---

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;{{ 7*7 }}\u2028\x07\ud800"


def hostile_page() -> str:
    person = Person(name=HOSTILE, role=HOSTILE, organisation=HOSTILE, url="javascript:alert(1)")
    episode = replace(
        EPISODE,
        title=HOSTILE,
        subtitle=HOSTILE,
        description=HOSTILE,
        notes=HOSTILE,
        guests=(person,),
        people=(person,),
        credits=(Credit(role=HOSTILE, name=HOSTILE, url="data:text/html,x"),),
        platforms=(
            Link(name=HOSTILE, url="javascript:alert(1)"),
            Link(name=HOSTILE, url="https://example.org/"),
        ),
        segments=(Segment(index=0, kind="clip", title=HOSTILE, notes=HOSTILE, people=(person,)),),
    )
    asset = Asset(
        id="cover", file=PurePosixPath("c"), title=HOSTILE, creator=HOSTILE, alt=HOSTILE, source=HOSTILE
    )
    show = replace(SHOW, title=HOSTILE, cover=asset, funding=(Link(name=HOSTILE, url="vbscript:x"),))
    return render_episode_page(make_page(show=show, episode=episode))


def test_hostile_words_are_shown_and_never_obeyed() -> None:
    page = hostile_page()
    page.encode("utf-8")
    tree = parse(page)
    assert len(tree.findall(".//script")) == 2
    assert not [name for element in tree.iter() for name in element.attrib if name.startswith("on")]
    for element in tree.iter():
        for name in ("href", "src"):
            assert not re.match(r"(?i)\s*(javascript|data|vbscript):", element.get(name) or "")
    assert "49" not in words_of(tree.find(".//h1"))
    assert "alert(1)" in words_of(tree.find(".//h1"))
    assert json.loads(tree.find(".//script[@type='application/ld+json']").text)["@type"] == "PodcastEpisode"


def test_the_same_view_gives_the_same_bytes() -> None:
    assert render_episode_page(make_page()) == PAGE


# --- Index ---


def test_the_index_lists_episodes_newest_first() -> None:
    older = replace(PUBLICATION, slug="ancien", guid="e7", published=datetime(2023, 1, 2, tzinfo=UTC))
    html = index_of(pairs=[(replace(EPISODE, title="Ancien", number=7), older), (EPISODE, PUBLICATION)])
    tree = parse(html)
    links = [link.get("href") for link in tree.findall(".//ol[@class='episodes']//h3/a")]
    assert links == [f"./episodes/{SLUG}/index.html", "./episodes/ancien/index.html"]
    line = words_of(tree.find(".//ol[@class='episodes']/li"))
    assert line.startswith("Épisode 8 · 4 octobre 2023 · 3 min 12 s Comment ne pas subir")


def test_the_index_says_what_the_show_is() -> None:
    tree = parse(index_of(show_files={"cover": public_file("cover.png")}))
    words = words_of(tree.find(".//body"))
    assert "Une émission par et pour les associations." in words
    assert "Sauf mention contraire, les épisodes sont publiés sous licence CC BY 2.0." in words
    assert tree.find(".//a[@class='button']").get("href") == f"{BASE}feed.xml"
    assert tree.find(".//img").get("src") == "./cover.png"
    assert len(list(tree.iter("h1"))) == 1
    assert json.loads(tree.find(".//script[@type='application/ld+json']").text)["@type"] == "PodcastSeries"


def test_an_empty_show_has_an_index() -> None:
    assert "Rien n’est encore paru." in words_of(parse(index_of(pairs=[])).find(".//main"))


def test_links_work_from_a_folder_without_any_address() -> None:
    show = replace(SHOW, feed=None, publish=PublishSettings())
    publication = replace(PUBLICATION, page_url="")
    tree = parse(render_episode_page(make_page(show=show, publication=publication)))
    assert tree.find(".//link[@rel='canonical']") is None
    assert tree.find(".//source").get("src") == "../../media/questions-asso-08.mp3"
    assert tree.find(".//link[@rel='stylesheet']").get("href") == "../../style.css"


# --- A show's own templates ---


def test_a_show_can_change_one_block(tmp_path: Path) -> None:
    (tmp_path / "episode.html.j2").write_text(
        '{% extends "podtool/episode.html.j2" %}{% block footer %}<p>{{ page.title }} !</p>{% endblock %}',
        encoding="utf-8",
    )
    html = render_episode_page(make_page(episode=replace(EPISODE, title="<b>")), tmp_path)
    assert "<p>&lt;b&gt; !</p>" in html
    assert "S’abonner par RSS" not in html
    parse(html)


@pytest.mark.parametrize(
    "template",
    [
        "{% if %}",
        "{{ page.nothing }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ page.__class__.__init__.__globals__ }}",
        "{% include 'nowhere.j2' %}",
        "{% include '../secret.txt' %}",
        "{{ say('no such words') }}",
        "{{ 1 // 0 }}",
        "{% for x in range(10000000) %}{% endfor %}",
        "{{ page.title.upper }}{{ page.nothing.more }}",
    ],
)
def test_a_wrong_template_is_a_publishing_error(tmp_path: Path, template: str) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "episode.html.j2").write_text(template, encoding="utf-8")
    with pytest.raises(PublishError, match=r"templates/") as caught:
        render_episode_page(make_page(), folder)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("<p>\n{% if %}", 2),
        ("<p>\n\n{{ page.nothing }}", 3),
        ("<p>\n{{ say('no such words') }}\n", 2),
        ("{# x #}\n\n\n{% include 'nowhere.j2' %}", 4),
        ('{% extends "podtool/episode.html.j2" %}\n{% block notes %}\n{{ 1 // 0 }}{% endblock %}', 3),
    ],
)
def test_a_mistake_in_a_template_is_told_with_its_line(tmp_path: Path, template: str, line: int) -> None:
    (tmp_path / "episode.html.j2").write_text(template, encoding="utf-8")
    with pytest.raises(PublishError, match=rf"templates/episode\.html\.j2:{line}: "):
        render_episode_page(make_page(), tmp_path)


def test_a_template_that_extends_itself_is_told_how_to_extend_ours(tmp_path: Path) -> None:
    (tmp_path / "episode.html.j2").write_text('{% extends "episode.html.j2" %}', encoding="utf-8")
    with pytest.raises(PublishError, match="itself") as caught:
        render_episode_page(make_page(), tmp_path)
    assert '{% extends "podtool/episode.html.j2" %}' in caught.value.hint


def test_a_template_that_is_added_while_we_run_is_seen_and_one_that_goes_too(tmp_path: Path) -> None:
    """A live preview renders again and again; Jinja looks only at the files that it has read."""
    assert render_episode_page(make_page(), tmp_path) == PAGE
    (tmp_path / "episode.html.j2").write_text("mine", encoding="utf-8")
    assert render_episode_page(make_page(), tmp_path) == "mine"
    (tmp_path / "episode.html.j2").unlink()
    assert render_episode_page(make_page(), tmp_path) == PAGE


def test_a_show_can_have_a_player_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "player.html.j2").write_text("<p>mon lecteur</p>", encoding="utf-8")
    assert "mon lecteur" in render_episode_page(make_page(), tmp_path)
    assert "mon lecteur" in render_embed_files(make_page(), tmp_path)["embed.html"]


def test_a_shows_own_style_comes_after_ours(tmp_path: Path) -> None:
    (tmp_path / "custom.css").write_bytes(b":root { --accent: #004488 }")
    style = read_page_assets(tmp_path)["style.css"]
    assert style.startswith(read_page_assets()["style.css"])
    assert style.endswith(b":root { --accent: #004488 }")


def test_style_and_script_can_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_bytes(b"body{}")
    own, ours = read_page_assets(tmp_path), read_page_assets()
    assert own["style.css"] == b"body{}"
    assert own["player.js"] == ours["player.js"]
    assert set(ours) == set(PAGE_ASSETS)


def test_the_assets_ask_nobody_else() -> None:
    for name, content in read_page_assets().items():
        assert not re.search(rb"https?://|@import|url\(|fetch\(|XMLHttp|eval\(|innerHTML", content), name
