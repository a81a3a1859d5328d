"""published.yaml → Ledger: what went out, under which guid and address; `ledger_writing` writes it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from podtool.show.facts import ChapterFacts, Enclosure, HeardFacts, SoundbiteFacts
from podtool.show.fields import (
    Field,
    Reading,
    Scope,
    Table,
    Unfit,
    Values,
    by_id,
    list_of,
    mapping,
    read_table,
)
from podtool.show.findings import Findings, shown
from podtool.show.ledger_writing import seal_of
from podtool.show.publication import Ledger, Publication, PublishedFile
from podtool.show.scalars import BOOLEAN
from podtool.show.written_keys import (
    COUNT,
    COUNT_FROM_1,
    DURATION,
    EXACT,
    INSIDE,
    PUBLIC_PATH,
    PUBLIC_URL,
    SHA256,
    WRITTEN_MOMENT,
    check_public_path,
)
from podtool.show.yaml_compose import Limits, read_mapping
from podtool.show.yaml_nodes import MappingNode
from podtool.show.yaml_rules import Rule

# A ledger grows with its show: ten thousand episodes with chapters have a million values.
LEDGER_LIMITS = Limits(file_bytes=64 << 20, nodes=4_000_000)


def _check_kind(text: str) -> None:
    if not text or "\n" in text or len(text) > 200:  # noqa: PLR2004 - the longest of ours has 14
        raise Unfit(f"{shown(text)} is not a kind of file")


def _check_folder(text: str) -> None:
    if text != ".":
        check_public_path(text)


def _published_file(values: Values, node: MappingNode, scope: Scope) -> PublishedFile:
    _weighed(values, node, scope)
    return PublishedFile(**values)


def _weighed(values: Values, node: MappingNode, scope: Scope) -> None:
    """What podtool sent has a digest; only what lies elsewhere may be without."""
    if values["path"] and not (values["sha256"] or node.value("sha256")):
        scope.report(Rule.LEDGER, node.place_of("sha256"), "a file below the target has a `sha256`")


PUBLISHED_FILE = Table(
    name="published file",
    doc="A small public file.",
    fields=(
        Field(key="path", kind=PUBLIC_PATH, doc="below the target; none for what lies elsewhere", default=""),
        Field(key="url", kind=PUBLIC_URL, doc="its address", required=True, default=""),
        Field(key="bytes", kind=COUNT, doc="its size", required=True, default=0),
        Field(key="media_type", kind=EXACT, doc="its type", required=True, default=""),
        Field(key="sha256", kind=SHA256, doc="its digest", default=""),
        Field(key="language", kind=EXACT, doc="where it isn't the show's"),
    ),
)
_FILES = by_id(mapping("published file", PUBLISHED_FILE, _published_file), "files by kind", _check_kind)


def _enclosure(values: Values, node: MappingNode, scope: Scope) -> Enclosure:
    _weighed(values, node, scope)
    return Enclosure(**values)


ENCLOSURE = Table(
    name="enclosure",
    doc="A published media file; the first is the feed's.",
    fields=(
        Field(key="url", kind=PUBLIC_URL, doc="its address", required=True, default=""),
        Field(key="path", kind=PUBLIC_PATH, doc="below the target; none for what lies elsewhere", default=""),
        Field(key="bytes", kind=COUNT, doc="its size", required=True, default=0),
        Field(key="media_type", kind=EXACT, doc="its type", required=True, default=""),
        Field(key="sha256", kind=SHA256, doc="its digest", default=""),
        Field(key="duration_s", kind=DURATION, doc="its length", required=True, default=0.0),
        Field(key="profile", kind=EXACT, doc="the profile it was made by", required=True, default=""),
        Field(key="bitrate_kbps", kind=COUNT_FROM_1, doc="its bit rate"),
    ),
)


def _chapter(values: Values, node: MappingNode, scope: Scope) -> ChapterFacts:
    if values["end_ms"] < values["start_ms"]:
        scope.report(Rule.LEDGER, node.place_of("end_ms"), "the chapter ends before it starts")
    return ChapterFacts(**values)


CHAPTER = Table(
    name="published chapter",
    doc="A chapter, as in the published audio.",
    fields=(
        Field(key="start_ms", kind=COUNT, doc="its start", required=True, default=0),
        Field(key="end_ms", kind=COUNT, doc="its end", required=True, default=0),
        Field(key="title", kind=EXACT, doc="its name", default=""),
        Field(key="url", kind=EXACT, doc="where it leads"),
        Field(key="image", kind=INSIDE, doc="its picture"),
    ),
)


def _soundbite(values: Values, node: MappingNode, scope: Scope) -> SoundbiteFacts:
    if values["end_ms"] <= values["start_ms"]:
        scope.report(Rule.LEDGER, node.place_of("end_ms"), "the soundbite ends before it starts")
    return SoundbiteFacts(**values)


SOUNDBITE = Table(
    name="published soundbite",
    doc="An excerpt, as in the published audio.",
    fields=(
        Field(key="start_ms", kind=COUNT, doc="its start", required=True, default=0),
        Field(key="end_ms", kind=COUNT, doc="its end", required=True, default=0),
        Field(key="title", kind=EXACT, doc="what it is called"),
    ),
)


def _heard(values: Values, node: MappingNode, scope: Scope) -> HeardFacts:
    if values["end_ms"] <= values["start_ms"]:
        scope.report(Rule.LEDGER, node.place_of("end_ms"), "the work ends before it starts")
    return HeardFacts(**values)


HEARD = Table(
    name="work heard",
    doc="When an asset is heard in the published audio.",
    fields=(
        Field(key="asset", kind=EXACT, doc="its id", required=True, default=""),
        Field(key="start_ms", kind=COUNT, doc="from", required=True, default=0),
        Field(key="end_ms", kind=COUNT, doc="to", required=True, default=0),
    ),
)


def _publication(values: Values, node: MappingNode, scope: Scope) -> Publication:
    seal = values.pop("seal")
    publication = Publication(folder=scope.key, **values)
    if not (publication.page_url or publication.is_elsewhere or node.writes("page_url")):
        scope.report(Rule.MISSING_KEY, node.place_of("page_url"), "the key `page_url` is missing")
    if seal and seal != seal_of(publication):
        scope.report(
            Rule.LEDGER,
            node.place_of("seal"),
            "was changed since `publish` wrote it: its seal doesn't fit",
            "Take published.yaml back from version control. If the change is meant, delete this line: "
            "the next `publish` seals the entry anew.",
        )
    return publication


PUBLICATION = Table(
    name="published episode",
    doc="An episode as it went out.",
    fields=(
        Field(key="number", kind=COUNT, doc="its number"),
        Field(key="slug", kind=PUBLIC_PATH, doc="its name in addresses", required=True, default=""),
        Field(key="guid", kind=EXACT, doc="never changes", required=True, default=""),
        Field(key="guid_is_permalink", kind=BOOLEAN, doc="whether the feed says that it is an address"),
        Field(key="page_url", kind=PUBLIC_URL, doc="its page", default=""),
        Field(key="published", kind=WRITTEN_MOMENT, doc="the date in the feed; never changes", required=True),
        Field(key="updated", kind=WRITTEN_MOMENT, doc="when a later revision went out"),
        Field(key="revision", kind=COUNT_FROM_1, doc="counted up with the media's bytes", default=1),
        Field(
            key="enclosures",
            kind=list_of(mapping("enclosure", ENCLOSURE, _enclosure), "list of enclosures"),
            doc="the media",
            default=(),
        ),
        Field(
            key="chapters",
            kind=list_of(mapping("chapter", CHAPTER, _chapter), "list of chapters"),
            doc="as in the published audio",
            default=(),
        ),
        Field(
            key="soundbites",
            kind=list_of(mapping("soundbite", SOUNDBITE, _soundbite), "list of soundbites"),
            doc="as in the published audio",
            default=(),
        ),
        Field(
            key="heard",
            kind=list_of(mapping("work heard", HEARD, _heard), "list of works heard"),
            doc="when each asset is heard in it",
            default=(),
        ),
        Field(key="files", kind=_FILES, doc="by kind", default={}),
        Field(key="withdrawn", kind=WRITTEN_MOMENT, doc="when it was taken out of the feed"),
        Field(
            key="sent",
            kind=by_id(COUNT_FROM_1, "revisions by target", _check_kind),
            doc="the revision that each target holds",
            default={},
        ),
        Field(key="seal", kind=EXACT, doc="tells whether the entry was changed by hand"),
    ),
)
LEDGER = Table(
    name="published.yaml",
    doc="Everything that went out.",
    fields=(
        Field(key="feed", kind=PUBLIC_URL, doc="the feed's address"),
        Field(key="guid", kind=EXACT, doc="podcast:guid"),
        Field(key="files", kind=_FILES, doc="the show's own, by kind", default={}),
        Field(
            key="told",
            kind=by_id(SHA256, "digests by address", _check_kind),
            doc="the feed that each hub was last told of",
            default={},
        ),
        Field(
            key="episodes",
            kind=by_id(
                mapping("published episode", PUBLICATION, _publication), "episodes by folder", _check_folder
            ),
            doc="by folder",
            default={},
        ),
    ),
)


def read_ledger(path: Path) -> Ledger:
    """The ledger that the file `path` holds; an empty one where there is no file yet.

    Raises:
        ManifestError: it is damaged, or says what can't be; with the lines.
    """
    if not path.exists():
        return Ledger()
    findings = Findings()
    node = read_mapping(path, file=path.name, findings=findings, limits=LEDGER_LIMITS)
    if node is None:
        return findings.settle(None)
    reading = Reading(findings=findings, file=path.name, root=path.parent, folder=PurePosixPath())
    scope = Scope(reading=reading)
    ledger = Ledger(**read_table(node, LEDGER, scope))
    _check_guids(ledger, node, scope)
    return findings.settle(ledger)


def _check_guids(ledger: Ledger, node: MappingNode, scope: Scope) -> None:
    """Two episodes with one guid are one episode to every podcast app."""
    episodes = node.value("episodes")
    seen: dict[str, str] = {}
    for folder, publication in ledger.episodes.items():
        first = seen.setdefault(publication.guid, folder)
        if first != folder and publication.guid and isinstance(episodes, MappingNode):
            entry = episodes.value(folder)
            place = entry.place_of("guid") if isinstance(entry, MappingNode) else episodes.place_of(folder)
            below = scope.below("episodes").below(folder).below("guid")
            below.report(Rule.LEDGER, place, f"the same guid as {shown(first)}")
