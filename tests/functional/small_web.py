"""A web server on loopback for a public tree, with a hub: what a real one would answer, and who asked it."""

import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

TYPES = {
    ".mp3": "audio/mpeg",
    ".xml": "application/rss+xml",
    ".vtt": "text/vtt",
}


class Web(ThreadingHTTPServer):
    """Attributes: `asked` has (method, path, body) of each request; `answers` status codes by path.

    A path with its method (``HEAD /a``) comes first; `headers` go out with every answer.
    """

    daemon_threads = True

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
        self.asked, self.answers, self.without, self.headers = [], {}, set(), {}
        self.url = f"http://127.0.0.1:{self.server_port}"

    def paths(self, *methods):
        return [path for method, path, _ in self.asked if not methods or method in methods]


class _Handler(SimpleHTTPRequestHandler):
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, **TYPES}  # noqa: RUF012 - as the base class has it

    def guess_type(self, path):
        return "application/json+chapters" if path.endswith("chapters.json") else super().guess_type(path)

    def log_message(self, *_):
        pass

    def answer(self, going_on):
        length = int(self.headers.get("Content-Length") or 0)
        self.server.asked.append((self.command, self.path, self.rfile.read(length).decode()))
        answers = self.server.answers
        status = answers.get(f"{self.command} {self.path}", answers.get(self.path))
        if status is None:
            return going_on()
        self.send_response(status)
        if status in {301, 302, 307}:
            self.send_header("Location", answers.get(f"to {self.path}") or answers["to"])
        self.send_header("Content-Length", "0")
        self.end_headers()
        return None

    def do_HEAD(self):
        self.answer(super().do_HEAD)

    def do_POST(self):
        self.answer(self.send_empty)

    def do_GET(self):
        ranged = "Range" in self.headers and "ranges" not in self.server.without
        self.answer(self.send_first_byte if ranged else super().do_GET)

    def end_headers(self):
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        super().end_headers()

    def send_empty(self):
        self.send_response(204)
        self.end_headers()

    def send_first_byte(self):
        from pathlib import Path

        file = Path(self.translate_path(self.path))
        self.send_response(206)
        self.send_header("Content-Range", f"bytes 0-0/{file.stat().st_size}")
        self.send_header("Content-Length", "1")
        self.end_headers()
        self.wfile.write(file.read_bytes()[:1])


@contextmanager
def serving(folder):
    """A `Web` for the folder, which need not be there yet."""
    web = Web(folder)
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        web.shutdown()
        web.server_close()
        thread.join()
