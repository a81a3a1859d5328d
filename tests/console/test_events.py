"""Progress: bars on a terminal, lines elsewhere, and the terminal as it was afterwards."""

import io
import re

import pytest

from podtool.console.events import EventView
from podtool.console.screen import Screen, Settings
from podtool.ports import Message, Progress


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


class Broken(io.StringIO):
    def write(self, _):
        raise BrokenPipeError


@pytest.fixture
def watch(monkeypatch):
    def watch(stream, *events, term="xterm", **settings):
        monkeypatch.setattr("sys.stderr", stream)
        monkeypatch.setenv("TERM", term)
        with EventView(Screen(Settings(**settings))) as view:
            for event in events:
                view(event)
        return stream.getvalue()

    return watch


STEPS = tuple(Progress(stage="encode [b]\x1b[2J", done=done, total=4, audio_s=60.0) for done in range(5))
ENDLESS = Progress(stage="download", done=10, total=0, unit="bytes")


def test_bars_move_on_a_terminal_and_are_gone_at_the_end(watch):
    told = watch(Terminal(), *STEPS[:3], ENDLESS)
    assert "encode [b]" in told
    assert "\x1b[?25l" in told  # the cursor is hidden while bars move,
    assert told.rindex("\x1b[?25h") > told.rindex("\x1b[?25l")  # and shown again
    assert "\x1b[2J" not in told  # a stage's name doesn't clear the screen
    assert told.rstrip("\n").endswith("\x1b[2K")  # the last thing is to wipe the bars


@pytest.mark.parametrize(
    ("stream", "settings", "term"),
    [
        (io.StringIO, {}, "xterm"),
        (Terminal, {"quiet": True}, "xterm"),
        (Terminal, {}, "dumb"),
        (io.StringIO, {"quiet": True}, "xterm"),
    ],
)
def test_no_progress_where_bars_can_not_move_or_are_not_wanted(watch, stream, settings, term):
    assert watch(stream(), *STEPS, ENDLESS, term=term, **settings) == ""


@pytest.fixture
def told_of(monkeypatch):
    """What stands on stderr after events of (second, event), no terminal, with -v."""

    def told_of(*timed):
        stream, times = io.StringIO(), iter([second for second, _ in timed])
        monkeypatch.setattr("sys.stderr", stream)
        with EventView(Screen(Settings(verbose=True)), clock=lambda: float(next(times))) as view:
            for _, event in timed:
                view(event)
        return stream.getvalue()

    return told_of


def test_with_v_a_line_per_finished_stage(told_of):
    told = told_of(*enumerate((*STEPS, STEPS[-1], ENDLESS)))
    assert told == "encode [b][2J: done, 1:00 of 1:00 of sound made at 15×\n"


def test_with_v_reused_chunks_are_told_and_make_nothing_faster(told_of):
    events = [
        Progress(stage="encode", done=done, total=40, reused=min(done, 30), audio_s=400.0, chunks=chunks)
        for done, chunks in [(0, (0, 0)), (30, (0, 3)), (35, (1, 3)), (40, (2, 3))]
    ]
    told = told_of(*zip([0, 5, 15, 25], events, strict=True))
    assert told == "encode: done, 1:40 of 6:40 of sound made at 5.0×, 2 chunks built, 3 reused\n"


def test_with_v_a_stage_is_told_again_when_it_is_done_again(told_of):
    told = told_of(*enumerate((*STEPS, *STEPS)))
    assert told.count("done") == 2


def test_a_stage_that_begins_anew_is_seen_again(watch):
    told = watch(Terminal(), *STEPS, Message(text="<again>"), STEPS[0], STEPS[1])
    assert "encode [b]" in told[told.rindex("<again>") :]


def test_files_one_after_the_other_share_a_line(watch):
    files = [
        Progress(stage=f"inspect {name}", done=at, total=3, unit="files") for at, name in enumerate("abc")
    ]
    told = watch(Terminal(), *files)
    last = told[told.rindex("inspect c") :]
    assert "inspect a" not in last
    assert "inspect b" not in told[told.index("inspect c") :]


@pytest.mark.parametrize(
    ("settings", "levels"),
    [
        ({}, ["info", "warning"]),
        ({"verbose": True}, ["info", "detail", "warning"]),
        ({"quiet": True}, ["warning"]),
    ],
)
def test_messages_by_level(watch, settings, levels):
    events = [Message(text=f"<{level}>", level=level) for level in ("info", "detail", "warning")]
    assert re.findall("<(.*?)>", watch(io.StringIO(), *events, **settings)) == levels


def test_messages_stand_above_the_bars(watch):
    told = watch(Terminal(), STEPS[1], Message(text="halfway"), STEPS[2])
    assert "halfway" in told


def test_a_broken_stderr_does_not_stop_the_work(watch):
    watch(Broken(), Message(text="hello"), verbose=True)
    Broken.isatty = lambda _: True
    try:
        watch(Broken(), *STEPS)
    finally:
        del Broken.isatty


def test_raising_leaves_the_terminal_as_it_was(monkeypatch):
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    view = EventView(Screen(Settings()))

    def work():
        with view:
            view(STEPS[1])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    told = stream.getvalue()
    assert told.rindex("\x1b[?25h") > told.rindex("\x1b[?25l")
