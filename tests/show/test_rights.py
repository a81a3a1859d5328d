from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from podtool.show.model import Asset, Bed, Clip, Effect, Episode, Licence, Person, Segment, Show
from podtool.show.rights import (
    LICENCES,
    Work,
    attribution_of,
    changes_of,
    collect_works,
    describe_licence,
    facts_of,
    licence_url,
)
from podtool.show.verdicts import (
    find_missing_facts,
)

MUSIC = Asset(
    id="musique",
    file=PurePosixPath("m.mp3"),
    title="It Goes On...",
    creator="Sounds of Nowhere",
    source="https://example.org/m",
)
SHOW = Show(root=Path(), title="S", description="", language="fr", handle="s", assets={"musique": MUSIC})


def licensed(spdx: str, **changes: Any) -> Asset:
    return replace(MUSIC, licence=Licence(id=spdx), **changes)


def segment(index: int, *, asset: str | None = "musique", bed: str | None = None, **changes: Any) -> Segment:
    values: dict[str, Any] = {
        "index": index,
        "kind": "sting" if asset else "clip",
        "clips": (Clip(file=PurePosixPath("m.mp3"), asset=asset),),
        "bed": Bed(asset=bed, file=PurePosixPath("m.mp3")) if bed else None,
    }
    return Segment(**{**values, **changes})


def episode(*segments: Segment, **changes: Any) -> Episode:
    return Episode(folder=PurePosixPath(), title="E", slug="e", segments=segments, **changes)


# --- Licences ---


@pytest.mark.parametrize(
    ("spdx", "name", "url"),
    [
        ("CC-BY-2.0", "CC BY 2.0", "https://creativecommons.org/licenses/by/2.0/"),
        ("cc-by-nc-sa-4.0", "CC BY-NC-SA 4.0", "https://creativecommons.org/licenses/by-nc-sa/4.0/"),
        ("CC-BY-NC-ND-1.0", "CC BY-NC-ND 1.0", "https://creativecommons.org/licenses/by-nd-nc/1.0/"),
        ("CC-BY-3.0-US", "CC BY 3.0 US", "https://creativecommons.org/licenses/by/3.0/us/"),
        ("CC0-1.0", "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("LAL-1.3", "Licence Art Libre 1.3", "https://artlibre.org/licence/lal/"),
        ("GFDL-1.3-or-later", "GNU FDL 1.3 ou ultérieure", "https://www.gnu.org/licenses/fdl-1.3.html"),
    ],
)
def test_names_and_addresses(spdx: str, name: str, url: str) -> None:
    licence = Licence(id=spdx)
    assert describe_licence(licence, "fr") == name
    assert licence_url(licence) == url


def test_all_creative_commons_versions_are_there() -> None:
    for version in ("1.0", "2.0", "2.5", "3.0", "4.0"):
        for elements in ("BY", "BY-SA", "BY-ND", "BY-NC", "BY-NC-SA", "BY-NC-ND"):
            facts = LICENCES[f"CC-{elements}-{version}"]
            assert facts.share_alike == ("SA" in elements)
            assert facts.non_commercial == ("NC" in elements)
            assert facts.no_derivatives == ("ND" in elements)
            assert facts.version == tuple(int(part) for part in version.split("."))
    assert {"CC-PDDC", "CC-PDM-1.0", "CC0-1.0"} <= set(LICENCES)
    assert all(re.fullmatch(r"https://\S+[/l]", facts.url) for facts in LICENCES.values())


def test_own_terms_go_by_their_own_words() -> None:
    licence = Licence(id="LicenseRef-Studio-Libre", url="https://example.org/l")
    assert facts_of(licence) is None
    assert describe_licence(licence, "fr") == "Studio Libre"
    assert licence_url(licence) == "https://example.org/l"
    assert describe_licence(None, "fr") == "licence non indiquée"
    assert describe_licence(None, "en") == "licence not stated"


# --- Attribution ---


def test_title_author_source_licence_changes() -> None:
    assert attribution_of(licensed("CC-BY-2.0"), "fr", changed=True) == (
        "«\u00a0It Goes On...\u00a0» par Sounds of Nowhere\u202f; source\u00a0: https://example.org/m\u202f; "
        "sous licence CC BY 2.0 (https://creativecommons.org/licenses/by/2.0/)\u202f; "
        "œuvre modifiée\u00a0: coupée ou mixée pour cet épisode"
    )
    assert attribution_of(licensed("CC-BY-2.0"), "en") == (
        "“It Goes On...” by Sounds of Nowhere; source: https://example.org/m; "
        "licensed under CC BY 2.0 (https://creativecommons.org/licenses/by/2.0/)"
    )


def test_what_nobody_stated_is_left_out_or_said_to_be_missing() -> None:
    bare = Asset(id="x", file=PurePosixPath("x.wav"))
    assert attribution_of(bare, "en") == "title and author not stated; licence not stated"
    assert attribution_of(replace(bare, title="T"), "en") == "“T”; licence not stated"
    assert attribution_of(replace(bare, creator="C"), "en") == (
        "work whose title is not stated, by C; licence not stated"
    )


def test_public_domain_is_no_licence() -> None:
    assert "dedicated to the public domain (CC0 1.0, https://" in attribution_of(licensed("CC0-1.0"), "en")
    assert "in the public domain (Public Domain Mark 1.0, " in attribution_of(licensed("CC-PDM-1.0"), "en")
    assert attribution_of(licensed("LicenseRef-ARR"), "fr").endswith("tous droits réservés")


def test_the_creators_own_words_win_and_the_licence_is_not_said_twice() -> None:
    own = licensed("CC-BY-4.0", attribution="Music:\n  It Goes On (c) me.")
    assert attribution_of(own, "en").startswith("Music: It Goes On (c) me; licensed under CC BY 4.0")
    full = replace(own, attribution="Me, https://creativecommons.org/licenses/by/4.0/")
    assert attribution_of(full, "en") == "Me, https://creativecommons.org/licenses/by/4.0/"


# --- Works ---


def test_only_what_is_placed_is_a_work() -> None:
    assert collect_works(SHOW, episode(segment(0, asset=None))) == ()
    works = collect_works(SHOW, episode(segment(0, asset=None, bed="musique")))
    assert [(work.asset.id, work.kind, work.key, work.of_show) for work in works] == [
        ("musique", "music", "assets.musique", True)
    ]


def test_only_what_is_heard_is_a_work() -> None:
    other = replace(MUSIC, id="virgule")
    show = replace(SHOW, assets={"musique": MUSIC, "virgule": other})
    heard = {"musique": [(9000, 9500), (5000, 8000)], "virgule": [(0, 100)], "unknown": [(0, 1)]}
    works = collect_works(show, episode(segment(0), segment(1, asset="virgule")), heard)
    assert [(work.asset.id, work.ranges_ms) for work in works] == [
        ("virgule", ((0, 100),)),
        ("musique", ((5000, 8000), (9000, 9500))),
    ]
    assert collect_works(show, episode(segment(0)), {"musique": []}) == ()


def test_the_episodes_asset_and_cover_win() -> None:
    cover = Asset(id="cover", file=PurePosixPath("c.png"))
    own = replace(MUSIC, creator="Somebody")
    works = collect_works(
        replace(SHOW, cover=replace(cover, title="show's")),
        episode(segment(0), assets={"musique": own}, cover=cover),
    )
    assert [(work.asset, work.of_show) for work in works] == [(own, False), (cover, False)]


def test_images_of_chapters_and_people_are_shown_beside_the_sound() -> None:
    photo = Asset(id="photo", file=PurePosixPath("images/p.jpg"), creator="Somebody")
    other = replace(photo, id="other", file=PurePosixPath("images/o.jpg"))
    show = replace(SHOW, assets={"photo": photo, "other": other, "musique": MUSIC})
    guest = Person(name="Ann", image=other.file)
    made = episode(
        segment(0, asset=None, image=photo.file, people=(guest, guest)), cover=replace(photo, id="c")
    )
    assert [(one.asset.id, one.key, one.is_cover) for one in collect_works(show, made)] == [
        ("c", "cover", True),
        ("other", "assets.other", False),
    ]
    made = replace(made, cover=None, guests=(replace(guest, image=PurePosixPath("nobody-knows.jpg")),))
    assert [one.asset.id for one in collect_works(show, made)] == ["photo", "other"]


@pytest.mark.parametrize(
    ("segments", "changes"),
    [
        ([segment(0)], ()),
        ([segment(0, asset=None, bed="musique")], ("bed",)),
        ([segment(0, fade_out=Fraction(1))], ("faded",)),
        ([segment(0), segment(1, asset=None, crossfade=Fraction(1))], ("faded",)),
        ([segment(0), segment(1, asset=None, gap=Fraction(1))], ()),
        (
            [segment(0, clips=(Clip(file=PurePosixPath("m.mp3"), asset="musique", end=Fraction(3)),))],
            ("excerpt",),
        ),
        ([segment(0, effects=(Effect(name="normalize"),))], ("effects",)),
        ([segment(0, bed="autre")], ("mixed",)),
        (
            [segment(0, fade_in=Fraction(1)), segment(1, asset=None, bed="musique")],
            ("faded", "bed"),
        ),
    ],
)
def test_cutting_and_mixing_are_adapting(segments: list[Segment], changes: tuple[str, ...]) -> None:
    assert changes_of(episode(*segments), MUSIC) == changes
    (work,) = collect_works(SHOW, episode(*segments))
    assert (work.changed, work.changes) == (bool(changes), changes)


def test_what_was_changed_before_counts_too() -> None:
    assert changes_of(episode(segment(0)), replace(MUSIC, modified=True)) == ("before",)
    cover = Asset(id="cover", file=PurePosixPath("c.png"), modified=True)
    *_, image = collect_works(SHOW, episode(segment(0), cover=cover))
    assert (image.changed, image.changes) == (True, ("before",))


def test_how_a_work_was_changed_is_told() -> None:
    done = ("excerpt", "faded", "bed")
    assert attribution_of(licensed("CC0-1.0"), "en", changed=True, changes=done).endswith(
        "; changed: excerpt, faded, under speech"
    )
    assert attribution_of(licensed("CC0-1.0"), "fr", changed=True, changes=done).endswith(
        "œuvre modifiée\u00a0: extrait, fondu, sous la parole"
    )


# --- Findings ---


def work_of(spdx: str, *, changed: bool = True, kind: Any = "music") -> Work:
    return Work(asset=licensed(spdx), kind=kind, changed=changed, key="assets.musique", of_show=True)


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


def test_own_terms_are_uncertain() -> None:
    (found,) = find_missing_facts([work_of("LicenseRef-Studio")])
    assert (found.clause, found.certain) == ("unlisted-licence", False)
