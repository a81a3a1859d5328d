"""Files that an encoder makes: complete under their name or not there, and what to say when one fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

import av
from av.codec.codec import UnknownCodecError

from podtool.build.files import ASIDE, remove_files
from podtool.errors import CacheError, ToolError


@contextmanager
def written_aside(path: Path, what: str) -> Iterator[Path]:
    """A name beside `path` to write to; the file takes its place when all went well, and vanishes otherwise.

    Args:
        path: where the file is to be.
        what: what is being done, for the message: ``encoding radio``.

    Raises:
        CacheError: the disk is full, or the folder can't be written.
        ToolError: a library failed; its own words are in the message.
    """
    aside = path.with_name(f"{ASIDE}{token_hex(6)}{path.suffix}")
    try:
        yield aside
        aside.replace(path)
    except OSError as error:  # FFmpeg's own, where a system call failed, are OSErrors too
        raise CacheError(
            f"{what}: {path.name} can't be written: {error.strerror or error}",
            hint="free some disk space or correct the folder's permissions, then run the command again",
        ) from error
    except (av.FFmpegError, UnknownCodecError) as error:
        raise ToolError(
            f"{what}: the library that makes {path.name} failed: {error}",
            hint="another `bitrate` or `sample_rate` may work; `podtool doctor` tells what is installed",
        ) from error
    finally:
        remove_files(aside)
