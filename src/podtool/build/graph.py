"""Steps and their recipes: a step's key is the digest of everything that can change its output. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing to make.

    Attributes:
        name: what a person calls it: ``encode podcast``.
        ingredients: what a person calls an input («recordings/edito.flac», «title») to a text that
            changes whenever that input does (a digest, a value, a version).
        outputs: file names in the build folder; empty when the result stays in the cache.
    """

    name: str
    ingredients: Mapping[str, str]
    outputs: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """sha256 (hex) of the step's name and all its ingredients."""
        return digest_of([self.name, sorted(self.ingredients.items())])


def digest_of(value: object) -> str:
    """sha256 (hex) of a JSON value; a mapping's order doesn't count.

    Raises:
        TypeError: `value` holds something that is not JSON: a recipe must be made of plain values.
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def reasons_for(now: Mapping[str, str], before: Mapping[str, str] | None) -> tuple[str, ...]:
    """Why a step is stale, in sentences: its ingredients now against those of the last time.

    An empty tuple means that nothing changed.
    """
    if before is None:
        return ("never made before",)
    changed = [f"{name} changed" for name in now if name in before and now[name] != before[name]]
    new = [f"{name} is new" for name in now if name not in before]
    gone = [f"{name} is gone" for name in before if name not in now]
    return tuple(sorted(changed) + sorted(new) + sorted(gone))
