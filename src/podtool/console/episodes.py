"""What `assemble` made, or what it would make and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from podtool.build.runner import StepReport
from podtool.console.failures import problem_lines
from podtool.console.layout import ROOMY, Indented, Inset, calm_table
from podtool.console.screen import Screen
from podtool.console.wording import (
    counted,
    format_bytes,
    format_duration,
    format_figure,
    one_line,
)
from podtool.workflow.results import Artefact, AssembleResult

_ARTEFACT_NUMBERS = range(2, 6)
_ROOM_FOR_REASONS = 26
_STYLES = {"built": "key", "reused": "quiet"}


@dataclass(frozen=True, kw_only=True)
class _Words:
    """What became, or would become, of steps and their chunks."""

    built: str
    reused: str
    all_fresh: str
    chunks: str
    some_chunks: str

    def of(self, step: StepReport) -> str:
        return self.built if step.status == "built" else self.reused

    @property
    def width(self) -> int:
        return max(len(self.built), len(self.reused))


_DONE = _Words(
    built="built",
    reused="reused",
    all_fresh="nothing to make: {} reused",
    chunks="made",
    some_chunks="made anew",
)
_PLANNED = _Words(
    built="to make",
    reused="up to date",
    all_fresh="nothing to make: {} up to date",
    chunks="to make",
    some_chunks="to make",
)


def show_assembled(screen: Screen, result: AssembleResult) -> None:
    """The artefacts, a line per step that was made, and what remains to be said."""
    _show_title(screen, result)
    if result.artefacts:
        screen.show(Inset(_artefact_table(result.artefacts, roomy=screen.out.width >= ROOMY)), Text(""))
    _show_steps(screen, result.steps, _DONE)
    screen.tell(*problem_lines(result.problems))


def show_plan(screen: Screen, result: AssembleResult) -> None:
    """Each step that would be made, with all its reasons; nothing was made."""
    _show_title(screen, result)
    _show_steps(screen, result.steps, _PLANNED, every_reason=True)
    screen.tell(*problem_lines(result.problems))


def _show_title(screen: Screen, result: AssembleResult) -> None:
    where = "" if result.episode in {"", "."} else f"  {one_line(result.episode)}"
    screen.show(Text.assemble((one_line(result.title), "head"), (where, "quiet")))


def _artefact_table(artefacts: tuple[Artefact, ...], *, roomy: bool) -> Table:
    names = ("file", "profile", "size", "duration", "loudness", "true peak")
    table = calm_table(*names, right=_ARTEFACT_NUMBERS, roomy=roomy)
    for artefact in artefacts:
        sounds = artefact.duration_s is not None
        table.add_row(
            Text(one_line(artefact.path), style="" if sounds else "quiet"),
            Text(one_line(artefact.profile or ""), style="quiet"),
            Text(format_bytes(artefact.bytes), style="" if sounds else "quiet"),
            format_duration(artefact.duration_s) if sounds else "",
            format_figure(artefact.integrated_loudness_lufs, "LUFS") if sounds else "",
            format_figure(artefact.true_peak_dbtp, "dBTP") if sounds else "",
        )
    return table


def _show_steps(
    screen: Screen, steps: tuple[StepReport, ...], words: _Words, *, every_reason: bool = False
) -> None:
    verbose = screen.settings.verbose
    if steps and not verbose and all(step.status == "reused" for step in steps):
        screen.show(Text("  " + words.all_fresh.format(counted(len(steps), "step")), style="good"))
        return
    shared = _shared_reason(steps)
    if shared:
        screen.show(Indented(Text(f"all {counted(len(steps), 'step')}: {shared}", style="quiet"), 2))
    if every_reason or verbose:
        for step in steps:
            screen.show(*_step_in_full(step, words, shared))
    elif steps:
        screen.show(Inset(_step_table(steps, words, shared, screen.out.width)))


def _step_in_full(step: StepReport, words: _Words, shared: str | None) -> Iterable[RenderableType]:
    """The step, and under it every reason for which it was or would be made, unless all `shared` it."""
    effort = "".join(f"  {part}" for part in _effort(step, words))
    name = (one_line(step.name), "quiet" if step.status == "reused" else "")
    status = (f"{words.of(step):<{words.width}}  ", _STYLES[step.status])
    yield Indented(Text.assemble(status, name, (effort, "quiet")), 2)
    for reason in map(one_line, step.reasons):
        if reason != shared:
            yield Indented(Text(reason, style="quiet"), words.width + 6)


def _step_table(steps: tuple[StepReport, ...], words: _Words, shared: str | None, width: int) -> Table:
    """One line per step with its first reason, unless all `shared` it."""
    longest = max(cell_len(one_line(step.name)) for step in steps)
    table = calm_table("", "", "", whole=(1,) if longest < width - _ROOM_FOR_REASONS else ())
    for step in steps:
        reasons = [told for reason in step.reasons if (told := one_line(reason)) != shared]
        more = f" (+{len(reasons) - 1})" if len(reasons) > 1 else ""
        told = ", ".join([*(f"{reason}{more}" for reason in reasons[:1]), *_effort(step, words)])
        table.add_row(
            Text(words.of(step), style=_STYLES[step.status]),
            Text(one_line(step.name), style="quiet" if step.status == "reused" else ""),
            Text(told, style="quiet"),
        )
    return table


def _shared_reason(steps: tuple[StepReport, ...]) -> str | None:
    """The one reason for which all steps were made, as with --fresh or the first time; else None."""
    reasons = {step.reasons for step in steps}
    only = reasons.pop() if len(reasons) == 1 and len(steps) > 1 else ()
    return one_line(only[0]) if len(only) == 1 else None


def _effort(step: StepReport, words: _Words) -> Iterable[str]:
    """How many of its chunks were made, and how long the step took, where that was noticed."""
    chunks = counted(step.chunks_built + step.chunks_reused, "chunk")
    if step.chunks_built and step.chunks_reused:
        yield f"{step.chunks_built} of {chunks} {words.some_chunks}"
    elif step.chunks_built:
        yield f"{chunks} {words.chunks}"
    elif step.chunks_reused:
        yield f"{chunks} reused"
    if step.seconds >= 1:
        yield f"{step.seconds:.1f} s"
