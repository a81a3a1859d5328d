"""A show and its episodes for the feed's tests; every name in it is of the example or plainly made up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path, PurePosixPath
from typing import Any

from podtool.publish.feed import FeedItem
from podtool.show.facts import ChapterFacts, Enclosure
from podtool.show.model import (
    Category,
    Credit,
    Episode,
    Licence,
    Link,
    OtherFormat,
    Owner,
    Person,
    PublishSettings,
    Show,
)
from podtool.show.publication import Publication, PublishedFile

BASE = "https://example.org/questions-asso"
PARIS_SUMMER = timezone(timedelta(hours=2))
CHAPTERS = (
    ChapterFacts(start_ms=0, end_ms=4_250, title="Édito", url="https://example.org/édito"),
    ChapterFacts(start_ms=4_250, end_ms=3_661_007, title="« Quels enjeux ? » & réponses"),
    ChapterFacts(start_ms=3_661_007, end_ms=3_700_000, title="Fin", image=PurePosixPath("fin.jpeg")),
)
IMAGE_URLS = {PurePosixPath("fin.jpeg"): f"{BASE}/fin.jpeg", PurePosixPath("karl.png"): f"{BASE}/karl.png"}


def public_file(path: str, media_type: str) -> PublishedFile:
    return PublishedFile(path=path, url=f"{BASE}/{path}", bytes=1, media_type=media_type, sha256="00" * 32)


SHOW_FILES = {"cover": public_file("cover-3f.jpeg", "image/jpeg")}


def make_show(**changes: Any) -> Show:
    values: dict[str, Any] = {
        "root": Path(),
        "title": "Questions d'asso",
        "description": "Une émission **pour** les associations & leurs questions.",
        "language": "fr",
        "handle": "questions-asso",
        "feed": f"{BASE}/feed.xml",
        "guid": "9b024349-ccf0-5f69-a609-6b82873eab3c",
        "author": "Questions d'asso",
        "link": f"{BASE}/",
        "owner": Owner(name="Rédaction", email="redaction@example.org"),
        "categories": (
            Category(name="Society & Culture"),
            Category(name="Education", sub="Self-Improvement"),
            Category(name="Education", sub="How To"),
        ),
        "licence": Licence(id="CC-BY-2.0"),
        "people": {
            "karl": Person(
                id="karl",
                name="Karl",
                role="host",
                url="https://example.org/karl",
                image=PurePosixPath("karl.png"),
            )
        },
        "funding": (Link(name="Soutenir l'émission", url="https://example.org/don"),),
        "publish": PublishSettings(base_url=f"{BASE}/", websub="https://hub.example.org/"),
    }
    return Show(**(values | changes))


def make_episode(number: int | None = 8, **changes: Any) -> Episode:
    values: dict[str, Any] = {
        "folder": PurePosixPath(f"episodes/{number}"),
        "title": f"Comment faire, épisode {number} ?",
        "slug": f"comment-faire-{number}",
        "number": number,
        "season": 2,
        "description": "Le numérique *change* : [lire](https://example.org/lire?a=1&b=2) <script>x</script>.",
        "guests": (Person(name="Arnaud", role="journaliste", organisation="Mine de rien"),),
        "people": (Person(id="karl", name="Karl", role="Animation", image=PurePosixPath("karl.png")),),
        "credits": (
            Credit(role="réalisation", name="Guillaume Desjardins", url="https://example.org/g"),
            Credit(role="music", name="Sounds of Nowhere"),
            Credit(role="soutien moral", name="Quelqu'un"),
        ),
        "formats": (OtherFormat(name="Vidéo", url="https://example.org/vidéo"),),
    }
    return Episode(**(values | changes))


def make_enclosure(name: str, **changes: Any) -> Enclosure:
    values: dict[str, Any] = {
        "url": f"{BASE}/media/{name}.mp3",
        "path": f"media/{name}.mp3",
        "bytes": 1_234_567,
        "media_type": "audio/mpeg",
        "sha256": "ab" * 32,
        "duration_s": 3700.5,
        "profile": "podcast",
        "bitrate_kbps": 128,
    }
    return Enclosure(**(values | changes))


def make_publication(number: int | None = 8, **changes: Any) -> Publication:
    name = f"questions-asso-{number}"
    values: dict[str, Any] = {
        "folder": f"episodes/{number}",
        "number": number,
        "slug": f"comment-faire-{number}",
        "guid": f"podtool-{number}",
        "page_url": f"{BASE}/episodes/comment-faire-{number}/",
        "published": datetime(2023, 9, 22, 6, 5, 4, tzinfo=PARIS_SUMMER) + timedelta(days=7 * (number or 0)),
        "enclosures": (
            make_enclosure(name),
            make_enclosure(
                name,
                url=f"{BASE}/media/{name}.opus",
                path=f"media/{name}.opus",
                media_type="audio/ogg",
                profile="opus",
                bitrate_kbps=96,
                bytes=999,
            ),
        ),
        "chapters": CHAPTERS,
        "files": {
            "transcript.srt": public_file(f"episodes/{number}/transcript.srt", "application/x-subrip"),
            "transcript.vtt": public_file(f"episodes/{number}/transcript.vtt", "text/vtt"),
            "chapters": public_file(f"episodes/{number}/chapters.json", "application/json"),
            "waveform": public_file(f"episodes/{number}/waveform.svg", "image/svg+xml"),
        },
    }
    return Publication(**(values | changes))


def make_item(number: int | None = 8, **publication: Any) -> FeedItem:
    return FeedItem(
        episode=make_episode(number),
        publication=make_publication(number, **publication),
        content_html="<h3>Notes</h3><p>Tout, avec ]]> dedans.</p>",
        footer_html="<p>Musique : « It Goes On... » par Sounds of Nowhere</p>",
    )


CORRECTED = datetime(2024, 1, 15, 5, 0, tzinfo=UTC)
