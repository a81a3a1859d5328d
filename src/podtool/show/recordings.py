"""recordings/recordings.yaml ↔ entries, one per original that came in; and their lines in episode.yaml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from podtool.errors import ManifestError
from podtool.show.episode_text import insert_by_lines, insert_by_ruamel
from podtool.show.fields import Field, Reading, Scope, Table, Unfit, Values, by_id, mapping, read_table
from podtool.show.findings import Findings, shown
from podtool.show.written_keys import (
    COUNT,
    COUNT_FROM_1,
    DURATION,
    EXACT,
    SHA256,
    WRITTEN_MOMENT,
    check_public_path,
)
from podtool.show.yaml_compose import mapping_in, read_mapping
from podtool.show.yaml_nodes import ListNode, MappingNode, Outline, ScalarNode, outline_of
from podtool.show.yaml_rules import Rule
from podtool.show.yaml_writing import format_yaml

RECORDINGS_FILE = "recordings.yaml"
_HEADER = """The originals in this folder, as `podtool ingest` brought them in: they are never changed.
Written by podtool. It belongs in git; don't edit it by hand."""
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class RecordingEntry:
    """One original, as it was when it came in.

    Attributes:
        bit_depth: of the samples as stored; None for lossy codecs.
        came_from: the name it had where it came from; `from` in YAML.
        ingested: when, with its zone.
    """

    sha256: str
    bytes: int
    duration_s: float
    sample_rate_hz: int
    channels: int
    bit_depth: int | None = None
    came_from: str | None = None
    ingested: datetime


def _check_name(text: str) -> None:
    check_public_path(text)
    if "/" in text:
        raise Unfit(f"{shown(text)} is not a file's name")


def _entry(values: Values, _: MappingNode, __: Scope) -> RecordingEntry:
    return RecordingEntry(**values)


ENTRY = Table(
    name="recording",
    doc="One original.",
    fields=(
        Field(key="sha256", kind=SHA256, doc="digest of the file", required=True, default="0" * 64),
        Field(key="bytes", kind=COUNT, doc="its size", required=True, default=0),
        Field(key="duration_s", kind=DURATION, doc="its length", required=True, default=0.0),
        Field(key="sample_rate_hz", kind=COUNT_FROM_1, doc="its sample rate", required=True, default=1),
        Field(key="channels", kind=COUNT_FROM_1, doc="its channels", required=True, default=1),
        Field(key="bit_depth", kind=COUNT_FROM_1, doc="of the samples as stored; none for lossy codecs"),
        Field(key="from", kind=EXACT, doc="its name where it came from", attribute="came_from"),
        Field(key="ingested", kind=WRITTEN_MOMENT, doc="when it came in", required=True, default=_NEVER),
    ),
)
RECORDINGS = Table(
    name=RECORDINGS_FILE,
    doc="The originals in a folder.",
    fields=(
        Field(
            key="recordings",
            kind=by_id(mapping("recording", ENTRY, _entry), "recordings by file name", _check_name),
            doc="by file name, in the order in which they came",
            default={},
        ),
    ),
)


def read_recordings(path: Path, *, file: str | None = None) -> dict[str, RecordingEntry]:
    """Entries by file name; none where there is no file yet.

    Args:
        path: recordings.yaml.
        file: its name in problems; its own name when left out.

    Raises:
        ManifestError: it is damaged, or says what can't be; with the lines.
    """
    if not path.exists():
        return {}
    findings = Findings()
    name = file or path.name
    node = read_mapping(path, file=name, findings=findings)
    if node is None:
        return findings.settle(None)
    reading = Reading(findings=findings, file=name, root=path.parent, folder=PurePosixPath())
    entries: dict[str, RecordingEntry] = dict(
        read_table(node, RECORDINGS, Scope(reading=reading))["recordings"]
    )
    return findings.settle(entries)


def format_recordings(entries: Mapping[str, RecordingEntry]) -> str:
    """The entries as YAML, in their order, keys in the table's; the same text for the same entries.

    Raises:
        ValueError: a text holds a control character, which could not be read back.
    """
    written: dict[str, dict[str, Any]] = {
        name: {each.key: getattr(entry, each.into) for each in ENTRY.fields}
        for name, entry in entries.items()
    }
    return format_yaml({"recordings": written}, _HEADER)


def add_segments(text: str, file_names: Sequence[str], *, file: str = "episode.yaml") -> str:
    """episode.yaml with a segment ``- clip: recordings/NAME`` more per name; all else to the letter.

    A recording that some segment plays already is not added again. Only a `segments` that can't be grown by
    lines (``segments: [{…}]``) makes ruamel.yaml write the file anew, comments and order kept. Either way the
    outcome is read again before it is given.

    Args:
        text: of an episode.yaml.
        file_names: names in the episode's `recordings` folder.
        file: the file's name in problems.

    Raises:
        ManifestError: `text` is not YAML, or its `segments` is not a list.
    """
    findings = Findings()
    bare = text.removeprefix("\ufeff")
    before = findings.settle(mapping_in(bare, file=file, findings=findings))
    played = _played(before)
    clips = [f"recordings/{name}" for name in dict.fromkeys(file_names) if f"recordings/{name}" not in played]
    if not clips:
        return text
    wanted = _with_clips(before, clips)
    for candidate in (*insert_by_lines(bare, clips), *insert_by_ruamel(bare, clips)):
        checked = Findings()
        after = mapping_in(candidate, file=file, findings=checked)
        if after is not None and not checked.problems() and outline_of(after) == wanted:
            return text[: len(text) - len(bare)] + candidate
    raise ManifestError(
        f"{file}: the segments can't be added without changing what stands there",
        hint="Add them by hand: " + ", ".join(f"`- clip: {clip}`" for clip in clips),
    )


def _played(before: MappingNode) -> set[str]:
    segments = before.value("segments")
    if segments is None:
        return set()
    if not isinstance(segments, ListNode):
        findings = Findings()
        findings.add(
            Rule.KIND,
            segments.place,
            "`segments`: expected a list of segments",
            "Write lines that begin with `-`.",
        )
        raise findings.error()
    found = (item.value("clip") for item in segments.items if isinstance(item, MappingNode))
    return {clip.text.strip() for clip in found if isinstance(clip, ScalarNode)}


def _with_clips(before: MappingNode, clips: Sequence[str]) -> Outline:
    """The outline that the file must have afterwards."""
    added = tuple(("mapping", ("clip", clip)) for clip in clips)
    segments = before.value("segments")
    old = outline_of(segments) if segments is not None else ("list",)
    new = ("segments", (*old, *added))
    pairs = [(key.text, outline_of(value)) for key, value in before.entries]
    if any(key == "segments" for key, _ in pairs):
        return ("mapping", *(new if pair[0] == "segments" else pair for pair in pairs))
    return ("mapping", *pairs, new)
