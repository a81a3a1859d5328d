"""Keys for what only the Podcasting 2.0 namespace has; show, episode and segment use them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, get_args

from podtool.show.addresses import URL
from podtool.show.fields import Field, Kind, Scope, Table, Unfit, Values, list_of, mapping, scalar
from podtool.show.findings import shown
from podtool.show.podcasting import (
    Location,
    Medium,
    RemoteFeed,
    SocialPost,
    SoundbiteMark,
    Txt,
    UpdateFrequency,
)
from podtool.show.scalars import BOOLEAN, LINE, TEXT, TIME, UUID, choice, parse_moment
from podtool.show.value_keys import VALUE
from podtool.show.yaml_nodes import ListNode, MappingNode, Node
from podtool.show.yaml_rules import Rule
from podtool.units import Seconds

ZERO = Seconds(0)
_GEO = re.compile(
    r"(?:geo:)?(-?\d{1,2}(?:\.\d+)?),\s*(-?\d{1,3}(?:\.\d+)?)(,-?\d+(?:\.\d+)?)?(;u=\d+(?:\.\d+)?)?\Z"
)
_OSM = re.compile(r"[NWR]\d{1,19}(?:#\d{1,9})?\Z")
_COUNTRY = re.compile(r"[A-Za-z]{2}\Z")
_RULE_PART = re.compile(
    r"(?:FREQ=(?:SECONDLY|MINUTELY|HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY)|WKST=[A-Z]{2}|UNTIL=[\dTZ:.-]+|"
    r"(?:COUNT|INTERVAL|BYSECOND|BYMINUTE|BYHOUR|BYDAY|BYMONTHDAY|BYYEARDAY|BYWEEKNO|BYMONTH|BYSETPOS)"
    r"=[\dA-Z,+-]+)\Z"
)
_SLUG = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}\Z")
PROTOCOLS = ("disabled", "activitypub", "twitter", "lightning", "atproto", "hive", "matrix", "nostr")
"""The namespace's socialprotocols.txt."""


def _shaped(pattern: re.Pattern[str], name: str, example: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if not pattern.match(text):
            raise Unfit(f"{shown(text)} is not {name}", hint=f"Write it like `{example}`.")
        return text

    return parse


def _parse_geo(text: str) -> str:
    """A geo URI (RFC 5870); latitude first, `geo:` may be left out."""
    found = _GEO.match(text)
    if not found or abs(float(found[1])) > 90 or abs(float(found[2])) > 180:  # noqa: PLR2004 - degrees
        raise Unfit(
            f"{shown(text)} is not a place on Earth", hint="Write `geo:47.2186,-1.5541`: latitude, longitude."
        )
    return f"geo:{found[1]},{found[2]}{found[3] or ''}{found[4] or ''}"


def _parse_country(text: str) -> str:
    return _shaped(_COUNTRY, "a country's two letters", "FR")(text).upper()


def _parse_rrule(text: str) -> str:
    """A recurrence rule (RFC 5545, 3.3.10)."""
    rule = text.removeprefix("RRULE:")
    parts = rule.split(";")
    if not parts[0].startswith("FREQ=") or not all(_RULE_PART.match(part) for part in parts):
        raise Unfit(f"{shown(text)} is not a recurrence rule", hint="Write it like `FREQ=WEEKLY;BYDAY=FR`.")
    return rule


def _parse_start(text: str) -> str:
    return parse_moment(text).isoformat()


LOCATION = Table(
    name="location",
    doc="A place the show or episode is about, or where it was made.",
    fields=(
        Field(key="name", kind=LINE, doc="as people say it", required=True, default=""),
        Field(
            key="rel",
            kind=choice("subject", "creator"),
            doc="`subject`: what it is about; `creator`: where it was made",
            default="subject",
            shown_default="`subject`",
        ),
        Field(
            key="geo", kind=scalar("latitude and longitude", Rule.FORM, _parse_geo), doc="`47.2186,-1.5541`"
        ),
        Field(
            key="osm",
            kind=scalar("OpenStreetMap id", Rule.FORM, _shaped(_OSM, "an OpenStreetMap id", "R59874")),
            doc="OpenStreetMap's object: N, W or R, and its number",
        ),
        Field(key="country", kind=scalar("country", Rule.FORM, _parse_country), doc="two letters: `FR`"),
    ),
)


def _one_or_more(kind: Kind, name: str) -> Kind:
    several = list_of(kind, f"list of {name}")

    def read(node: Node, scope: Scope) -> tuple[Any, ...]:
        if isinstance(node, ListNode):
            found: tuple[Any, ...] = several.read(node, scope)
            return found
        one = kind.read(node, scope)
        return () if one is None else (one,)

    return Kind(name=f"{kind.name}, or list of {name}", read=read, table=kind.table)


def _location(values: Values, _: MappingNode, __: Scope) -> Location:
    return Location(**values)


REMOTE_FEED = Table(
    name="other show",
    doc="Another show, by its feed.",
    fields=(
        Field(key="guid", kind=UUID, doc="its podcast:guid", required=True, default=""),
        Field(key="feed", kind=URL, doc="its feed's address, for apps that don't know the guid"),
        Field(key="title", kind=LINE, doc="its title"),
    ),
)


def _remote_feed(values: Values, _: MappingNode, __: Scope) -> RemoteFeed:
    return RemoteFeed(**values)


_REMOTE = mapping("other show", REMOTE_FEED, _remote_feed)

UPDATE_FREQUENCY = Table(
    name="update_frequency",
    doc="When episodes come.",
    fields=(
        Field(key="text", kind=LINE, doc="in words", required=True, default=""),
        Field(
            key="rrule",
            kind=scalar("recurrence rule", Rule.FORM, _parse_rrule),
            doc="the same for machines (RFC 5545): `FREQ=WEEKLY;BYDAY=FR`",
        ),
        Field(
            key="start", kind=scalar("date or date-time", Rule.DATE, _parse_start), doc="when the rule begins"
        ),
        Field(
            key="complete",
            kind=BOOLEAN,
            doc="no more episodes will come",
            default=False,
            shown_default="`false`",
        ),
    ),
)


def _update_frequency(values: Values, node: MappingNode, scope: Scope) -> UpdateFrequency:
    if "COUNT=" in (values["rrule"] or "") and values["start"] is None:
        scope.report(Rule.FORM, node.place_of("rrule"), "a rule with COUNT needs a `start` to count from")
    return UpdateFrequency(**values)


TXT = Table(
    name="txt",
    doc="A line for a service that asks for one in the feed.",
    fields=(
        Field(key="text", kind=TEXT, doc="what it says", required=True, default=""),
        Field(key="purpose", kind=LINE, doc="`verify`, `applepodcastsverify`, or the service's own word"),
    ),
)


def _txt(values: Values, _: MappingNode, __: Scope) -> Txt:
    return Txt(**values)


SOCIAL = Table(
    name="social",
    doc="The post under which people comment. The first one counts most.",
    fields=(
        Field(
            key="protocol",
            kind=choice(*PROTOCOLS),
            doc="`activitypub` for Mastodon; `disabled` asks apps to show no comments",
            required=True,
            default="disabled",
        ),
        Field(key="uri", kind=URL, doc="the post"),
        Field(key="account_id", kind=LINE, doc="who wrote it: `@dave`"),
        Field(key="account_url", kind=URL, doc="their page"),
    ),
)


def _social(values: Values, node: MappingNode, scope: Scope) -> SocialPost:
    if values["protocol"] != "disabled" and values["uri"] is None and node.value("uri") is None:
        scope.report(
            Rule.MISSING_KEY, node.place_of("uri"), "the key `uri` is missing", "Add the post's address."
        )
    return SocialPost(**values)


SOUNDBITE = Table(
    name="soundbite",
    doc="An excerpt that apps may play as a preview.",
    fields=(
        Field(key="at", kind=TIME, doc="in source time", required=True, default=ZERO),
        Field(key="duration", kind=TIME, doc="15 s to 2 min are best", required=True, default=ZERO),
        Field(key="title", kind=LINE, doc="what it is called", shown_default="the episode's"),
    ),
)


def _soundbite(values: Values, node: MappingNode, scope: Scope) -> SoundbiteMark:
    if not values["duration"] and node.value("duration") is not None:
        scope.report(Rule.RANGE, node.place_of("duration"), "a soundbite lasts longer than 0 s")
    return SoundbiteMark(**values)


SOUNDBITES = list_of(mapping("soundbite", SOUNDBITE, _soundbite), "list of soundbites")


def _read_block(node: Node, scope: Scope) -> Any:
    return _SLUGS.read(node, scope) if isinstance(node, ListNode) else BOOLEAN.read(node, scope)


_SLUGS = list_of(
    scalar("platform", Rule.FORM, _shaped(_SLUG, "a platform's slug", "amazon")), "list of platforms"
)
BLOCK = Kind(name="`true`, or list of platforms", read=_read_block)

BOTH_FIELDS = (
    Field(
        key="location",
        kind=_one_or_more(mapping("location", LOCATION, _location), "locations"),
        doc="what place it is about, or where it was made",
        default=(),
    ),
    Field(
        key="ai_content",
        kind=BOOLEAN,
        doc="whether AI made part of what is heard",
        shown_default="says nothing",
    ),
    Field(
        key="txt",
        kind=list_of(mapping("txt", TXT, _txt), "list of txt"),
        doc="lines for services",
        default=(),
    ),
    Field(
        key="social",
        kind=list_of(mapping("social", SOCIAL, _social), "list of posts"),
        doc="where people comment",
        default=(),
    ),
    Field(key="value", kind=VALUE, doc="payments while listening"),
)
"""Of a show and of an episode."""

SHOW_FIELDS = (
    Field(
        key="medium",
        kind=choice(*get_args(Medium)),
        doc="what the feed is made of",
        default="podcast",
        shown_default="`podcast`",
    ),
    Field(key="podroll", kind=list_of(_REMOTE, "list of other shows"), doc="shows you recommend", default=()),
    Field(key="publisher", kind=_REMOTE, doc="the feed of the network that publishes the show"),
    Field(
        key="update_frequency",
        kind=mapping("update frequency", UPDATE_FREQUENCY, _update_frequency),
        doc="when episodes come",
    ),
    Field(
        key="block",
        kind=BLOCK,
        doc="keeps the show out of all directories, or of those that are named",
        default=False,
        shown_default="`false`",
    ),
    *BOTH_FIELDS,
)

EPISODE_FIELDS = (
    Field(key="season_name", kind=LINE, doc="what the season is called"),
    Field(key="display", kind=LINE, doc="what apps show in place of the number: `Ch. 3`"),
    *BOTH_FIELDS,
)
