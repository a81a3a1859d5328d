"""Runs steps: what is there is used again, what is stale is made, and each tells why.

Two kinds of results: *values* stay in the cache under their step's key; *outputs* are files in the build
folder, remembered by key and sha256, so that a file somebody changed or removed is made again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from podtool.build.files import write_bytes
from podtool.build.graph import Step, reasons_for
from podtool.build.known_digests import digester
from podtool.build.store import Store, cache_error

Status = Literal["built", "reused"]
RECORD_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class StepReport:
    """What became of a step. `seconds` is for people; nothing is decided on it."""

    name: str
    status: Status
    reasons: tuple[str, ...] = ()
    seconds: float = 0.0
    chunks_built: int = 0
    chunks_reused: int = 0

    def as_json(self) -> dict[str, object]:
        """The object under ``steps`` that `--json` prints."""
        return {
            "name": self.name,
            "status": self.status,
            "reasons": list(self.reasons),
            "seconds": round(self.seconds, 3),
            "chunks_built": self.chunks_built,
            "chunks_reused": self.chunks_reused,
        }


@dataclass(frozen=True, kw_only=True)
class Record:
    """A step as it was last made: its ingredients and what its outputs were."""

    key: str
    ingredients: Mapping[str, str]
    outputs: Mapping[str, str] = field(default_factory=dict)


class Records:
    """The records of one episode's steps, in one JSON file of the cache; lost or damaged means empty."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.by_name = _read_records(path)

    def keep(self, name: str, record: Record) -> None:
        """Remembers `record` and writes the file."""
        if self.by_name.get(name) == record:
            return
        self.by_name[name] = record
        content = {
            "version": RECORD_VERSION,
            "steps": {
                key: {
                    "key": value.key,
                    "ingredients": dict(value.ingredients),
                    "outputs": dict(value.outputs),
                }
                for key, value in self.by_name.items()
            },
        }
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, indent=1)
        write_bytes(self.path, text.encode(), durable=False)


class Runner:
    """Makes the steps of one episode.

    Args:
        store: the cache.
        records: what was made last time.
        build: the folder for outputs.
        fresh: use nothing from before.
    """

    def __init__(self, store: Store, records: Records, build: Path, *, fresh: bool = False) -> None:
        self.store = store
        self.records = records
        self.build = build
        self.fresh = fresh
        self.reports: list[StepReport] = []
        self._digests: dict[str, str] = {}

    def value(self, step: Step, make: Callable[[], bytes]) -> bytes:
        """The step's value from the cache, else from `make`, which is then kept.

        Raises:
            CacheError: the cache can't be written.
        """
        reasons = self.reasons(step)
        if not reasons and (content := self.store.read(step.key)) is not None:
            self.reused(step)
            return content
        started = time.monotonic()
        content = make()
        self.store.write(step.key, content)
        self._keep(step, {})
        self._done(step, reasons or ("its entry in the cache was damaged",), time.monotonic() - started)
        return content

    def outputs(self, step: Step, make: Callable[[], Mapping[str, bytes]]) -> None:
        """Makes the step's files in the build folder unless they are there.

        Raises:
            CacheError: the build folder can't be written.
        """
        reasons = self.reasons(step)
        if not reasons:
            self._done(step, (), 0.0)
            return
        started = time.monotonic()
        try:
            for name, content in make().items():
                write_bytes(self.build / name, content)
            self.made(step, reasons, time.monotonic() - started)
        except OSError as error:
            raise cache_error(self.build, error) from error

    def made(
        self, step: Step, reasons: tuple[str, ...], seconds: float, chunks: tuple[int, int] = (0, 0)
    ) -> None:
        """Remembers that the caller has just made the step's outputs; `chunks` are (built, reused)."""
        for name in step.outputs:
            self._digests.pop(name, None)
        self._keep(step, {name: self.sha256_of_output(name) for name in step.outputs})
        self._done(step, reasons, seconds, chunks)

    def reused(self, step: Step) -> None:
        """Tells that the caller found the step fresh."""
        if not step.outputs:  # what was undone is fresh too; the next reasons are told against this run
            self._keep(step, {})
        self._done(step, (), 0.0)

    def sha256_of_output(self, name: str) -> str:
        """Of a file in the build folder, which is read once in a run.

        Raises:
            OSError: it isn't there.
        """
        if name not in self._digests:
            self._digests[name] = digester()(self.build / name)
        return self._digests[name]

    def last_output(self, step: Step, name: str, same: str) -> str | None:
        """The sha256 of an output as it was last made, if the ingredient `same` was then what it is now."""
        record = None if self.fresh else self.records.by_name.get(step.name)
        if record is None or record.ingredients.get(same) != step.ingredients[same]:
            return None
        return record.outputs.get(name)

    def reasons(self, step: Step) -> tuple[str, ...]:
        """Why the step must be made; empty when what is there can be used.

        A value that the cache has under the step's key is fresh, whatever was made in between.
        """
        if self.fresh:
            return ("--fresh was asked for",)
        record = self.records.by_name.get(step.name)
        if not step.outputs:
            if self.store.has(step.key):
                return ()
            lost = reasons_for(step.ingredients, record.ingredients if record else None)
            return lost or ("it is no longer in the cache",)
        changed = reasons_for(step.ingredients, record.ingredients if record else None)
        if changed or record is None:
            return changed
        return tuple(
            f"{name} {what}"
            for name in step.outputs
            if (what := self._trouble(name, record.outputs.get(name)))
        )

    def _trouble(self, name: str, sha256: str | None) -> str:
        try:
            same = self.sha256_of_output(name) == sha256
        except OSError:
            return "is missing"
        return "" if same else "is not as it was made"

    def _keep(self, step: Step, outputs: Mapping[str, str]) -> None:
        record = Record(key=step.key, ingredients=dict(step.ingredients), outputs=outputs)
        try:
            self.records.keep(step.name, record)
        except OSError as error:
            raise cache_error(self.records.path.parent, error) from error

    def _done(
        self, step: Step, reasons: tuple[str, ...], seconds: float, chunks: tuple[int, int] = (0, 0)
    ) -> None:
        self.reports.append(
            StepReport(
                name=step.name,
                status="built" if reasons else "reused",
                reasons=reasons,
                seconds=seconds,
                chunks_built=chunks[0],
                chunks_reused=chunks[1],
            )
        )


def _read_records(path: Path) -> dict[str, Record]:
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        content: Any = json.loads(path.read_bytes())
        if content["version"] == RECORD_VERSION:
            return {
                str(name): Record(
                    key=str(step["key"]),
                    ingredients={str(k): str(v) for k, v in step["ingredients"].items()},
                    outputs={str(k): str(v) for k, v in step["outputs"].items()},
                )
                for name, step in content["steps"].items()
            }
    return {}
