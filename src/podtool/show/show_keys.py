"""The keys of show.yaml, and the Show that they make."""

from __future__ import annotations

from podtool.show.addresses import URL
from podtool.show.checking_keys import CHECK_FIELD
from podtool.show.fields import Field, Scope, Table, Values, list_of, mapping, read_table
from podtool.show.model import BUILT_IN_PROFILES, Owner, Places, PublishSettings, Show
from podtool.show.paths import MARKDOWN, TARGET
from podtool.show.podcasting_keys import SHOW_FIELDS
from podtool.show.profiles import PROFILES
from podtool.show.references import (
    ASSETS,
    COVER,
    FUNDING,
    LICENCE_FIELDS,
    PEOPLE,
    PLATFORMS,
    build_licence,
)
from podtool.show.scalars import BOOLEAN, CATEGORY, EMAIL, HANDLE, LANGUAGE, LINE, NUMBER, UUID, choice
from podtool.show.yaml_nodes import MappingNode, walk

OWNER = Table(
    name="owner",
    doc="Who answers for the feed.",
    fields=(
        Field(key="name", kind=LINE, doc="a person or an organisation", required=True, default=""),
        Field(key="email", kind=EMAIL, doc="stands in the feed, for all to read", required=True, default=""),
    ),
)


def _owner(values: Values, _: MappingNode, __: Scope) -> Owner:
    return Owner(**values)


PUBLISH = Table(
    name="publish",
    doc="Where and how the show goes out.",
    fields=(
        Field(
            key="target",
            kind=TARGET,
            doc="a folder of the show, `sftp://…` or `s3://…`",
            default="public/",
            shown_default="`public/`",
        ),
        Field(key="base_url", kind=URL, doc="the target's public address"),
        Field(key="websub", kind=URL, doc="a WebSub hub that is told of news"),
        Field(
            key="ping",
            kind=list_of(URL, "list of addresses"),
            doc="addresses fetched after news",
            default=(),
        ),
        Field(
            key="verify",
            kind=BOOLEAN,
            doc="ask for the media at their public address before the feed names them",
            shown_default="yes for `sftp://` and `s3://`, no for a folder",
        ),
        Field(
            key="feed_items",
            kind=NUMBER,
            doc="the most episodes that the feed holds; older ones go to pages of it (RFC 5005) which apps "
            "follow",
            default=0,
            shown_default="all",
        ),
    ),
)


def _publish(values: Values, _: MappingNode, __: Scope) -> PublishSettings:
    return PublishSettings(**values)


SHOW = Table(
    name="show.yaml",
    doc="The show: what holds for all its episodes.",
    first=("assets", "people"),
    fields=(
        Field(key="title", kind=LINE, doc="the show's name", required=True, default=""),
        Field(key="description", kind=MARKDOWN, doc="what the show is about", required=True, default=""),
        Field(key="language", kind=LANGUAGE, doc="BCP 47: `fr`", required=True, default=""),
        Field(key="author", kind=LINE, doc="who makes the show"),
        Field(key="link", kind=URL, doc="the show's site"),
        Field(
            key="handle",
            kind=HANDLE,
            doc="file names start with it: `questions-asso-08.mp3`",
            required=True,
            default="",
        ),
        Field(key="feed", kind=URL, doc="the feed's public URL"),
        Field(key="guid", kind=UUID, doc="podcast:guid; written once by `init` and never changed"),
        Field(key="owner", kind=mapping("owner", OWNER, _owner), doc="who answers for the feed"),
        Field(
            key="categories",
            kind=list_of(CATEGORY, "list of categories"),
            doc="Apple's names: `[Society & Culture, Education > Self-Improvement]`",
            default=(),
        ),
        Field(key="explicit", kind=BOOLEAN, doc="strong language", default=False, shown_default="`false`"),
        Field(
            key="type",
            kind=choice("episodic", "serial"),
            doc="`serial` is listened to from the first episode on",
            default="episodic",
            shown_default="`episodic`",
        ),
        Field(
            key="locked",
            kind=BOOLEAN,
            doc="forbids other platforms to import the feed",
            default=True,
            shown_default="`true`",
        ),
        *LICENCE_FIELDS,
        Field(key="cover", kind=COVER, doc="an asset with `alt`"),
        Field(key="people", kind=PEOPLE, doc="people by id, for episodes to name", default={}),
        Field(key="assets", kind=ASSETS, doc="works by id, for segments to name", default={}),
        Field(key="platforms", kind=PLATFORMS, doc="where else to listen", default=()),
        Field(key="funding", kind=FUNDING, doc="where to give", default=()),
        *SHOW_FIELDS,
        Field(
            key="profiles",
            kind=PROFILES,
            doc="the deliverables; by name, or a list of built-in ones",
            default=(BUILT_IN_PROFILES["podcast"],),
            shown_default="`podcast` alone",
        ),
        Field(
            key="publish",
            kind=mapping("mapping of publish settings", PUBLISH, _publish),
            doc="where the show goes out",
            default=PublishSettings(),
        ),
        CHECK_FIELD,
    ),
)


def build_show(node: MappingNode, scope: Scope) -> Show:
    """The show that a root mapping says; what is wrong goes to the scope's findings."""
    values = read_table(node, SHOW, scope)
    licence = build_licence(values, node, scope)
    places = Places(file=scope.reading.file, by_key=dict(walk(node)))
    return Show(root=scope.reading.root, licence=licence, places=places, **values)
