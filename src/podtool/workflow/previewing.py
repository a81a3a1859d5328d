"""`podtool preview`: the public tree as it would be, served on loopback, made anew when something changes."""

from __future__ import annotations

import re
import threading
import webbrowser
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from html import escape
from http import HTTPStatus
from pathlib import Path

from podtool.errors import PodtoolError, PublishError
from podtool.ports import Clock, Listener, Message, ignore_events
from podtool.publish.targets import FolderTarget, open_target
from podtool.show.manifest import SHOW_FILE, read_show
from podtool.workflow.clock import read_clock
from podtool.workflow.preview_server import HOST, SCRIPT, make_server
from podtool.workflow.preview_site import HTML, Served, Site, media_type_of
from podtool.workflow.preview_tree import Preview, PreviewMaker, Signature, signature_of_show

__all__ = ["make_server", "serve"]

LOOK_EVERY_S = 0.5
AS_BUILT = "sound, chapters and transcript are those of the last `podtool assemble`"
_NOTHING_ELSE = re.compile(r"default-src ('|&#39;)none\1;")

_ERROR_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" \
content="default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; img-src 'self'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{kind}</title>
<style>
body {{ max-width: 46rem; margin: 10vh auto; padding: 0 1.25rem; font: 1.05rem/1.6 system-ui, sans-serif; }}
h1 {{ font-size: 1.4rem; }} li {{ margin: 0.8rem 0; }} code {{ font-weight: 600; overflow-wrap: anywhere; }}
.hint {{ opacity: 0.8; }}
</style>
</head>
<body>
<main>
<h1>{message}</h1>
{problems}{hint}<p class="hint">This page reloads by itself once it is mended.</p>
</main>
</body>
</html>
"""


def serve(
    argument: str | None,
    here: Path,
    *,
    port: int = 0,
    open_browser: bool = True,
    listen: Listener = ignore_events,
    clock: Clock = read_clock,
) -> None:
    """Serves an episode's page, or the whole show's, until Ctrl-C; the ledger stays as it is.

    Raises:
        UsageError: no such episode.
        ManifestError: a YAML file is wrong at the start; later the browser shows it, and the server goes on.
        PublishError: nothing is built, or the port is taken.
    """
    maker = PreviewMaker(argument, here, clock)
    look = _looking_at(maker)
    site = LiveSite(maker.make())
    with make_server(site, port) as server:
        address = f"http://{HOST}:{server.server_address[1]}/{site.preview.opens}"
        listen(Message(text=f"{address} (Ctrl-C ends it)"))
        for note in site.preview.notes:
            listen(Message(text=note))
        stop = threading.Event()
        watcher = threading.Thread(target=_watch, args=(site, maker, look, listen, stop), daemon=True)
        watcher.start()
        if open_browser:
            webbrowser.open(address)
        try:
            server.serve_forever()
        finally:
            stop.set()


class LiveSite(Site):
    """A tree that is replaced while it is served, or an error that stands in for its pages."""

    is_live = True

    def __init__(self, preview: Preview) -> None:
        self.preview = preview
        self.error: PodtoolError | None = None
        self.version = 0
        self._news = threading.Condition()

    def show(self, preview: Preview) -> None:
        """Serves another tree from now on, and tells the pages."""
        self._become(preview, None)

    def fail(self, error: PodtoolError) -> None:
        """Serves an error in place of every page; what isn't a page stays as it was."""
        self._become(self.preview, error)

    def _become(self, preview: Preview, error: PodtoolError | None) -> None:
        with self._news:
            self.preview, self.error = preview, error
            self.version += 1
            self._news.notify_all()

    def await_change(self, after: int, patience_s: float) -> int:
        """Waits for a version other than `after`; the newest one, the same if nothing came in time."""
        with self._news:
            self._news.wait_for(lambda: self.version != after, patience_s)
            return self.version

    def find(self, path: str) -> Served | None:
        """A file of the tree; its pages ask for news, which the published ones don't."""
        media_type = media_type_of(path)
        error, version = self.error, self.version
        if error and media_type == HTML:
            page = _with_news(render_error(error), version)
            return Served(
                content=page, tag=_tag(page), media_type=HTML, status=HTTPStatus.INTERNAL_SERVER_ERROR
            )
        upload = self.preview.files.get(path)
        if upload is None:
            return None
        if media_type == HTML and isinstance(upload.content, bytes):
            page = _with_news(upload.content.decode(), version)
            return Served(content=page, tag=_tag(page), media_type=HTML)
        return Served(content=upload.content, tag=upload.sha256[:32], media_type=media_type)


def _tag(content: bytes) -> str:
    return sha256(content).hexdigest()[:32]


def _with_news(page: str, version: int) -> bytes:
    """The page with the script that waits for changes, which its policy lets ask this server."""
    script = f'<script src="{SCRIPT}" data-version="{version}"></script>\n</head>'
    asking = _NOTHING_ELSE.sub(r"\g<0> connect-src 'self';", page, count=1)
    return asking.replace("</head>", script, 1).encode()


def render_error(error: PodtoolError) -> str:
    """What went wrong as a page: every problem with its place, nothing in it obeyed."""
    problems = "".join(
        f"<li><code>{escape(each.place)}</code> {escape(each.message)}"
        + (f'<br><span class="hint">{escape(each.hint)}</span>' if each.hint else "")
        + "</li>\n"
        for each in error.problems
    )
    return _ERROR_PAGE.format(
        kind=escape(error.kind),
        message=escape(error.message),
        problems=f"<ul>\n{problems}</ul>\n" if problems else "",
        hint=f'<p class="hint">{escape(error.hint)}</p>\n' if _has_own_hint(error) else "",
    )


def _watch(
    site: LiveSite,
    maker: PreviewMaker,
    look: Callable[[], Signature],
    listen: Listener,
    stop: threading.Event,
) -> None:
    """Makes the tree anew when its files changed and have come to rest: an assemble writes many."""
    made_of = seen = look()
    while not stop.wait(LOOK_EVERY_S):
        now = look()
        if now == made_of or now != seen:
            seen = now
            continue
        made_of = now
        remake(site, maker, listen)


def remake(site: LiveSite, maker: PreviewMaker, listen: Listener) -> None:
    """Serves the tree as it is now, or what is wrong with it; the terminal is told as well."""
    try:
        preview = _made(maker)
    except PodtoolError as error:
        site.fail(error)
        for line in _in_words(error):
            listen(Message(text=line, level="warning"))
    else:
        site.show(preview)
        listen(Message(text=f"made anew; {AS_BUILT}"))


def _made(maker: PreviewMaker) -> Preview:
    """The tree now; a file that went between the listing and the reading is an error like others."""
    try:
        return maker.make()
    except OSError as error:
        raise PublishError(
            f"a file can't be read just now: {error}", hint="save again to try again"
        ) from error


def _in_words(error: PodtoolError) -> list[str]:
    """Every problem with its place; the message alone where there are none."""
    lines = [f"{each.place}: {each.message}" for each in error.problems] or [error.message]
    return [*lines, error.hint] if error.hint else lines


def _has_own_hint(error: PodtoolError) -> bool:
    """Whether the hint says more than those of the problems."""
    return bool(error.hint) and error.hint not in {each.hint for each in error.problems}


def _looking_at(maker: PreviewMaker) -> Callable[[], Signature]:
    """Looks at the show's files; not at the target's, since they are what publishing makes of them."""
    root = maker.root
    target = open_target(read_show(root / SHOW_FILE).publish.target, root)
    return partial(signature_of_show, root, target.root if isinstance(target, FolderTarget) else None)
