"""Tags of the Podcasting 2.0 namespace that show and episode share → the YAML keys that write them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from podtool.publish.import_notes import Notebook
from podtool.publish.podcast_namespace import LICENCE_SLUGS
from podtool.show.feed_facts import FeedLink, FeedTag
from podtool.show.licence_reading import read_licence
from podtool.show.scalars import slugify

Values = dict[str, Any]

_COMPLETE = {"fr": "L'émission est terminée", "en": "The show is complete"}
_YES = frozenset({"yes", "true", "explicit", "1"})
_NO = frozenset({"no", "false", "clean", "0"})


def read_flag(text: str | None) -> bool | None:
    """``yes``, ``true``, ``clean`` …, as Apple's and others' feeds write it; None for anything else."""
    word = (text or "").strip().lower()
    return True if word in _YES else False if word in _NO else None


def tags_named(tags: Sequence[FeedTag], name: str) -> Iterator[FeedTag]:
    """Those of one name."""
    return (tag for tag in tags if tag.name == name)


def derive_licence(link: FeedLink | None, copyright_text: str | None, notes: Notebook) -> Values:
    """`licence` and `licence_url`: from `podcast:license`, else from a copyright line that names one."""
    if link is None:
        known = read_licence(copyright_text) if copyright_text else None
        return {"licence": known} if known and not known.startswith("LicenseRef-") else {}
    address = notes.address_of(link.url, "podcast:license") if link.url else None
    known = read_licence(link.text or "") or read_licence(link.url)
    if known and not known.startswith("LicenseRef-"):
        return {"licence": known}
    name = slugify(link.text or "", 60)
    if address and name:
        return {"licence": f"LicenseRef-{name}", "licence_url": address}
    if name not in LICENCE_SLUGS or not known:
        notes.add("podcast:license names no licence that podtool knows, and no address: left out")
    return {}


def _locations(tags: Sequence[FeedTag], notes: Notebook) -> list[Values]:
    found = []
    for tag in tags_named(tags, "podcast:location"):
        name = notes.line_of(tag.text, "podcast:location")
        if name:
            rel = tag.attributes.get("rel")
            place = {"name": name, "rel": rel if rel in ("subject", "creator") else None}
            found.append(_filled({**place, **_some(tag, "geo", "osm", "country")}))
    return found


def _txt(tags: Sequence[FeedTag], _: Notebook) -> list[Values]:
    return [
        _filled({"text": tag.text, **_some(tag, "purpose")})
        for tag in tags_named(tags, "podcast:txt")
        if tag.text and not _is_about_ai(tag)
    ]


def _ai_content(tags: Sequence[FeedTag], _: Notebook) -> bool | None:
    said = [tag.text for tag in tags_named(tags, "podcast:txt") if _is_about_ai(tag)]
    return read_flag(said[0]) if said else None


def _is_about_ai(tag: FeedTag) -> bool:
    return tag.attributes.get("purpose", "").lower() == "ai-content"


def _social(tags: Sequence[FeedTag], notes: Notebook) -> list[Values]:
    def priority(tag: FeedTag) -> int:
        text = tag.attributes.get("priority", "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0  # noqa: PLR2004 - any number that is one

    return [
        _filled(
            {
                "protocol": tag.attributes.get("protocol"),
                "uri": notes.address_of(tag.attributes.get("uri"), "podcast:socialInteract"),
                "account_id": tag.attributes.get("accountId"),
                "account_url": notes.address_of(tag.attributes.get("accountUrl"), "podcast:socialInteract"),
            }
        )
        for tag in sorted(tags_named(tags, "podcast:socialInteract"), key=priority)
    ]


def _value(tags: Sequence[FeedTag], notes: Notebook) -> Values | None:
    found = list(tags_named(tags, "podcast:value"))
    if len(found) > 1:
        notes.add("more than one podcast:value: the first is kept")
    for tag in found:
        recipients = [
            _filled(
                {
                    **_some(one, "name", "type", "address", "split"),
                    "fee": True if read_flag(one.attributes.get("fee")) else None,
                    "custom_key": one.attributes.get("customKey"),
                    "custom_value": one.attributes.get("customValue"),
                }
            )
            for one in tags_named(tag.children, "podcast:valueRecipient")
        ]
        if recipients:
            return _filled({**_some(tag, "type", "method", "suggested"), "recipients": recipients})
    return None


_BOTH: Mapping[str, Callable[[Sequence[FeedTag], Notebook], Any]] = {
    "location": _locations,
    "ai_content": _ai_content,
    "txt": _txt,
    "social": _social,
    "value": _value,
}


def derive_both(tags: Sequence[FeedTag], notes: Notebook) -> Values:
    """The keys that show.yaml and episode.yaml have alike."""
    return {key: read(tags, notes) for key, read in _BOTH.items()}


def derive_remote(tag: FeedTag, notes: Notebook) -> Values:
    """Another show, by its feed."""
    return _filled(
        {
            "guid": tag.attributes.get("feedGuid"),
            "feed": notes.address_of(tag.attributes.get("feedUrl"), "podcast:remoteItem"),
            "title": notes.line_of(tag.attributes.get("title"), "podcast:remoteItem"),
        }
    )


def derive_frequency(tags: Sequence[FeedTag], language: str) -> Values | None:
    """`update_frequency`; Apple's tag for «no more will come» says nothing else."""
    for tag in tags_named(tags, "podcast:updateFrequency"):
        if tag.text:
            complete = True if read_flag(tag.attributes.get("complete")) else None
            return _filled(
                {
                    "text": tag.text,
                    "rrule": tag.attributes.get("rrule"),
                    "start": tag.attributes.get("dtstart"),
                    "complete": complete,
                }
            )
    if any(read_flag(tag.text) for tag in tags_named(tags, "itunes:complete")):
        return {"text": _COMPLETE["fr" if language.lower().startswith("fr") else "en"], "complete": True}
    return None


def derive_block(tags: Sequence[FeedTag]) -> bool | list[str] | None:
    """`block`: everywhere, or where `podcast:block` and Apple's own tag name it."""
    said = [tag for tag in tags_named(tags, "podcast:block") if read_flag(tag.text)]
    if any(not tag.attributes.get("id") for tag in said):
        return True
    named = [tag.attributes["id"] for tag in said]
    if any(read_flag(tag.text) for tag in tags_named(tags, "itunes:block")) and "apple" not in named:
        named.append("apple")
    return named or None


def _some(tag: FeedTag, *names: str) -> Values:
    return {name: tag.attributes.get(name) for name in names}


def _filled(values: Values) -> Values:
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}
