"""Measures podtool beside others over an hour-long job: `python benchmarks/run.py`, see README.md."""

from __future__ import annotations

import argparse
import compileall
import json
import os
import platform
import sys
from dataclasses import asdict, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import podtool
from contenders import Bench, Result, versions
from job import VARIANTS, Job, Variant, ensure_job
from table import COLUMNS, as_markdown, as_text, rows, targets

SHORT_MINUTES, USUAL_MINUTES = 6.0, 60.0
RIVALS = ("lame", "normalize", "pydub", "loudnorm")
SLOW = ("single", "loudnorm")
"""Left out of the short mode."""
OURS = ("cold", "unchanged", "title", "overlay", "cut", "single")
ALL = (*OURS, "floor", *RIVALS)


def measure(job: Job, names: tuple[str, ...]) -> dict[str, Result]:
    """Everything that was asked for; the floor before and after, so that the machine's moods show."""
    bench = Bench(job, threads=min(2, os.cpu_count() or 1))
    found: dict[str, Result] = {}

    def take(key: str, result: Result) -> None:
        found[key] = result
        print(
            f"  {result.name}: {result.run.wall_s:.2f} s" if result.run else f"  {result.name}: not installed"
        )

    take("cold", bench.podtool("podtool, cold", cold=True))
    first_floor = bench.floor() if "floor" in names else None
    again = bench.podtool("podtool, cold", cold=True)
    if again.run and found["cold"].run and again.run.wall_s < found["cold"].run.wall_s:
        take("cold", again)
    for key, name, edit in (
        ("unchanged", "podtool, nothing changed", "none"),
        ("title", "podtool, title changed", "title"),
        ("overlay", "podtool, 5 s overlay", "overlay"),
        ("cut", "podtool, 5 s cut", "cut"),
    ):
        if key in names:
            take(key, bench.podtool(name, edit))
            if edit != "none":
                bench.podtool("back", "none")
    if first_floor is not None and first_floor.run:
        second = bench.floor()
        quicker = min((first_floor, second), key=lambda each: each.run.wall_s if each.run else 0.0)
        take("floor", quicker)
    for key in RIVALS:
        if key in names:
            take(key, getattr(bench, key)())
    if "single" in names:
        take("single", bench.podtool("podtool, cold, 1 thread", cold=True, jobs=1))
    return found


def tell(job: Job, found: dict[str, Result]) -> str:
    """Prints the tables; gives them as Markdown."""
    verdicts = [target.line(found) for target in targets(job.variant, job.length_s / 3600)]
    head = ("target", "wanted", "measured", "")
    title = f"{job.variant}, {job.length_s / 60:.1f} minutes"
    print(f"\n{title}\n{as_text(COLUMNS, rows(found))}\n\n{as_text(head, verdicts)}")
    return f"### {title}\n\n{as_markdown(COLUMNS, rows(found))}\n\n{as_markdown(head, verdicts)}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--short", action="store_true", help=f"{SHORT_MINUTES:g} minutes of sound, within two"
    )
    parser.add_argument("--minutes", type=float, help="of speech")
    parser.add_argument("--hours", type=float, help="the same in hours; memory is compared with one hour's")
    parser.add_argument("--variant", choices=(*VARIANTS, "both"), default="both")
    parser.add_argument("--only", nargs="+", choices=ALL, help="measure these and `cold`")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--markdown", type=Path, help="write the tables to this file")
    wanted = parser.parse_args()
    minutes = wanted.minutes or (SHORT_MINUTES if wanted.short else (wanted.hours or 1) * USUAL_MINUTES)
    names = tuple(wanted.only or (name for name in ALL if not (wanted.short and name in SLOW)))
    variants: tuple[Variant, ...] = VARIANTS if wanted.variant == "both" else (wanted.variant,)
    if wanted.short and wanted.variant == "both":
        variants = VARIANTS[:1]
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print("\n".join(versions()))
    # As pip does when it installs: run from its sources, podtool would be compiled in every run.
    compileall.compile_dir(Path(podtool.__file__).parent, quiet=1)
    texts, figures = [], {}
    for variant in variants:
        job = Job(variant=variant, minutes=minutes)
        ensure_job(job)
        found = measure(job, names)
        texts.append(tell(job, found))
        plain = {
            key: replace(each, run=each.run and replace(each.run, stderr="")) for key, each in found.items()
        }
        figures[variant] = {key: asdict(each) for key, each in plain.items()}
    if wanted.hours and wanted.hours > 1:
        _compare_memory(figures, variants)
    if wanted.json:
        wanted.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    if wanted.markdown:
        wanted.markdown.write_text("\n".join(texts), encoding="utf-8")


def _compare_memory(figures: dict[str, dict[str, dict]], variants: tuple[Variant, ...]) -> None:
    for variant in variants:
        hour = Job(variant=variant, minutes=USUAL_MINUTES)
        ensure_job(hour)
        small = Bench(hour).podtool("an hour", cold=True).run
        large = figures[variant]["cold"]["run"]
        if small and small.peak_mb and large["peak_mb"]:
            ratio = large["peak_mb"] / small.peak_mb
            print(f"{variant}: peak memory / an hour's: {ratio:.2f} (wanted ≤ 1.1)")


if __name__ == "__main__":
    main()
