"""What is drawn: nothing lost when it gets narrow, nothing read as markup, no colour where none is wanted."""

import io
import re

import pytest
from rich.cells import cell_len

from podtool.build.runner import StepReport
from podtool.console.episodes import show_assembled, show_plan
from podtool.console.findings import show_findings
from podtool.console.lists import show_published
from podtool.console.screen import Screen, Settings
from podtool.errors import Problem, Severity
from podtool.ports import Change
from podtool.workflow.publish_result import PublishResult
from podtool.workflow.results import Artefact, AssembleResult, CheckResult, IgnoredProblem


class Pipe(io.StringIO):
    encoding = "utf-8"


class Terminal(Pipe):
    def isatty(self):
        return True


@pytest.fixture
def draw(monkeypatch):
    def draw(show, result, *, width=80, terminal=False, **settings):
        out = Terminal() if terminal else Pipe()
        monkeypatch.setattr("sys.stdout", out)
        monkeypatch.setattr("sys.stderr", out)
        monkeypatch.setenv("COLUMNS", str(width))
        if terminal:
            monkeypatch.setenv("TERM", "xterm-256color")
        show(Screen(Settings(**settings)), result)
        return out.getvalue()

    return draw


def artefact(path):
    return Artefact(
        path=path,
        profile="podcast",
        media_type="audio/mpeg",
        bytes=10**7,
        sha256="",
        duration_s=3723.0,
        integrated_loudness_lufs=-16.0,
        true_peak_dbtp=-1.0,
    )


LONG = "build/" + "une-emission-au-nom-interminable-" * 4 + "08.mp3"
RESULT = AssembleResult(
    episode=".",
    title="[bold]Titre[/bold] :smile:",
    artefacts=(artefact(LONG),),
    steps=(
        StepReport(name="encode [red]", status="built", reasons=("[x] changed",), seconds=0.2),
        StepReport(name="chapters", status="reused"),
    ),
)


@pytest.mark.parametrize("width", [40, 80, 120])
def test_narrow_tables_fold_and_lose_nothing(draw, width):
    drawn = draw(show_assembled, RESULT, width=width, terminal=True)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", drawn)
    assert "…" not in plain
    assert all(len(line) <= width for line in plain.splitlines())
    letters = iter(plain)
    assert all(letter in letters for letter in LONG)
    for figure in ("10.0 MB", "1:02:03", "-16.0 LUFS", "-1.0 dBTP"):
        assert figure in plain or width == 40


def test_markup_of_others_is_text(draw):
    drawn = draw(show_assembled, RESULT)
    assert "[bold]Titre[/bold] :smile:" in drawn
    assert "encode [red]" in drawn
    assert "[x] changed" in drawn


def test_colours_on_a_terminal_unless_told_otherwise(draw, monkeypatch):
    assert "\x1b[36m" in draw(show_assembled, RESULT, terminal=True)
    assert "\x1b" not in draw(show_assembled, RESULT)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", draw(show_assembled, RESULT, terminal=True))


def test_no_line_for_programs_ends_in_spaces(draw):
    for line in draw(show_assembled, RESULT).splitlines():
        assert line == line.rstrip()


def test_nothing_to_make_is_one_line(draw):
    steps = tuple(StepReport(name=name, status="reused") for name in ("mix", "encode", "tag"))
    result = AssembleResult(episode="", title="T", steps=steps)
    assert draw(show_assembled, result) == "T\n  nothing to make: 3 steps reused\n"
    assert draw(show_plan, result) == "T\n  nothing to make: 3 steps up to date\n"
    assert draw(show_assembled, result, verbose=True).count("reused") == 3


def test_one_reason_for_everything_is_told_once(draw):
    steps = tuple(
        StepReport(name=name, status="built", reasons=("never made before",), seconds=2.0)
        for name in ("mix", "encode")
    )
    drawn = draw(show_assembled, AssembleResult(episode="", title="T", steps=steps))
    assert drawn == "T\n  all 2 steps: never made before\n  built  mix     2.0 s\n  built  encode  2.0 s\n"


@pytest.mark.parametrize(
    ("built", "reused", "done", "planned"),
    [
        (3, 284, "3 of 287 chunks made anew", "3 of 287 chunks to make"),
        (287, 0, "287 chunks made", "287 chunks to make"),
        (1, 0, "1 chunk made", "1 chunk to make"),
        (0, 287, "287 chunks reused", "287 chunks reused"),
        (0, 0, "", ""),
    ],
)
def test_how_many_chunks_of_a_step(draw, built, reused, done, planned):
    encode = StepReport(
        name="encode", status="built", reasons=("c",), chunks_built=built, chunks_reused=reused
    )
    result = AssembleResult(episode="", title="T", steps=(encode, StepReport(name="tag", status="reused")))
    assert draw(show_assembled, result).splitlines()[1] == f"  built   encode  c{', ' if done else ''}{done}"
    assert planned in draw(show_plan, result)
    assert "chunk" in draw(show_plan, result) or not planned


def check(excerpt, column, message="m"):
    problem = Problem(
        rule="R-1", severity=Severity.ERROR, message=message, file="show.yaml", line=3, column=column
    )
    return CheckResult(episode="e", problems=(problem,), excerpts={("show.yaml", 3): excerpt})


@pytest.mark.parametrize(
    ("excerpt", "column", "carets"),
    [
        ("titel: x", 1, "^^^^^"),
        ("  gain: -3 dB", 9, "        ^^^^^"),
        ('  title: "a b"', 10, "         ^^^^^"),
        ("\ttitle: x", 2, " ^^^^^"),
        ("名前: 値", 1, "^^^^"),
        ("名前: 値", 5, "      ^^"),
        ("", 1, "^"),
        ("short", 99, None),
        ("[a, b]", 1, "^^^^^^"),
        ("[a, bc]", 5, "    ^^"),
        ("a:\tété  # b", 4, "   ^^^"),
    ],
)
def test_the_caret_stands_under_the_word(draw, excerpt, column, carets):
    monospaced = draw(show_findings, check(excerpt, column)).splitlines()
    marked = [line for line in monospaced if set(line) <= set(" │^") and "^" in line]
    assert marked == ([] if carets is None else [f"      │ {carets}"])


def test_an_endless_line_is_shown_around_its_place(draw):
    line = "a" * 5000 + " wrong " + "b" * 5000
    drawn = draw(show_findings, check(line, 5002))
    assert "wrong" in drawn
    assert max(map(len, drawn.splitlines())) < 200
    text, carets = drawn.splitlines()[2:4]
    assert text[carets.index("^") :].startswith("wrong")


@pytest.mark.parametrize("width", [30, 50])
@pytest.mark.parametrize("line", ["名" * 60 + ' "wrong" ' + "b" * 90, 'key: "wrong"'])
def test_a_narrow_terminal_shows_the_place_on_one_line(draw, line, width):
    column = line.index('"') + 1
    drawn = draw(show_findings, check(line, column), width=width, terminal=True)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", drawn).splitlines()
    assert all(cell_len(each) <= width for each in plain)
    text, carets = plain[2:4]
    assert '"wrong"' in text
    assert cell_len(text[: text.index('"')]) == carets.index("^")
    assert carets.count("^") == len('"wrong"')


def test_colour_only_on_a_terminal_that_wants_it(draw, monkeypatch):
    assert "\x1b" not in draw(show_findings, check("titel: x", 1))
    assert "\x1b[1;31m" in draw(show_findings, check("titel: x", 1), terminal=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[1;31m" not in draw(show_findings, check("titel: x", 1), terminal=True)


def test_what_is_ignored_is_counted_and_told_with_v(draw):
    (problem,) = check("titel: x", 1).problems
    ignored = IgnoredProblem(problem=problem, reason="we know", by="show.yaml:9")
    result = CheckResult(episode="e", problems=(), ignored=(ignored,))
    assert draw(show_findings, result) == "no problem found, 1 ignored\n"
    assert draw(show_findings, result, verbose=True) == (
        "ignored R-1  show.yaml:3:1: m\n      we know (show.yaml:9)\nno problem found, 1 ignored\n"
    )


def test_findings_without_a_problem(draw):
    assert draw(show_findings, CheckResult(episode="e", problems=())) == "no problem found\n"


def test_findings_stay_on_their_line_for_programs(draw):
    drawn = draw(show_findings, check("x: y", 1, message="long " * 60), width=40)
    assert ("long " * 60).strip() in drawn


def test_publishing_groups_what_happens_for_the_same_reason(draw):
    changes = tuple(
        Change(path=path, action="add", effect=effect, why=why)
        for path, effect, why in (
            ("a", "safe", "new"),
            ("b", "safe", "new"),
            ("c", "dangerous", "guid changed"),
        )
    )
    drawn = draw(show_published, PublishResult(target="public/", changes=changes, dry_run=True))
    assert drawn == (
        "public/\n  safe: new\n    add     a\n    add     b\n  dangerous: guid changed\n    add     c\n"
        "  3 to add (nothing was changed: --dry-run)\n"
    )
    same = (Change(path="a", action="same", effect="safe", why=""),)
    assert "nothing new: 1 file unchanged" in draw(
        show_published, PublishResult(target="public/", changes=same)
    )
