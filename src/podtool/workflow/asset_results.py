"""What `assets` comes to, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class AssetRow:
    """A work of the show; `owner` is the YAML that lists it, `used_in` the episodes that play or show it."""

    id: str
    owner: str
    file: str
    title: str | None
    creator: str | None
    source: str | None
    licence: str | None
    used_in: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AssetsResult:
    """The ledger of works."""

    rows: tuple[AssetRow, ...]

    def as_json(self) -> dict[str, object]:
        """The part of the `--json` object."""
        return {
            "assets": [
                {**vars(row), "used_in": list(row.used_in), "missing": list(row.missing)} for row in self.rows
            ]
        }


@dataclass(frozen=True, kw_only=True)
class AddedAsset:
    """A new work: its YAML's values, which of them the file told, and what a credit still needs."""

    id: str
    owner: str
    file: str
    sha256: str
    is_image: bool
    values: Mapping[str, str]
    from_file: tuple[str, ...]
    missing: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The part of the `--json` object."""
        return {
            "asset": {
                **vars(self),
                "values": dict(self.values),
                "from_file": list(self.from_file),
                "missing": list(self.missing),
            }
        }
