"""Bars say what there is room for, and no line is wider than its terminal."""

import io

import pytest
from rich.cells import cell_len

from podtool.console.bars import Bars
from podtool.console.pace import Pace
from podtool.console.screen import make_console
from podtool.ports import Progress

TOTAL = 287 * 441000


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


class Ascii(Terminal):
    encoding = "ascii"


@pytest.fixture
def draw(monkeypatch):
    def draw(width, *stages, stream=Terminal, seconds=60, reused=12):
        """One line per stage: 12 of 287 chunks reused at once, then one made each half second."""
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setenv("TERM", "xterm")
        bars = Bars(make_console(stream()), clock=lambda: float(seconds))
        for stage in stages or ("encode podcast",):
            made, pace = 0, None
            for half in range(2 * seconds + 1):
                made = half
                event = Progress(
                    stage=stage,
                    done=(made + reused) * 441000,
                    reused=reused * 441000,
                    total=TOTAL,
                    audio_s=2870.0,
                    chunks=(made, reused),
                )
                if pace is None:
                    pace = Pace(event, 0.0)
                else:
                    pace.take(event, half / 2)
            bars.add_task(stage, total=event.total, completed=event.done, pace=pace, chunks=event.chunks)
        with bars.console.capture() as drawn:
            bars.console.print(bars.make_tasks_table(bars.tasks))
        return [line.rstrip() for line in drawn.get().splitlines()]

    return draw


def strip(line):
    import re

    return re.sub(r"\x1b\[[0-9;]*m", "", line)


def test_eighty_columns_hold_everything(draw):
    (line,) = draw(80)
    plain = strip(line)
    assert plain[2:].startswith("encode podcast ━━━━")
    assert plain.endswith("  45 %  20× 1:18 left 12/132 chunks reused")
    assert cell_len(plain) <= 80


@pytest.mark.parametrize(
    ("width", "told"),
    [
        (60, "encode podcast  45 %  20× 1:18 left 12/132 chunks reused"),
        (55, "encode podcast  45 %  20× 1:18 12/132 reused"),
        (40, "encode podcast  45 %  20× 1:18"),
        (28, "encode podcast  45 % 1:18"),
        (22, "encode podcast 1:18"),
    ],
)
def test_narrow_terminals_drop_what_is_needed_least(draw, width, told):
    (line,) = draw(width)
    assert strip(line)[2:] == told


@pytest.mark.parametrize("width", [6, 10, 16, 20, 33, 47, 59, 61, 79, 81, 200])
@pytest.mark.parametrize("stage", ["mix", "encode podcast", "inspect 名前の長い録音" * 5])
def test_no_line_is_wider_than_its_terminal(draw, width, stage):
    for line in draw(width, stage, "encode opus"):
        assert cell_len(strip(line)) <= width


def test_a_long_name_is_cut_and_leaves_room_for_the_rest(draw):
    (line,) = draw(80, "measure " + "recordings/interminable-" * 5)
    assert "measure recordings/interminabl… " in strip(line)
    assert strip(line).endswith("1:18 left 12/132 chunks reused")


def test_columns_of_several_stages_stand_below_each_other(draw):
    lines = [strip(line) for line in draw(80, "encode podcast", "encode opus")]
    assert len({line.index("%") for line in lines}) == 1


def test_dashes_until_there_is_enough_to_say(draw):
    (line,) = draw(80, seconds=1)
    assert "–:–– left" in strip(line)


def test_nothing_is_said_of_chunks_where_none_was_reused(draw):
    (line,) = draw(80, reused=0)
    assert "reused" not in line


def test_a_terminal_that_knows_no_unicode(draw):
    (line,) = draw(80, "measure " + "x" * 80, stream=Ascii, seconds=1)
    assert strip(line).isascii()
    assert "-:-- left" in line
    assert "x~" in line


def test_no_color(draw, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    (line,) = draw(80)
    assert "\x1b[36" not in line
