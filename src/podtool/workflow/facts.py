"""What was measured of a sound file, kept in the show's cache by the file's digest."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from podtool.audio.mp3_probe import Mp3Facts as Mp3Probe
from podtool.audio.mp3_probe import probe_mp3
from podtool.audio.sound_facts import MeasuredSound, measure_sound_in_time
from podtool.build.graph import digest_of
from podtool.build.store import Store
from podtool.check.subject import Mp3Facts
from podtool.errors import CacheError
from podtool.publish.work_facts import read_work_facts
from podtool.show.facts import SoundFacts, SoundFlaws, WorkFacts
from podtool.show.mix_facts import BedFacts, EdgeFacts, EndFacts, MixFacts, SilenceFacts, StepFacts
from podtool.workflow.project import CACHE_FOLDER


@dataclass(frozen=True, kw_only=True)
class SoundInTime:
    """How loud a file is at each time.

    Attributes:
        energies: K-weighted, per 100 ms, as heard on two loudspeakers.
        steps: levels per 10 ms, see `podtool.audio.flaws`.
    """

    energies: NDArray[np.float32]
    steps: NDArray[np.uint8]

    def to_bytes(self) -> bytes:
        """For the cache."""
        return (
            struct.pack("<I", len(self.energies))
            + self.energies.astype("<f4").tobytes()
            + self.steps.tobytes()
        )

    @classmethod
    def from_bytes(cls, content: bytes) -> SoundInTime | None:
        """Reads `to_bytes`; None where these are not its bytes."""
        try:
            (hops,) = struct.unpack_from("<I", content)
            energies = np.frombuffer(content, "<f4", hops, 4).astype(np.float32)
            return cls(energies=energies, steps=np.frombuffer(content, np.uint8, offset=4 + 4 * hops))
        except (struct.error, ValueError):
            return None


STORE_FOLDER = "cache"
FACTS_VERSION = "5"
"""Counted up whenever the same file would be measured otherwise than before."""


def open_store(root: Path) -> Store:
    """The cache of the show in a folder; it is there once something is kept in it."""
    return Store(root / CACHE_FOLDER / STORE_FOLDER)


def sound_facts(store: Store, path: Path, sha256: str) -> SoundFacts:
    """What a file holds and sounds like: from the cache, else measured now and kept.

    Args:
        store: the show's cache; one that can't be written is no hindrance.
        path: the file.
        sha256: of its bytes.

    Raises:
        SourceError: it can't be decoded.
    """
    known = _sound_of(_read(store, _key("sound", sha256)))
    return known if known is not None else _measured(store, path, sha256).facts


def sound_in_time(store: Store, path: Path, sha256: str) -> SoundInTime:
    """A file's loudness per 100 ms and level per 10 ms; arguments and errors as for `sound_facts`."""
    content = store.read(_key("time", sha256))
    known = SoundInTime.from_bytes(content) if content else None
    return known if known is not None else _in_time(_measured(store, path, sha256))


def _measured(store: Store, path: Path, sha256: str) -> MeasuredSound:
    """Both kinds of facts come from one pass over the file, and are kept together."""
    found = measure_sound_in_time(path)
    keep_sound(store, sha256, found)
    return found


def keep_sound(store: Store, sha256: str, found: MeasuredSound) -> None:
    """Keeps what was measured of the file with this digest."""
    _keep(store, _key("sound", sha256), asdict(found.facts))
    with suppress(CacheError):
        store.write(_key("time", sha256), _in_time(found).to_bytes())


def _in_time(found: MeasuredSound) -> SoundInTime:
    # A mono file is heard on both loudspeakers of the mix.
    both = 2.0 if found.facts.channels == 1 else 1.0
    return SoundInTime(energies=(found.energies * both).astype(np.float32), steps=found.levels)


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
    found = _told(probed)
    _keep(store, key, asdict(found))
    return found


def mix_facts(store: Store, ingredients: Mapping[str, str], hear: Callable[[], MixFacts]) -> MixFacts:
    """What would be heard of a mix: from the cache, else found now and kept.

    Args:
        store: the show's cache.
        ingredients: everything that it depends on.
        hear: finds it.
    """
    key = digest_of(["facts", "mix", FACTS_VERSION, dict(ingredients)])
    known = _mix_of(_read(store, key))
    if known is not None:
        return known
    found = hear()
    _keep(store, key, asdict(found, dict_factory=_plain))
    return found


_MIX_PARTS: Mapping[str, Callable[..., object]] = {
    "edges": EdgeFacts,
    "steps": StepFacts,
    "beds": BedFacts,
    "silences": SilenceFacts,
    "ends": EndFacts,
}


def _plain(items: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value.as_posix() if isinstance(value, PurePath) else value for name, value in items}


def _mix_of(values: Mapping[str, Any]) -> MixFacts | None:
    try:
        parts: dict[str, Any] = {
            name: tuple(make(**_with_path(each)) for each in values[name])
            for name, make in _MIX_PARTS.items()
        }
        return MixFacts(first_speech_s=values["first_speech_s"], **parts)
    except (TypeError, KeyError):
        return None


def _with_path(values: Mapping[str, Any]) -> dict[str, Any]:
    return {**values, "file": PurePosixPath(values["file"])} if "file" in values else {**values}


def probe_frames(path: Path) -> Mp3Facts:
    """The same, of a file that belongs to no show.

    Raises:
        SourceError: it holds no MP3 frames.
    """
    return _told(probe_mp3(path))


def _told(probed: Mp3Probe) -> Mp3Facts:
    return Mp3Facts(
        has_info=probed.has_info,
        is_vbr=probed.vbr,
        bitrate_kbps=probed.bitrate_kbps,
        problems=probed.problems,
    )


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
        flaws = SoundFlaws(**{name: _frozen(value) for name, value in values["flaws"].items()})
        return SoundFacts(**{**values, "silent_channels": tuple(values["silent_channels"]), "flaws": flaws})
    except (TypeError, KeyError, AttributeError):  # from another version, whose facts were others
        return None


def _frozen(value: Any) -> Any:
    """JSON's lists as tuples."""
    return tuple(_frozen(each) for each in value) if isinstance(value, list) else value


def _mp3_of(values: Mapping[str, Any]) -> Mp3Facts | None:
    try:
        return Mp3Facts(**{**values, "problems": tuple(values["problems"])})
    except (TypeError, KeyError):
        return None


def _keep(store: Store, key: str, values: Mapping[str, object]) -> None:
    with suppress(CacheError):  # to check a show that can only be read is no error
        store.write(key, json.dumps(values, sort_keys=True).encode())
