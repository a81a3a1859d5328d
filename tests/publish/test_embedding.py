"""The player for other people's pages: its code, its oEmbed document, its links."""

from __future__ import annotations

import json
from dataclasses import replace

from page_samples import BASE, EPISODE, PUBLICATION, SHOW, SLUG, make_page
from test_page import parse, words_of

from podtool.publish.page import render_embed_files, render_episode_page
from podtool.show.model import PublishSettings

FILES = render_embed_files(make_page())


def test_the_player_stands_alone_and_leads_to_the_page() -> None:
    tree = parse(FILES["embed.html"])
    assert tree.find(".//base").get("target") == "_blank"
    assert tree.find(".//base").get("href") is None
    assert tree.find(".//h1/a").get("href") == "./index.html"
    assert tree.find(".//source").get("src") == "../../media/questions-asso-08.mp3"
    assert tree.find(".//link[@rel='canonical']").get("href") == PUBLICATION.page_url
    assert tree.find(".//meta[@name='robots']").get("content") == "noindex"
    assert "Édito" in words_of(tree.find(".//details"))
    assert tree.find(".//textarea") is None


def test_code_and_oembed_say_the_same_and_escape_what_they_quote() -> None:
    episode = replace(EPISODE, title='"><script>alert(1)</script>')
    page = make_page(episode=episode)
    document = json.loads(render_embed_files(page)["oembed.json"])
    assert (document["version"], document["type"]) == ("1.0", "rich")
    assert isinstance(document["width"], int)
    assert document["html"] == page.embed_code
    frame = parse(f"<!doctype html><title>x</title>{document['html']}").find(".//iframe")
    assert frame.get("src") == f"{BASE}episodes/{SLUG}/embed.html"
    assert frame.get("title") == f"{SHOW.title} – {episode.title}"
    assert "<script" not in page.embed_code
    tree = parse(render_episode_page(page))
    assert tree.find(".//textarea").text == page.embed_code
    found = tree.find(".//link[@type='application/json+oembed']").get("href")
    assert found == f"{BASE}episodes/{SLUG}/oembed.json"


def test_without_sound_or_address_there_is_nothing_to_embed() -> None:
    silent = make_page(publication=replace(PUBLICATION, enclosures=()))
    assert render_embed_files(silent) == {}
    assert "oembed" not in render_episode_page(silent)
    nowhere = make_page(show=replace(SHOW, feed=None, publish=PublishSettings()))
    assert set(render_embed_files(nowhere)) == {"embed.html"}
    assert "oembed" not in render_episode_page(nowhere)
    assert "<textarea" not in render_episode_page(nowhere)
