"""Which episode a command is about, and under which slug."""

import pytest

from podtool.errors import ManifestError, UsageError
from podtool.workflow.project import find_episode_file, find_project, list_episode_files, read_project

SHOW = "title: A\nlanguage: fr\ndescription: b\nhandle: a\nfeed: https://example.org/feed.xml\n"
LEDGER = """\
episodes:
  "episodes/08-un":
    number: 8
    slug: "{slug}"
    guid: "g"
    page_url: "https://example.org/episodes/{slug}/"
    published: 2024-01-01T00:00:00+00:00
"""


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def show(tmp_path):
    write(tmp_path / "show.yaml", SHOW)
    write(tmp_path / "episodes/08-un/episode.yaml", "number: 8\ntitle: Un titre\n")
    write(tmp_path / "episodes/09-deux/episode.yaml", "number: 9\ntitle: Deux\n")
    return tmp_path


def test_a_folder_a_file_a_number_or_here(show):
    wanted = show / "episodes/08-un/episode.yaml"
    for argument, here in (
        ("episodes/08-un", show),
        ("episodes/08-un/episode.yaml", show),
        ("8", show),
        ("08", show / "episodes/09-deux"),
        (None, wanted.parent),
        (str(wanted.parent), show / "episodes"),
    ):
        assert find_episode_file(argument, here).resolve() == wanted.resolve(), argument


@pytest.mark.parametrize(
    "argument", ["", "7", "-8", "8.0", "episodes", "show.yaml", "x" * 6000, "9" * 6000, "a\0b", "٨"]
)
def test_anything_else_is_no_episode(show, argument):
    with pytest.raises(UsageError):
        find_episode_file(argument, show)


def test_a_broken_neighbour_is_no_hindrance_and_a_broken_one_is_told(show):
    broken = write(show / "episodes/08-un/episode.yaml", "number: 8\ntitel: Un\n")
    assert find_project("9", show).episode.title == "Deux"
    with pytest.raises(ManifestError, match="titel"):
        find_project("8", show)
    broken.parent.rename(show / "episodes/un")
    with pytest.raises(UsageError, match="no episode 8") as caught:
        find_project("8", show)
    assert "episodes/un/episode.yaml" in caught.value.hint


def test_templates_hidden_folders_and_inner_shows_have_no_episodes_of_ours(show):
    for name in ("templates", ".podtool", ".git/x", "autre", "autre/01", "autre/episodes"):
        write(show / name / "episode.yaml", "title: Pas le nôtre\n")
    write(show / "autre/show.yaml", SHOW)
    write(show / "templates2/episode.yaml", "title: Le nôtre\n")
    names = [path.parent.relative_to(show).as_posix() for path in list_episode_files(show)]
    assert names == ["episodes/08-un", "episodes/09-deux", "templates2"]


@pytest.mark.parametrize(
    ("text", "published", "slug"),
    [
        ("title: Un titre", None, "un-titre"),
        ("title: Un titre", "un-titre", "un-titre"),
        ("title: Un meilleur", "un-titre", "un-titre"),
        ("title: Un meilleur\nslug: choisi", "un-titre", "choisi"),
    ],
)
def test_a_published_page_stays_where_it_is(show, text, published, slug):
    file = write(show / "episodes/08-un/episode.yaml", f"number: 8\n{text}\n")
    if published:
        write(show / "published.yaml", LEDGER.format(slug=published))
    assert read_project(file).episode.slug == slug


def test_a_damaged_ledger_is_told_where_it_matters(show):
    write(show / "published.yaml", LEDGER.format(slug="autre").replace("guid:", "gid:"))
    assert read_project(show / "episodes/09-deux/episode.yaml").episode.slug == "deux"
    with pytest.raises(ManifestError, match=r"published\.yaml"):
        read_project(show / "episodes/08-un/episode.yaml")
