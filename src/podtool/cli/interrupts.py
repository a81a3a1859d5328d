"""Ctrl-C, and the signals that mean the same."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_LIKE_CTRL_C = ("SIGTERM", "SIGHUP", "SIGBREAK")
"""An end asked for politely, a closed terminal, Ctrl-Break; each where the system has it."""


@contextmanager
def ends_like_ctrl_c() -> Iterator[None]:
    """Lets those signals raise KeyboardInterrupt, so that nothing is left half-made.

    A signal that somebody else handles or ignores (`nohup`) is left to them; so is everything outside the
    main thread, where Python sets no handlers.
    """
    replaced = {}
    if threading.current_thread() is threading.main_thread():
        for name in _LIKE_CTRL_C:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                replaced[number] = signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number, handler in replaced.items():
            signal.signal(number, handler)


def _interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt
