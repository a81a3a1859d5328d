from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tag_samples import CHAPTERS, make_image

from podtool.errors import TagError
from podtool.publish.episode_tags import clean_text, plain_text, tag_texts
from podtool.publish.id3 import render_id3
from podtool.publish.tags import EpisodeTags, derive_tags
from podtool.show.model import Category, Credit, Episode, Licence, Person, Segment, Show

SHOW = Show(
    root=Path(),
    title="Questions d’asso",
    description="…",
    language="fr",
    handle="questions-asso",
    feed="https://example.org/feed.xml",
    link="https://example.org/é",
    author="Mine de rien",
    licence=Licence(id="CC-BY-2.0"),
    categories=(Category(name="Society & Culture"), Category(name="Education", sub="Self-Improvement")),
    people={"karl": Person(name="Karl", role="host")},
)
EPISODE = Episode(
    folder=PurePosixPath(),
    title="Comment  ne pas subir\nsa transformation ?",
    slug="transfo",
    number=8,
    season=2,
    recorded=date(2023, 9, 22),
    description="Un *épisode* avec [un lien](https://example.org/x).\n\n- premier\n- second",
    guests=(Person(name="Arnaud", organisation="Mine de rien", role="militant"),),
    credits=(
        Credit(role="réalisation", name="Guillaume Desjardins", organisation="synchrone.tv"),
        Credit(role="musique", name="Sounds of Nowhere"),
        Credit(role="composer", name="Somebody"),
    ),
    segments=(Segment(index=0, kind="clip", people=(Person(name="Imadeddine Hassani", role="expert"),)),),
)


def derive(episode=EPISODE, show=SHOW, **options):
    return derive_tags(
        show, episode, CHAPTERS[::-1], **({"attribution": "a\r\nb", "licence_name": "CC BY 2.0"} | options)
    )


def test_everything_the_yaml_says_gets_its_place():
    tags = derive()
    assert (tags.title, tags.album, tags.artist) == (
        "Comment ne pas subir sa transformation ?",
        "Questions d’asso",
        "Mine de rien",
    )
    assert (tags.track, tags.disc, tags.genre, tags.language, tags.podcast) == (8, 2, "Podcast", "fra", True)
    assert tags.copyright == "2023 Mine de rien, CC BY 2.0"
    assert (tags.licence, tags.licence_url) == ("CC-BY-2.0", "https://creativecommons.org/licenses/by/2.0/")
    assert (tags.show_url, tags.feed_url) == ("https://example.org/%C3%A9", "https://example.org/feed.xml")
    assert (tags.category, tags.keywords) == (
        "Society & Culture",
        "Society & Culture, Education, Self-Improvement",
    )
    assert tags.description == "Un épisode avec un lien (https://example.org/x).\n\n• premier\n\n• second"
    assert tags.attribution == "a\nb"
    assert tags.chapters == CHAPTERS


def test_people_go_by_role_and_music_apart():
    tags = derive()
    assert tags.people == (
        ("host", "Karl"),
        ("guest", "Arnaud (Mine de rien)"),
        ("expert", "Imadeddine Hassani"),
        ("réalisation", "Guillaume Desjardins (synchrone.tv)"),
    )
    assert tags.musicians == (("musique", "Sounds of Nowhere"), ("composer", "Somebody"))
    made = derive(musicians=["sounds of nowhere", "A Band", "A Band"])
    assert made.musicians == (*tags.musicians, ("music", "A Band"))
    hosted = replace(EPISODE, people=(Person(name="Anna"),))
    assert derive(hosted).people[0] == ("host", "Anna")
    assert ("host", "Karl") not in derive(hosted).people


def test_dates():
    moment = datetime(2023, 10, 1, 8, 30, 15, 999, tzinfo=timezone(timedelta(hours=2)))
    texts = tag_texts(derive(published=moment))
    assert (texts["date"], texts["recorded"]) == ("2023-09-22", "2023-09-22")
    assert texts["released"] == "2023-10-01T06:30:15"
    texts = tag_texts(derive(replace(EPISODE, recorded=None, published=moment)))
    assert (texts["date"], "recorded" in texts) == ("2023-10-01", False)
    texts = tag_texts(derive(replace(EPISODE, recorded=None)))
    assert not {"date", "recorded", "released", "copyright"} & set(texts)
    assert tag_texts(EpisodeTags(released=datetime(1, 1, 1, tzinfo=UTC)))["date"] == "0001-01-01"


def test_what_is_missing_stays_missing():
    bare = derive_tags(
        Show(root=Path(), title="T", description="", language="xx", handle="t"),
        Episode(folder=PurePosixPath(), title="E", slug="e"),
        (),
        attribution="",
    )
    assert set(tag_texts(bare)) == {"title", "album", "artist", "album_artist", "genre", "podcast"}


def test_pictures_must_be_jpeg_or_png():
    tags = derive(cover=make_image("PNG"), chapter_images={PurePosixPath("a.jpg"): make_image()})
    assert tags.cover.media_type == "image/png"
    assert tags.chapter_images[PurePosixPath("a.jpg")].media_type == "image/jpeg"
    with pytest.raises(TagError, match="JPEG or PNG"):
        derive(cover=make_image("GIF"))


def test_the_summary_is_short_and_whole():
    text = tag_texts(EpisodeTags(description="œuvre " * 100))["summary"]
    assert 240 < len(text.encode()) <= 255
    assert text.endswith("œuvre…")


def test_markdown_becomes_plain():
    assert plain_text(
        "# Titre\n\nun\ndeux  \ntrois `code`\n\n1. a\n2. b\n\n<b>gras</b> <https://example.org>"
    ) == ("Titre\n\nun deux\ntrois code\n\n1. a\n\n2. b\n\n<b>gras</b> https://example.org")


@given(st.text())
def test_cleaned_text_fits_any_tag(text):
    cleaned = clean_text(text)
    if cleaned is not None:
        assert clean_text(cleaned) == cleaned
        assert "\0" not in cleaned
        cleaned.encode("utf-8")


@given(st.text(alphabet=st.characters(codec=None), max_size=40))
def test_any_title_can_be_written(title):
    episode = replace(EPISODE, title=title, subtitle=title, description=title)
    tag = render_id3(derive(episode, attribution=title, transcript_text=title))
    assert tag.startswith(b"ID3")
