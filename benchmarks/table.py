"""Results as a table, and which of the targets were reached."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from contenders import Result

COLUMNS = ("", "seconds", "of cold", "CPU s", "peak MB", "LUFS", "dBTP")


@dataclass(frozen=True, kw_only=True)
class Target:
    """A figure to reach.

    Attributes:
        name: of what is compared.
        limit: what it may be at most, or at least.
        at_least: which of the two.
        of: computes it; None where something wasn't measured.
    """

    name: str
    limit: float
    of: Callable[[Mapping[str, Result]], float | None]
    at_least: bool = False

    def line(self, results: Mapping[str, Result]) -> tuple[str, str, str, str]:
        """Name, limit, what was measured, verdict."""
        found = self.of(results)
        sign = "≥" if self.at_least else "≤"
        if found is None:
            return self.name, f"{sign} {self.limit:g}", "not measured", ""
        reached = found >= self.limit if self.at_least else found <= self.limit
        return self.name, f"{sign} {self.limit:g}", f"{found:.3g}", "reached" if reached else "missed"


def seconds(results: Mapping[str, Result], key: str) -> float | None:
    """Wall seconds of a row; None where it wasn't measured."""
    result = results.get(key)
    return result.run.wall_s if result and result.run else None


def _ratio(above: str, below: str) -> Callable[[Mapping[str, Result]], float | None]:
    def compute(results: Mapping[str, Result]) -> float | None:
        first, second = seconds(results, above), seconds(results, below)
        return first / second if first and second else None

    return compute


def _peak_ratio(results: Mapping[str, Result]) -> float | None:
    pydub, cold = results.get("pydub"), results.get("cold")
    if not (pydub and cold and pydub.run and cold.run and pydub.run.peak_mb and cold.run.peak_mb):
        return None
    return pydub.run.peak_mb / cold.run.peak_mb


def _peak(results: Mapping[str, Result]) -> float | None:
    cold = results.get("cold")
    return cold.run.peak_mb if cold and cold.run else None


def _cpu_ratio(results: Mapping[str, Result]) -> float | None:
    cold, floor = results.get("cold"), results.get("floor")
    if not (cold and floor and cold.run and floor.run and cold.run.cpu_s and floor.run.cpu_s):
        return None
    return cold.run.cpu_s / floor.run.cpu_s


def targets(variant: str, hours: float) -> tuple[Target, ...]:
    """What issue and README promise, for a job of so many hours."""

    def scratch(results: Mapping[str, Result]) -> float | None:
        cold = results.get("cold")
        return cold.scratch_bytes / 1e9 / hours if cold and cold.scratch_bytes else None

    floor = 1.35 if variant == "stereo" else 1.5
    return (
        Target(name="cold / floor", limit=floor, of=_ratio("cold", "floor")),
        Target(name="cold / floor, CPU seconds", limit=floor, of=_cpu_ratio),
        Target(name="ffmpeg two-pass / cold", limit=9, of=_ratio("loudnorm", "cold"), at_least=True),
        Target(name="lame / cold", limit=1.3, of=_ratio("lame", "cold"), at_least=True),
        Target(name="pydub / cold", limit=2.2, of=_ratio("pydub", "cold"), at_least=True),
        Target(name="pydub's memory / ours", limit=30, of=_peak_ratio, at_least=True),
        Target(name="nothing changed / cold", limit=0.03, of=_ratio("unchanged", "cold")),
        Target(name="title changed / cold", limit=0.03, of=_ratio("title", "cold")),
        Target(name="5 s overlay / cold", limit=0.04, of=_ratio("overlay", "cold")),
        Target(name="5 s cut / cold", limit=0.04, of=_ratio("cut", "cold")),
        Target(name="peak memory, MB", limit=100, of=_peak),
        Target(name="scratch, GB per hour", limit=0.5, of=scratch),
    )


def rows(results: Mapping[str, Result]) -> Iterator[tuple[str, ...]]:
    """The table's cells."""
    cold = seconds(results, "cold")
    for result in results.values():
        run, heard = result.run, result.sounding
        if run is None:
            yield (result.name, "not installed", "", "", "", "", "")
            continue
        yield (
            result.name,
            _figure(run.wall_s, 2),
            _figure(run.wall_s / cold, 3) if cold else "",
            _figure(run.cpu_s, 1),
            _figure(run.peak_mb, 0),
            _figure(heard.lufs if heard else None, 1),
            _figure(heard.dbtp if heard else None, 1),
        )


def _figure(value: float | None, digits: int) -> str:
    return "" if value is None or math.isnan(value) else f"{value:.{digits}f}"


def as_text(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Columns of equal width: words to the left, figures to the right."""
    cells = [tuple(head), *(tuple(line) for line in lines)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    )


def as_markdown(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """The same for the README."""
    cells = [tuple(head), ("---",) + ("---:",) * (len(head) - 1), *(tuple(line) for line in lines)]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)
