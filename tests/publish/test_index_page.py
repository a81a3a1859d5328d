"""The index of a show with many episodes: pages of fifty, seasons, one page to search them all."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from page_samples import BASE, EPISODE, PUBLICATION, SHOW
from test_page import parse, words_of

from podtool.publish.index_page import EPISODES_A_PAGE, SEARCHED_FROM, IndexPage, derive_index_pages
from podtool.publish.page import render_index_page
from podtool.show.model import Episode, Show
from podtool.show.publication import Publication

FIRST_DAY = datetime(2020, 1, 6, tzinfo=UTC)


def episodes(count: int, season_of: object = None) -> list[tuple[Episode, Publication]]:
    return [
        (
            replace(
                EPISODE,
                number=number,
                title=f"L’épisode n° {number}",
                season=season_of(number) if callable(season_of) else None,
                description=f"Où l’on parle de **sujet-{number}**, à l’œuvre.",
            ),
            replace(
                PUBLICATION,
                number=number,
                slug=f"e{number}",
                guid=f"g{number}",
                published=FIRST_DAY + timedelta(weeks=number),
            ),
        )
        for number in range(1, count + 1)
    ]


def pages_of(count: int, show: Show = SHOW, season_of: object = None) -> tuple[IndexPage, ...]:
    return derive_index_pages(show, episodes(count, season_of))


def test_five_hundred_episodes_make_pages_that_follow_each_other() -> None:
    pages = pages_of(520)
    assert [page.path for page in pages] == [
        "index.html",
        *(f"pages/{number}/index.html" for number in range(2, 12)),
        "pages/all/index.html",
    ]
    numbers = [line.number for page in pages[:-1] for line in page.episodes]
    assert numbers == [f"Épisode {number}" for number in range(520, 0, -1)]
    assert len(pages[-1].episodes) == 520
    third = parse(render_index_page(pages[2]))
    assert third.find(".//link[@rel='prev']").get("href") == "../../pages/2/index.html"
    assert third.find(".//link[@rel='next']").get("href") == "../../pages/4/index.html"
    assert third.find(".//link[@rel='canonical']").get("href") == f"{BASE}pages/3/"
    assert third.findtext(".//title") == "Page 3 sur 11 – Questions d'asso"
    assert words_of(third.find(".//h1")) == "Page 3 sur 11"
    first = parse(render_index_page(pages[0]))
    assert first.find(".//link[@rel='prev']") is None
    assert first.find(".//a[@rel='next']").get("href") == "./pages/2/index.html"
    assert parse(render_index_page(pages[10])).find(".//a[@rel='next']") is None


def test_each_page_has_a_title_and_one_h1_of_its_own() -> None:
    trees = [parse(render_index_page(page)) for page in pages_of(120)]
    assert len({tree.findtext(".//title") for tree in trees}) == len(trees)
    assert all(len(list(tree.iter("h1"))) == 1 for tree in trees)


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (50, 1), (51, 3), (100, 3), (101, 4)])
def test_where_pages_begin(count: int, pages: int) -> None:
    assert len(pages_of(count)) == pages
    assert EPISODES_A_PAGE == 50


def test_few_episodes_need_no_search_and_many_have_one() -> None:
    assert 'role="search"' not in render_index_page(pages_of(SEARCHED_FROM - 1)[0])
    few = pages_of(SEARCHED_FROM)[0]
    assert few.searches
    assert "search.js" in render_index_page(few)
    many = pages_of(60)
    form = parse(render_index_page(many[0])).find(".//form")
    assert form.get("action") == "./pages/all/index.html"
    assert form.get("hidden") is None
    assert "search.js" not in render_index_page(many[0])
    assert "form-action 'self'".replace("'", "&#39;") in render_index_page(many[0])


def test_seasons_have_headings_where_there_are_several() -> None:
    page = pages_of(9, season_of=lambda number: None if number == 5 else (number + 2) // 3)[0]
    assert [(group.title, len(group.episodes)) for group in page.seasons] == [
        ("Saison 3", 3),
        ("Saison 2", 3),
        ("Saison 1", 3),
    ]
    tree = parse(render_index_page(page))
    levels = [int(each.tag[1]) for each in tree.iter("h1", "h2", "h3", "h4")]
    assert levels == [1, 2, *([3, 4, 4, 4] * 3)]
    assert [group.title for group in pages_of(3, season_of=lambda _: 1)[0].seasons] == [""]


def test_a_page_of_any_size_is_quick() -> None:
    began = time.process_time()
    pages = [render_index_page(page) for page in pages_of(520)]
    assert time.process_time() - began < 5
    assert max(len(page) for page in pages) < 400_000


def test_english_index() -> None:
    words = words_of(parse(render_index_page(pages_of(60, replace(SHOW, language="en"))[0])).find(".//body"))
    assert "The feed’s address, for any podcast app:" in words
    assert "Older →" in words
