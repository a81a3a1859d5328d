"""Whether published media can be had at their public address, before a feed names them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from podtool.errors import PublishError
from podtool.ports import Listener, Message, Progress
from podtool.publish.web import Answer, ask, host_of
from podtool.show.facts import Enclosure

PAUSES_S = (0.5, 2.0)
"""Between tries: a new file may take a moment to reach the server that is asked."""
_HINT = "look at the server (or `base_url`) and publish again; the feed was not changed"


def prove_media(media: Sequence[Enclosure], listen: Listener) -> None:
    """Asks for each file as an app does.

    What would make a download fail is an error. What apps only prefer (byte ranges, the right type, an
    ETag) is told as a warning: it is the server's to mend, and no reason to keep an episode back.

    Raises:
        PublishError: a file isn't there, isn't whole, or the server doesn't answer.
    """
    for index, enclosure in enumerate(media):
        listen(Progress(stage=f"verify {enclosure.path}", done=index, total=len(media), unit="files"))
        answer = _head(enclosure)
        for complaint in (*_complaints(enclosure, answer), *_range_complaints(enclosure)):
            listen(Message(text=f"{enclosure.path}: {complaint}", level="warning"))


def _head(enclosure: Enclosure) -> Answer:
    for pause in (*PAUSES_S, None):
        answer = ask(enclosure.url, method="HEAD")
        trouble = _trouble(enclosure, answer)
        if trouble is None:
            return answer
        if pause is not None:
            time.sleep(pause)
    raise PublishError(f"{enclosure.path}: {trouble}", hint=_HINT)


def _trouble(enclosure: Enclosure, answer: Answer) -> str | None:
    """What keeps apps from downloading the file; None when nothing does."""
    if answer.status != 200:  # noqa: PLR2004 - RFC 9110, 15.3.1
        return f"{host_of(answer.url)} answers {answer.status} where the file should be"
    length = answer.headers.get("content-length")
    if length is not None and length != str(enclosure.bytes):
        return f"{host_of(answer.url)} says it has {length} bytes, not {enclosure.bytes}"
    return None


def _complaints(enclosure: Enclosure, answer: Answer) -> Iterator[str]:
    served = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if served != enclosure.media_type:
        yield f"the server says it is {served or 'of no type'}, not {enclosure.media_type}"
    if "content-length" not in answer.headers:
        yield "the server doesn't say how large it is (HEAD without Content-Length)"
    if not ({"etag", "last-modified"} & answer.headers.keys()):
        yield "the server gives neither ETag nor Last-Modified: apps can't tell whether it changed"


def _range_complaints(enclosure: Enclosure) -> Iterator[str]:
    answer = ask(enclosure.url, headers={"Range": "bytes=0-0"}, most_bytes=1)
    if answer.status != 206:  # noqa: PLR2004 - RFC 9110, 15.3.7
        yield "the server gives no byte ranges: players can't seek, and Apple refuses the episode"
    elif not answer.headers.get("content-range", "").endswith(f"/{enclosure.bytes}"):
        yield f"the server's byte ranges are of another file: {answer.headers.get('content-range', '')!r}"
