"""rights.json: what an episode holds, whose it is and under which terms, for machines. Pure.

The words are SPDX's where it has them (licence ids; SPDX 2.3, annex D). docs/rights.md has the schema.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from podtool.show.credits import CreditedWork, Credits, clean_line, web_address
from podtool.show.licences import describe_licence, facts_of, licence_url
from podtool.show.model import Episode, Licence, Show
from podtool.show.rights import Work

RIGHTS_FILE = "rights.json"
RIGHTS_TYPE = "application/json"
RIGHTS_FORMAT = 1


def render_rights(
    show: Show,
    episode: Episode,
    works: Sequence[Work],
    listed: Credits,
    digests: Mapping[PurePath, str],
) -> str:
    """The whole file.

    Args:
        show: the show.
        episode: its licence, else the show's, is the whole's.
        works: what is heard and shown.
        listed: their credits, in the same order.
        digests: sha256 by path in the show; a file that isn't among them has none in the record.
    """
    content = {
        "version": RIGHTS_FORMAT,
        "language": show.language,
        "show": listed.show,
        "title": listed.title,
        "number": episode.number,
        "licence": _licence(episode.licence_within(show), show.language),
        "works": [
            _work(work, credit, digests, show.language)
            for work, credit in zip(works, listed.works, strict=True)
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _licence(licence: Licence | None, language: str) -> dict[str, object] | None:
    if licence is None:
        return None
    facts = facts_of(licence)
    return {
        "id": facts.id if facts else licence.id,
        "name": clean_line(describe_licence(licence, language)),
        "url": web_address(licence_url(licence)),
    }


def _work(
    work: Work, credit: CreditedWork, digests: Mapping[PurePath, str], language: str
) -> dict[str, object]:
    asset = work.asset
    return {
        "id": asset.id,
        "kind": work.kind,
        "title": clean_line(asset.title) if asset.title else None,
        "creator": clean_line(asset.creator) if asset.creator else None,
        "source": clean_line(asset.source) if asset.source else None,
        "licence": _licence(asset.licence, language),
        "allows": sorted(asset.allows) if asset.allows is not None else None,
        "modified": work.changed,
        "changes": list(work.changes),
        "attribution": credit.attribution,
        "file": asset.file.name,
        "sha256": digests.get(asset.file),
        "ranges_ms": [list(span) for span in work.ranges_ms],
    }
