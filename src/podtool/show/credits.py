"""An episode's credits: who did what, which works are used and under which terms. Pure.

Everything comes from YAML that somebody may have pasted from anywhere: an address that isn't http(s) is no
link, control characters are dropped. `credit_formats` writes them down.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from podtool.show.licences import describe_licence, facts_of, licence_clause, licence_url
from podtool.show.model import Credit, Episode, Licence, Person, Show
from podtool.show.rights import Work, attribution_of, describe_changes, name_work, names_licence
from podtool.show.roles import HOSTS, find_role, role_label
from podtool.show.words import say

_NOT_IN_ADDRESSES = r"\s\x00-\x20\x7f-\x9f<>\"\\`{}|^\ud800-\udfff"
_WEB_ADDRESS = re.compile(rf"https?://[^{_NOT_IN_ADDRESSES}/?#'][^{_NOT_IN_ADDRESSES}]*", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")


def web_address(url: str | None) -> str | None:
    """`url` where it is an http or https address that may be linked to, else None."""
    url = (url or "").strip()
    return url if _WEB_ADDRESS.fullmatch(url) else None


def clean_line(text: str) -> str:
    """One line without control characters or marks that turn the reading direction."""
    return " ".join(_CONTROLS.sub(" ", text).split(" ")).strip()


@dataclass(frozen=True, kw_only=True)
class Contributor:
    """Somebody in the credits. `detail` is what a guest is («chargé de mission»), where no label does."""

    name: str
    detail: str | None = None
    organisation: str | None = None
    url: str | None = None

    @property
    def belonging(self) -> str:
        """Detail and organisation, «chargé de mission, Le Mouvement associatif»; may be empty."""
        return ", ".join(part for part in (self.detail, self.organisation) if part)


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """One role and who held it. `role` is the taxonomy's key (``Cast/Guest``) or the word as written."""

    role: str
    label: str
    people: tuple[Contributor, ...]


@dataclass(frozen=True, kw_only=True)
class CreditedWork:
    """A work's credit in the page's language.

    Attributes:
        label: «Musique», «Couverture».
        attribution: all of it in one line, addresses included.
        named: title and author alone.
        source: the address it came from, or how its source is called when that is no address.
        terms: the licence in words, empty when `named` says it already.
        changes: that it was changed, or empty.
    """

    id: str
    kind: Literal["music", "image"]
    label: str
    attribution: str
    named: str
    source: str | None
    terms: str
    terms_url: str | None
    changes: str
    ranges_ms: tuple[tuple[int, int], ...] = ()
    is_cover: bool = False


@dataclass(frozen=True, kw_only=True)
class LicenceLine:
    """A sentence that states a licence; `name` links to `url` where there is one."""

    before: str
    name: str
    after: str
    url: str | None
    id: str | None

    @property
    def text(self) -> str:
        """The whole sentence, without the address."""
        return f"{self.before}{self.name}{self.after}"


@dataclass(frozen=True, kw_only=True)
class Credits:
    """All credits of an episode, in one language."""

    language: str
    show: str
    title: str
    number: int | None
    contributions: tuple[Contribution, ...]
    works: tuple[CreditedWork, ...]
    licence: LicenceLine

    def of_kind(self, kind: Literal["music", "image"]) -> tuple[CreditedWork, ...]:
        """The works of one kind."""
        return tuple(work for work in self.works if work.kind == kind)

    @property
    def pictures(self) -> tuple[CreditedWork, ...]:
        """Images other than the cover."""
        return tuple(work for work in self.works if work.kind == "image" and not work.is_cover)


def derive_credits(show: Show, episode: Episode, works: Sequence[Work], language: str) -> Credits:
    """The episode's credits: voices first, then the credits in the order written, the works, the licence."""
    return Credits(
        language=language,
        show=clean_line(show.title),
        title=clean_line(episode.title),
        number=episode.number,
        contributions=_group(_contributions(episode, language)),
        works=tuple(credit_work(work, language) for work in works),
        licence=state_licence(episode.licence_within(show), language),
    )


_SENTENCES: Mapping[str | None, str] = {"public-domain": "dedicated", "reserved": "reserved"}


def state_licence(
    licence: Licence | None, language: str, *, of: Literal["episode", "show"] = "episode"
) -> LicenceLine:
    """The sentence that says under which licence an episode, or the show, is published."""
    facts = facts_of(licence)
    kind = "not_stated" if licence is None else _SENTENCES.get(facts.family if facts else None, "under")
    mark = "\x00"
    before, found, after = say(f"{of}_{kind}", language, licence=mark).partition(mark)
    return LicenceLine(
        before=before,
        name=describe_licence(licence, language) if found else "",
        after=after,
        url=web_address(licence_url(licence)),
        id=facts.id if facts else (licence.id if licence else None),
    )


def credit_work(work: Work, language: str) -> CreditedWork:
    """One work's credit."""
    asset = work.asset
    stated = names_licence(asset)
    return CreditedWork(
        id=asset.id,
        kind=work.kind,
        label=say("music" if work.kind == "music" else "cover" if work.is_cover else "image", language),
        is_cover=work.is_cover,
        attribution=clean_line(attribution_of(asset, language, changed=work.changed, changes=work.changes)),
        named=clean_line(name_work(asset, language)),
        source=clean_line(asset.source) if asset.source else None,
        terms="" if stated else clean_line(licence_clause(asset.licence, language, with_url=False)),
        terms_url=web_address(licence_url(asset.licence)),
        changes=describe_changes(work.changes, language) if work.changed else "",
        ranges_ms=work.ranges_ms,
    )


def credit_person(person: Person | Credit, *, with_role: bool) -> Contributor:
    """Somebody as the credits name them; `with_role` keeps what they are, where no heading says it."""
    return Contributor(
        name=clean_line(person.name),
        detail=clean_line(person.role) if with_role and person.role else None,
        organisation=clean_line(person.organisation) if person.organisation else None,
        url=web_address(person.url),
    )


def credit_guest(person: Person) -> Contributor:
    """A guest: «guest» itself says nothing new, any other role does."""
    role = find_role(person.role) if person.role else None
    return credit_person(person, with_role=role is None)


GUEST = "Cast/Guest"


def _contributions(episode: Episode, language: str) -> Iterator[tuple[str, str, Contributor]]:
    """Role, its label and the person, once for each time that the YAML names somebody in a role."""
    seen = {person.name for person in (*episode.people, *episode.guests)}
    passing = (person for segment in episode.segments for person in segment.people)
    voices = [(person, GUEST) for person in episode.guests]
    voices += [
        (person, "") for person in (*episode.people, *(one for one in passing if one.name not in seen))
    ]
    for person, key in sorted(voices, key=lambda voice: _place(voice[0], voice[1])):
        role = find_role(person.role) if person.role else None
        held = key or (role.key if role else "")
        yield held, _label(held, language), credit_guest(person)
    for credit in episode.credits:
        role = find_role(credit.role)
        label = clean_line(role_label(credit.role, language))
        key = role.key if role else clean_line(credit.role)
        yield key, label[:1].upper() + label[1:], credit_person(credit, with_role=False)


def _place(person: Person, key: str) -> int:
    """Those who lead come first, then guests, then other voices."""
    role = find_role(person.role) if person.role else None
    held = key or (role.key if role else "")
    return 0 if held in HOSTS else 1 if held == GUEST else 2


def _label(key: str, language: str) -> str:
    if key == GUEST:
        return say("guests", language)
    return role_label(key, language) if key else say("with", language)


def _group(entries: Iterable[tuple[str, str, Contributor]]) -> tuple[Contribution, ...]:
    groups: dict[str, tuple[str, dict[Contributor, None]]] = {}
    for key, label, contributor in entries:
        groups.setdefault(key, (label, {}))[1].setdefault(contributor)
    return tuple(
        Contribution(role=key, label=label, people=tuple(people)) for key, (label, people) in groups.items()
    )
