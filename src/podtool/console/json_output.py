"""`--json`: one object on stdout, for scripts."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from typing import Any

from podtool import __version__
from podtool.errors import PodtoolError


def envelope(
    command: str | None, content: Mapping[str, object], error: PodtoolError | None
) -> dict[str, object]:
    """The object: who speaks, of what, whether it went well, `content`, and the error if there is one."""
    told: dict[str, object] = {"podtool": __version__, "command": command, "ok": error is None, **content}
    return told if error is None else told | {"error": error.as_json()}


def write_json(value: Mapping[str, object]) -> None:
    """Writes `value` to stdout: UTF-8 as it is, any other encoding as escaped ASCII."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    ascii_only = encoding != "utf8"
    sys.stdout.write(json.dumps(_finite(value), ensure_ascii=ascii_only, indent=2, allow_nan=False) + "\n")


def _finite(value: Any) -> Any:
    """`value` with null for what JSON has no number for."""
    if isinstance(value, Mapping):
        return {str(key): _finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
