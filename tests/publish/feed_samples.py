"""A show and its episodes for the feed's tests; every name in it is of the example or plainly made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path, PurePosixPath
from typing import Any

from podtool.publish.feed import FeedItem, render_feed
from podtool.show.facts import ChapterFacts, Enclosure, SoundbiteFacts
from podtool.show.model import (
    Asset,
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
from podtool.show.podcasting import (
    Location,
    Recipient,
    RemoteFeed,
    SocialPost,
    Txt,
    UpdateFrequency,
    Value,
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


# All that the namespace has

OTHER_GUID = "917393e3-1b1e-5cef-ace4-edaa54e1f810"
NANTES = Location(name="Nantes", rel="creator", geo="geo:47.2186353,-1.5541362", osm="R59874", country="FR")
RENNES = Location(name="Rennes")
POST = SocialPost(
    protocol="activitypub",
    uri="https://example.org/@asso/1",
    account_id="@asso",
    account_url="https://example.org/@asso",
)
VALUE = Value(
    type="lightning",
    method="keysend",
    suggested="0.00000005000",
    recipients=(
        Recipient(name="Asso", address="03ab", split=99, custom_key="818818", custom_value="abc"),
        Recipient(name="Outil", address="03cd", split=1, fee=True),
    ),
)
SOUNDBITES = (
    SoundbiteFacts(start_ms=73_000, end_ms=133_000, title="Pourquoi les asso ?"),
    SoundbiteFacts(start_ms=1_234_500, end_ms=1_276_750),
)


def make_full_show(**changes: Any) -> Show:
    """With every key that reaches the feed."""
    values: dict[str, Any] = {
        "medium": "podcast",
        "location": (NANTES,),
        "podroll": (
            RemoteFeed(guid=OTHER_GUID, feed="https://example.org/autre.xml", title="Autre émission"),
            RemoteFeed(guid="9b024349-ccf0-5f69-a609-6b82873eab3c"),
        ),
        "publisher": RemoteFeed(guid=OTHER_GUID, feed="https://example.org/reseau.xml"),
        "update_frequency": UpdateFrequency(
            text="Le premier vendredi du mois", rrule="FREQ=MONTHLY;BYDAY=1FR", start="2024-01-05"
        ),
        "ai_content": False,
        "txt": (Txt(text="S6lpp-7ZCn8", purpose="verify"), Txt(text="naj3eEZaWVVY9a38")),
        "social": (POST,),
        "value": VALUE,
        "block": ("google",),
        "cover": Asset(id="cover", file=PurePosixPath("cover.jpeg"), alt="Deux bulles qui se parlent."),
    }
    return make_show(**(values | changes))


def make_full_item(number: int = 8) -> FeedItem:
    """With every tag that an item may have."""
    episode = make_episode(
        number,
        subtitle="Et avec qui",
        season_name="Les débuts",
        display=f"Ch. {number}",
        location=(NANTES, RENNES),
        ai_content=True,
        txt=(Txt(text="abc", purpose="verify"),),
        social=(POST,),
        value=VALUE,
        cover=Asset(id="8", file=PurePosixPath("8.png"), alt="Une ampoule."),
        licence=Licence(id="CC-BY-SA-4.0"),
        platforms=(Link(name="Sur PeerTube", url="https://example.org/w/8"),),
    )
    made = make_publication(number)
    files = {**made.files, "cover": public_file(f"episodes/{number}/8.png", "image/png")}
    publication = replace(made, files=files, soundbites=SOUNDBITES)
    return replace(make_item(number), episode=episode, publication=publication)


def make_trailer(number: int = 1) -> FeedItem:
    """A trailer for a season."""
    episode = make_episode(number, title="Bientôt la saison 2", type="trailer")
    return replace(make_item(number), episode=replace(episode, number=None))


def full_feed() -> bytes:
    """Two full items and a trailer."""
    items = [make_full_item(7), make_full_item(8), make_trailer()]
    return render_feed(make_full_show(), items, files=SHOW_FILES, image_urls=IMAGE_URLS)
