"""What a command takes, what lies in a folder meanwhile, and what the file it made sounds like."""

from __future__ import annotations

import contextlib
import json
import math
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

HERE = Path(__file__).parent
POLL_S = 0.15
MEGABYTE = 10**6


class CommandFailedError(Exception):
    """A command that is measured ended with an error."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a command took, its child processes included.

    Attributes:
        wall_s: from start to end.
        cpu_s: user and system; None where the system doesn't tell.
        peak_mb: the most that its largest process had in memory, in 10^6 bytes; None as before.
        stderr: what it said.
    """

    wall_s: float
    cpu_s: float | None
    peak_mb: float | None
    stderr: str = ""

    def then(self, other: Run) -> Run:
        """Both, one after the other."""
        cpu = None if self.cpu_s is None or other.cpu_s is None else self.cpu_s + other.cpu_s
        peak = None if self.peak_mb is None or other.peak_mb is None else max(self.peak_mb, other.peak_mb)
        return Run(wall_s=self.wall_s + other.wall_s, cpu_s=cpu, peak_mb=peak, stderr=other.stderr)


def timed(command: Sequence[str], *, folder: Path, notes: Path) -> Run:
    """Runs a command in `folder`; what is written meanwhile goes to the folder `notes`.

    Raises:
        CommandFailedError: its exit code isn't 0.
    """
    notes.mkdir(parents=True, exist_ok=True)
    result, said = notes / "child.json", notes / "stderr.txt"
    launcher = [sys.executable, "-I", "-S", str(HERE / "child.py"), str(result)]
    with said.open("wb") as stderr:
        subprocess.run(
            [*launcher, *command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            check=True,
        )
    measured = json.loads(result.read_text(encoding="utf-8"))
    stderr_text = said.read_text(encoding="utf-8", errors="replace")
    if measured["code"]:
        last = "\n".join(stderr_text.splitlines()[-5:])
        raise CommandFailedError(f"{command[0]} … ended with {measured['code']}:\n{last}")
    peak = measured["peak_bytes"]
    return Run(
        wall_s=measured["wall_s"],
        cpu_s=measured["cpu_s"],
        peak_mb=None if peak is None else peak / MEGABYTE,
        stderr=stderr_text,
    )


class ScratchWatch:
    """Looks now and then, in a thread, how many bytes lie in a folder while the `with` block runs.

    Attributes:
        peak_bytes: the most that was seen.
    """

    def __init__(self, folder: Path) -> None:
        self.peak_bytes = 0
        self._folder = folder
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(POLL_S):
            self.peak_bytes = max(self.peak_bytes, folder_bytes(self._folder))


def folder_bytes(folder: Path) -> int:
    """The sizes of all files in it; one that goes away meanwhile counts nothing."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += (Path(parent) / name).stat().st_size
    return total


@dataclass(frozen=True, kw_only=True)
class Sounding:
    """How a file sounds: integrated loudness, true peak, loudness range."""

    lufs: float
    dbtp: float
    range_lu: float


def by_podtool(path: Path) -> Sounding:
    """As `podtool inspect` hears it."""
    command = [sys.executable, "-m", "podtool", "inspect", str(path), "--json"]
    done = subprocess.run(command, capture_output=True, check=False)
    found = json.loads(done.stdout)["files"][0]
    return Sounding(
        lufs=_number(found["integrated_loudness_lufs"]),
        dbtp=_number(found["true_peak_dbtp"]),
        range_lu=_number(found["loudness_range_lu"]),
    )


def by_ffmpeg(path: Path) -> Sounding | None:
    """As ffmpeg's ebur128 hears it; None without ffmpeg."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        return None
    heard = "ebur128=peak=true:framelog=verbose"  # a line per 100 ms goes where nobody looks
    command = [ffmpeg, "-nostdin", "-hide_banner", "-nostats", "-i", str(path), "-vn", "-af", heard]
    done = subprocess.run([*command, "-f", "null", "-"], capture_output=True, text=True, check=True)
    return read_summary(done.stderr)


def read_summary(text: str) -> Sounding:
    """Reads the last `Summary:` of ffmpeg's ebur128."""
    summary = text.rpartition("Summary:")[2]

    def after(label: str) -> float:
        found = re.search(rf"\b{label}:\s+(\S+)", summary)
        return _number(found[1] if found else None)

    return Sounding(lufs=after("I"), dbtp=after("Peak"), range_lu=after("LRA"))


def _number(value: float | str | None) -> float:
    return math.nan if value is None else float(value)
