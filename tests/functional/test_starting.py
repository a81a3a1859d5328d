"""`podtool init` and `new`: folders that the readers take, and that nothing was overwritten for."""

import shutil
from datetime import date

import pytest
from shows import change_text, digests, make_show, said_by, speech, write_wav

from example import run
from podtool.show.identity import podcast_guid
from podtool.show.manifest import read_episode, read_show

ANSWERS = {
    "title": "Questions d'été : l'eau, « la vie »",
    "language": "fr",
    "email": "bonjour@example.org",
    "base-url": "https://eau.example.org",
}


def options_of(**changed):
    answers = ANSWERS | {name.replace("_", "-"): value for name, value in changed.items()}
    return [part for name, value in answers.items() if value for part in (f"--{name}", value)]


@pytest.fixture
def show(tmp_path):
    said_by("init", "show", *options_of(), here=tmp_path)
    return tmp_path / "show"


def test_a_new_show_can_be_read(show):
    made = read_show(show / "show.yaml")
    assert made.title == ANSWERS["title"]
    assert made.handle == "questions-d-ete-l-eau-la-vie"
    assert made.feed == "https://eau.example.org/feed.xml"
    assert made.guid == podcast_guid("eau.example.org/feed.xml")
    assert made.publish.base_url == "https://eau.example.org"
    assert (show / "episodes").is_dir()
    ignored = (show / ".gitignore").read_text(encoding="utf-8").split()
    assert {".podtool/", "build/"} <= set(ignored)


def test_every_answer_is_taken(tmp_path):
    options = options_of(
        title="Water",
        language="en-GB",
        author="The Team",
        handle="h2o",
        feed="https://feeds.example.org/h2o.xml",
        category="Education > Self-Improvement",
        licence="CC0-1.0",
    )
    said = said_by("init", "a/b c", *options, here=tmp_path)
    assert said["paths"] == ["show.yaml", ".gitignore", "episodes"]
    made = read_show(tmp_path / "a/b c/show.yaml")
    assert (made.handle, made.author, made.owner.email) == ("h2o", "The Team", "bonjour@example.org")
    assert made.feed == "https://feeds.example.org/h2o.xml"
    assert made.guid == podcast_guid("feeds.example.org/h2o.xml")
    assert (made.categories[0].name, made.categories[0].sub) == ("Education", "Self-Improvement")
    assert made.licence.id == "CC0-1.0"


def test_what_is_missing_is_named_all_at_once(tmp_path):
    said = said_by("init", "show", here=tmp_path, code=2)
    for name in ANSWERS:
        assert f"--{name}" in said["error"]["message"]
    assert not (tmp_path / "show").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("handle", "Ünsäfe Näme"),
        ("handle", "../x"),
        ("handle", "con"),
        ("language", "klingon!"),
        ("email", "nobody"),
        ("base_url", "ftp://example.org"),
        ("feed", "feed.xml"),
        ("category", "Ghosts"),
        ("licence", "do what you like"),
        ("title", "a\x07b"),
    ],
)
def test_a_wrong_answer_leaves_nothing(tmp_path, name, value):
    said = said_by("init", "show", *options_of(**{name: value}), here=tmp_path, code=2)
    assert said["error"]["kind"] == "UsageError"
    assert list(tmp_path.iterdir()) == []


def test_a_show_that_is_there_is_refused(show):
    before = digests(show)
    said = said_by("init", ".", *options_of(title="Autre"), here=show, code=2)
    assert "show.yaml already" in said["error"]["message"]
    assert digests(show) == before


def test_a_file_in_the_way_is_refused(tmp_path):
    (tmp_path / "show").write_text("mine", encoding="utf-8")
    said_by("init", "show", *options_of(), here=tmp_path, code=2)
    assert (tmp_path / "show").read_text(encoding="utf-8") == "mine"
    assert run("init", "a" * 300, *options_of(), here=tmp_path)[0] in {2, 7}


def test_what_lies_in_the_folder_stays(tmp_path):
    (tmp_path / ".gitignore").write_text("*.bak\n", encoding="utf-8")
    (tmp_path / "README.md").write_text("mine", encoding="utf-8")
    said_by("init", ".", *options_of(), here=tmp_path)
    assert (tmp_path / ".gitignore").read_text(encoding="utf-8") == "*.bak\n"
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    "title",
    [
        "Comment ne pas subir ?",
        "Un « titre » : \"à\" 'guillemets' # dièse",
        "[x] {y}: -z, ?",
        "null",
        "1:30",
        "*a &b !c %d @e `f`",
    ],
)
def test_a_new_episode_can_be_read(show, title):
    said = said_by("new", "8", title, here=show)
    folder = show / said["paths"][0].removesuffix("/episode.yaml")
    assert folder.name.startswith("08-")
    episode = read_episode(folder / "episode.yaml", read_show(show / "show.yaml"))
    assert (episode.number, episode.title) == (8, title)
    assert (folder / "recordings").is_dir()
    assert [path.name for path in (show / "episodes").iterdir()] == [folder.name]


def test_from_nothing_to_a_published_episode(show, tmp_path):
    said_by("new", "1", "L'eau", here=show)
    write_wav(tmp_path / "prise.wav", speech(1.5))
    said_by("ingest", tmp_path / "prise.wav", "--episode", "1", "--segments", here=show)
    said_by("assemble", "1", here=show)
    said_by("publish", "1", here=show)
    assert (show / "public/feed.xml").is_file()
    assert (show / "public/media/questions-d-ete-l-eau-la-vie-01.mp3").is_file()


@pytest.mark.parametrize("number", ["8", "008"])
def test_a_number_that_is_taken_is_refused(show, number):
    said_by("new", "8", "Un titre", here=show)
    before = digests(show)
    said = said_by("new", number, "Un autre", here=show, code=2)
    assert "episodes/08-un-titre is there already" in said["error"]["message"]
    assert digests(show) == before


def test_a_number_is_taken_wherever_it_stands(tmp_path):
    show = make_show(tmp_path / "show", episodes=(1,))
    change_text(show / "episodes/01-un/episode.yaml", "number: 1", "number: 9")
    said = said_by("new", "9", "Neuf", here=show, code=2)
    assert "episodes/01-un/episode.yaml has the number 9" in said["error"]["message"]


@pytest.mark.parametrize("title", ["?!…", "", "   ", "🎙"])
def test_a_title_without_letters_is_refused(show, title):
    assert run("new", "8", title, here=show)[0] == 2
    assert list((show / "episodes").iterdir()) == []


def test_a_long_title_makes_a_folder_that_disks_take(show):
    said = said_by("new", "8", "très long " * 45, here=show)
    assert len(said["paths"][0].split("/")[1]) < 100


def test_outside_a_show_it_is_2(tmp_path):
    said = said_by("new", "1", "Un", here=tmp_path, code=2)
    assert "podtool init" in said["error"]["hint"]


TEMPLATE = """\
# L'épisode {number}, « {title} »
number: {number}
title: "{title}"
subtitle: {title}
slug: ep-{slug}
recorded: 2024-05-01
segments: []
"""


def test_a_shows_own_template_is_filled_in(show):
    (show / "templates").mkdir()
    (show / "templates/episode.yaml").write_text(TEMPLATE, encoding="utf-8")
    title = 'L\'eau : "claire" # ou pas'
    said_by("new", "12", title, here=show)
    folder = next((show / "episodes").iterdir())
    episode = read_episode(folder / "episode.yaml", read_show(show / "show.yaml"))
    assert (episode.title, episode.subtitle, episode.slug) == (title, title, "ep-l-eau-claire-ou-pas")
    assert (episode.number, episode.recorded) == (12, date(2024, 5, 1))
    assert (folder / "episode.yaml").read_text(encoding="utf-8").startswith(f"# L'épisode 12, « {title} »\n")


@pytest.mark.parametrize(
    "content",
    [b"title: [", b"titel: {title}\n", b"\xff\xfe\x00", b"number: x{number}\ntitle: a\n"],
    ids=range(4),
)
def test_a_template_that_makes_no_episode_leaves_nothing(show, content):
    (show / "templates").mkdir()
    (show / "templates/episode.yaml").write_bytes(content)
    said = said_by("new", "1", "Un", here=show, code=2)
    assert "templates/episode.yaml" in said["error"]["message"]
    assert list((show / "episodes").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_7(show):
    shutil.rmtree(show / "episodes")
    (show / "episodes").write_text("in the way", encoding="utf-8")
    said = said_by("new", "1", "Un", here=show, code=7)
    assert str(show) not in said["error"]["message"]


def test_both_pass_check(show):
    said_by("new", "1", "Un", here=show)
    for arguments in ((), ("1",)):
        said = said_by("check", *arguments, here=show)
        assert not [one for one in said["problems"] if one["severity"] == "error"]
