"""podtool in a process of its own that is ended in the middle: at a chosen operation on a folder's files.

As a program: `python ended.py FOLDER AT HOW ARGUMENT…` runs `podtool ARGUMENT…`. Before the operation number
AT below FOLDER (opening a file to write it, renaming, removing, making a folder; or a call over the network)
it gets what HOW says: a ``kill``, one so many milliseconds later (``kill+30``), or the signal of that name.
It tells the number of operations as the last line of stderr.
"""

import itertools
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

OPERATIONS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"}
CALLS = {"socket.connect"}
"""Network calls are counted as well, wherever they go."""
NEVER = 0
KILLED = signal.SIGTERM if sys.platform == "win32" else -signal.SIGKILL


def run_until(show, at, how, *arguments, **options):
    """The ended process of `podtool ARGUMENT…` in the folder `show`, its output as text."""
    return subprocess.run(
        [sys.executable, __file__, str(show), str(at), how, *arguments],
        cwd=show,
        capture_output=True,
        encoding="utf-8",
        check=False,
        **options,
    )


def operations(done):
    """How many there were, in a run that came to its end."""
    return int(done.stderr.split()[-1])


def complete(done):
    """Whether a run came to its end before it was to be killed; any other end is a failure of the test."""
    assert done.returncode in {0, KILLED}, done.stderr
    return done.returncode == 0


def left_behind(show):
    """What only a run at work, or one that was killed, has on the disk."""
    scratch = show / ".podtool/scratch"
    return [path.name for path in show.rglob(".podtool-*")] + [
        path.name for path in (scratch.iterdir() if scratch.is_dir() else ())
    ]


def _changes(event, arguments):
    """The path that an operation changes; None when it changes none."""
    if event == "open":
        path, mode, flags = arguments
        writing = bool(set("wax+") & set(mode)) if mode else bool(flags & (os.O_WRONLY | os.O_RDWR))
        return path if writing and isinstance(path, str | os.PathLike) else None
    return arguments[0] if event in OPERATIONS else None


def _end(how):
    how, _, later = how.partition("+")
    if later:
        timer = threading.Timer(int(later) / 1000, _end, [how])
        timer.daemon = True
        timer.start()
        return
    if sys.platform != "win32":  # to the process, as from outside: what a thread raises, it has for itself
        os.kill(os.getpid(), signal.SIGKILL if how == "kill" else getattr(signal, how))
    elif how == "kill":
        os.kill(os.getpid(), signal.SIGTERM)  # which is what Windows has for it: no cleaning up, no words
    else:
        signal.raise_signal(getattr(signal, how))


def _main(folder, at, how, arguments):
    count = itertools.count(1)
    reached = [0]
    below = os.path.join(os.path.abspath(folder), "")  # noqa: PTH100, PTH118 - no file is to be touched here

    def look(event, given):
        path = below if event in CALLS else _changes(event, given) if event in OPERATIONS else None
        if path is None or not os.path.join(os.path.abspath(path), "").startswith(below):  # noqa: PTH100, PTH118
            return
        reached[0] = next(count)
        if reached[0] == at:
            _end(how)

    from podtool.__main__ import main

    sys.argv = ["podtool", *arguments]
    sys.addaudithook(look)
    try:
        main()
    finally:
        print(reached[0], file=sys.stderr, flush=True)


if __name__ == "__main__":
    _main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])
