"""Who wants to know of a new feed is told, once: a WebSub hub, and addresses that are fetched."""

from __future__ import annotations

from collections.abc import Mapping

from podtool.errors import PublishError
from podtool.ports import Listener, Message
from podtool.publish.web import ask, host_of
from podtool.show.model import Show


def still_to_tell(show: Show, told: Mapping[str, str], feed_sha256: str) -> tuple[str, ...]:
    """The addresses that haven't heard of this feed yet, the hub first."""
    if not show.feed:
        return ()
    wanted = dict.fromkeys(([show.publish.websub] if show.publish.websub else []) + [*show.publish.ping])
    return tuple(url for url in wanted if told.get(url) != feed_sha256)


def tell(show: Show, told: Mapping[str, str], feed_sha256: str, listen: Listener) -> dict[str, str]:
    """Tells each of them of the feed that lies in place now.

    Who can't be reached is told of as a warning, and again at the next run: the episode is out all the same.

    Returns:
        What everybody was last told of, for the ledger; addresses that are no longer named are left out.
    """
    owed = still_to_tell(show, told, feed_sha256)
    for url in owed:
        try:
            _tell_one(url, show)
        except PublishError as error:
            again = "it is told again at the next run"
            listen(Message(text=f"{error.message}: {again}", level="warning"))
        else:
            told = {**told, url: feed_sha256}
            listen(Message(text=f"told {host_of(url)}"))
    named = {show.publish.websub, *show.publish.ping}
    return {url: digest for url, digest in told.items() if url in named}


def _tell_one(url: str, show: Show) -> None:
    feed = show.feed or ""
    if url == show.publish.websub:
        # WebSub section 7 leaves the form to hubs; this is what they all take.
        answer = ask(url, method="POST", form={"hub.mode": "publish", "hub.url": feed, "hub.topic": feed})
    else:
        answer = ask(url)
    if not 200 <= answer.status < 300:  # noqa: PLR2004 - RFC 9110, 15.3
        raise PublishError(f"{host_of(url)} answers {answer.status}")
