"""Which paths a public tree may hold, on any system and any target (pure)."""

from __future__ import annotations

import re

from podtool.build.files import ASIDE
from podtool.errors import PublishError

INDEX = ".podtool.json"
"""A remote target's own list of what it holds (`target_index`)."""

# What Windows can't have in a name; refused everywhere, so that a tree can move. NUL and controls too.
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|]')


def split_public_path(path: str) -> list[str]:
    """The names in `path`.

    Raises:
        PublishError: it leads out of the tree, or some system can't have it.
    """
    steps = path.split("/")
    if any(step in {"", ".", ".."} or step != step.rstrip(" .") or _FORBIDDEN.search(step) for step in steps):
        raise PublishError(
            f"{path!r} is no path in a public tree",
            hint="paths have plain names between slashes, none of them «..»",
        )
    return steps


def is_bookkeeping(name: str) -> bool:
    """Whether a file's name (or path) is podtool's own: the index, or what is being written."""
    last = name.rpartition("/")[2]
    return last == INDEX or last.startswith(ASIDE)
