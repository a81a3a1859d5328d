"""New shows and episodes begin with files that podtool reads; identities are those of the standards."""

from __future__ import annotations

import uuid

import pytest

from podtool.errors import UsageError
from podtool.show.identity import episode_guid, podcast_guid
from podtool.show.manifest import read_project
from podtool.show.model import Category, Licence
from podtool.show.recordings import add_segments
from podtool.show.scaffold import NewShow, episode_template, show_template

NASTY = [
    "Simple", "Questions d'asso : 8", "a #b", "- c", "yes", "null", '"q"', "{x}", "[y]", "*z*", "&a", "!t",
    "1:30", "008", "%", "@", "Émile & Cie", "back\\slash", "{title}",
]  # fmt: skip


def new_show(**changes):
    values = {
        "title": "Questions d'asso", "language": "fr", "handle": "questions-asso", "base_url": "https://example.org/q/",
        "author": "Nous", "email": "nous@example.org", **changes,
    }  # fmt: skip
    return NewShow(**values)


@pytest.mark.parametrize("language", ["fr", "en", "de-CH"])
@pytest.mark.parametrize("title", NASTY)
def test_templates_are_read_back(title, language, tmp_path):
    show_text = show_template(new_show(title=title, language=language, author=title, cover="cover.png"))
    (tmp_path / "show.yaml").write_text(show_text, encoding="utf-8", newline="\n")
    folder = tmp_path / "episodes" / "08"
    folder.mkdir(parents=True)
    text = add_segments(episode_template(title=title, language=language, number=8), ["édito.wav"])
    (folder / "episode.yaml").write_text(text, encoding="utf-8", newline="\n")
    show, episode = read_project(folder / "episode.yaml")
    assert (show.title, show.language, show.handle, show.owner.name) == (
        title,
        language,
        "questions-asso",
        title,
    )
    assert show.guid == podcast_guid("https://example.org/q/feed.xml")
    assert show.publish.base_url == "https://example.org/q"
    assert show.licence == Licence(id="CC-BY-SA-4.0")
    assert show.categories == (Category(name="Society & Culture"),)
    assert show.cover.alt
    assert (episode.title, episode.number, len(episode.segments)) == (title, 8, 1)


def test_the_comments_speak_the_shows_language():
    assert "# La couverture" in show_template(new_show())
    assert "# The cover" in show_template(new_show(language="en-GB"))
    assert "# La ligne de temps" in episode_template(title="x", language="fr-FR")
    assert "# cover:" in show_template(new_show())


def test_uncommented_examples_are_good(tmp_path):
    show = show_template(new_show(cover="cover.png")).replace("  # ", "  ")
    (tmp_path / "show.yaml").write_text(show, encoding="utf-8", newline="\n")
    for language in ("fr", "en"):
        text = episode_template(title="x", language=language).replace("  # ", "  ")
        text = text.replace("# recorded", "recorded").replace("# published", "published")
        text = text.replace("music,", "musique,").replace("sting: music\n", "sting: musique\n")
        (tmp_path / "episode.yaml").write_text(text, encoding="utf-8", newline="\n")
        show_read, episode = read_project(tmp_path / "episode.yaml")
        assert (len(episode.segments), len(episode.credits)) == (2, 1)
        assert episode.segments[1].bed.duck_db == 9
        assert (list(show_read.people), list(show_read.assets)) == (["camille"], ["musique"])


@pytest.mark.parametrize(
    "changes",
    [
        {"handle": "Questions Asso"},
        {"email": "nous"},
        {"base_url": "ftp://x"},
        {"language": "français"},
        {"title": "a\x07"},
        {"title": ""},
        {"title": "a\nb"},
        {"licence": "CC BY"},
        {"category": "a > b > c"},
        {"cover": "../x.png"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_wrong_value_is_a_wrong_use(changes):
    with pytest.raises(UsageError):
        show_template(new_show(**changes))


@pytest.mark.parametrize(
    ("feed", "guid"),
    [
        ("podnews.net/rss", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
        ("https://podnews.net/rss", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
        ("http://podnews.net/rss///", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
        ("https://mp3s.nashownotes.com/pc20rss.xml", "917393e3-1b1e-5cef-ace4-edaa54e1f810"),
    ],
)
def test_podcast_guid_has_the_namespaces_vectors(feed, guid):
    assert podcast_guid(feed) == guid


def test_episode_guids_are_told_apart_by_show_and_name():
    one, other = podcast_guid("https://a.example.org/feed"), podcast_guid("https://b.example.org/feed")
    assert episode_guid(one, "episodes/08") == str(uuid.uuid5(uuid.UUID(one), "episodes/08"))
    assert len({episode_guid(show, name) for show in (one, other) for name in ("8", "9")}) == 4
    with pytest.raises(ValueError):
        episode_guid("no guid", "8")
