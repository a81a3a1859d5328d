"""A bug of ours: what we need to find it goes to a log file, and the user gets its name."""

from __future__ import annotations

import os
import platform
import re
import tempfile
import traceback
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from podtool import __version__
from podtool.errors import InternalError, PodtoolError

_PARTS = (
    "av",
    "feedgen",
    "jinja2",
    "lameenc",
    "mutagen",
    "numpy",
    "pydub",
    "pyyaml",
    "rich",
    "soxr",
    "typer",
)
_MASK = "•••"
_SECRETS = (
    # https://user:password@host, ?token=…, --password=…, SECRET_KEY=…; «key» alone is a word of YAML
    (re.compile(r"(?<=://)[^/\s@'\"]+(?=@)"), _MASK),
    (
        re.compile(
            r"(?i)((?:password|passwd|passphrase|secret|token|signature|credential|api[-_]?key|access[-_]?key)"
            r"[\w-]*['\"]?\s*[=:]\s*)(?:'[^']*'|\"[^\"]*\"|[^\s&,;)]+)"
        ),
        rf"\g<1>{_MASK}",
    ),
    (re.compile(r"(?i)\b((?:Bearer|Basic)\s+)[\w.~+/=-]+"), rf"\g<1>{_MASK}"),
)
_OPTION_WITH_SECRET = re.compile(r"(?i)--?[\w-]*(?:password|passphrase|secret|token|api-?key)[\w-]*\Z")


def internal_error(error: BaseException, arguments: Sequence[str], cache: Path | None) -> PodtoolError:
    """The error to show for a bug: it names the log that was written.

    Args:
        error: what nobody caught.
        arguments: the command line.
        cache: the show's cache folder, where the log goes if it exists; else the system's temporary folder.
    """
    what = f"podtool has stumbled over a bug of its own ({type(error).__name__})"
    text = mask(_report(error, arguments))
    for folder in (cache, Path(tempfile.gettempdir())):
        if folder is None or not folder.is_dir():
            continue
        try:
            # A name nobody can guess, created exclusively: the temporary folder is everybody's.
            handle, name = tempfile.mkstemp(prefix="podtool-bug-", suffix=".log", dir=folder)
            with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
                file.write(text)
        except OSError:
            continue
        return InternalError(
            f"{what}; a log was written to {name}",
            hint="please report it with that file; it names your folders and files, so read it first",
        )
    return InternalError(f"{what}; no log could be written", hint=mask(f"{type(error).__name__}: {error}"))


def mask(text: str) -> str:
    """`text` without what looks like a password, a token or a key."""
    for pattern, masked in _SECRETS:
        text = pattern.sub(masked, text)
    return text


def _report(error: BaseException, arguments: Sequence[str]) -> str:
    lines = [
        f"podtool {__version__}",
        f"Python {platform.python_version()} ({platform.python_implementation()}), {platform.platform()}",
        *(f"{part} {_version_of(part)}" for part in _PARTS),
        f"arguments: {_masked_arguments(arguments)!r}",
        "",
        "".join(traceback.format_exception(error)),
    ]
    return "\n".join(lines)


def _masked_arguments(arguments: Sequence[str]) -> list[str]:
    """The arguments, without the value that follows an option like ``--token``."""
    before = ("", *arguments)
    return [
        _MASK if _OPTION_WITH_SECRET.match(option) else value
        for option, value in zip(before, arguments, strict=False)
    ]


def _version_of(part: str) -> str:
    try:
        return metadata.version(part)
    except metadata.PackageNotFoundError:
        return "is not installed"
