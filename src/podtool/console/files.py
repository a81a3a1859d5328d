"""What `ingest`, `tag` and `inspect` tell of sound files."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from podtool.console.failures import problem_lines
from podtool.console.layout import ROOMY, Indented, Inset, calm_table
from podtool.console.screen import Screen
from podtool.console.wording import (
    NOTHING,
    counted,
    format_bytes,
    format_duration,
    format_figure,
    many_lines,
    one_line,
)
from podtool.show.facts import ChapterFacts, SoundFacts, SoundFlaws
from podtool.workflow.results import FileReport, FilesResult

REFUSED = "refused"
_STATUS_STYLES = {"added": "good", "known": "quiet", REFUSED: "bad"}
_SILENCE_WORTH_TELLING_S = 0.5
_LONGEST_TAG = 200


def show_ingested(screen: Screen, result: FilesResult) -> None:
    """Figures per recording, then what is remarkable; refused files are an error's matter."""
    measured = [file for file in result.files if file.sound]
    if measured:
        screen.show(Inset(_levels_table(measured, roomy=screen.out.width >= ROOMY)))
    remarks = [part for file in result.files if file.status != REFUSED for part in _remark_lines(file)]
    if remarks:
        screen.show(Text(""), *remarks)


def _levels_table(files: Iterable[FileReport], *, roomy: bool) -> Table:
    names = ("file", "", "length", "rate", "ch", "peak", "LUFS", "floor")
    table = calm_table(*names, right=range(2, 8), roomy=roomy)
    for file in files:
        if file.sound is None:
            continue
        table.add_row(
            Text(one_line(file.path)),
            Text(one_line(file.status), style=_STATUS_STYLES.get(file.status, "")),
            format_duration(file.sound.duration_s),
            _format_rate(file.sound.sample_rate_hz),
            str(file.sound.channels),
            format_figure(file.sound.sample_peak_dbfs),
            format_figure(file.sound.integrated_loudness_lufs),
            format_figure(file.sound.noise_floor_dbfs),
        )
    return table


def _remark_lines(file: FileReport) -> Iterable[RenderableType]:
    remarks = [file.why] if file.why else []
    remarks += _remarks(file.sound) if file.sound else []
    said = (file.says.title and f"«{file.says.title}»", file.says.creator, file.says.licence)
    if any(said):
        remarks.append(f"says of itself: {', '.join(part for part in said if part)}")
    if remarks:
        told = "; ".join(one_line(remark) for remark in remarks)
        yield Indented(Text.assemble((f"{one_line(file.path)}: ", "head"), told), 2)
    yield from problem_lines(file.problems)


def _remarks(sound: SoundFacts) -> list[str]:
    """What a producer would want to hear about a recording."""
    silent = ", ".join(str(channel + 1) for channel in sound.silent_channels)
    told = (
        (sound.integrated_loudness_lufs is None, "silent, or too short to measure"),
        (sound.clipped_samples > 0, f"{counted(sound.clipped_samples, 'sample')} clipped"),
        (sound.identical_channels, "both channels are the same"),
        (bool(silent), f"nothing in channel {silent}"),
        (
            _SILENCE_WORTH_TELLING_S <= sound.leading_silence_s < sound.duration_s,
            f"begins with {sound.leading_silence_s:.1f} s of silence",
        ),
        (
            _SILENCE_WORTH_TELLING_S <= sound.trailing_silence_s < sound.duration_s,
            f"ends with {sound.trailing_silence_s:.1f} s of silence",
        ),
    )
    return [words for true, words in told if true] + _flaw_remarks(sound.flaws)


def _flaw_remarks(flaws: SoundFlaws) -> list[str]:
    """What broke on the way from the microphone."""
    told = (
        (flaws.hum_hz is not None, f"hum at {flaws.hum_hz} Hz ({format_figure(flaws.hum_dbfs, 'dBFS')})"),
        (bool(flaws.holes_s), counted(len(flaws.holes_s), "dropout")),
        (bool(flaws.clicks_s), counted(len(flaws.clicks_s), "click")),
        (bool(flaws.repeats_s), counted(len(flaws.repeats_s), "stutter")),
        (flaws.flat_tops > 0, f"flat peaks at {format_figure(flaws.flat_top_dbfs, 'dBFS')}"),
    )
    return [words for true, words in told if true]


def _format_rate(hertz: int) -> str:
    return f"{hertz / 1000:g} kHz"


def show_tagged(screen: Screen, result: FilesResult) -> None:
    """One line per file whose tags were written."""
    for file in result.files:
        what = f"{counted(len(file.tags.values), 'field')}, {counted(len(file.tags.chapters), 'chapter')}"
        screen.show(
            Text.assemble(
                (one_line(file.path), "head"),
                ": ",
                (f"{one_line(file.status)}: " if file.status else "", _STATUS_STYLES.get(file.status, "")),
                one_line(file.why) if file.why else what,
            ),
            *problem_lines(file.problems),
        )


def show_inspected(screen: Screen, result: FilesResult) -> None:
    """Everything about each file: what it is, how it sounds, its tags and chapters."""
    for index, file in enumerate(result.files):
        if index:
            screen.show(Text(""))
        kind = ", ".join(part for part in (one_line(file.media_type), format_bytes(file.bytes)) if part)
        screen.show(Text.assemble((one_line(file.path), "head"), (f"  {kind}", "quiet")))
        pairs = (*(_sound_pairs(file.sound) if file.sound else ()), *_file_pairs(file))
        table = calm_table("", "")
        for name, value in pairs:
            table.add_row(Text(name, style="quiet"), value)
        screen.show(Inset(table))
        _show_tags(screen, file)
        _show_chapters(screen, file.tags.chapters)
        problems = list(problem_lines(file.problems))
        if problems:
            screen.show(Text(""), Text("  problems", style="key"), *problems)


def _sound_pairs(sound: SoundFacts) -> Iterable[tuple[str, str]]:
    depth = f", {sound.bit_depth} bit" if sound.bit_depth else ""
    layout = {1: "mono", 2: "stereo"}.get(sound.channels, f"{sound.channels} channels")
    yield "length", format_duration(sound.duration_s)
    yield "sound", f"{one_line(sound.codec)}, {_format_rate(sound.sample_rate_hz)}, {layout}{depth}"
    range_lu = format_figure(sound.loudness_range_lu, "LU")
    yield "loudness", f"{format_figure(sound.integrated_loudness_lufs, 'LUFS')}, range {range_lu}"
    peak = format_figure(sound.sample_peak_dbfs, "dBFS")
    yield "peak", f"{format_figure(sound.true_peak_dbtp, 'dBTP')} true, {peak} sample"
    yield "noise floor", format_figure(sound.noise_floor_dbfs, "dBFS")
    flaws = sound.flaws
    if flaws.correlation is not None and flaws.balance_db is not None:
        yield "left and right", f"correlation {flaws.correlation:+.2f}, right {flaws.balance_db:+.1f} dB"
    if remarks := _remarks(sound):
        yield "remarks", "; ".join(remarks)


def _file_pairs(file: FileReport) -> Iterable[tuple[str, str]]:
    tags = file.tags
    if tags.picture_type:
        yield "cover", f"{one_line(tags.picture_type)}, {format_bytes(tags.picture_bytes)}"
    if tags.tag_bytes:
        yield "tags' size", format_bytes(tags.tag_bytes)
    if file.sha256:
        yield "sha256", one_line(file.sha256)


def _show_tags(screen: Screen, file: FileReport) -> None:
    if not file.tags.values:
        return
    table = calm_table("", "")
    for name, value in file.tags.values.items():
        text = many_lines(value).strip()
        whole = screen.settings.verbose or len(text) <= _LONGEST_TAG
        shown = text if screen.settings.verbose else one_line(text if whole else text[:_LONGEST_TAG] + "…")
        table.add_row(Text(one_line(name), style="quiet"), Text(shown))
    screen.show(Text(""), Text("  tags", style="key"), Inset(table))


def _show_chapters(screen: Screen, chapters: Iterable[ChapterFacts]) -> None:
    table = calm_table("", "", right=(0,))
    for chapter in chapters:
        title = Text(one_line(chapter.title) or NOTHING)
        table.add_row(Text(format_duration(chapter.start_ms / 1000), style="quiet"), title)
    if table.row_count:
        screen.show(Text(""), Text("  chapters", style="key"), Inset(table))
