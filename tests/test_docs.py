"""Docs say what the program does: generated parts are up to date, nothing that can be typed is missing."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from podtool.check.rules import all_rules
from podtool.cli import describe_commands
from podtool.errors import KINDS
from podtool.publish.tag_fields import TAG_FIELDS
from podtool.show.manifest import MANIFEST_TABLES

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_generated_pages_are_up_to_date():
    done = subprocess.run(
        [sys.executable, str(DOCS / "generate.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", describe_commands()[1:], ids=lambda command: command.name)
def test_every_command_and_its_options_are_documented(command):
    page = text_of("docs/cli.md")
    assert f"## podtool {command.name}" in page
    for option in command.options:
        if not option.shared:
            assert f"`{option.name.replace('|', chr(92) + '|')}`" in page
    assert command.examples


def test_every_key_is_documented():
    page = text_of("docs/manifest.md")
    for tables in MANIFEST_TABLES.values():
        for table in tables:
            for field in table.fields:
                assert f"`{field.key}`" in page
                assert field.doc


def test_every_rule_is_documented():
    page = text_of("docs/rules.md")
    for rule in all_rules():
        assert f"## {rule.id}: {rule.title}" in page


def test_every_exit_code_and_tag_is_documented():
    codes, tags = text_of("docs/exit-codes.md"), text_of("docs/tags.md")
    for kind in KINDS:
        assert f"| {kind.exit_code} | {kind.meaning} | `{kind.__name__}` |" in codes
    for field in TAG_FIELDS:
        assert f"`{field.name}`" in tags


def test_every_dependency_has_its_reason():
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    reasons = text_of("docs/dependencies.md")
    names = [re.match(r"[\w.-]+", line)[0] for line in project["dependencies"]]
    rows = re.findall(r"^\| ([\w.-]+) \| [^|]+ \| [^|]+ \|$", reasons, flags=re.MULTILINE)
    assert [row for row in rows if row not in {"package", "---"}] == sorted(names)
    for extra in project["optional-dependencies"].values():
        for line in extra:
            assert re.match(r"[\w.-]+", line)[0].lower() in reasons.lower()


def test_links_lead_somewhere():
    for page in [*ROOT.glob("*.md"), *DOCS.glob("*.md"), *ROOT.glob("examples/*/README.md")]:
        prose = re.sub(r"`[^`]*`", "", page.read_text(encoding="utf-8"))
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", prose):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_readme_names_every_command_as_help_does():
    from podtool.console.help_page import render_help

    page, *commands = describe_commands()
    assert render_help(page, commands, 80, styled=False).strip() in text_of("README.md")


def test_the_readme_has_the_two_commands_that_the_gate_runs():
    readme, gate = text_of("README.md"), text_of(".ci/run")
    for command in (
        "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/podtool assemble examples/episode-08",
        ".venv/bin/pip install '.[test]' && .venv/bin/pytest",
    ):
        assert command in readme
        assert command.replace("pip install", "pip install -q") in gate
