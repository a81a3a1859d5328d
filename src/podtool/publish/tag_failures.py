"""What mutagen, Pillow and the disk throw, said as podtool says it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from podtool.errors import PodtoolError, SourceError, TagError


@contextmanager
def telling_tag_errors(path: Path, doing: str) -> Iterator[None]:
    """Turns whatever fails inside into a `SourceError` (no such file) or a `TagError`.

    Args:
        path: the file worked on.
        doing: ``read`` or ``written``.
    """
    try:
        yield
    except PodtoolError:
        raise
    except (FileNotFoundError, IsADirectoryError) as error:
        raise SourceError(f"{path.name} is not a file", hint="check the path") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise TagError(
            f"the tags of {path.name} can't be {doing}: {reason}",
            hint="check the file's and the folder's permissions and the room on the disk",
        ) from error
    except Exception as error:  # mutagen on hostile files raises far more than MutagenError
        raise TagError(
            f"the tags of {path.name} can't be {doing}: {str(error) or type(error).__name__}",
            hint="the file may be damaged; does it play?",
        ) from error
