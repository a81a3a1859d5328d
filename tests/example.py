"""The example's folder, and podtool run as the command line runs it, in this process."""

import json
import os
import shutil
from pathlib import Path

EXAMPLE = Path(__file__).parents[1] / "examples" / "episode-08"
MADE = shutil.ignore_patterns("build", "public", ".podtool", "episode.lock", "published.yaml", "__pycache__")


def copy_example(folder):
    """The example without anything that podtool made in it."""
    shutil.copytree(EXAMPLE, folder, ignore=MADE)
    return folder


def run(*arguments, here, typed=None):
    """Exit code, stdout and stderr of a podtool command line run in the folder `here`."""
    from typer.testing import CliRunner

    from podtool.cli import app

    before = Path.cwd()
    os.chdir(here)
    try:
        done = CliRunner().invoke(app, [str(argument) for argument in arguments], input=typed)
    finally:
        os.chdir(before)
    return done.exit_code, done.stdout, done.stderr


def assemble(folder, *options):
    """What `podtool assemble --json` says; it must go well."""
    code, out, err = run("assemble", "--json", *options, here=folder)
    assert code == 0, err + out
    return json.loads(out)
