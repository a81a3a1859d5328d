"""What was measured of a sound file, kept in the show's cache by the file's digest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from podtool.audio.mp3_probe import probe_mp3
from podtool.audio.sound_facts import measure_sound
from podtool.build.graph import digest_of
from podtool.build.store import Store
from podtool.check.subject import Mp3Facts
from podtool.errors import CacheError
from podtool.publish.work_facts import read_work_facts
from podtool.show.facts import SoundFacts, WorkFacts

FACTS_VERSION = "1"
"""Counted up whenever the same file would be measured otherwise than before."""


def sound_facts(store: Store, path: Path, sha256: str) -> SoundFacts:
    """What a file holds and sounds like: from the cache, else measured now and kept.

    Args:
        store: the show's cache; one that can't be written is no hindrance.
        path: the file.
        sha256: of its bytes.

    Raises:
        SourceError: it can't be decoded.
    """
    key = _key("sound", sha256)
    known = _sound_of(_read(store, key))
    if known is not None:
        return known
    found = measure_sound(path)
    _keep(store, key, asdict(found))
    return found


def mp3_facts(store: Store, path: Path, sha256: str) -> Mp3Facts:
    """What an MP3's frames and header say; arguments as for `sound_facts`.

    Raises:
        SourceError: it holds no MP3 frames.
    """
    key = _key("mp3", sha256)
    known = _mp3_of(_read(store, key))
    if known is not None:
        return known
    probed = probe_mp3(path)
    found = Mp3Facts(has_info=probed.has_info, is_vbr=probed.vbr, problems=probed.problems)
    _keep(store, key, asdict(found))
    return found


def work_facts(store: Store, path: Path, sha256: str) -> WorkFacts:
    """What a file says about itself as a work; arguments as for `sound_facts`.

    Raises:
        SourceError: it can't be read.
        TagError: its tags are broken.
    """
    key = _key("work", sha256)
    with suppress(TypeError):  # from another version
        if known := _read(store, key):
            return WorkFacts(**known)
    found = read_work_facts(path)
    _keep(store, key, asdict(found))
    return found


def _key(kind: str, sha256: str) -> str:
    return digest_of(["facts", kind, FACTS_VERSION, sha256])


def _read(store: Store, key: str) -> Mapping[str, Any]:
    content = store.read(key)
    with suppress(ValueError):
        values = json.loads(content) if content else {}
        return values if isinstance(values, dict) else {}
    return {}


def _sound_of(values: Mapping[str, Any]) -> SoundFacts | None:
    try:
        return SoundFacts(**{**values, "silent_channels": tuple(values["silent_channels"])})
    except (TypeError, KeyError):  # from another version, whose facts were others
        return None


def _mp3_of(values: Mapping[str, Any]) -> Mp3Facts | None:
    try:
        return Mp3Facts(**{**values, "problems": tuple(values["problems"])})
    except (TypeError, KeyError):
        return None


def _keep(store: Store, key: str, values: Mapping[str, object]) -> None:
    with suppress(CacheError):  # to check a show that can only be read is no error
        store.write(key, json.dumps(values, sort_keys=True).encode())
