"""Help comes at once: what decodes, draws and writes is imported by the command that needs it."""

import subprocess
import sys

import pytest

from example import EXAMPLE

SLOW = ("numpy", "av", "pydub", "mutagen", "feedgen", "soxr", "lameenc", "PIL", "jinja2", "ruamel", "lxml")

RUN = """
import runpy, sys
sys.argv = ["podtool", *{arguments!r}]
try:
    runpy.run_module("podtool", run_name="__main__")
except SystemExit as end:
    code = end.code
else:
    code = 0
loaded = sorted(name for name in {slow!r} if name in sys.modules)
print("\\nLOADED", code, *loaded)
"""


def last_line(script):
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("arguments", [("--help",), ("assemble", "--help"), ("--version",)], ids=" ".join)
def test_help_imports_nothing_slow(arguments):
    assert last_line(RUN.format(arguments=list(arguments), slow=SLOW)) in ("LOADED 0", "LOADED None")


PURE = (
    "units", "errors", "ports", "recipes", "build.graph", "show.model", "show.facts", "show.rights",
    "timeline.layout", "timeline.ducking", "timeline.marks",
)  # fmt: skip


@pytest.mark.parametrize("module", PURE)
def test_the_core_imports_nothing_slow(module):
    unwanted = {*SLOW, "yaml", "typer", "rich"}
    script = f"import sys, podtool.{module}\nprint('LOADED', *sorted({unwanted!r} & {{*sys.modules}}))"
    assert last_line(script) == "LOADED"


STALE_ONLY = ("PIL", "feedgen", "jinja2", "lxml", "markdown_it", "mutagen", "nh3", "ruamel", "rich")
READ = """
import sys
from pathlib import Path
import podtool.cli
import podtool.workflow.assemble
from podtool.workflow.project import find_projects
find_projects([], Path({example!r}))
print("LOADED", *sorted({{*sys.modules}} & {{*{unwanted!r}}}))
"""


def test_assembling_imports_what_tags_and_draws_only_when_such_a_step_is_stale():
    assert last_line(READ.format(example=str(EXAMPLE), unwanted=STALE_ONLY)) == "LOADED"
