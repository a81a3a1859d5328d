from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path, PurePosixPath

from podtool.show.credits import derive_credits
from podtool.show.model import Asset, Clip, Episode, Licence, Segment, Show
from podtool.show.rights import collect_works
from podtool.show.rights_record import render_rights

AIR = Asset(
    id="air",
    file=PurePosixPath("music/air.flac"),
    title="Air",
    creator="Quelqu'un",
    source="https://example.org/air",
    licence=Licence(id="cc-by-sa-3.0-fr"),
)
COVER = Asset(id="cover", file=PurePosixPath("cover.png"))
SHOW = Show(
    root=Path(),
    title="S",
    description="",
    language="fr",
    handle="s",
    assets={"air": AIR},
    cover=COVER,
    licence=Licence(id="CC-BY-SA-4.0"),
)
EPISODE = Episode(
    folder=PurePosixPath(),
    title="E",
    slug="e",
    number=8,
    segments=(
        Segment(index=0, kind="sting", clips=(Clip(file=AIR.file, asset="air"),), fade_out=1),  # type: ignore[arg-type]
    ),
)


def record(show: Show = SHOW) -> str:
    works = collect_works(show, EPISODE, {"air": [(0, 12_000), (30_000, 31_000)]})
    listed = derive_credits(show, EPISODE, works, "fr")
    return render_rights(show, EPISODE, works, listed, {AIR.file: "ab" * 32})


def test_a_work_has_its_terms_its_digest_and_its_times() -> None:
    content = json.loads(record())
    air, cover = content.pop("works")
    assert content == {
        "version": 1,
        "language": "fr",
        "show": "S",
        "title": "E",
        "number": 8,
        "licence": {
            "id": "CC-BY-SA-4.0",
            "name": "CC BY-SA 4.0",
            "url": "https://creativecommons.org/licenses/by-sa/4.0/",
        },
    }
    assert air.pop("attribution").startswith("«\u00a0Air\u00a0» par Quelqu'un")
    assert air == {
        "id": "air",
        "kind": "music",
        "title": "Air",
        "creator": "Quelqu'un",
        "source": "https://example.org/air",
        "licence": {
            "id": "CC-BY-SA-3.0-FR",
            "name": "CC BY-SA 3.0 FR",
            "url": "https://creativecommons.org/licenses/by-sa/3.0/fr/",
        },
        "allows": None,
        "modified": True,
        "changes": ["faded"],
        "file": "air.flac",
        "sha256": "ab" * 32,
        "ranges_ms": [[0, 12_000], [30_000, 31_000]],
    }
    assert (cover["kind"], cover["licence"], cover["sha256"], cover["ranges_ms"]) == ("image", None, None, [])


def test_the_same_works_give_the_same_bytes() -> None:
    assert record() == record(replace(SHOW, assets=dict(SHOW.assets)))
