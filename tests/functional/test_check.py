"""`podtool check` on the example and on small shows, as a user runs it."""

import hashlib
import json
import re
import shutil

import mutagen.id3
import pytest
from check_results import edit, found, one, rules_of

from example import copy_example, run
from podtool.workflow import facts

SLUG = "comment-ne-pas-subir-sa-transformation-numerique"
MP3 = "build/questions-asso-08.mp3"
DESERVED = {
    ("RIGHTS-001", "show.yaml", "cover:"),
    ("RIGHTS-002", "show.yaml", "cover:"),
    ("RIGHTS-003", "show.yaml", "cover:"),
    ("RIGHTS-004", "show.yaml", "cover:"),
    ("RIGHTS-001", "show.yaml", "  musique:"),
    ("RIGHTS-003", "show.yaml", "  musique:"),
    ("RECORDING-001", "episode.yaml", "  - clip: recordings/entretien-1.m4a"),
    ("RECORDING-002", "episode.yaml", "  - clip: recordings/reponse-imadeddine.mp3"),
    ("RECORDING-005", "episode.yaml", "  - clip: recordings/question-karl.flac"),
    ("RECORDING-008", "episode.yaml", "  - clip: recordings/entretien-2.opus"),
    ("RECORDING-014", "episode.yaml", "  - clip: recordings/entretien-2.opus"),
}
"""What the example leaves open, and what its guests' recordings are like: rule, file, line."""


def beyond_deserved(result):
    """The findings that the example doesn't have as it is."""
    deserved = {rule for rule, _, _ in DESERVED}
    return [problem for problem in result.problems if problem.rule not in deserved]


@pytest.fixture(scope="module")
def measured(assembled, tmp_path_factory):
    """The assembled example, its sounds already measured."""
    folder = tmp_path_factory.mktemp("checked") / "show"
    shutil.copytree(assembled, folder)
    found(folder)
    return folder


@pytest.fixture
def show(measured, tmp_path):
    folder = tmp_path / "show"
    shutil.copytree(measured, folder)
    return folder


@pytest.fixture(scope="module")
def published_once(measured, tmp_path_factory):
    folder = tmp_path_factory.mktemp("published") / "show"
    shutil.copytree(measured, folder)
    code, _, err = run("publish", here=folder)
    assert code == 0, err
    return folder


@pytest.fixture
def published(published_once, tmp_path):
    folder = tmp_path / "show"
    shutil.copytree(published_once, folder)
    return folder


# The example


def pointed_at(folder, result):
    return {
        (
            problem.rule,
            problem.file,
            (folder / problem.file).read_text(encoding="utf-8").split("\n")[problem.line - 1],
        )
        for problem in result.problems
    }


def test_the_example_has_the_findings_that_its_missing_facts_deserve(measured):
    result = found(measured)
    assert pointed_at(measured, result) == DESERVED
    assert len(result.problems) == len(DESERVED)
    assert result.episode == "."


def test_before_it_is_built_it_has_one_note_more(measured, tmp_path):
    folder = tmp_path / "show"
    shutil.copytree(measured, folder, ignore=shutil.ignore_patterns("build", "episode.lock"))
    assert [problem.rule for problem in beyond_deserved(found(folder))] == ["MEDIA-010"]


def test_after_it_is_published_it_has_none_more(published):
    assert beyond_deserved(found(published)) == []


def test_a_fresh_clone_of_a_published_show_has_none_more(published, tmp_path):
    folder = copy_example(tmp_path / "clone")
    shutil.copy(published / "published.yaml", folder)
    shutil.copytree(published / ".podtool" / "cache", folder / ".podtool" / "cache")
    assert beyond_deserved(found(folder)) == []


def test_findings_are_sorted_by_place_and_show_their_line(measured):
    result = found(measured)
    places = [(problem.file, problem.line, problem.rule) for problem in result.problems]
    assert places == sorted(places)
    for problem in result.problems:
        line = result.excerpts[problem.file, problem.line]
        assert problem.column == len(line) - len(line.lstrip("- ")) + 1


def test_it_exits_with_0_and_with_1_when_it_is_strict(measured):
    assert run("check", here=measured)[0] == 0
    code, out, _ = run("check", "--strict", "--json", here=measured)
    said = json.loads(out)
    assert code == 1
    assert said["error"]["kind"] == "CheckError"
    assert {problem["rule"] for problem in said["problems"]} == {rule for rule, _, _ in DESERVED}


def test_for_github_each_finding_is_one_line(measured):
    code, out, _ = run("check", "--format", "github", here=measured)
    assert code == 0
    assert len(out.splitlines()) == len(DESERVED)
    assert "::warning file=show.yaml,line=" in out


def test_people_see_the_line_and_what_to_do(measured):
    out = run("check", here=measured)[1]
    assert "RIGHTS-001" in out
    assert "musique:" in out
    assert "Ask its creator" in out


def test_nothing_but_the_cache_is_written(show):
    def digests():
        return {
            path.relative_to(show).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in show.rglob("*")
            if path.is_file() and ".podtool" not in path.parts
        }

    before = digests()
    found(show)
    assert digests() == before


def test_what_was_measured_is_not_measured_again(measured, monkeypatch):
    monkeypatch.setattr(facts, "measure_sound_in_time", lambda _: pytest.fail("measured again"))
    monkeypatch.setattr(facts, "probe_mp3", lambda _: pytest.fail("probed again"))
    assert found(measured).problems


def test_facts_of_another_version_are_measured_again(measured, monkeypatch):
    store = facts.Store(measured / ".podtool" / "cache")
    path = measured / "music" / "virgule.flac"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    known = facts.sound_facts(store, path, digest)
    monkeypatch.setattr(facts, "FACTS_VERSION", "of a test")
    store.write(facts._key("sound", digest), b'{"codec": "flac"}')
    assert facts.sound_facts(store, path, digest) == known


# What was built


def test_a_change_after_the_build_is_noted_once(show):
    edit(show / "episode.yaml", "Comment ne pas subir", "Comment subir")
    assert [problem.rule for problem in beyond_deserved(found(show))] == ["MEDIA-009"]


def test_a_truncated_file_is_found(show):
    path = show / MP3
    path.write_bytes(path.read_bytes()[:-400_000])
    assert {"MEDIA-004", "MEDIA-009"} <= rules_of(found(show))


def test_a_file_that_is_no_sound_is_found(show):
    (show / MP3).write_bytes(b"hello" * 1000)
    assert {"MEDIA-013", "TAGS-004"} <= rules_of(found(show))


def test_tags_that_another_program_wrote_are_found(show):
    path = show / MP3
    tags = mutagen.id3.ID3(path)
    tags.delall("TALB")
    tags.add(mutagen.id3.TIT2(encoding=3, text="Autre chose"))
    tags.save(path)  # sorts chapters by their size
    rules = rules_of(found(show))
    assert {"TAGS-002", "CHAPTERS-003"} <= rules
    assert "TAGS-008" not in rules  # what is built is stale, which is said once


def test_chapters_that_were_edited_are_found(show):
    edit(show / "build/chapters.json", "1.2.0", "1.0")
    assert one(found(show), "CHAPTERS-001").place == "build/chapters.json"


# What is public


def test_a_published_file_that_is_gone_is_found(published):
    (published / "public/media/questions-asso-08.mp3").unlink()
    (published / "public/episodes" / SLUG / "chapters.json").write_text("{}", encoding="utf-8")
    messages = {problem.message for problem in beyond_deserved(found(published))}
    assert messages == {
        "public/media/questions-asso-08.mp3 is missing",
        f"public/episodes/{SLUG}/chapters.json isn't what was published",
    }


def test_guids_and_addresses_that_would_change_are_errors(published):
    edit(
        published / "show.yaml",
        "guid: 0be48c4b-79d4-5f8d-95eb-03a432cbebf1",
        "guid: 0be48c4b-79d4-5f8d-95eb-03a432cbebf2",
    )
    edit(published / "episode.yaml", "number: 8", "number: 8\nguid: new")
    rules = rules_of(found(published))
    assert {"LEDGER-001", "LEDGER-002", "SHOW-007"} <= rules
    assert run("check", here=published)[0] == 1


def test_a_published_episode_whose_folder_is_gone_is_an_error(published):
    text = (published / "published.yaml").read_text(encoding="utf-8")
    renamed = re.sub("\n *seal: .*", "", text.replace('  ".":', '  "episodes/03":'))
    (published / "published.yaml").write_text(renamed, encoding="utf-8")
    assert "episodes/03/episode.yaml is gone" in one(found(published), "LEDGER-004").message


def test_a_broken_ledger_is_a_finding(published):
    edit(published / "published.yaml", "sha256: ", "sha256: x")
    result = found(published)
    assert "YAML-090" in rules_of(result)
    assert {rule for rule, _, _ in DESERVED} <= rules_of(result)


def test_own_templates_are_looked_at(show):
    (show / "templates").mkdir()
    page = show / "templates/episode.html.j2"
    page.write_text("<html><img src='https://example.com/a.png'></html>", encoding="utf-8")
    rules = rules_of(found(show))
    assert {"PAGE-001", "PAGE-002", "PAGE-003", "PAGE-004", "PAGE-005", "PAGE-006", "PAGE-008"} <= rules
    page.write_text("{% if %}", encoding="utf-8")
    assert "PAGE-010" in rules_of(found(show))


def test_a_link_that_leads_nowhere_is_found(show):
    (show / "notes/edito.md").write_text("[avant](../7/)", encoding="utf-8")
    assert {problem.rule for problem in beyond_deserved(found(show))} == {"PAGE-007", "FEED-021"}
