from __future__ import annotations

from dataclasses import replace
from itertools import combinations_with_replacement
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podtool.show.compatibility import Clause, carries_on, clashes, may_carry
from podtool.show.licence_sections import cite
from podtool.show.licences import LICENCES, LicenceFacts, facts_of
from podtool.show.model import Asset, Licence
from podtool.show.rights import Work
from podtool.show.verdicts import find_conflicts, find_missing_facts, licences_that_fit

MUSIC = Asset(
    id="sting", file=PurePosixPath("m.mp3"), title="Sting", creator="Somebody", source="https://example.org/m"
)


def work_of(spdx: str | None, *, changed: bool = True, kind: Any = "music", **facts: Any) -> Work:
    asset = replace(MUSIC, licence=Licence(id=spdx) if spdx else None, **facts)
    return Work(asset=asset, kind=kind, changed=changed, key="assets.sting", of_show=True)


def known(spdx: str) -> LicenceFacts:
    facts = facts_of(Licence(id=spdx))
    assert facts is not None
    return facts


def broken(work: Work, carried: str) -> set[Clause]:
    return {clash.clause for clash in clashes(work, facts_of(Licence(id=carried)))}


# --- Creative Commons' own charts (FAQ, «Combining and adapting CC material») ---

KINDS = ("PD", "BY", "BY-SA", "BY-NC", "BY-ND", "BY-NC-SA", "BY-NC-ND")
# «License compatibility chart»: may two works be remixed into one? Rows and columns as in KINDS.
REMIX = """
    yes yes yes yes no  yes no
    yes yes yes yes no  yes no
    yes yes yes no  no  no  no
    yes yes no  yes no  yes no
    no  no  no  no  no  no  no
    yes yes no  yes no  yes no
    no  no  no  no  no  no  no
"""
ADAPTERS = ("BY", "BY-NC", "BY-NC-ND", "BY-NC-SA", "BY-ND", "BY-SA", "PD")
# «Adapter's license chart»: original work's licence → which licences the adaptation may have; ~ is the
# chart's yellow: the text may be read so, but it is not recommended. podtool says no there (a whole episode
# would allow what a part of it forbids), and for BY into the public domain it warns.
ADAPTER_CHART = {
    "PD": "yes yes yes yes yes yes yes",
    "BY": "yes yes yes yes yes yes ~",
    "BY-NC": "~ yes yes yes ~ ~ ~",
    "BY-NC-ND": "no no no no no no no",
    "BY-NC-SA": "no no no yes no no no",
    "BY-ND": "no no no no no no no",
    "BY-SA": "no no no no no yes no",
}


def spdx_of(kind: str) -> str:
    return "CC0-1.0" if kind == "PD" else f"CC-{kind}-4.0"


def test_two_works_go_together_as_creative_commons_chart_says() -> None:
    rows = [line.split() for line in REMIX.strip().splitlines()]
    for (row, one), (column, other) in combinations_with_replacement(enumerate(KINDS), 2):
        works = [work_of(spdx_of(one)), work_of(spdx_of(other))]
        together = any(may_carry(works, licence) for licence in licences_that_fit(works))
        assert together == (rows[row][column] == "yes"), (one, other)
        assert rows[row][column] == rows[column][row]


@pytest.mark.parametrize("original", ADAPTER_CHART)
def test_adaptations_carry_what_creative_commons_chart_says(original: str) -> None:
    for adapter, verdict in zip(ADAPTERS, ADAPTER_CHART[original].split(), strict=True):
        found = clashes(work_of(spdx_of(original)), known(spdx_of(adapter)))
        assert bool(found) == (verdict != "yes"), (original, adapter)
        if verdict == "no":
            assert any(clash.certain for clash in found), (original, adapter)


# --- Versions, ports and other families ---

# The work, mixed into the episode; the episode's licence; what it then breaks.
ROWS: list[tuple[str, str, set[str]]] = [
    ("CC-PDM-1.0", "CC-BY-NC-ND-4.0", set()),
    ("CC-PDDC", "CC-BY-4.0", set()),
    ("CC-BY-4.0", "CC-BY-2.0", set()),
    ("CC-BY-1.0", "GFDL-1.3-only", set()),
    # 1.0, 4(b): «only under the terms of this License»
    ("CC-BY-SA-1.0", "CC-BY-SA-1.0", set()),
    ("CC-BY-SA-1.0", "CC-BY-SA-4.0", {"share-alike"}),
    ("CC-BY-NC-SA-1.0", "CC-BY-NC-SA-2.0", {"share-alike"}),
    # 2.0 and 2.5, 4(b): a later version, or an iCommons licence with the same elements
    ("CC-BY-SA-2.0", "CC-BY-SA-2.5", set()),
    ("CC-BY-SA-2.0", "CC-BY-SA-2.0-UK", set()),
    ("CC-BY-SA-2.0-FR", "CC-BY-SA-3.0-FR", set()),
    ("CC-BY-SA-2.1-JP", "CC-BY-SA-4.0", set()),
    ("CC-BY-SA-2.5", "CC-BY-SA-2.0", {"share-alike"}),
    # 3.0, 4(b): this licence, a later one, a port of either; no other family was ever named for it
    ("CC-BY-SA-3.0", "CC-BY-SA-3.0-DE", set()),
    ("CC-BY-SA-3.0-IGO", "CC-BY-SA-4.0", set()),
    ("CC-BY-SA-3.0", "LAL-1.3", {"share-alike"}),
    ("CC-BY-SA-3.0", "CC-BY-NC-SA-3.0", {"share-alike"}),
    # 4.0, 3(b)(1): this version or later, or a BY-SA Compatible License
    ("CC-BY-SA-4.0", "CC-BY-SA-3.0", {"share-alike"}),
    ("CC-BY-SA-4.0", "LAL-1.3", set()),
    ("CC-BY-SA-4.0", "LAL-1.2", {"share-alike"}),
    ("CC-BY-SA-4.0", "GPL-3.0-or-later", set()),
    ("GPL-3.0-or-later", "CC-BY-SA-4.0", {"share-alike"}),
    ("CC-BY-NC-SA-4.0", "LAL-1.3", {"share-alike", "non-commercial"}),
    ("CC-BY-NC-SA-4.0", "CC-BY-NC-4.0", {"share-alike"}),
    ("CC-BY-NC-4.0", "CC-BY-NC-2.0", set()),
    ("LAL-1.2", "LAL-1.3", set()),
    ("LAL-1.2", "CC-BY-SA-4.0", set()),
    ("LAL-1.3", "LAL-1.2", {"share-alike"}),
    ("LAL-1.3", "CC-BY-4.0", {"share-alike"}),
    # GFDL, 4 and 10; the deprecated id doesn't say «or later»
    ("GFDL-1.2-or-later", "GFDL-1.3-only", set()),
    ("GFDL-1.2-only", "GFDL-1.3-only", {"share-alike"}),
    ("GFDL-1.2", "GFDL-1.3", {"share-alike"}),
    ("GFDL-1.2-only", "GFDL-1.2-or-later", {"share-alike"}),
    ("GFDL-1.3-only", "CC-BY-SA-3.0", {"share-alike"}),  # section 11 ended on 1 August 2009
    ("CC-BY-ND-2.5", "LicenseRef-Own", {"no-derivatives"}),
    ("LicenseRef-ARR", "CC-BY-2.0", {"all-rights-reserved"}),
    ("LicenseRef-ARR", "LicenseRef-All-Rights-Reserved", set()),
    ("CC-BY-SA-4.0", "LicenseRef-ARR", {"share-alike"}),
    ("CC-BY-SA-4.0", "LicenseRef-Own", set()),
    # retired: they still hold for what was put under them
    ("CC-SA-1.0", "CC-BY-SA-1.0", {"share-alike"}),
    ("LicenseRef-CC-NC-1.0", "CC-BY-NC-4.0", set()),
    ("LicenseRef-CC-ND-NC-1.0", "CC-BY-4.0", {"no-derivatives", "non-commercial"}),
    ("LicenseRef-CC-Sampling-Plus-1.0", "CC-BY-4.0", {"sampling"}),
    ("LicenseRef-CC-NC-Sampling-Plus-1.0", "CC-BY-4.0", {"sampling", "non-commercial"}),
]


@pytest.mark.parametrize(("work", "carried", "clauses"), ROWS)
def test_what_an_episode_may_contain(work: str, carried: str, clauses: set[str]) -> None:
    assert broken(work_of(work), carried) == clauses


def test_what_is_shown_or_played_whole_is_a_collection() -> None:
    assert broken(work_of("CC-BY-ND-4.0", changed=False), "CC-BY-4.0") == set()
    (clash,) = clashes(work_of("CC-BY-SA-4.0", changed=False), known("CC-BY-4.0"))
    assert not clash.certain
    (clash,) = clashes(work_of("CC-BY-NC-4.0", changed=False, kind="image"), known("CC-BY-4.0"))
    assert not clash.certain
    (clash,) = clashes(work_of("LicenseRef-CC-Sampling-1.0", changed=False), known("CC-BY-4.0"))
    assert clash.certain  # nothing but samples of it may be played
    plus = work_of("LicenseRef-CC-Sampling-Plus-1.0", changed=False)
    assert broken(plus, "CC-BY-4.0") == {"sampling"}
    assert broken(plus, "CC-BY-NC-4.0") == set()
    (clash,) = clashes(work_of("CC-BY-SA-4.0", changed=True, kind="image"), known("CC-BY-4.0"))
    assert clash.certain


@pytest.mark.parametrize(
    ("spdx", "allows", "clauses"),
    [
        ("LicenseRef-Library", None, set()),  # nobody knows: RIGHTS-005
        ("LicenseRef-Library", (), {"no-derivatives", "non-commercial", "excepted"}),
        ("LicenseRef-Library", ("adapt",), {"non-commercial", "excepted"}),
        ("LicenseRef-Library", ("adapt", "commercial"), {"excepted"}),
        ("LicenseRef-Library", ("adapt", "commercial", "relicense"), set()),
        ("LicenseRef-ARR", ("adapt", "commercial", "relicense"), set()),
        ("CC-BY-NC-ND-4.0", ("commercial",), {"no-derivatives"}),
        ("CC-BY-NC-ND-4.0", ("commercial", "adapt"), set()),
        ("CC-BY-SA-4.0", ("relicense",), set()),
        ("LicenseRef-CC-Sampling-1.0", ("adapt",), set()),
    ],
)
def test_a_permission_goes_beyond_the_licence(spdx: str, allows: Any, clauses: set[str]) -> None:
    assert broken(work_of(spdx, allows=allows), "CC-BY-4.0") == clauses


@pytest.mark.parametrize(
    ("spdx", "question", "section"),
    [
        ("CC-BY-SA-1.0", "share", "CC BY-SA 1.0, section 4(b)"),
        ("CC-BY-NC-2.5", "commercial", "CC BY-NC 2.5, section 4(b)"),
        ("CC-BY-NC-SA-3.0", "commercial", "CC BY-NC-SA 3.0, section 4(c)"),
        ("CC-BY-NC-SA-3.0", "credit", "CC BY-NC-SA 3.0, section 4(d)"),
        ("CC-BY-2.0", "credit", "CC BY 2.0, section 4(b)"),
        ("CC-BY-ND-3.0", "adapt", "CC BY-ND 3.0, section 3"),
        ("CC-BY-SA-4.0", "share", "CC BY-SA 4.0, section 3(b)(1)"),
        ("GFDL-1.3-only", "share", "GNU FDL 1.3, section 4"),
        ("CC-BY-SA-2.1-JP", "share", ""),
        ("CC0-1.0", "credit", ""),
    ],
)
def test_sections(spdx: str, question: Any, section: str) -> None:
    assert cite(known(spdx), question) == section


# --- Verdicts ---


def test_a_verdict_names_the_work_the_clause_and_the_way_out() -> None:
    (found,) = find_conflicts([work_of("CC-BY-SA-3.0")], Licence(id="CC-BY-4.0"))
    assert found.message == (
        "music «Sting» is CC BY-SA 3.0: what is made from it must carry its licence, not CC BY 4.0 "
        "(CC BY-SA 3.0, section 4(b))"
    )
    assert found.way_out == "publish under CC BY-SA 4.0 or CC BY-SA 3.0, or replace the music «Sting»"
    assert (found.key, found.certain) == ("assets.sting.licence", True)


def test_a_licence_is_offered_only_where_it_fits_all_works() -> None:
    found = list(find_conflicts([work_of("CC-BY-SA-4.0"), work_of("CC-BY-NC-4.0")], Licence(id="CC-BY-4.0")))
    assert [one.clause for one in found] == ["share-alike", "non-commercial"]
    assert {one.way_out for one in found} == {"replace the music «Sting»: no licence fits all works together"}


def test_unstated_licences() -> None:
    assert not list(find_conflicts([work_of("CC-BY-SA-4.0")], None))
    assert not list(find_conflicts([work_of(None)], Licence(id="CC-BY-4.0")))
    (found,) = find_conflicts([work_of("CC-BY-ND-4.0")], None)
    assert found.clause == "no-derivatives"


def test_missing_facts_are_found_where_they_would_stand() -> None:
    bare = Asset(id="x", file=PurePosixPath("x.wav"))
    found = list(find_missing_facts([Work(asset=bare, kind="music", key="assets.x")]))
    assert [(one.clause, one.key) for one in found] == [
        ("unknown-licence", "assets.x.licence"),
        ("missing-creator", "assets.x.creator"),
        ("missing-title", "assets.x.title"),
    ]
    assert all(one.message and one.way_out for one in found)
    assert list(find_missing_facts([work_of("CC-BY-4.0")])) == []
    (found_one,) = find_missing_facts([work_of("LicenseRef-Studio")])
    assert (found_one.clause, found_one.certain) == ("unlisted-licence", False)
    assert not list(find_missing_facts([work_of("LicenseRef-Studio", allows=("adapt",))]))


# --- Laws ---

SPDX = st.sampled_from([*sorted(LICENCES), "LicenseRef-ARR", "CC-BY-SA-3.0-FR"])
WORKS = st.builds(
    work_of,
    SPDX,
    changed=st.booleans(),
    kind=st.sampled_from(["music", "image"]),
    allows=st.none()
    | st.lists(st.sampled_from(["adapt", "commercial", "relicense"]), unique=True).map(tuple),
)


@given(WORKS)
def test_what_may_be_adapted_goes_into_its_own_licence(work: Work) -> None:
    facts = facts_of(work.asset.licence)
    found = {clash.clause for clash in clashes(work, facts) if clash.certain}
    assert found <= {"no-derivatives", "sampling"}
    if facts and not facts.no_derivatives:
        assert "no-derivatives" not in found


@given(st.lists(WORKS, max_size=4), WORKS, SPDX)
def test_one_more_work_never_makes_a_licence_fit(works: list[Work], more: Work, spdx: str) -> None:
    licence = facts_of(Licence(id=spdx))
    if not may_carry(works, licence):
        assert not may_carry([*works, more], licence)
    assert may_carry([*works, more], licence) == (may_carry(works, licence) and may_carry([more], licence))


@given(st.lists(WORKS, min_size=1, max_size=4), SPDX)
def test_the_way_out_once_taken_leads_out(works: list[Work], spdx: str) -> None:
    matters = {"share-alike", "non-commercial"}
    for finding in find_conflicts(works, Licence(id=spdx)):
        if finding.way_out.startswith("publish under"):
            for facts in licences_that_fit(works):
                after = find_conflicts(works, Licence(id=facts.id))
                assert not any(one.certain and one.clause in matters for one in after)
    kept = [work for work in works if may_carry([work], facts_of(Licence(id=spdx)))]
    assert not any(one.certain for one in find_conflicts(kept, Licence(id=spdx)))


@given(WORKS, SPDX)
def test_more_permissions_never_break_more(work: Work, spdx: str) -> None:
    free = replace(work, asset=replace(work.asset, allows=("adapt", "commercial", "relicense")))
    licence = facts_of(Licence(id=spdx))
    assert {clash.clause for clash in clashes(free, licence)} <= {
        clash.clause for clash in clashes(work, licence)
    }


@given(SPDX, SPDX, SPDX)
def test_share_alike_is_a_chain(one: str, two: str, three: str) -> None:
    """What may go on under a later version may go on from there."""
    first, second, third = known(one), known(two), known(three)
    alike = first.family == second.family == third.family
    if alike and carries_on(first, second) and carries_on(second, third):
        assert carries_on(first, third)
