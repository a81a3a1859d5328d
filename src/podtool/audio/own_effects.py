"""A show's own effects: the functions of its `effects.py`, which take and return an `AudioSegment`.

The file is the show's maker's code and runs with their rights, like a script they start themselves. It is
read only when an effect names something that isn't pydub's; its digest is then part of the clip's recipe.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from podtool.audio.effects import Value
from podtool.errors import ToolError

FILE_NAME = "effects.py"


def effects_digest(show_root: Path) -> str | None:
    """The sha256 (hex) of a show's effects.py; None when it has none.

    Raises:
        ToolError: it is there but can't be read.
    """
    content = _content(show_root / FILE_NAME)
    return None if content is None else hashlib.sha256(content).hexdigest()


def own_effect_names(show_root: Path) -> tuple[str, ...]:
    """The public functions of a show's effects.py, read without running it; () when it has none.

    Raises:
        ToolError: it can't be read or isn't Python.
    """
    content = _content(show_root / FILE_NAME)
    if content is None:
        return ()
    return tuple(
        node.name
        for node in _parsed(content).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    )


@dataclass(frozen=True, kw_only=True)
class OwnEffects:
    """A show's own effects, named by the show's folder: may be sent to another process."""

    show_root: Path

    @property
    def names(self) -> tuple[str, ...]:
        """As `own_effect_names`."""
        return own_effect_names(self.show_root)

    def call(self, name: str, segment: object, options: Mapping[str, Value]) -> object:
        """What the function makes of the segment.

        Raises:
            ToolError: no such function, or what went wrong in it, with the line.
        """
        content = _content(self.show_root / FILE_NAME)
        function = None if content is None else _functions(content).get(name)
        if function is None:
            raise ToolError(
                f"there is no function {name!r} in {FILE_NAME}", hint="define it, or correct the name"
            )
        with _told_as_ours(f"in {name}"):
            return function(segment, **options)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ToolError(
            f"{FILE_NAME} can't be read: {error.strerror}", hint="check its permissions"
        ) from error


def _parsed(content: bytes) -> ast.Module:
    try:
        return ast.parse(content, FILE_NAME)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        where = f"{FILE_NAME}, line {line}" if line else FILE_NAME
        raise ToolError(f"{where}: {error.args[0]}", hint="it must be a Python file") from error


@lru_cache(maxsize=4)
def _functions(content: bytes) -> Mapping[str, Callable[..., object]]:
    """What the file defines. Compiled here rather than imported: nothing is written beside it."""
    code = compile(_parsed(content), FILE_NAME, "exec")
    module = ModuleType(f"podtool_own_effects_{hashlib.sha256(content).hexdigest()[:12]}")
    # Dataclasses and pickling look their module up by name.
    sys.modules[module.__name__] = module
    with _told_as_ours("while it was loaded"):
        exec(code, vars(module))  # noqa: S102 - the file is there to be run: see the module's docstring
    return {
        name: value
        for name, value in vars(module).items()
        if callable(value) and getattr(value, "__module__", "") == module.__name__
    }


@contextlib.contextmanager
def _told_as_ours(where: str) -> Iterator[None]:
    """Turns whatever the show's code raises into one sentence with its line; its prints go to stderr."""
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    except (Exception, SystemExit) as error:
        lines = [
            frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == FILE_NAME
        ]
        line = f", line {lines[-1]}" if lines else ""
        said = str(error) or "no reason given"
        raise ToolError(
            f"{FILE_NAME}{line}, {where}: {type(error).__name__}: {said}",
            hint="correct the show's effects.py",
        ) from error
