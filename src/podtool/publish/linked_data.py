"""What machines read on a page: schema.org as JSON-LD (W3C JSON-LD 1.1), the licence as CC REL asks. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping

from markupsafe import Markup

from podtool.publish.markdown import plain_text
from podtool.publish.page_parts import Cover, PlayedFile
from podtool.publish.tree import Tree
from podtool.show.credits import Credits, LicenceLine, clean_line, web_address
from podtool.show.model import Episode, Show
from podtool.show.publication import Publication

_SCRIPT_UNSAFE = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&'\u2028\u2029"})


def render_json_ld(thing: Mapping[str, object]) -> Markup:
    """JSON that can't end or comment its script element, whatever it holds (HTML, section 4.12.1.3)."""
    text = json.dumps(_without_nothing(thing), ensure_ascii=False, indent=1, sort_keys=True)
    return Markup(text.translate(_SCRIPT_UNSAFE))  # noqa: S704 - made safe on this very line


def _without_nothing(value: object) -> object:
    if isinstance(value, Mapping):
        kept = ((key, _without_nothing(part)) for key, part in value.items())
        return {key: part for key, part in kept if part not in (None, "", [], {})}
    if isinstance(value, list):
        return [_without_nothing(part) for part in value]
    return value


def format_iso_duration(duration_s: float) -> str:
    """``PT1H2M3S`` (ISO 8601, whole seconds), as `time` elements and schema.org want it."""
    total = round(duration_s)
    parts = ((total // 3600, "H"), (total // 60 % 60, "M"), (total % 60, "S"))
    return "PT" + ("".join(f"{count}{unit}" for count, unit in parts if count) or "0S")


def describe_episode(
    show: Show,
    episode: Episode,
    publication: Publication,
    listed: Credits,
    *,
    player: PlayedFile | None,
    cover: Cover | None,
    tree: Tree,
) -> Mapping[str, object]:
    """schema.org PodcastEpisode; what nobody stated is None or empty and left out by `render_json_ld`."""
    media = next((file for file in publication.enclosures if player and file.url == player.url), None)
    return {
        "@context": "https://schema.org",
        "@type": "PodcastEpisode",
        "name": clean_line(episode.title),
        "alternativeHeadline": clean_line(episode.subtitle or ""),
        "episodeNumber": episode.number,
        "url": web_address(publication.page_url),
        "description": plain_text(episode.description),
        "inLanguage": show.language,
        "dateCreated": episode.recorded.isoformat() if episode.recorded else None,
        "datePublished": publication.published.isoformat(),
        "dateModified": publication.updated.isoformat() if publication.updated else None,
        "duration": format_iso_duration(player.duration_s) if player and player.duration_s else None,
        "image": cover.url if cover else None,
        "license": listed.licence.url,
        "associatedMedia": media
        and {
            "@type": "AudioObject",
            "contentUrl": web_address(media.url),
            "encodingFormat": media.media_type,
            "contentSize": str(media.bytes) if media.bytes else None,
            "sha256": media.sha256 or None,
            "duration": format_iso_duration(media.duration_s) if media.duration_s else None,
        },
        "director": _people_of(listed, "Creative Direction/Director"),
        "actor": _people_of(listed, "Cast/"),
        "contributor": _people_of(listed, ""),
        "partOfSeries": {
            "@type": "PodcastSeries",
            "name": clean_line(show.title),
            "url": web_address(show.link) or tree.address("index.html"),
            "webFeed": web_address(show.feed),
        },
    }


_OWN_PLACES = ("Creative Direction/Director", "Cast/")


def _people_of(listed: Credits, roles: str) -> list[object]:
    """The credited people whose role starts with `roles`; with none, those who have no place of their own."""
    chosen = (
        one
        for one in listed.contributions
        if (one.role.startswith(roles) if roles else not one.role.startswith(_OWN_PLACES))
    )
    return [
        {
            "@type": "Person",
            "name": person.name,
            "jobTitle": person.detail,
            "affiliation": person.organisation and {"@type": "Organization", "name": person.organisation},
            "url": person.url,
        }
        for one in chosen
        for person in one.people
    ]


def describe_series(
    show: Show, licence: LicenceLine, *, cover: Cover | None, address: str | None
) -> Mapping[str, object]:
    """schema.org PodcastSeries; `address` is the index's own."""
    return {
        "@context": "https://schema.org",
        "@type": "PodcastSeries",
        "name": clean_line(show.title),
        "description": plain_text(show.description),
        "url": web_address(show.link) or address,
        "webFeed": web_address(show.feed),
        "inLanguage": show.language,
        "image": cover.url if cover else None,
        "license": licence.url,
        "author": {"@type": "Organization", "name": clean_line(show.author)} if show.author else None,
    }
