"""Ledger → published.yaml: the same text for the same ledger, each entry under a seal of its own. Pure."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from podtool.show.publication import Ledger, Publication
from podtool.show.yaml_writing import format_yaml, plain_values

_HEADER = """What this show has published, under which guid and address: podcast apps know the episodes by it.
Written by `podtool publish`. It belongs in git; don't edit it by hand."""
_MAY_BE_UNKNOWN = frozenset({"path", "sha256", "page_url"})
"""Of what was published by others; left out where they are empty."""
SEAL_DIGITS = 16


def format_ledger(ledger: Ledger) -> str:
    """The ledger as YAML: episodes by folder, keys in the model's order; the same text for the same ledger.

    Raises:
        ValueError: a text holds a control character, which could not be read back.
    """
    values: dict[str, Any] = _plain(ledger)
    for folder, publication in values.get("episodes", {}).items():
        del publication["folder"]  # it is the key
        publication["seal"] = seal_of(ledger.episodes[folder])
    return format_yaml(values, _HEADER)


def _plain(value: Any) -> Any:
    return _without_unknown(plain_values(value))


def _without_unknown(value: Any) -> Any:
    if isinstance(value, dict):
        pairs = value.items()
        return {key: _without_unknown(each) for key, each in pairs if each or key not in _MAY_BE_UNKNOWN}
    return [_without_unknown(each) for each in value] if isinstance(value, list) else value


def seal_of(publication: Publication) -> str:
    """A digest of all that an entry says: each has its own, so that version control can join two branches."""
    text = json.dumps(_plain(publication), sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:SEAL_DIGITS]
