"""The preview's web server: one tree on loopback, with byte ranges, right types, and news of changes.

Only this machine can reach it, and only under a name of this machine: a page elsewhere that lets its own name
lead here (DNS rebinding) is refused by what it calls the server.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from socketserver import TCPServer
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from podtool.errors import PublishError
from podtool.workflow.preview_site import HTML, MEDIA_TYPES, FolderSite, Served, Site

HOST = "127.0.0.1"
NAMES = (HOST, "localhost")
EVENTS = "/.podtool/events"
SCRIPT = "/.podtool/reload.js"
PATIENCE_S = 15.0
"""After which a browser that waits for news is told that there are none, so that one that left is noticed."""

_RELOAD = """\
"use strict";
const events = new EventSource("/.podtool/events?after=" + document.currentScript.dataset.version);
events.addEventListener("change", () => location.reload());
addEventListener("pagehide", () => events.close());
"""
# More digits than any file needs are no range, and a whole file is what RFC 9110 gives for one (14.2).
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})[ \t]*\Z", re.ASCII)


def make_server(site: Site | Path, port: int) -> ThreadingHTTPServer:
    """A server of a site, or of a folder, on loopback; port 0 takes a free one.

    Raises:
        PublishError: the port is taken.
    """
    served = FolderSite(site) if isinstance(site, Path) else site
    try:
        return PreviewServer((HOST, port), partial(_Handler, served))
    except OSError as error:
        raise PublishError(
            f"can't serve on port {port}: {error.strerror or error}", hint="choose another with --port"
        ) from error


class PreviewServer(ThreadingHTTPServer):
    """Serves every request in its thread; a browser that hangs up is no news."""

    # On Windows two servers would share a port that may be used again.
    allow_reuse_address = os.name != "nt"

    def server_bind(self) -> None:
        """Binds; the base class would look the machine's name up, for seconds where there is no network."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, int(self.socket.getsockname()[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tells of what is wrong here, and nothing of players that have enough and go."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Files with byte ranges (RFC 9110, section 14): without them no player can seek."""

    protocol_version = "HTTP/1.1"

    def __init__(self, site: Site, *arguments: Any) -> None:
        self.site = site
        super().__init__(*arguments)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Says nothing: nobody reads a preview's access log."""

    def version_string(self) -> str:
        """The program, not the library that it is made with."""
        return "podtool"

    def do_HEAD(self) -> None:
        """Like GET, without the bytes."""
        self._answer()

    def do_GET(self) -> None:
        """A file, a part of one, or news."""
        self._answer()

    def _answer(self) -> None:
        if not self._is_named_rightly():
            self._send(HTTPStatus.MISDIRECTED_REQUEST, b"This preview answers on this machine only.\n")
            return
        parts = urlsplit(self.path)
        own: dict[str, Callable[[], None]] = {
            EVENTS: partial(self._tell_changes, parts.query),
            SCRIPT: partial(self._send, HTTPStatus.OK, _RELOAD.encode(), MEDIA_TYPES[".js"]),
        }
        act = own.get(parts.path) if self.site.is_live else None
        if act:
            act()
        else:
            self._serve(parts.path)

    def _is_named_rightly(self) -> bool:
        port = int(self.connection.getsockname()[1])
        return self.headers.get("Host", "").lower() in {
            *(f"{name}:{port}" for name in NAMES),
            *(name for name in NAMES if port == 80),  # noqa: PLR2004 - http's own, which is left out
        }

    def _serve(self, address: str) -> None:
        path = _tree_path(address)
        if path is None:
            self._send(HTTPStatus.NOT_FOUND, b"Not found.\n")
            return
        found = self.site.find(path)
        if found is None and self.site.find(f"{path}/index.html"):
            self.send_response(HTTPStatus.MOVED_PERMANENTLY)
            self.send_header("Location", urlsplit(self.path).path + "/")
            self.send_header("Content-Length", "0")
            self._end()
        elif found is None:
            self._send(HTTPStatus.NOT_FOUND, b"Not found.\n")
        else:
            self._send_served(found, path)

    def _send_served(self, found: Served, path: str) -> None:
        tag = f'"{found.tag}"'
        if tag in (self.headers.get("If-None-Match") or "") and found.status == HTTPStatus.OK:
            self.send_response(HTTPStatus.NOT_MODIFIED)
            self.send_header("ETag", tag)
            self._end()
            return
        try:
            source, size = _opened(found.content)
        except OSError:
            self._send(HTTPStatus.NOT_FOUND, b"Not found.\n")
            return
        with source:
            changed = self._date_of(source)
            limits = self._wanted_limits(tag, changed, size)
            if limits and limits[0] >= size:
                self.send_response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
                self.send_header("Content-Range", f"bytes */{size}")
                self.send_header("Content-Length", "0")
                self._end()
                return
            first, last = limits or (0, size - 1)
            self.send_response(HTTPStatus.PARTIAL_CONTENT if limits else found.status)
            if limits:
                self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
            self.send_header("Content-Type", found.media_type)
            self.send_header("Content-Length", str(last - first + 1))
            self.send_header("ETag", tag)
            if changed:
                self.send_header("Last-Modified", changed)
            if found.media_type == HTML and PurePosixPath(path).name != "embed.html":
                self.send_header("Content-Security-Policy", "frame-ancestors 'self'")
            self._end()
            if self.command == "GET":
                self._copy(source, first, last - first + 1)

    def _send(self, status: HTTPStatus, body: bytes, media_type: str = MEDIA_TYPES[".txt"]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self._end()
        if self.command == "GET":
            self.wfile.write(body)

    def _end(self) -> None:
        """Every answer tells that ranges work, that a browser must ask again, and that types are meant."""
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()

    def _date_of(self, source: IO[bytes]) -> str:
        """When a file was changed; nothing for what lies in memory."""
        return (
            ""
            if isinstance(source, io.BytesIO)
            else self.date_time_string(int(os.fstat(source.fileno()).st_mtime))
        )

    def _wanted_limits(self, tag: str, changed: str, size: int) -> tuple[int, int] | None:
        """The range that is asked for; None for the whole file (a HEAD, another version: 13.1.5, 14.2)."""
        wanted = _RANGE.match(self.headers.get("Range", ""))
        if self.command != "GET" or self.headers.get("If-Range", tag) not in {tag, changed}:
            return None
        if wanted is None or wanted.groups() == ("", ""):
            return None
        backwards = wanted[1] and wanted[2] and int(wanted[2]) < int(wanted[1])
        return None if backwards else _limits(wanted[1], wanted[2], size)  # ignored, if invalid (14.1.1)

    def _copy(self, source: IO[bytes], first: int, left: int) -> None:
        """As much of the file as was promised; a player that goes away in the middle is no error."""
        source.seek(first)
        try:
            while left and (block := source.read(min(left, 1 << 16))):
                self.wfile.write(block)
                left -= len(block)
        except ConnectionError:
            self.close_connection = True
        if left:  # the file became shorter meanwhile: what was promised can't be kept
            self.close_connection = True

    def _tell_changes(self, query: str) -> None:
        """Server-sent events (HTML, section 9.2): one when the tree is another than the page's."""
        after = query.removeprefix("after=")
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Connection", "close")
        self._end()
        self.close_connection = True
        if self.command != "GET" or not (after.isascii() and after.isdecimal() and len(after) < 10):  # noqa: PLR2004 - no count of ours is longer
            return
        seen = int(after)
        while True:
            now = self.site.await_change(seen, PATIENCE_S)
            self.wfile.write(
                f"event: change\ndata: {now}\n\n".encode() if now != seen else b": nothing yet\n\n"
            )
            self.wfile.flush()
            seen = now


def _tree_path(address: str) -> str | None:
    """The tree's path that an address means; None for what is none."""
    path = unquote(address, errors="replace").removeprefix("/")
    path = f"{path}index.html" if path.endswith("/") or not path else path
    steps = path.split("/")
    if any(step in {"", ".", ".."} or "\\" in step or ":" in step or "\0" in step for step in steps):
        return None
    return path


def _opened(content: bytes | Path) -> tuple[IO[bytes], int]:
    if isinstance(content, bytes):
        return io.BytesIO(content), len(content)
    file = content.open("rb")
    return file, os.fstat(file.fileno()).st_size


def _limits(first: str, last: str, size: int) -> tuple[int, int]:
    """First and last byte of a range; ``-500`` means the last 500."""
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1
