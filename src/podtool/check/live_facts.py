"""What public servers said of what is published, as plain values; `check --live` alone asks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from podtool.show.feed_facts import FeedFacts
from podtool.show.model import Place

Kind = Literal["feed", "media", "data", "page", "picture"]
"""`data`: chapters and transcripts, which players in a browser load from another host's page."""


@dataclass(frozen=True, kw_only=True)
class LiveFile:
    """An address that was asked.

    Attributes:
        name: what should be there, in words that a message begins with.
        place: where the YAML speaks of it.
        media_types: what the server may call it; the first is the right one.
        bytes: how large it should be; None where that isn't known.
        hops: where redirects led, one after the other.
        leaves_https: whether the last of them would be asked in the clear, and so wasn't.
        status: of the last answer; None when there was none.
        trouble: why there was none.
        bad_certificate: whether it was for its certificate.
        head: whether it was HEAD that was answered, not only GET.
        range_status: of a request for its first byte; None where that wasn't asked.
        content_range: what came with it.
    """

    kind: Kind
    name: str
    url: str
    place: Place
    media_types: tuple[str, ...] = ()
    bytes: int | None = None
    hops: tuple[str, ...] = ()
    leaves_https: bool = False
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""
    bad_certificate: bool = False
    head: bool = True
    range_status: int | None = None
    content_range: str = ""

    @property
    def is_there(self) -> bool:
        """Whether the server gives it."""
        return self.status == 200  # noqa: PLR2004 - RFC 9110, 15.3.1


@dataclass(frozen=True, kw_only=True)
class LiveFeed:
    """The feed as it is served; `same` tells whether it is, to the byte, the one in the target's folder."""

    url: str
    facts: FeedFacts
    same: bool | None = None
