"""Rules about the works that an episode uses: who made them, and whether the episode may."""

from __future__ import annotations

from collections.abc import Iterator

from podtool.check.rule import CheckRule, Find, Found, at_key
from podtool.check.subject import Subject
from podtool.errors import Severity
from podtool.show.model import Place
from podtool.show.rights import Finding, Work, collect_works, find_conflicts, find_missing_facts

_SPEC = "Creative Commons: recommended practices for attribution (title, author, source, licence)"


def _works(subject: Subject) -> tuple[Work, ...]:
    return collect_works(subject.show, subject.episode) if subject.episode else ()


def _place(subject: Subject, work: Work, key: str) -> Place:
    owner = subject.episode if subject.episode and not work.of_show else subject.show
    return at_key(owner.places, key)


def _found(subject: Subject, finding: Finding) -> Found:
    return Found(
        message=finding.message,
        place=_place(subject, finding.work, finding.key),
        hint=finding.way_out[:1].upper() + finding.way_out[1:] + ".",
    )


def _missing(clause: str) -> Find:
    def find(subject: Subject) -> Iterator[Found]:
        for finding in find_missing_facts(_works(subject)):
            if finding.clause == clause:
                yield _found(subject, finding)

    return find


def _call(work: Work) -> str:
    kind = "music" if work.kind == "music" else "cover"
    return f"{kind} «{work.asset.title or work.asset.id}»"


def _find_no_source(subject: Subject) -> Iterator[Found]:
    for work in _works(subject):
        if not work.asset.source and not work.asset.attribution:
            yield Found(
                message=f"{_call(work)}: its source isn't stated",
                place=_place(subject, work, f"{work.key}.source"),
            )


def _find_no_title(subject: Subject) -> Iterator[Found]:
    yield from _missing("missing-title")(subject)
    for work in _works(subject):
        if work.kind == "image" and not work.asset.title and not work.asset.attribution:
            yield Found(
                message=f"{_call(work)}: its title isn't stated",
                place=_place(subject, work, f"{work.key}.title"),
            )


def _find_no_licence(subject: Subject) -> Iterator[Found]:
    episode = subject.episode
    if episode and episode.licence_within(subject.show) is None:
        yield Found(
            message="neither episode.yaml nor show.yaml says under which licence the episode is",
            place=at_key(subject.show.places, "licence"),
        )


def _conflicts(*, certain: bool) -> Find:
    def find(subject: Subject) -> Iterator[Found]:
        if subject.episode:
            licence = subject.episode.licence_within(subject.show)
            for finding in find_conflicts(_works(subject), licence):
                if finding.certain is certain:
                    yield _found(subject, finding)

    return find


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
)
