"""Stand-in until range decoding is merged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from podtool.audio.kweighting import Block


class RangeReader(Protocol):
    rate_hz: int
    channels: int
    names: tuple[str, ...]
    samples: int
    exact_bits: int | None

    def blocks(self, start: int, stop: int, block_samples: int) -> Iterator[Block]: ...

    def close(self) -> None: ...


def open_ranges(path: Path, index: bytes | None = None) -> RangeReader | None:
    del path, index
    return None
