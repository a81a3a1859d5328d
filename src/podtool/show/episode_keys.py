"""The keys of episode.yaml, and the Episode that they make."""

from __future__ import annotations

from podtool.show.addresses import URL
from podtool.show.checking_keys import CHECK_FIELD
from podtool.show.fields import Field, Scope, Table, Values, list_of, mapping, read_table
from podtool.show.model import Credit, Episode, OtherFormat, Places, Revision
from podtool.show.paths import MARKDOWN
from podtool.show.podcasting_keys import EPISODE_FIELDS
from podtool.show.references import (
    ASSETS,
    COVER,
    HEARD,
    LICENCE_FIELDS,
    PLATFORMS,
    build_licence,
)
from podtool.show.scalars import (
    BOOLEAN,
    DATE,
    GUID,
    HANDLE,
    LINE,
    MEDIA_TYPE,
    MOMENT,
    NUMBER,
    choice,
    slugify,
)
from podtool.show.segments import SEGMENTS
from podtool.show.yaml_nodes import MappingNode, walk

CREDIT = Table(
    name="credit",
    doc="Somebody, or an organisation, who did something.",
    fields=(
        Field(
            key="role",
            kind=LINE,
            doc="`director`, `editor`, …: a word of the Podcasting 2.0 taxonomy where it has one",
            required=True,
            default="",
        ),
        Field(key="name", kind=LINE, doc="who", required=True, default=""),
        Field(key="organisation", kind=LINE, doc="for whom"),
        Field(key="url", kind=URL, doc="their page"),
    ),
)


def _credit(values: Values, _: MappingNode, __: Scope) -> Credit:
    return Credit(**values)


FORMAT = Table(
    name="format",
    doc="The same episode elsewhere.",
    fields=(
        Field(key="name", kind=LINE, doc="what it is", required=True, default=""),
        Field(key="url", kind=URL, doc="where it is", required=True, default=""),
        Field(key="media_type", kind=MEDIA_TYPE, doc="like `video/mp4`"),
    ),
)


def _format(values: Values, _: MappingNode, __: Scope) -> OtherFormat:
    return OtherFormat(**values)


REVISION = Table(
    name="revision",
    doc="A correction.",
    fields=(
        Field(key="note", kind=LINE, doc="what was corrected", required=True, default=""),
        Field(key="date", kind=DATE, doc="when"),
    ),
)


def _revision(values: Values, _: MappingNode, __: Scope) -> Revision:
    return Revision(**values)


EPISODE = Table(
    name="episode.yaml",
    doc="The episode: title, people, credits, timeline.",
    first=("assets", "guests", "people"),
    fields=(
        Field(key="number", kind=NUMBER, doc="its number in the show (or season)"),
        Field(key="season", kind=NUMBER, doc="the season's number"),
        Field(key="title", kind=LINE, doc="without number or show's name", required=True, default=""),
        Field(key="subtitle", kind=LINE, doc="one more line"),
        Field(key="slug", kind=HANDLE, doc="its name in addresses", shown_default="from the title"),
        Field(
            key="type",
            kind=choice("full", "trailer", "bonus"),
            doc="what kind of episode",
            default="full",
            shown_default="`full`",
        ),
        Field(key="explicit", kind=BOOLEAN, doc="strong language", shown_default="the show's"),
        Field(key="recorded", kind=DATE, doc="when it was recorded"),
        Field(
            key="published",
            kind=MOMENT,
            doc="when it goes out; `publish` waits for it. A date is 00:00 UTC; without a zone it is UTC",
            shown_default="when it is first published",
        ),
        Field(key="description", kind=MARKDOWN, doc="what it is about", default=""),
        Field(key="notes", kind=MARKDOWN, doc="more, for the page"),
        Field(
            key="guests",
            kind=HEARD,
            doc="ids from the show, or `{name, role, organisation, url}`",
            default=(),
        ),
        Field(key="people", kind=HEARD, doc="who else is heard", default=()),
        Field(
            key="credits",
            kind=list_of(mapping("credit", CREDIT, _credit), "list of credits"),
            doc="who did what",
            default=(),
        ),
        *LICENCE_FIELDS,
        Field(key="cover", kind=COVER, doc="overrides the show's"),
        Field(key="assets", kind=ASSETS, doc="works that only this episode uses", default={}),
        Field(key="platforms", kind=PLATFORMS, doc="overrides the show's", default=()),
        Field(
            key="formats",
            kind=list_of(mapping("format", FORMAT, _format), "list of formats"),
            doc="the same episode elsewhere (video, text)",
            default=(),
        ),
        *EPISODE_FIELDS,
        Field(
            key="guid",
            kind=GUID,
            doc="only for one that was published before",
            shown_default="made once, kept",
        ),
        Field(
            key="revisions",
            kind=list_of(mapping("revision", REVISION, _revision), "list of revisions"),
            doc="what was corrected after it had gone out, for its page",
            default=(),
        ),
        CHECK_FIELD,
        Field(key="segments", kind=SEGMENTS, doc="the timeline, in order", default=()),
    ),
)


def build_episode(node: MappingNode, scope: Scope) -> Episode:
    """The episode that a root mapping says; what is wrong goes to the scope's findings."""
    values = read_table(node, EPISODE, scope)
    licence = build_licence(values, node, scope)
    values["slug"] = values["slug"] or _slug(values, scope)
    places = Places(file=scope.reading.file, by_key=dict(walk(node)))
    return Episode(folder=scope.reading.folder, licence=licence, places=places, **values)


def _slug(values: Values, scope: Scope) -> str:
    """From the title; where that has no Latin letter, from the number, then the folder."""
    number = values["number"]
    fallback = f"episode-{number:02d}" if number is not None else slugify(scope.reading.folder.name)
    return slugify(values["title"]) or fallback or "episode"
