"""What a preview's server serves: files by path, each with its type and a tag that changes with its bytes."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path, PurePosixPath

MEDIA_TYPES = {
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".opus": "audio/ogg",
    ".flac": "audio/flac",
    ".wav": "audio/wav",
    ".mp4": "video/mp4",
    ".vtt": "text/vtt; charset=utf-8",
    ".srt": "application/x-subrip; charset=utf-8",
    ".xml": "application/rss+xml; charset=utf-8",
    ".json": "application/json",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
}
HTML = MEDIA_TYPES[".html"]


@dataclass(frozen=True, kw_only=True)
class Served:
    """What a path leads to.

    Attributes:
        tag: changes whenever the bytes do; without quotes.
        status: an error's page is served with its own.
    """

    content: bytes | Path
    tag: str
    media_type: str
    status: HTTPStatus = HTTPStatus.OK


class Site:
    """What a server serves; this one has nothing, and never changes."""

    is_live = False
    """Whether pages are told of changes."""
    version = 0

    def find(self, path: str) -> Served | None:
        """What lies at a path of the tree (no slash in front, ``index.html`` included); None for nothing."""
        del path
        return None

    def await_change(self, after: int, patience_s: float) -> int:
        """Waits for a version beyond `after`; the newest one, the same if nothing came."""
        del after, patience_s
        return self.version


class FolderSite(Site):
    """A folder as any web server would serve it: nothing is added to its pages."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def find(self, path: str) -> Served | None:
        """The file, where it is one and lies in the folder."""
        try:
            file = (self.root / path).resolve()
            status = file.stat()
            inside = file.is_relative_to(self.root.resolve())
        except (OSError, ValueError):  # ValueError: a name that no file can have
            return None
        if not inside or not stat.S_ISREG(status.st_mode):
            return None
        tag = f"{status.st_mtime_ns:x}-{status.st_size:x}"
        return Served(content=file, tag=tag, media_type=media_type_of(path))


def media_type_of(path: str) -> str:
    """By the name's end; never what the machine believes."""
    return MEDIA_TYPES.get(PurePosixPath(path).suffix.lower(), "application/octet-stream")
