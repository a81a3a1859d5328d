"""What the commands hand to their use cases, and what they print."""

import os
import sys
from pathlib import Path

import pytest
import typer
from cli_samples import ASSEMBLED, CHECKED, FILES, IMPORTED, PROBLEMS, PUBLISHED, Cli

from podtool.errors import ManifestError
from podtool.ports import Message, Progress
from podtool.workflow.results import CheckResult, MadeResult


@pytest.fixture
def cli(monkeypatch, capsys, tmp_path):
    cli = Cli(monkeypatch, capsys, tmp_path)
    cli.stand_in_for_all()
    return cli


def noting(result):
    """A use case that notes what it was called with."""

    def use_case(*arguments, **named):
        use_case.called.append((*arguments, named) if named else arguments)
        return result

    use_case.called = []
    return use_case


def test_assemble_hands_its_options_on(cli):
    assemble = noting(ASSEMBLED)
    cli.stand_in("assemble", AssembleOptions=dict, assemble=assemble)
    options = ["--profile", "podcast", "-p", "opus", "--out", "there", "-j", "3", "--fresh", "--relock"]
    assert cli("assemble", "8", *options) == 0
    [(project, given, _)] = assemble.called
    assert project == "8"
    assert given == {
        "profiles": ("podcast", "opus"),
        "out": Path("there"),
        "jobs": 3,
        "fresh": True,
        "relock": True,
    }
    assert cli("assemble") == 0
    assert assemble.called[1][1] == {
        "profiles": (),
        "out": None,
        "jobs": None,
        "fresh": False,
        "relock": False,
    }


def test_several_episodes_do_not_mix_in_one_folder(cli):
    assert cli("assemble", "7", "8", "--out", "there") == 2


def test_assemble_shows_artefacts_and_steps(cli):
    assert cli("assemble") == 0
    words = cli.out.split()
    for part in ("build/questions-asso-08.mp3", "MB", "3:01.4", "-16.0", "LUFS", "-1.3", "dBTP"):
        assert part in words
    assert "built   encode podcast" in cli.out
    assert "recordings/edito.wav changed (+1), 3 of 43 chunks made anew, 1.2 s" in " ".join(words)
    assert "reused  measure recordings/edito.wav" in cli.out
    assert "has no licence" in cli.err


def test_quiet_does_the_chore_in_silence_but_answers_questions(cli):
    for command in ("assemble", "publish", "clean", "tag"):
        assert cli(command, "-q") == 0
        assert not cli.out
    for command in ("explain", "credits", "doctor"):
        assert cli("-q", command) == 0
        assert cli.out
    assert cli("ingest", "x", "-q") == 4
    assert "broken.mp3: it is empty" in cli.err
    assert not cli.out


@pytest.mark.parametrize("command", [["assemble", "--plan"], ["explain"]])
def test_plan_and_explain_give_every_reason(cli, command):
    assert cli(*command) == 0
    assert "to make     encode podcast" in cli.out
    assert "\n                recordings/edito.wav changed\n                the gain changed\n" in cli.out
    assert "up to date  measure recordings/edito.wav\n" in cli.out


def test_progress_is_for_terminals_and_messages_are_not_progress(cli):
    assert cli("assemble") == 0
    assert "the lock was written" in cli.err
    assert "encode podcast" not in cli.err
    assert "using 2 threads" not in cli.err
    assert cli("-v", "assemble") == 0
    assert cli.err.count("encode podcast: done") == 1
    assert "using 2 threads" in cli.err


def test_warnings_come_through_quiet(cli):
    def doctor_with(listen):
        listen(Message(text="for your information"))
        listen(Message(text="mind the gap", level="warning"))
        listen(Progress(stage="x", done=1, total=1))
        return FILES

    cli.stand_in("inspecting", inspect_files=lambda _files, listen: doctor_with(listen))
    assert cli("inspect", "a", "-q") == 0
    assert cli.err == "warning: mind the gap\n"


def test_ingest_tells_figures_and_what_is_remarkable(cli):
    ingest = noting(FILES)
    cli.stand_in("ingest", IngestOptions=dict, ingest=ingest)
    assert cli("ingest", "a.wav", "--episode", "8", "--as", "edito", "--segments") == 4
    [(files, project, options, _)] = ingest.called
    assert (files, project, options) == ([Path("a.wav")], "8", {"name": "edito", "segments": True})
    row = next(line for line in cli.out.splitlines() if "edito.wav " in line)
    assert " ".join(row.split()) == "recordings/edito.wav added 3:05 48 kHz 2 -3.2 -23.5 -61.2"
    assert "12 samples clipped; both channels are the same; begins with 1.5 s of silence" in cli.out
    assert "the same bytes are there" in cli.out
    assert "error: 1 of 3 files did not go in\n  broken.mp3: it is empty\n" in cli.err


def test_inspect_reads_well(cli):
    assert cli("inspect", "a.wav") == 0
    for part in (
        "-23.5 LUFS, range 5.1 LU",
        "-2.9 dBTP true, -3.2 dBFS sample",
        "pcm_s24le, 48 kHz, stereo, 24 bit",
        "Questions d'asso",
        "0:13.5  Édito [bold]",
        "image/png, 123.5 kB",
    ):
        assert part in cli.out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ("tag_episode", "here")),
        (["8"], ("tag_episode", "8")),
        (["folder"], ("tag_episode", "folder")),
        (["folder/episode.yaml"], ("tag_episode", "folder/episode.yaml")),
        (["--episode", "8"], ("tag_episode", "8")),
        (["a.mp3"], ("tag_files", "here", {})),
        (["a.mp3", "b.opus", "-e", "8"], ("tag_files", "8", {})),
        (["a.mp3", "--set", "title=a=b"], ("tag_files", None, {"title": "a=b"})),
        (["a.mp3", "--set", "title=", "-e", "8"], ("tag_files", "8", {"title": ""})),
    ],
)
def test_tag_knows_episodes_from_files(cli, arguments, expected):
    Path("folder").mkdir()
    called = []

    def tag_episode(project, _listen):
        called.append(("tag_episode", project))
        return FILES

    def tag_files(_files, project, overrides, _listen):
        called.append(("tag_files", project, overrides))
        return FILES

    cli.stand_in("tagging", tag_episode=tag_episode, tag_files=tag_files)
    assert cli("tag", *arguments) == 0
    assert called == [expected]


@pytest.mark.parametrize(
    "arguments", [["7", "8"], ["8", "a.mp3"], ["8", "--set", "title=x"], ["8", "--episode", "9"]]
)
def test_tag_refuses_what_it_can_not_mean(cli, arguments):
    assert cli("tag", *arguments) == 2


def test_publish_tells_what_changes_and_who_waits(cli):
    publish = noting(PUBLISHED)
    cli.stand_in("publishing", PublishOptions=dict, publish=publish)
    assert cli("publish", "8", "--to", "elsewhere", "--dry-run", "--force") == 0
    [(arguments, here, options, _)] = publish.called
    assert (arguments, here) == (("8",), Path.cwd())
    asked = {"to": "elsewhere", "dry_run": True, "force": True}
    assert options == {"all": False, "withdraw": (), "remove_media": False, **asked}
    assert "add     media/questions-asso-08.mp3" in cli.out
    assert "1 added, 1 replaced, 1 unchanged" in cli.out
    assert "waiting until it is due: episodes/09-suite" in cli.out
    assert "cover.png" not in cli.out
    assert cli("publish", "-v") == 0
    assert "cover.png" in cli.out


def test_check_shows_the_line_with_a_caret(cli):
    assert cli("check") == 1
    assert cli.out.startswith("episode.yaml\n  4:1  error YAML-002  unknown key `titel`\n")
    lines = cli.out.splitlines()
    title = next(index for index, line in enumerate(lines) if "title: It Goes On" in line)
    assert lines[title + 1] == "      │     ^^^^^"
    assert lines[-1] == "1 error, 1 warning, 1 note"
    assert not cli.err


@pytest.mark.parametrize(
    ("problems", "code", "strict"),
    [((), 0, 0), (PROBLEMS[2:], 0, 0), (PROBLEMS[1:], 0, 1), (PROBLEMS, 1, 1)],
)
def test_check_ends_with_1_for_errors_and_strictly_for_warnings(cli, problems, code, strict):
    result = CheckResult(episode="episodes/08", problems=problems)
    cli.stand_in("checking", check=lambda *_: result)
    assert cli("check") == code
    assert cli("check", "--strict") == strict
    assert cli("check", "--strict", "--json") == strict
    assert cli.json["ok"] == (strict == 0)
    if strict:
        assert cli.json["error"]["kind"] == "CheckError"


def test_check_annotates_for_github_with_paths_from_the_repository(cli, tmp_path, monkeypatch):
    show = tmp_path / "shows" / "asso"
    (show / "episodes" / "08").mkdir(parents=True)
    (show / "show.yaml").write_text("title: T\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    monkeypatch.chdir(show)
    cli.stand_in("checking", check=lambda *_: CHECKED)
    assert cli("check", "episodes/08", "--format", "github") == 1
    assert cli.out.splitlines() == [
        (
            "::error file=shows/asso/episode.yaml,line=4,endLine=4,col=1,endColumn=5,title=YAML-002::"
            "unknown key `titel`%0ADid you mean `title`?"
        ),
        (
            "::warning file=shows/asso/show.yaml,line=53,endLine=53,col=5,endColumn=9,title=RIGHTS-003::"
            "«It Goes On...» has no licence%0AAsk Sounds of Nowhere, and write the answer down as `licence`."
        ),
        "::notice title=FEED-001::nothing is published yet",
    ]
    monkeypatch.delenv("GITHUB_WORKSPACE")
    monkeypatch.chdir(tmp_path)
    cli("check", str(Path("shows", "asso", "episodes", "08")), "--format", "github")
    assert "file=shows/asso/episode.yaml" in cli.out


def test_check_names_files_from_the_repository_that_git_looks_after(cli, tmp_path, monkeypatch):
    show = tmp_path / "repository" / "asso"
    (show / "episodes" / "08").mkdir(parents=True)
    (tmp_path / "repository" / ".git").write_text("gitdir: elsewhere\n", encoding="utf-8")
    (show / "show.yaml").write_text("title: T\n", encoding="utf-8")
    monkeypatch.chdir(show / "episodes" / "08")
    cli.stand_in("checking", check=lambda *_: CHECKED)
    assert cli("check", "--format", "sarif") == 1
    uris = [
        found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for found in cli.json["runs"][0]["results"]
    ]
    assert uris == ["asso/episode.yaml", "asso/show.yaml", "asso/show.yaml"]
    assert cli("check", "--format", "junit", "--strict") == 1
    assert cli.out.startswith("<?xml")
    assert not cli.err


def test_check_explains_a_rule(cli):
    assert cli("check", "--explain", "RIGHTS-003") == 0
    assert cli.out.split() == ["rule", "RIGHTS-003", "severity", "warning", "spec", "CC"]
    assert cli("check", "--explain", "RIGHTS-003", "--json") == 0
    assert cli.json["rule"]["severity"] == "warning"


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
def test_credits_are_raw_text(cli, form):
    assert cli("credits", "8", "--format", form) == 0
    assert cli.out == f"Credits as {form}.\n"


def test_init_derives_what_it_can(cli):
    answers = noting(None)
    cli.stand_in("starting", InitAnswers=answers, init=lambda *_: MadeResult(paths=()))
    given = ["--title=L'été froid", "--language=fr", "--email=a@example.org"]
    assert cli("init", "dir", *given, "--base-url=https://example.org/x/") == 0
    [(told,)] = answers.called
    assert told == {
        "title": "L'été froid",
        "language": "fr",
        "email": "a@example.org",
        "base_url": "https://example.org/x/",
        "feed": "https://example.org/x/feed.xml",
        "author": "L'été froid",
        "handle": "l-ete-froid",
        "category": "Society & Culture",
        "licence": "CC-BY-SA-4.0",
    }
    assert cli("init", "dir", *given, "--feed=https://example.org/y/feed.xml") == 0
    assert answers.called[1][0]["base_url"] == "https://example.org/y"
    assert (
        cli("init", "dir", "--title=番組", "--language=ja", "--email=a@b.org", "--base-url=https://b.org")
        == 2
    )
    assert "missing --handle" in cli.err


def test_init_asks_on_a_terminal_until_the_answer_fits(cli, monkeypatch):
    answers = noting(None)
    cli.stand_in("starting", InitAnswers=answers, init=lambda *_: MadeResult(paths=()))
    typed = iter(
        [
            *("fr_FR", "fr", "Titre", "", "nobody", "a@example.org", "https://example.org", ""),
            *("Busines", "Business > Non-Profit", "CC-BY-4.0", ""),
        ]
    )
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    termui = sys.modules[typer.prompt.__module__]  # Typer's own, or click's under an older one
    monkeypatch.setattr(termui, "visible_prompt_func", lambda *_: next(typed))
    assert cli("init", "dir") == 0
    [(told,)] = answers.called
    assert (told["language"], told["title"], told["author"]) == ("fr", "Titre", "Titre")
    assert told["email"] == "a@example.org"
    assert told["feed"] == "https://example.org/feed.xml"


def test_new_takes_a_number_and_a_title(cli):
    assert cli("new", "8", "Titre") == 0
    assert cli.out == f"made {os.path.join('episodes', '08')}\n"  # noqa: PTH118 - as the system writes it
    assert "podtool ingest FILE... --episode 8" in cli.err
    assert cli("new", "-1", "Titre") == 2


def test_preview_opens_a_browser_on_a_terminal_only(cli, monkeypatch):
    serve = noting(None)
    cli.stand_in("previewing", serve=serve)
    assert cli("preview", "8", "--port", "9000") == 0
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    cli("preview")
    cli("preview", "--no-open")
    opened = [named["open_browser"] for *_, named in serve.called]
    assert opened == [False, True, False]
    assert serve.called[0][0] == "8"
    assert serve.called[0][-1]["port"] == 9000


def test_clean_and_doctor_tell(cli):
    assert cli("clean") == 0
    assert cli.out == "removed .podtool\n12.3 MB freed\n"
    assert cli("doctor") == 0
    assert [line.split()[:2] for line in cli.out.splitlines()] == [["ok", "numpy"], ["trouble", "ffmpeg"]]


def test_a_second_failure_while_answering_is_still_ours(cli):
    def show_badly(*_):
        raise ManifestError("cannot draw")

    cli.monkeypatch.setattr("podtool.console.lists.show_doctor", show_badly)
    assert cli("doctor") == 70
    assert "Traceback" not in cli.err


def test_import_says_once_what_many_items_share(cli):
    importing = noting(IMPORTED)
    cli.stand_in("importing", import_feed=importing)
    assert cli("import", "feed.xml", "there") == 0
    assert importing.called[0][:2] == ("feed.xml", "there")
    assert "Une émission [bold]: 2 episodes" in cli.out
    assert "(2 episodes, like Titre 1)" in cli.out
    assert cli.out.index("it has no enclosure (Un article)") < cli.out.index("itunes:keywords")
    assert "line 2: mended" in cli.out
    assert "podtool publish --all --dry-run" in cli.err
