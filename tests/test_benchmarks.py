"""The benchmarks still run: a tiny job, and what the targets make of figures."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from contenders import Bench, Result
from job import Job, ensure_job
from measure import Run
from table import COLUMNS, as_markdown, as_text, rows, targets


def took(wall_s, *, cpu_s=1.0, peak_mb=50.0):
    return Result(name="some", run=Run(wall_s=wall_s, cpu_s=cpu_s, peak_mb=peak_mb))


def test_a_tiny_job_is_made_once_measured_and_told(tmp_path):
    job = Job(variant="dual-mono", minutes=0.2, root=tmp_path)
    assert ensure_job(job)
    assert not ensure_job(job)
    bench = Bench(job)
    results = {
        "cold": bench.podtool("podtool, cold", cold=True),
        "title": bench.podtool("podtool, title changed", "title"),
        "floor": bench.floor(),
        "lame": Result(name="lame", run=None),
    }
    text = as_text(COLUMNS, rows(results))
    assert len(text.splitlines()) == 5
    assert "not installed" in text
    assert as_markdown(COLUMNS, rows(results)).count("\n") == 5
    assert results["cold"].sounding.lufs == pytest.approx(-16, abs=0.3)
    assert "One hour" in (job.folder / "episode.yaml").read_text(encoding="utf-8"), "edits are undone"


def test_targets_compare_ratios_of_one_run():
    results = {"cold": took(20.0, cpu_s=40.0), "floor": took(16.0, cpu_s=30.0), "unchanged": took(0.5)}
    lines = {line[0]: line for line in (target.line(results) for target in targets("stereo", 1.0))}
    assert lines["cold / floor"][1:] == ("≤ 1.35", "1.25", "reached")
    assert lines["nothing changed / cold"][3] == "reached"
    assert lines["5 s cut / cold"][2:] == ("not measured", "")
    slow = {**results, "floor": took(10.0)}
    assert next(target for target in targets("stereo", 1.0)).line(slow)[3] == "missed"
    assert next(target for target in targets("dual-mono", 1.0)).limit == 1.5
