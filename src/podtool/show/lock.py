"""episode.lock: what a build decided and keeps, so that the same sources give the same bytes next month.

The loudness gain is chosen once, on a 0.1 dB grid, and kept while the mix stays within ±0.2 LU of what it
was: without that, a cut of five seconds could move the gain by a tenth and every sample of the episode with
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from podtool.show.fields import Field, Reading, Scope, Table, Values, by_id, mapping, read_table, scalar
from podtool.show.findings import Findings
from podtool.show.scalars import level, parse_token, whole_number
from podtool.show.yaml_compose import read_mapping
from podtool.show.yaml_nodes import MappingNode
from podtool.show.yaml_rules import Rule
from podtool.units import format_level

LOCK_FILE = "episode.lock"
LOCK_VERSION = 1
TOLERANCE_LU = 0.2
_NO_TEXT = {"null": '"null"'}
"""The one name that a profile may have and that plain YAML doesn't take for text."""
_HEADER = """\
# What `podtool assemble` decided for this episode and keeps: keep this file in git, beside episode.yaml.
# `podtool assemble --relock` decides anew.
"""


@dataclass(frozen=True, kw_only=True)
class LockedLoudness:
    """How one profile is brought to its loudness.

    Attributes:
        target_lufs: what the gain was chosen for.
        mix_lufs: the mix's loudness before the gain, when it was chosen.
        gain_db: the one fixed gain, on the 0.1 dB grid.
        ceiling_dbtp: where the limiter holds the mix, so that the encoded file keeps its true peak.
    """

    target_lufs: float
    mix_lufs: float
    gain_db: float
    ceiling_dbtp: float

    def still_fits(self, mix_lufs: float, target_lufs: float) -> bool:
        """Whether the gain is still right for a mix of this loudness, in whole hundredths of a LU."""
        drift = round(self.mix_lufs * 100) - round(mix_lufs * 100)
        return self.target_lufs == target_lufs and abs(drift) <= TOLERANCE_LU * 100


@dataclass(frozen=True, kw_only=True)
class EpisodeLock:
    """episode.lock: the loudness of each profile, by its name."""

    loudness: Mapping[str, LockedLoudness] = field(default_factory=dict)


def read_lock(path: Path) -> EpisodeLock:
    """What `path` keeps; an empty lock when there is no such file.

    Raises:
        ManifestError: the file is damaged or was edited into something else; all problems, with their lines.
    """
    if not path.is_file():
        return EpisodeLock()
    findings = Findings()
    node = read_mapping(path, file=path.name, findings=findings)
    if node is None:
        return findings.settle(None)
    reading = Reading(findings=findings, file=path.name, root=path.parent, folder=PurePosixPath())
    values = read_table(node, _LOCK, Scope(reading=reading))
    return findings.settle(EpisodeLock(loudness=values["loudness"]))


def format_lock(lock: EpisodeLock) -> str:
    """The file's text, profiles sorted by name; `read_lock` reads it back."""
    lines = [f"version: {LOCK_VERSION}", "loudness:"]
    for name, kept in sorted(lock.loudness.items()):
        lines += [
            f"  {_NO_TEXT.get(name, name)}:",
            f"    target: {format_level(kept.target_lufs, 'LUFS', _digits(kept.target_lufs))}",
            f"    mix: {format_level(kept.mix_lufs, 'LUFS', 2)}",
            f"    gain: {format_level(kept.gain_db, 'dB')}",
            f"    ceiling: {format_level(kept.ceiling_dbtp, 'dBTP')}",
        ]
    if not lock.loudness:
        lines[-1] = "loudness: {}"
    return _HEADER + "\n".join(lines) + "\n"


def _digits(level_db: float) -> int:
    """One digit, or all that a level may be written with: a target that isn't read back never fits again."""
    return 1 if level_db == round(level_db, 1) else 6


def _loudness(values: Values, _node: MappingNode, _scope: Scope) -> LockedLoudness | None:
    return None if None in values.values() else LockedLoudness(**values)


def _level(key: str, unit: str, attribute: str, doc: str) -> Field:
    kind = scalar(f"level in {unit}", Rule.LEVEL, level(unit, -200, 200))
    return Field(key=key, kind=kind, doc=doc, required=True, attribute=attribute)


_LOUDNESS = Table(
    name="loudness of a profile",
    doc="How one profile is brought to its loudness.",
    fields=(
        _level("target", "LUFS", "target_lufs", "what the gain was chosen for"),
        _level("mix", "LUFS", "mix_lufs", "the mix's loudness when the gain was chosen"),
        _level("gain", "dB", "gain_db", "the one fixed gain"),
        _level("ceiling", "dBTP", "ceiling_dbtp", "where the limiter holds the mix"),
    ),
)
_LOCK = Table(
    name=LOCK_FILE,
    doc="What a build decided and keeps.",
    fields=(
        Field(
            key="version",
            kind=scalar("whole number", Rule.NUMBER, whole_number(LOCK_VERSION, LOCK_VERSION)),
            doc="of this file's form",
            required=True,
        ),
        Field(
            key="loudness",
            kind=by_id(mapping("loudness", _LOUDNESS, _loudness), "mapping of profiles", parse_token),
            doc="by profile",
            default={},
        ),
    ),
)
