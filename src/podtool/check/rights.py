"""Rules about the works that an episode uses: who made them, and whether the episode may."""

from __future__ import annotations

from collections.abc import Iterator

from podtool.check.rule import CheckRule, Find, Found, at_key
from podtool.check.subject import Subject
from podtool.errors import Severity
from podtool.show.compatibility import call_work
from podtool.show.facts import WorkFacts
from podtool.show.licence_reading import same_licence, same_name
from podtool.show.model import Place
from podtool.show.rights import Work, collect_works
from podtool.show.verdicts import Finding, find_conflicts, find_missing_facts

_SPEC = "Creative Commons: recommended practices for attribution (title, author, source, licence)"


def _works(subject: Subject) -> tuple[Work, ...]:
    """What is heard and shown; where nobody can tell, all that the segments name."""
    return collect_works(subject.show, subject.episode, subject.heard) if subject.episode else ()


def _place(subject: Subject, work: Work, key: str) -> Place:
    owner = subject.episode if subject.episode and not work.of_show else subject.show
    return at_key(owner.places, key)


def _found(subject: Subject, finding: Finding) -> Found:
    return Found(
        message=finding.message,
        place=_place(subject, finding.work, finding.key),
        hint=_told_hint(subject, finding.work, finding.key)
        or finding.way_out[:1].upper() + finding.way_out[1:] + ".",
    )


def _told_hint(subject: Subject, work: Work, key: str) -> str:
    """What to write where the YAML says nothing and the file does; empty for nothing."""
    field = key.rpartition(".")[2]
    said = subject.told_by_files.get(work.asset.file.as_posix())
    value = getattr(said, field, None) if said and getattr(work.asset, field, None) is None else None
    return f"Its file says «{value}»: if that is right, write it as `{field}`." if value else ""


def _missing(clause: str) -> Find:
    def find(subject: Subject) -> Iterator[Found]:
        for finding in find_missing_facts(_works(subject)):
            if finding.clause == clause:
                yield _found(subject, finding)

    return find


def _find_no_source(subject: Subject) -> Iterator[Found]:
    for work in _works(subject):
        if not work.asset.source and not work.asset.attribution:
            yield Found(
                message=f"{call_work(work)}: its source isn't stated",
                place=_place(subject, work, f"{work.key}.source"),
                hint=_told_hint(subject, work, "source"),
            )


def _find_no_title(subject: Subject) -> Iterator[Found]:
    yield from _missing("missing-title")(subject)
    for work in _works(subject):
        if work.kind == "image" and not work.asset.title and not work.asset.attribution:
            yield Found(
                message=f"{call_work(work)}: its title isn't stated",
                place=_place(subject, work, f"{work.key}.title"),
                hint=_told_hint(subject, work, "title"),
            )


def _find_no_licence(subject: Subject) -> Iterator[Found]:
    episode = subject.episode
    if episode and episode.licence_within(subject.show) is None:
        yield Found(
            message="neither episode.yaml nor show.yaml says under which licence the episode is",
            place=at_key(subject.show.places, "licence"),
        )


_ADAPTING = frozenset({"no-derivatives", "sampling"})
_APART = _ADAPTING | {"excepted", "attribution"}
"""Clauses with a rule of their own."""


def _conflicts(*, certain: bool | None = None, of: frozenset[str] = frozenset()) -> Find:
    """The finder of what is certain, or not, or of some clauses: those without a rule of their own."""

    def find(subject: Subject) -> Iterator[Found]:
        if subject.episode:
            licence = subject.episode.licence_within(subject.show)
            for finding in find_conflicts(_works(subject), licence):
                mine = finding.clause in of if of else finding.clause not in _APART
                if mine and certain in {None, finding.certain}:
                    yield _found(subject, finding)

    return find


def _told(subject: Subject) -> Iterator[tuple[Work, str, str, str | None]]:
    """Of every work what its file says: the key, the file's value, and the YAML's."""
    for work in _works(subject):
        said = subject.told_by_files.get(work.asset.file.as_posix(), WorkFacts())
        asset = work.asset
        licence = asset.licence.id if asset.licence else None
        own = (
            ("title", said.title, asset.title),
            ("creator", said.creator, asset.creator),
            ("source", said.source, asset.source),
            ("licence", said.licence, licence),
        )
        for key, theirs, ours in own:
            if theirs:
                yield work, key, theirs, ours


def _find_another_name(subject: Subject) -> Iterator[Found]:
    for work, key, theirs, ours in _told(subject):
        if key in {"title", "creator"} and ours and not same_name(theirs, ours):
            yield Found(
                message=f"{call_work(work)}: its file says that its {key} is «{theirs}», the YAML «{ours}»",
                place=_place(subject, work, f"{work.key}.{key}"),
            )


def _find_another_licence(subject: Subject) -> Iterator[Found]:
    for work, key, theirs, ours in _told(subject):
        url = work.asset.licence.url if work.asset.licence else None
        if (
            key == "licence"
            and ours
            and not (same_licence(theirs, ours) or same_licence(theirs, url or ours))
        ):
            yield Found(
                message=f"{call_work(work)}: its file says that it is under {theirs}, the YAML {ours}",
                place=_place(subject, work, f"{work.key}.licence"),
            )


RULES: tuple[CheckRule, ...] = (
    CheckRule(
        id="RIGHTS-001",
        severity=Severity.WARNING,
        title="Nobody knows under which licence a work is",
        why="Without a licence its creator may have the episode taken down, and nobody may pass it on.",
        spec=_SPEC,
        fix="Ask its creator, or look where it came from; if nobody can tell, use another work.",
        example="music with `title` and `creator`, but no `licence`",
        find=_missing("unknown-licence"),
    ),
    CheckRule(
        id="RIGHTS-002",
        severity=Severity.WARNING,
        title="Nobody knows who made a work",
        why="Its creator isn't thanked, and most licences end where the credit is missing.",
        spec=_SPEC,
        fix="Add `creator`: most licences ask that the author be named.",
        example="a cover without `creator`",
        find=_missing("missing-creator"),
    ),
    CheckRule(
        id="RIGHTS-003",
        severity=Severity.WARNING,
        title="Nobody knows where a work comes from",
        why="Listeners can't find it, and you can't show later that you were allowed to use it.",
        spec=_SPEC,
        fix="Add `source`: the address where it was found, or words («a CD that the band gave us»).",
        example="music without `source`",
        find=_find_no_source,
    ),
    CheckRule(
        id="RIGHTS-004",
        severity=Severity.WARNING,
        title="Nobody knows what a work is called",
        why="Listeners who like it can't look for it.",
        spec=_SPEC,
        fix="Add `title`, so that listeners can find it.",
        example="music without `title`",
        find=_find_no_title,
    ),
    CheckRule(
        id="RIGHTS-005",
        severity=Severity.WARNING,
        title="podtool doesn't know the terms of a work's licence",
        why="Whether the episode may use it, only you can tell.",
        spec="SPDX licence list",
        fix="Read them, and make sure that they allow this use under the episode's licence.",
        example="`licence: LicenseRef-Studio-Library`",
        find=_missing("unlisted-licence"),
    ),
    CheckRule(
        id="RIGHTS-006",
        severity=Severity.WARNING,
        title="The episode has no licence",
        why="Without one nobody may copy it, quote it at length or translate it, even if you'd be glad.",
        spec="Podcasting 2.0: license",
        fix="Write `licence` in show.yaml: `CC-BY-4.0`, or `LicenseRef-…` with a `licence_url`.",
        example="a show.yaml and an episode.yaml without `licence`",
        find=_find_no_licence,
    ),
    CheckRule(
        id="RIGHTS-007",
        severity=Severity.ERROR,
        title="The episode may not have its licence with this work in it",
        why="You would allow others what you aren't allowed yourself.",
        spec="Creative Commons: licence compatibility chart; the licences' sections on adaptations",
        fix="Publish under a licence that fits, or replace the work.",
        example="music under CC BY-NC 4.0 in an episode under CC BY 4.0",
        find=_conflicts(certain=True),
    ),
    CheckRule(
        id="RIGHTS-008",
        severity=Severity.WARNING,
        title="The episode may perhaps not have its licence with this work beside it",
        why="Whether a work that is only shown, or played whole, is part of the episode depends on the case.",
        spec="Creative Commons: licence compatibility chart; collections and adaptations",
        fix="Look at the work's licence, or say on the page that the work keeps its own.",
        example="a cover under CC BY-NC-ND 4.0 beside an episode under CC BY 4.0",
        find=_conflicts(certain=False),
    ),
    CheckRule(
        id="RIGHTS-009",
        severity=Severity.ERROR,
        title="A work is cut or mixed that may not be adapted",
        why="Its creator said no to that, whatever the episode's licence; the episode may have to come down.",
        spec="Creative Commons BY-ND: 1.0 to 3.0, section 3; 4.0, section 2(a)(1)",
        fix="Play it whole and alone, ask its creator (`allows: [adapt]`), or replace it.",
        example="music under CC BY-ND 4.0 that lies under speech",
        find=_conflicts(certain=True, of=_ADAPTING),
    ),
    CheckRule(
        id="RIGHTS-010",
        severity=Severity.WARNING,
        title="Only a part of a work may be used, and not for everything",
        why="Creative Commons gave its sampling licences up: each asks for a judgement of what is made.",
        spec="Creative Commons Sampling, Sampling Plus and NonCommercial Sampling Plus 1.0, section 3",
        fix="Look at the licence, or ask the creator for another one.",
        example="a sound under `LicenseRef-CC-Sampling-Plus-1.0`, cut",
        find=_conflicts(certain=False, of=_ADAPTING),
    ),
    CheckRule(
        id="RIGHTS-011",
        severity=Severity.WARNING,
        title="The episode's licence doesn't hold for a work in it",
        why="Whoever sells the episode, as its licence allows, would infringe the work's rights.",
        spec="Creative Commons: «Marking third-party content»",
        fix="Say in the notes that the licence holds for all but this work, or replace it.",
        example="music of a library with `allows: [adapt, commercial]` in an episode under CC BY 4.0",
        find=_conflicts(of=frozenset({"excepted"})),
    ),
    CheckRule(
        id="RIGHTS-012",
        severity=Severity.WARNING,
        title="The episode asks for no credit, but a work in it does",
        why="Who copies the episode won't know that somebody must still be named.",
        spec="Creative Commons: adapter's license chart (BY into the public domain)",
        fix="Publish under a licence that asks for attribution, or use works in the public domain.",
        example="music under CC BY 4.0 in an episode under CC0 1.0",
        find=_conflicts(of=frozenset({"attribution"})),
    ),
    CheckRule(
        id="RIGHTS-013",
        severity=Severity.WARNING,
        title="A file gives its work another title or creator than the YAML",
        why="One of the two thanks the wrong person.",
        spec="ID3v2.3: TIT2, TPE1; Vorbis comments; EBU Tech 3285 (bext); ISO 16684-1 (XMP)",
        fix="Ask which is right, and correct the YAML, or give the file other tags.",
        example="music with `creator: Sounds of Nowhere` whose file says «The Nowhere Band»",
        find=_find_another_name,
    ),
    CheckRule(
        id="RIGHTS-014",
        severity=Severity.WARNING,
        title="A file says that its work is under another licence than the YAML",
        why="If the file is right, the episode promises what it may not.",
        spec="ID3v2.3: WCOP, TCOP; Vorbis comments: LICENSE; ISO 16684-1 (XMP): cc:license",
        fix="Look at the source, and correct the YAML.",
        example="music with `licence: CC-BY-4.0` whose file says CC BY-NC 4.0",
        find=_find_another_licence,
    ),
)
