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


def test_with_v_a_line_per_finished_stage(watch):
    assert watch(io.StringIO(), *STEPS, STEPS[-1], ENDLESS, verbose=True) == "encode [b][2J: done\n"


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
