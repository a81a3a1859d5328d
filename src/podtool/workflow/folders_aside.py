"""A new folder that is whole or not there: filled aside, then renamed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from podtool.build.files import ASIDE


@contextmanager
def made_aside(folder: Path) -> Iterator[Path]:
    """A folder to fill, that becomes `folder` when the block ends well, and vanishes when not.

    `folder` may be there if it is empty.

    Raises:
        OSError: it can't be written, or something was put in place meanwhile.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = folder.with_name(f"{ASIDE}{token_hex(6)}")
    aside.mkdir()
    try:
        yield aside
        with suppress(FileNotFoundError):
            folder.rmdir()  # Windows renames nothing onto a folder, empty or not
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
