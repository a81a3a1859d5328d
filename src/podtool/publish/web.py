"""The little HTTP that publishing needs: whether a file is there and whole, and telling others of news.

By the standard library: a handful of plain requests, for which it has proxies, certificates and IDNA.
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import urlencode, urlsplit

from podtool.errors import PublishError

TIMEOUT_S = 20.0
MOST_REDIRECTS = 5
LONGEST_ANSWER_BYTES = 1 << 16
USER_AGENT = "podtool"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"""Where http is as good as https: it doesn't leave the machine."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a server said.

    Attributes:
        status: of the last answer.
        url: whose answer it is, after redirects.
        headers: by lower-case name.
        body: its first bytes.
    """

    status: int
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def ask(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    most_bytes: int = LONGEST_ANSWER_BYTES,
    follow: bool = True,
) -> Answer:
    """One request, redirects followed; an answer of any status is an answer.

    Args:
        url: http or https; plain http only on this machine, and never after https.
        method: ``GET``, ``HEAD`` or ``POST``.
        headers: besides the program's name.
        form: sent as ``application/x-www-form-urlencoded``.
        most_bytes: of the body that is read.
        follow: whether redirects are followed; else one is an answer like others.

    Raises:
        PublishError: no answer, too many redirects, or an address that may not be asked.
    """
    refuse_unsafe(url)
    data = urlencode(form).encode() if form is not None else None
    request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
        url, data=data, method=method, headers={"User-Agent": USER_AGENT, **(headers or {})}
    )
    opener = urllib.request.build_opener(_Redirects if follow else _NoRedirects)
    try:
        with opener.open(request, timeout=TIMEOUT_S) as answer:
            return _told(answer, most_bytes)
    except urllib.error.HTTPError as error:
        with error:
            return _told(error, most_bytes)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise PublishError(
            f"{host_of(url)} doesn't answer: {_reason(error)}",
            hint="see whether the server runs and the address is right, then publish again",
        ) from error


def refuse_unsafe(url: str) -> None:
    """Raises a `PublishError` for what is neither https nor, on this machine, http."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return
    raise PublishError(
        f"{host_of(url)} would be asked over {parts.scheme or 'no'}://",
        hint="write the address with https://: what passes in the clear can be changed on its way",
    )


def host_of(url: str) -> str:
    """Scheme and host: an address may hold a token, which no message repeats."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}"


class _Redirects(urllib.request.HTTPRedirectHandler):
    max_redirections = MOST_REDIRECTS

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        """Keeps HEAD and Range, which the base class would turn into a plain GET, and never leaves https."""
        refuse_unsafe(newurl)
        if req.get_method() == "POST":
            return super().redirect_request(req, fp, code, msg, headers, newurl)
        return urllib.request.Request(  # noqa: S310 - the scheme was looked at
            newurl, method=req.get_method(), headers=dict(req.headers)
        )


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Lets the redirect be the answer."""


def _told(answer: Any, most_bytes: int) -> Answer:
    return Answer(
        status=answer.status,
        url=answer.url,
        headers={name.lower(): value for name, value in answer.headers.items()},
        body=answer.read(most_bytes),
    )


def _reason(error: Exception) -> str:
    inner = getattr(error, "reason", None)
    if isinstance(inner, OSError):
        return inner.strerror or str(inner)
    return getattr(error, "strerror", None) or str(inner or error)


def refuse_status(answer: Answer, what: str, hint: str) -> NoReturn:
    """Raises a `PublishError` for an answer that isn't the one that was needed."""
    raise PublishError(f"{what}: {host_of(answer.url)} answers {answer.status}", hint=hint)
