from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path, PurePosixPath

import html5lib
import pytest

from podtool.show.credit_formats import FORMATS, CreditsFormat, format_credits
from podtool.show.credits import Credits, clean_line, derive_credits, web_address
from podtool.show.model import Asset, Credit, Episode, Licence, Person, Segment, Show
from podtool.show.rights import Work

SHOW = Show(
    root=Path(),
    title="Questions d'asso",
    description="",
    language="fr",
    handle="q",
    licence=Licence(id="CC-BY-2.0"),
)
MUSIC = Asset(id="m", file=PurePosixPath("m.mp3"), title="It Goes On...", creator="Sounds of Nowhere")
HASSANI = Person(name="Imadeddine Hassani", role="chargé de mission", organisation="Le Mouvement associatif")
EPISODE = Episode(
    folder=PurePosixPath(),
    title="Comment ne pas subir",
    slug="e",
    number=8,
    guests=(Person(name="Arnaud", role="guest", organisation="Mine de rien"),),
    people=(Person(name="Claude-sans-rôle"), Person(name="Karl", role="host")),
    credits=(
        Credit(role="direction", name="Guillaume Desjardins", organisation="synchrone.tv"),
        Credit(role="Director", name="Encore", url="https://example.org/a_(b)?x=1&y=2"),
        Credit(role="thé et café", name="Tout le monde", url="javascript:alert(1)"),
    ),
    segments=(Segment(index=0, kind="clip", people=(HASSANI, Person(name="Karl"))),),
)
WORKS = (Work(asset=MUSIC, kind="music", ranges_ms=((0, 15_000), (180_000, 190_000)), changed=True),)
HOSTILE = "<script>alert(1)</script> [x](javascript:a) *b* \u202e & \x07 \ud800"


def make(language: str = "fr", episode: Episode = EPISODE) -> Credits:
    return derive_credits(SHOW, episode, WORKS, language)


def test_people_by_role_hosts_first() -> None:
    groups = [(one.label, [person.name for person in one.people]) for one in make().contributions]
    assert groups == [
        ("Animation", ["Karl"]),
        ("Invité·es", ["Arnaud"]),
        ("Avec", ["Claude-sans-rôle", "Imadeddine Hassani"]),
        ("Direction", ["Guillaume Desjardins", "Encore"]),
        ("Thé et café", ["Tout le monde"]),
    ]


def test_a_trade_is_told_and_a_role_is_not_told_twice() -> None:
    belonging = {person.name: person.belonging for one in make().contributions for person in one.people}
    assert belonging["Imadeddine Hassani"] == "chargé de mission, Le Mouvement associatif"
    assert belonging["Arnaud"] == "Mine de rien"
    assert belonging["Karl"] == ""


def test_text() -> None:
    assert format_credits(make()) == (
        "Questions d'asso, épisode 8 – Comment ne pas subir\n\n"
        "Animation\u00a0: Karl\n"
        "Invité·es\u00a0: Arnaud (Mine de rien)\n"
        "Avec\u00a0: Claude-sans-rôle, Imadeddine Hassani (chargé de mission, Le Mouvement associatif)\n"
        "Direction\u00a0: Guillaume Desjardins (synchrone.tv), Encore\n"
        "Thé et café\u00a0: Tout le monde\n"
        "Musique\u00a0: «\u00a0It Goes On...\u00a0» par Sounds of Nowhere\u202f; licence non indiquée\u202f; "
        "œuvre modifiée\u00a0: coupée ou mixée pour cet épisode (de 0:00 à 0:15, de 3:00 à 3:10)\n\n"
        "Cet épisode est publié sous licence CC BY 2.0. https://creativecommons.org/licenses/by/2.0/\n"
    )


def test_json_has_everything_as_values() -> None:
    said = json.loads(format_credits(make("en"), "json"))
    assert said["licence"] == {
        "id": "CC-BY-2.0",
        "name": "CC BY 2.0",
        "url": "https://creativecommons.org/licenses/by/2.0/",
        "text": "This episode is published under CC BY 2.0.",
    }
    assert said["works"][0]["ranges_ms"] == [[0, 15000], [180000, 190000]]
    assert said["people"][0] == {
        "role": "Cast/Host",
        "label": "Host",
        "people": [{"name": "Karl", "detail": None, "organisation": None, "url": None}],
    }


def test_html_is_valid_and_links_only_to_the_web() -> None:
    fragment = format_credits(make(), "html")
    html5lib.HTMLParser(strict=True).parseFragment(fragment)
    assert 'rel="license noopener">CC BY 2.0</a>' in fragment
    assert "https://example.org/a_(b)?x=1&amp;y=2" in fragment
    assert "javascript" not in fragment


def test_markdown_links_survive_parentheses() -> None:
    text = format_credits(make(), "markdown")
    assert "[Encore](https://example.org/a_%28b%29?x=1&y=2)" in text
    assert "javascript" not in text


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_hostile_words_stay_words(form: CreditsFormat) -> None:
    episode = replace(
        EPISODE, title=HOSTILE, credits=(Credit(role=HOSTILE, name=HOSTILE, organisation=HOSTILE),)
    )
    text = format_credits(make(episode=episode), form)
    text.encode("utf-8")
    assert not set(text) & {"\u202e", "\x07"}
    if form in {"html", "markdown"}:
        assert "<script" not in text.replace("\\<", "")
        assert "[x](" not in text or form == "html"


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "javascript:alert(1)",
        " java\tscript:alert(1)",
        "data:text/html,x",
        "//example.org/x",
        "/x",
        "https://",
        "https:///x",
        'https://example.org/"onclick="x',
        "https://example.org/a b",
        "http:\\\\example.org",
        "mailto:a@example.org",
    ],
)
def test_only_web_addresses_are_linked(address: str | None) -> None:
    assert web_address(address) is None


def test_web_addresses_stay_as_written() -> None:
    assert web_address(" HTTPS://example.org/é?a=1#b ") == "HTTPS://example.org/é?a=1#b"
    assert clean_line(" a\x00\n\tb ") == "a b"


@pytest.mark.parametrize(
    ("licence", "sentence"),
    [
        (None, "The licence"),
        ("CC0-1.0", "This episode is in the public domain (CC0 1.0)."),
        ("LicenseRef-ARR", "This episode: all rights reserved."),
        ("LicenseRef-Own-Terms", "This episode is published under Own Terms."),
    ],
)
def test_the_licence_sentence(licence: str | None, sentence: str) -> None:
    show = replace(SHOW, licence=Licence(id=licence) if licence else None)
    line = derive_credits(show, EPISODE, (), "en").licence
    assert line.text == (sentence if licence else "This episode’s licence is not stated.")
