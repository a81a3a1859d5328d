"""`podcast:person` → `people` of the show, `guests`, `people` and `credits` of an episode. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from podtool.publish.import_notes import Notebook
from podtool.show.feed_facts import FeedPerson
from podtool.show.roles import Role, find_role
from podtool.show.scalars import slugify

Values = dict[str, Any]
_GUEST = "Cast/Guest"
_HOST = "host"
"""The namespace's own meaning of a role that is left out."""


def derive_cast(people: Sequence[FeedPerson], notes: Notebook) -> dict[str, Values]:
    """show.yaml's `people`, by id."""
    found: dict[str, Values] = {}
    for person in people:
        name = notes.line_of(person.name, "podcast:person")
        if not name or any(name.casefold() == one["name"].casefold() for one in found.values()):
            continue
        found[_free_id(name, found)] = _described(person, name, notes, role=_role_of(person)[0])
    return found


def derive_appearances(
    people: Sequence[FeedPerson], cast: Mapping[str, Mapping[str, Any]], notes: Notebook
) -> Values:
    """An episode's `guests`, `people` and `credits`: who is heard, and who did something for it.

    Args:
        people: the item's.
        cast: the show's people by id; who is among them is named by the id.
        notes: takes what is told.
    """
    known = {str(one["name"]).casefold(): identifier for identifier, one in cast.items()}
    listed: dict[str, list[Any]] = {"guests": [], "people": [], "credits": []}
    for person in people:
        name = notes.line_of(person.name, "podcast:person")
        if not name:
            continue
        written, role = _role_of(person)
        of_show = known.get(name.casefold())
        if role and role.key == _GUEST:
            listed["guests"].append(of_show or _described(person, name, notes))
        elif role and role.group == "Cast":
            same = of_show and str(cast[of_show].get("role", "")).casefold() == written.casefold()
            listed["people"].append(of_show if same else _described(person, name, notes, role=written))
        else:
            listed["credits"].append({"role": written, **_described(person, name, notes)})
    return {key: _once(entries) for key, entries in listed.items()}


def _role_of(person: FeedPerson) -> tuple[str, Role | None]:
    """As it is to be written, and which one of the taxonomy that is; two of its groups have an Editor."""
    alone = find_role(person.role or _HOST)
    within = find_role(f"{person.group}/{person.role}") if person.group and person.role else None
    if within and within != alone:
        return within.key, within
    return person.role or _HOST, alone


def _described(person: FeedPerson, name: str, notes: Notebook, role: str | None = None) -> Values:
    if person.image:
        notes.add("a picture in podcast:person: podtool takes pictures from files, so it is left out")
    values = {
        "name": name,
        "role": notes.line_of(role, "podcast:person"),
        "url": notes.address_of(person.url, "podcast:person"),
    }
    return {key: value for key, value in values.items() if value}


def _free_id(name: str, taken: Iterable[str]) -> str:
    base = slugify(name, 50) or "person"
    number = 2
    found = base
    while found in taken:
        found, number = f"{base}-{number}", number + 1
    return found


def _once(entries: Sequence[Any]) -> list[Any]:
    return [entry for index, entry in enumerate(entries) if entry not in entries[:index]]
