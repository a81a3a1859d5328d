"""What `--help` says, and what it costs."""

import json
import os
import re
import subprocess
import sys

import pytest
from cli_samples import Cli

from podtool.cli import describe_commands

COMMANDS = (
    "init",
    "new",
    "ingest",
    "assemble",
    "tag",
    "publish",
    "check",
    "inspect",
    "explain",
    "credits",
    "assets",
    "preview",
    "import",
    "clean",
    "doctor",
)
HEAVY = (
    "numpy",
    "av",
    "pydub",
    "mutagen",
    "feedgen",
    "yaml",
    "ruamel",
    "jinja2",
    "PIL",
    "rich",
    "lxml",
    "soxr",
    "lameenc",
    "asyncio",
)


@pytest.fixture
def cli(monkeypatch, capsys, tmp_path):
    return Cli(monkeypatch, capsys, tmp_path)


@pytest.mark.parametrize("arguments", [["--help"], [], ["assemble", "--help"], ["--version"]])
def test_help_imports_no_sound_library(arguments):
    script = (
        "import sys, json\n"
        "from podtool.cli import app\n"
        f"try: app({arguments!r})\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in json.loads(done.stderr)}
    assert "typer" in loaded
    assert not loaded & set(HEAVY)


def test_python_m_podtool_and_the_script_are_the_same_program():
    done = subprocess.run(
        [sys.executable, "-m", "podtool", "--version"], capture_output=True, text=True, check=True
    )
    assert re.fullmatch(r"podtool \d+\.\d+\.\d+\n", done.stdout)
    assert not done.stderr


def test_podtool_alone_shows_help(cli):
    assert cli() == 0
    alone = cli.out
    assert cli("--help") == 0
    assert cli.out == alone
    assert not cli.err


def test_commands_are_those_of_the_interface_in_working_order(cli):
    root, *commands = describe_commands()
    assert root.name == ""
    assert tuple(command.name for command in commands) == COMMANDS
    cli("--help")
    for command in commands:
        assert re.search(rf"^  {command.name} +{re.escape(command.summary[:20])}", cli.out, re.MULTILINE)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_with_an_example(cli, name):
    assert cli(name, "--help") == 0
    page = cli.out
    assert page.startswith(f"Usage: podtool {name} ")
    assert f"$ podtool {name}" in page
    for option in ("-q, --quiet", "-v, --verbose", "--json", "-h, --help"):
        assert option in page
    assert "\x1b" not in page


@pytest.mark.parametrize("page", describe_commands(), ids=lambda page: page.name or "podtool")
def test_every_parameter_is_explained(page):
    assert page.summary.endswith(".")
    for parameter in (*page.arguments, *page.options):
        assert parameter.help, parameter.name
        assert "list[" not in parameter.name


@pytest.mark.parametrize("page", describe_commands()[1:], ids=lambda page: page.name)
def test_examples_use_options_that_exist(page):
    known = {part.rstrip(",") for option in page.options for part in option.name.split()}
    for example in page.examples:
        words = example.split()
        assert words[:2] == ["podtool", page.name]
        assert {word for word in words if word.startswith("-")} <= known


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_help_keeps_to_the_width(cli, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    for name in COMMANDS:
        cli(name, "--help")
        page = cli.out.partition("Example")[0]  # examples are for copying: never broken
        assert max(map(len, page.splitlines())) <= columns


def test_colours_only_on_a_terminal_that_wants_them(cli, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr(os, "name", "posix")
    from podtool.cli import pages

    assert pages._may_style()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not pages._may_style()
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not pages._may_style()


def test_shell_completion_knows_commands_and_episodes(tmp_path):
    (tmp_path / "show.yaml").write_text("title: T\n", encoding="utf-8")
    for number, title in ((7, "Sept"), (81, "Quatre-vingt-un")):
        folder = tmp_path / "episodes" / f"{number:02d}"
        folder.mkdir(parents=True)
        text = f"number: {number}  # le numéro\ntitle: '{title}'\n"
        (folder / "episode.yaml").write_text(text, encoding="utf-8")

    def complete(words):
        environment = os.environ | {
            "_PODTOOL_COMPLETE": "complete_zsh",
            "_TYPER_COMPLETE_ARGS": words,
            "_TYPER_COMPLETE_WORD_TO_COMPLETE": words.rpartition(" ")[2],
            "PYTHONIOENCODING": "utf-8",
        }
        run = [sys.executable, "-m", "podtool"]
        return subprocess.run(
            run, capture_output=True, encoding="utf-8", env=environment, cwd=tmp_path, check=False
        ).stdout

    assert "assemble" in complete("podtool as")
    assert "Quatre-vingt-un" in (found := complete("podtool assemble 8"))
    assert "Sept" not in found
