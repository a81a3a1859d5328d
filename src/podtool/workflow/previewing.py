"""`podtool preview`: the public tree as it would be, served on loopback, with byte ranges for players."""

from __future__ import annotations

import os
import re
import stat
import sys
import tempfile
import webbrowser
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copyfileobj
from socketserver import TCPServer
from typing import IO, Any

from podtool.errors import PublishError
from podtool.ports import Listener, Message, ignore_events
from podtool.workflow.addresses import page_path
from podtool.workflow.project import find_project
from podtool.workflow.publishing import PublishOptions, publish_preview

HOST = "127.0.0.1"
# More digits than any file needs are no range, and a whole file is what RFC 9110 gives for one (14.2).
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})[ \t]*\Z", re.ASCII)


def serve(
    argument: str | None,
    here: Path,
    *,
    port: int = 0,
    open_browser: bool = True,
    listen: Listener = ignore_events,
) -> None:
    """Publishes an episode into a folder of its own and serves it until Ctrl-C; the ledger stays as it is.

    Raises:
        UsageError: no such episode.
        PublishError: nothing is built, or the port is taken.
    """
    project = find_project(argument, here)
    with tempfile.TemporaryDirectory(prefix="podtool-preview-") as folder:
        publish_preview(project, PublishOptions(to=folder, force=True), listen)
        with make_server(Path(folder), port) as server:
            address = f"http://{HOST}:{server.server_address[1]}/{page_path(project.episode)}"
            listen(Message(text=f"{address} (Ctrl-C ends it)"))
            if open_browser:
                webbrowser.open(address)
            server.serve_forever()


class _Server(ThreadingHTTPServer):
    """Serves every request in its thread; a browser that hangs up is no news."""

    # On Windows two servers would share a port that may be used again.
    allow_reuse_address = os.name != "nt"

    def server_bind(self) -> None:
        """Binds; the base class would look the machine's name up, for seconds where there is no network."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tells of what is wrong here, and nothing of players that have enough and go."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


def make_server(folder: Path, port: int) -> ThreadingHTTPServer:
    """A server of `folder` on loopback; port 0 takes a free one.

    Raises:
        PublishError: the port is taken.
    """
    try:
        return _Server((HOST, port), partial(_Handler, directory=os.fspath(folder)))
    except OSError as error:
        raise PublishError(
            f"can't serve on port {port}: {error.strerror or error}", hint="choose another with --port"
        ) from error


class _Handler(SimpleHTTPRequestHandler):
    """Static files with byte ranges (RFC 9110 section 14): without them no player can seek."""

    protocol_version = "HTTP/1.1"
    extensions_map = {  # noqa: RUF012 - the base class reads it from the class
        **SimpleHTTPRequestHandler.extensions_map,
        ".mp3": "audio/mpeg",
        ".m4a": "audio/mp4",
        ".opus": "audio/ogg",
        ".flac": "audio/flac",
        ".vtt": "text/vtt; charset=utf-8",
        ".xml": "application/rss+xml; charset=utf-8",
        ".json": "application/json",
        ".js": "text/javascript; charset=utf-8",  # Windows may believe something else
        ".css": "text/css; charset=utf-8",
        ".txt": "text/plain; charset=utf-8",
        ".png": "image/png",
        ".jpg": "image/jpeg",
        ".jpeg": "image/jpeg",
        ".webp": "image/webp",
        ".html": "text/html; charset=utf-8",
        ".svg": "image/svg+xml",
    }
    _left = -1

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Says nothing: nobody reads a preview's access log."""

    def end_headers(self) -> None:
        """Every answer tells that ranges work and that nothing is to be kept."""
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def send_head(self) -> IO[bytes] | None:  # type: ignore[override]  # the base returns BytesIO for listings
        """A part of a file where one is asked for, else what the base class sends."""
        self._left = -1
        path = Path(self.translate_path(self.path))
        try:
            status = path.stat()
        except (OSError, ValueError):  # ValueError: a name that no file can have
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        modified = self.date_time_string(int(status.st_mtime))
        wanted = self._wanted_range(modified)
        if wanted is None or not stat.S_ISREG(status.st_mode):
            return super().send_head()
        size = status.st_size
        first, last = _limits(wanted[1], wanted[2], size)
        if first >= size:
            self.send_response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            self.send_header("Content-Range", f"bytes */{size}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        self.send_response(HTTPStatus.PARTIAL_CONTENT)
        self.send_header("Content-Type", self.guess_type(os.fspath(path)))
        self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
        self.send_header("Content-Length", str(last - first + 1))
        self.send_header("Last-Modified", modified)
        self.end_headers()
        file = path.open("rb")
        file.seek(first)
        self._left = last - first + 1
        return file

    def _wanted_range(self, modified: str) -> re.Match[str] | None:
        """The range that is asked for; None for the whole file (a HEAD, another version: 13.1.5, 14.2)."""
        wanted = _RANGE.match(self.headers.get("Range", ""))
        if self.command != "GET" or self.headers.get("If-Range", modified) != modified:
            return None
        if wanted is None or wanted.groups() == ("", ""):
            return None
        backwards = wanted[1] and wanted[2] and int(wanted[2]) < int(wanted[1])
        return None if backwards else wanted  # an invalid range is to be ignored (14.1.1)

    def copyfile(self, source: IO[bytes], outputfile: IO[bytes]) -> None:  # type: ignore[override]
        """As much of the file as was promised; a player that goes away in the middle is no error."""
        try:
            if self._left < 0:
                copyfileobj(source, outputfile)
                return
            while self._left and (block := source.read(min(self._left, 1 << 16))):
                outputfile.write(block)
                self._left -= len(block)
        except ConnectionError:
            self.close_connection = True


def _limits(first: str, last: str, size: int) -> tuple[int, int]:
    """First and last byte of a range; ``-500`` means the last 500."""
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1
