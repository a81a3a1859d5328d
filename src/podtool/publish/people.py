"""Who appears in the feed, as which role of the taxonomy.

Source: Podcasting 2.0 namespace, tag `person`: a missing role means «host», and an item's list replaces the
channel's. So nobody is listed without a role that fits, and hosts are named again beside guests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from podtool.publish.xml_tags import clean_line
from podtool.show.model import Credit, Episode, Person, Show
from podtool.show.roles import HOSTS, ROLES, Role, find_role

_GUEST = next(role for role in ROLES if role.key == "Cast/Guest")


@dataclass(frozen=True, kw_only=True)
class Appearance:
    """One person in one role."""

    name: str
    role: Role
    url: str | None = None
    image: PurePosixPath | None = None

    @property
    def leads(self) -> bool:
        """Whether this is a host."""
        return self.role.key in HOSTS


def collect_hosts(show: Show) -> tuple[Appearance, ...]:
    """The people of show.yaml whose role says that they lead the show."""
    roles = ((person, find_role(person.role or "")) for person in show.people.values())
    return _once(_appear(person, role) for person, role in roles if role and role.key in HOSTS)


def collect_appearances(show: Show, episode: Episode) -> tuple[Appearance, ...]:
    """Hosts, people heard, guests and credits of an episode; empty where the channel's list says it all.

    Guests are guests, whatever their own trade (`role: journaliste`); so are others who are heard and whose
    role is missing or a trade. A credit that the taxonomy has no word for stays out: readers would take it
    for a host.
    """
    heard = (*episode.people, *(person for segment in episode.segments for person in segment.people))
    guests = {person.name.casefold() for person in episode.guests}
    listed = (
        *(_appear(person, _role_of(person)) for person in heard if person.name.casefold() not in guests),
        *(_appear(person, _GUEST) for person in episode.guests),
        *_credited(episode.credits),
    )
    if not listed:
        return ()
    hosts = () if any(appearance.leads for appearance in listed) else collect_hosts(show)
    return _once((*hosts, *listed))


def _role_of(person: Person) -> Role:
    return find_role(person.role or "") or _GUEST


def _appear(person: Person, role: Role) -> Appearance:
    return Appearance(name=clean_line(person.name), role=role, url=person.url, image=person.image)


def _credited(credits_: Iterable[Credit]) -> Iterator[Appearance]:
    for credit in credits_:
        if role := find_role(credit.role):
            yield Appearance(name=clean_line(credit.name), role=role, url=credit.url)


def _once(appearances: Iterable[Appearance]) -> tuple[Appearance, ...]:
    """The first of each name and role; blank names are forbidden by the namespace."""
    seen: dict[tuple[str, str], Appearance] = {}
    for appearance in appearances:
        if appearance.name:
            key = (appearance.name.casefold(), appearance.role.key)
            seen.setdefault(key, appearance)
    return tuple(seen.values())
