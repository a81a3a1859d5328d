"""How much room a show's cache may take: the environment says, or 8 GB."""

from __future__ import annotations

import os
import re

from podtool.build.store import DEFAULT_LIMIT_BYTES
from podtool.errors import UsageError

LIMIT_VARIABLE = "PODTOOL_CACHE_LIMIT"
UNITS = {"": 1, "B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "MiB": 1 << 20, "GiB": 1 << 30}
"""Thousands, as file managers and this program's own figures have them; powers of two where named."""
_BY_LOWER = {unit.lower(): size for unit, size in UNITS.items()}
_SIZE = re.compile(r"(\d{1,15}(?:[.,]\d{1,9})?)\s*([A-Za-z]*)", re.ASCII)


def cache_limit_bytes() -> int:
    """What the environment variable says, else the default.

    Raises:
        UsageError: it says something that is no size.
    """
    text = os.environ.get(LIMIT_VARIABLE, "").strip()
    if not text:
        return DEFAULT_LIMIT_BYTES
    found = _SIZE.fullmatch(text)
    unit = _BY_LOWER.get(found[2].lower()) if found else None
    if not found or unit is None:
        raise UsageError(f"{LIMIT_VARIABLE} is {text!r}, which is no size", hint="write it like 2GB or 500MB")
    return int(float(found[1].replace(",", ".")) * unit)
