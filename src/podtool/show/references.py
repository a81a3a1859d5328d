"""People, assets and licences: what a manifest names once and refers to by id."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from podtool.show.addresses import URL
from podtool.show.fields import (
    Field,
    Kind,
    Scope,
    Table,
    Unfit,
    Values,
    by_id,
    list_of,
    mapping,
    parsed,
    scoped_scalar,
    wrong_kind,
)
from podtool.show.findings import near, shown
from podtool.show.model import Asset, Licence, Link, Person
from podtool.show.paths import PATH, parse_path
from podtool.show.scalars import BOOLEAN, LICENCE_ID, LINE, TEXT, choice, parse_id
from podtool.show.yaml_nodes import MappingNode, Node, ScalarNode
from podtool.show.yaml_rules import Rule

UNKNOWN_FILE = PurePosixPath("unknown")
"""Stands in where the real name is a problem already reported: such a model is never handed out."""

LICENCE_FIELDS = (
    Field(key="licence", kind=LICENCE_ID, doc="SPDX id, or `LicenseRef-…` with a `licence_url`"),
    Field(key="licence_url", kind=URL, doc="where the licence can be read; the deed's address when left out"),
)


def build_licence(values: Values, node: MappingNode, scope: Scope) -> Licence | None:
    """Takes `licence` and `licence_url` out of `values`."""
    name, url = values.pop("licence"), values.pop("licence_url")
    if name and name.startswith("LicenseRef-") and node.value("licence_url") is None:
        scope.report(Rule.LICENCE, node.place_of("licence"), f"{shown(name)} needs a `licence_url`")
    if url and node.value("licence") is None:
        scope.report(Rule.LICENCE, node.place_of("licence_url"), "`licence_url` stands without a `licence`")
    return Licence(id=name, url=url) if name else None


def parse_image(text: str, scope: Scope) -> PurePosixPath:
    """An image by its asset's id or its file."""
    asset = scope.reading.assets.get(text)
    return asset.file if asset else parse_path(text, scope)


IMAGE = scoped_scalar("image file or asset", Rule.PATH_SHAPE, parse_image)

PERSON = Table(
    name="person",
    doc="Somebody who is heard.",
    fields=(
        Field(key="name", kind=LINE, doc="as it should be read out", required=True, default=""),
        Field(
            key="role", kind=LINE, doc="`host`, `guest`, …: a word of the Podcasting 2.0 taxonomy, or free"
        ),
        Field(key="organisation", kind=LINE, doc="for whom they speak"),
        Field(key="url", kind=URL, doc="their page"),
        Field(key="image", kind=IMAGE, doc="their picture: a file or an asset's id"),
    ),
)


def _person(values: Values, _: MappingNode, scope: Scope) -> Person:
    person = Person(**values)
    scope.reading.names.add(person.name)
    return person


def _person_by_id(values: Values, _: MappingNode, scope: Scope) -> Person:
    person = Person(id=scope.key, **values)
    scope.reading.names.add(person.name)
    scope.reading.people[scope.key] = person
    return person


PEOPLE = by_id(mapping("person", PERSON, _person_by_id), "mapping from ids to people", parse_id)
_PERSON_IN_PLACE = mapping("person", PERSON, _person)


def _read_heard(node: Node, scope: Scope) -> Any:
    if isinstance(node, ScalarNode):
        return parsed(node, scope, Rule.UNKNOWN_PERSON, _known_person)
    if isinstance(node, MappingNode):
        return _PERSON_IN_PLACE.read(node, scope)
    return wrong_kind(node, scope, "a person's id, or `{name: …}`")


def _known_person(text: str, scope: Scope) -> Person | None:
    people = scope.reading.people
    if text in people or not scope.reading.complete:
        return people.get(text)
    guess = near(text, people) or next((key for key, one in people.items() if one.name == text), None)
    hint = f"Did you mean `{guess}`?" if guess else ""
    raise Unfit(f"nobody has the id {shown(text)}", hint=hint)


HEARD = list_of(
    Kind(name="person's id, or person", read=_read_heard, table=PERSON),
    "list of people (ids, or `{name: …}`)",
)


def check_speaker(text: str, node: Node, scope: Scope) -> None:
    """An id of `people`, a name that is known, or any name in words; a mistyped id is reported."""
    reading = scope.reading
    if not reading.complete or text in reading.people or text in reading.names or text != text.lower():
        return
    guess = near(text, reading.people)
    if guess or " " not in text:
        scope.report(
            Rule.UNKNOWN_PERSON,
            node.place,
            f"nobody has the id {shown(text)}",
            f"Did you mean `{guess}`?" if guess else "",
        )


ASSET = Table(
    name="asset",
    doc="A work somebody made that the show uses: music, sting, image. What isn't known is left out.",
    fields=(
        Field(key="file", kind=PATH, doc="the file", required=True, default=UNKNOWN_FILE),
        Field(key="title", kind=LINE, doc="the work's title"),
        Field(key="creator", kind=LINE, doc="who made it"),
        Field(key="source", kind=LINE, doc="where it comes from: an address, or words"),
        *LICENCE_FIELDS,
        Field(key="attribution", kind=TEXT, doc="the credit in the creator's own words"),
        Field(
            key="allows",
            kind=list_of(choice("adapt", "commercial", "relicense"), "list of permissions"),
            doc="what you were allowed beyond the licence, or by a `LicenseRef-`: `adapt` (cut, mix, lay "
            "under speech), `commercial` (go into what others may sell), `relicense` (be passed on under the "
            "episode's licence)",
        ),
        Field(
            key="modified",
            kind=BOOLEAN,
            doc="whether it was changed before it came into the show: a cropped photo",
            default=False,
        ),
        Field(key="alt", kind=TEXT, doc="for an image: what it shows, for those who don't see it"),
    ),
)


def _asset(values: Values, node: MappingNode, scope: Scope) -> Asset:
    licence = build_licence(values, node, scope)
    return Asset(id=scope.key, licence=licence, **values)


def _asset_by_id(values: Values, node: MappingNode, scope: Scope) -> Asset:
    asset = _asset(values, node, scope)
    scope.reading.assets[asset.id] = asset
    return asset


ASSETS = by_id(mapping("asset", ASSET, _asset_by_id), "mapping from ids to assets", parse_id)
_ASSET_IN_PLACE = mapping("asset", ASSET, _asset)


def known_asset(text: str, scope: Scope) -> Asset | None:
    """The asset with an id; None where the show itself could not be read.

    Raises:
        Unfit: there is none, with the near id.
    """
    assets = scope.reading.assets
    if text in assets or not scope.reading.complete:
        return assets.get(text)
    guess = near(text, assets)
    if not guess:
        guess = next((key for key, asset in assets.items() if text in (str(asset.file), asset.title)), None)
    raise Unfit(f"no asset has the id {shown(text)}", hint=f"Did you mean `{guess}`?" if guess else "")


ASSET_ID = scoped_scalar("asset's id", Rule.UNKNOWN_ASSET, known_asset)


def _read_cover(node: Node, scope: Scope) -> Any:
    if isinstance(node, ScalarNode):
        return parsed(node, scope, Rule.PATH_SHAPE, _cover_named)
    if isinstance(node, MappingNode):
        return _ASSET_IN_PLACE.read(node, scope)
    return wrong_kind(node, scope, "an asset: `{file: cover.png, alt: …}`")


def _cover_named(text: str, scope: Scope) -> Asset:
    asset = scope.reading.assets.get(text)
    return asset or Asset(id="cover", file=parse_path(text, scope))


COVER = Kind(name="asset, its id, or a file", read=_read_cover, table=ASSET)

LINK = Table(
    name="platform",
    doc="Where else to listen.",
    fields=(
        Field(key="name", kind=LINE, doc="the platform's name", required=True, default=""),
        Field(key="url", kind=URL, doc="the show's, or episode's, page there", required=True, default=""),
    ),
)


def _link(values: Values, _: MappingNode, __: Scope) -> Link:
    return Link(**values)


PLATFORMS = list_of(mapping("platform", LINK, _link), "list of platforms")

FUNDING_LINK = Table(
    name="funding",
    doc="Where to give.",
    fields=(
        Field(key="url", kind=URL, doc="the page", required=True, default=""),
        Field(
            key="label", kind=LINE, doc="what the button says", required=True, default="", attribute="name"
        ),
    ),
)
FUNDING = list_of(mapping("funding link", FUNDING_LINK, _link), "list of funding links")
