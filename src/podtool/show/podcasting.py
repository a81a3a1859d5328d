"""What the Podcasting 2.0 namespace lets a show say beyond the usual, in its own words; pure values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from podtool.units import Seconds

Medium = Literal["podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "course"]


@dataclass(frozen=True, kw_only=True)
class Location:
    """Where it is about (``subject``), or where it was made (``creator``).

    Attributes:
        geo: ``geo:47.2186,-1.5541`` (RFC 5870).
        osm: OpenStreetMap's object: ``R59874``.
        country: ISO 3166-1 alpha-2, upper case.
    """

    name: str
    rel: Literal["subject", "creator"] = "subject"
    geo: str | None = None
    osm: str | None = None
    country: str | None = None


@dataclass(frozen=True, kw_only=True)
class RemoteFeed:
    """Another feed, by its podcast:guid."""

    guid: str
    feed: str | None = None
    title: str | None = None


@dataclass(frozen=True, kw_only=True)
class UpdateFrequency:
    """When episodes come. `rrule` is RFC 5545's, `start` where it begins; `complete`: none will come."""

    text: str
    rrule: str | None = None
    start: str | None = None
    complete: bool = False


@dataclass(frozen=True, kw_only=True)
class Txt:
    """A line for some service, as a DNS TXT record is."""

    text: str
    purpose: str | None = None


@dataclass(frozen=True, kw_only=True)
class SocialPost:
    """The post under which people comment; without `uri` where the protocol is ``disabled``."""

    protocol: str
    uri: str | None = None
    account_id: str | None = None
    account_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Who gets which share of a payment."""

    name: str | None
    address: str
    split: int
    type: str = "node"
    fee: bool = False
    custom_key: str | None = None
    custom_value: str | None = None


@dataclass(frozen=True, kw_only=True)
class Value:
    """How listeners may send money while they listen."""

    type: str
    method: str
    suggested: str | None = None
    recipients: tuple[Recipient, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SoundbiteMark:
    """An excerpt worth showing: `at` and `duration` in source time."""

    at: Seconds
    duration: Seconds
    title: str | None = None
