"""A subject that breaks no rule, and how to break it: every fact is plausible until a test changes it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path, PurePosixPath

from podtool.check.subject import (
    MediaFacts,
    Mp3Facts,
    Neighbour,
    PictureFacts,
    PublicFile,
    RecordingFacts,
    Subject,
)
from podtool.show.facts import ChapterFacts, Enclosure, ImageFacts, SoundFacts, TagFacts
from podtool.show.feed_facts import (
    FeedChapter,
    FeedFacts,
    FeedItemFacts,
    FeedLink,
    FeedMedia,
    FeedPerson,
    FeedTag,
)
from podtool.show.identity import podcast_guid
from podtool.show.mix_facts import BedFacts, EdgeFacts, EndFacts, MixFacts, SilenceFacts, StepFacts
from podtool.show.model import (
    BUILT_IN_PROFILES,
    Asset,
    Category,
    Clip,
    Credit,
    Episode,
    Licence,
    Owner,
    Place,
    Places,
    PublishSettings,
    Segment,
    Show,
)
from podtool.show.publication import Ledger, Publication, PublishedFile
from podtool.show.recordings import RecordingEntry

BASE = "https://example.org/"
FEED = f"{BASE}feed.xml"
MEDIA = f"{BASE}media/essais-08.mp3"
BY = "https://creativecommons.org/licenses/by/4.0/"
NOW = datetime(2024, 1, 1, tzinfo=UTC)
SHA = "ab" * 32
SHOW_KEYS = [
    "title",
    "description",
    "language",
    "handle",
    "feed",
    "guid",
    "author",
    "link",
    "owner",
    "categories",
    "categories.0",
    "explicit",
    "type",
    "locked",
    "licence",
    "cover",
    "cover.file",
    "profiles",
    "publish",
    "publish.base_url",
    "people",
    "funding.0",
    "assets.air",
    "assets.air.licence",
]
EPISODE_KEYS = [
    "title",
    "slug",
    "number",
    "recorded",
    "published",
    "description",
    "guid",
    "licence",
    "credits.0.role",
    "segments",
    "segments.0",
    "segments.0.clip",
    "segments.1.sting",
]


def places(file: str, keys: list[str]) -> Places:
    """Each key on a line of its own, in their order."""
    return Places(
        file=file,
        by_key={key: Place(file=file, line=line, column=1) for line, key in enumerate(keys, start=1)},
    )


AIR = Asset(
    id="air",
    file=PurePosixPath("music/air.flac"),
    title="Air",
    creator="Quelqu'un",
    source="https://example.org/air",
    licence=Licence(id="CC-BY-4.0"),
)
COVER = Asset(
    id="cover",
    file=PurePosixPath("cover.png"),
    title="Couverture",
    creator="Quelqu'un",
    source="dessinée pour l'émission",
    licence=Licence(id="CC0-1.0"),
    alt="Deux bulles.",
)
SHOW = Show(
    root=Path("show"),
    title="Essais",
    description="Une émission d'essais.",
    language="fr",
    handle="essais",
    feed=FEED,
    guid=podcast_guid(FEED),
    author="Les Essais",
    link=BASE,
    owner=Owner(name="Les Essais", email="a@example.org"),
    categories=(Category(name="Society & Culture"),),
    licence=Licence(id="CC-BY-4.0"),
    cover=COVER,
    assets={"air": AIR},
    publish=PublishSettings(base_url=BASE),
    places=places("show.yaml", SHOW_KEYS),
)
CHAPTERS = (
    ChapterFacts(start_ms=0, end_ms=10_000, title="Édito"),
    ChapterFacts(start_ms=10_000, end_ms=20_500, title="Entretien"),
    ChapterFacts(start_ms=20_500, end_ms=30_000, title="Fin"),
)
EPISODE = Episode(
    folder=PurePosixPath("episodes/08"),
    title="Comment faire",
    slug="comment-faire",
    number=8,
    recorded=date(2023, 9, 22),
    description="De quoi on parle.",
    credits=(Credit(role="director", name="Guillaume Desjardins"),),
    segments=(
        Segment(index=0, kind="clip", title="Édito", clips=(Clip(file=PurePosixPath("voix.wav")),)),
        Segment(
            index=1,
            kind="sting",
            title="Fin",
            clips=(Clip(file=PurePosixPath("music/air.flac"), asset="air"),),
        ),
    ),
    places=places("episodes/08/episode.yaml", EPISODE_KEYS),
)
SPEECH = SoundFacts(
    codec="pcm_s24le",
    container="wav",
    sample_rate_hz=48_000,
    channels=1,
    bit_depth=24,
    samples=48_000 * 20,
    integrated_loudness_lufs=-20.0,
    loudness_range_lu=4.0,
    sample_peak_dbfs=-4.0,
    true_peak_dbtp=-3.9,
    noise_floor_dbfs=-62.0,
    clipped_samples=0,
    dc_offset=0.0,
    leading_silence_s=0.1,
    trailing_silence_s=0.1,
    identical_channels=False,
)
RECORDING = RecordingFacts(
    path="episodes/08/recordings/voix.wav",
    name="recordings/voix.wav",
    place=EPISODE.places.find("segments.0.clip"),
    sound=SPEECH,
    sha256=SHA,
)
ENTRY = RecordingEntry(sha256=SHA, bytes=1, duration_s=20.0, sample_rate_hz=48_000, channels=1, ingested=NOW)
ENCODED = replace(
    SPEECH,
    codec="mp3",
    container="mp3",
    sample_rate_hz=44_100,
    channels=2,
    bit_depth=None,
    samples=44_100 * 30,
    integrated_loudness_lufs=-16.1,
    true_peak_dbtp=-1.2,
)
TAGS = TagFacts(
    values={"title": "Comment faire", "album": "Essais", "artist": "Les Essais", "licence_url": BY},
    chapters=CHAPTERS,
    picture_type="image/png",
    picture_bytes=90_000,
    tag_bytes=100_000,
)
BUILT = MediaFacts(
    path="episodes/08/build/essais-08.mp3",
    profile=BUILT_IN_PROFILES["podcast"],
    bytes=480_000,
    sha256=SHA,
    sound=ENCODED,
    tags=TAGS,
    mp3=Mp3Facts(has_info=True, is_vbr=False, bitrate_kbps=128),
)
PICTURE = PictureFacts(
    path="cover.png",
    role="cover",
    place=SHOW.places.find("cover.file"),
    of_show=True,
    alt="Deux bulles.",
    image=ImageFacts(media_type="image/png", width=1400, height=1400, mode="RGB", bytes=100_000),
)
CHAPTERS_JSON = json.dumps(
    {
        "version": "1.2.0",
        "chapters": [{"startTime": chapter.start_ms / 1000, "title": chapter.title} for chapter in CHAPTERS],
    }
)
ITEM = FeedItemFacts(
    line=30,
    guid="0b0ec2d6-0000-5000-8000-000000000008",
    guid_is_permalink=False,
    title="Comment faire",
    link=f"{BASE}episodes/comment-faire/",
    description="<p>De quoi on parle.</p>",
    content='<p>De quoi on parle : <a href="https://example.org/lire">lire</a>.</p>',
    published_text="Fri, 29 Sep 2023 06:00:00 +0200",
    published=datetime(2023, 9, 29, 4, tzinfo=UTC),
    enclosures=(FeedMedia(url=MEDIA, bytes=480_000, media_type="audio/mpeg"),),
    alternates=(
        FeedMedia(
            url=f"{BASE}media/essais-08.opus", bytes=300_000, media_type="audio/ogg", integrity="sha256-qw=="
        ),
    ),
    duration="30",
    episode="8",
    episode_type="full",
    explicit="false",
    author="Les Essais",
    licence=FeedLink(url=BY, text="cc-by-4.0"),
    chapters=FeedLink(
        url=f"{BASE}episodes/comment-faire/chapters.json", media_type="application/json+chapters"
    ),
    transcripts=(FeedLink(url=f"{BASE}t.vtt", media_type="text/vtt"),),
    people=(FeedPerson(name="Karl", role="Host", group="Cast"),),
    psc_version="1.2",
    psc_chapters=(
        FeedChapter(start="00:00:00.000", title="Édito"),
        FeedChapter(start="00:00:10.000", title="Entretien"),
        FeedChapter(start="00:00:20.500", title="Fin"),
    ),
    tags=(
        FeedTag(name="podcast:season", text="2", attributes={"name": "Les débuts"}),
        FeedTag(name="podcast:soundbite", attributes={"startTime": "10.0", "duration": "20.0"}),
        FeedTag(name="podcast:txt", text="true", attributes={"purpose": "ai-content"}),
        FeedTag(name="podcast:socialInteract", attributes={"protocol": "disabled"}),
    ),
)
NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
}
FEED_FACTS = FeedFacts(
    namespaces=NAMESPACES,
    title="Essais",
    link=BASE,
    description="<p>Une émission d'essais.</p>",
    language="fr",
    copyright="Sous licence CC BY 4.0",
    image=f"{BASE}images/cover-ab.png",
    explicit="false",
    type="episodic",
    categories=(Category(name="Society & Culture"),),
    links=(FeedLink(url=FEED, media_type="application/rss+xml", rel="self"),),
    guid=podcast_guid(FEED),
    locked="yes",
    licence=FeedLink(url=BY, text="cc-by-4.0"),
    funding=(FeedLink(url="https://example.org/don", text="Soutenir"),),
    people=(FeedPerson(name="Karl", role="Host", group="Cast"),),
    medium="podcastL",
    tags=(
        FeedTag(
            name="podcast:location",
            text="Nantes",
            attributes={"rel": "creator", "geo": "geo:47.2186,-1.5541", "osm": "R59874"},
        ),
        FeedTag(
            name="podcast:trailer",
            text="Bientôt",
            attributes={"url": f"{BASE}t.mp3", "pubdate": "Fri, 29 Sep 2023 06:00:00 +0200"},
        ),
        FeedTag(
            name="podcast:podroll",
            children=(FeedTag(name="podcast:remoteItem", attributes={"feedGuid": podcast_guid(FEED)}),),
        ),
        FeedTag(name="podcast:updateFrequency", text="Souvent", attributes={"rrule": "FREQ=DAILY"}),
        FeedTag(
            name="podcast:value",
            attributes={"type": "lightning", "method": "keysend"},
            children=(
                FeedTag(
                    name="podcast:valueRecipient",
                    attributes={"type": "node", "address": "03ab", "split": "100"},
                ),
            ),
        ),
        FeedTag(name="itunes:block", text="Yes"),
    ),
    items=(ITEM,),
)
ENCLOSURE = Enclosure(
    url=MEDIA,
    path="media/essais-08.mp3",
    bytes=480_000,
    media_type="audio/mpeg",
    sha256=SHA,
    duration_s=30.0,
    profile="podcast",
)
PUBLICATION = Publication(
    folder="episodes/08",
    number=8,
    slug="comment-faire",
    guid=ITEM.guid or "",
    page_url=f"{BASE}episodes/comment-faire/",
    published=datetime(2023, 9, 29, 4, tzinfo=UTC),
    enclosures=(ENCLOSURE,),
    chapters=CHAPTERS,
    files={
        "chapters": PublishedFile(
            path="episodes/comment-faire/chapters.json",
            url=f"{BASE}episodes/comment-faire/chapters.json",
            bytes=10,
            media_type="application/json+chapters",
            sha256=SHA,
        )
    },
)
LEDGER = Ledger(feed=FEED, guid=podcast_guid(FEED), episodes={"episodes/08": PUBLICATION})
PAGE_PATH = "episodes/comment-faire/index.html"
PAGE = f"""<!doctype html>
<html lang="fr">
<head><meta charset="utf-8"><title>Comment faire – Essais</title>
<link rel="stylesheet" href="../../style.css">
</head>
<body>
<h1 id="titre">Comment faire</h1>
<img src="../../images/cover-ab.png" alt="Deux bulles.">
<audio controls><source src="../../media/essais-08.mp3" type="audio/mpeg"></audio>
<p><a href="../../">Tous les épisodes</a> <a href="#titre">Haut</a>
<a rel="license" href="{BY}">CC BY 4.0</a></p>
</body>
</html>
"""
TREE = frozenset(
    {"index.html", "style.css", "images/cover-ab.png", "media/essais-08.mp3", PAGE_PATH, "feed.xml"}
)
EDGE = EdgeFacts(
    segment=0,
    file=PurePosixPath("voix.wav"),
    key="start",
    at_s=12.52,
    below_speech_db=9.0,
    pause_before_s=12.34,
    pause_after_s=13.0,
)
STEP = StepFacts(segment=0, at_s=10.0, before_lufs=-16.0, after_lufs=-20.9)
BED = BedFacts(segment=0, speech_lufs=-16.0, bed_lufs=-26.0)
SILENCE = SilenceFacts(segment=0, at_s=10.0, length_s=4.0, asked_s=1.1)
END = EndFacts(segment=1, is_bed=False, at_s=20.0, below_music_db=15.0)
MIX = MixFacts(
    edges=(EDGE,), steps=(STEP,), beds=(BED,), silences=(SILENCE,), ends=(END,), first_speech_s=59.0
)
"""Everything just as it may be."""
GOOD = Subject(
    show=SHOW,
    episode=EPISODE,
    now=NOW,
    recordings=(RECORDING,),
    entries={RECORDING.path: ENTRY},
    pictures=(PICTURE,),
    media=(BUILT,),
    is_built=True,
    chapters=CHAPTERS,
    length_s=30.0,
    mix=MIX,
    chapters_json=CHAPTERS_JSON,
    chapters_json_path="episodes/08/build/chapters.json",
    feed=FEED_FACTS,
    pages={PAGE_PATH: PAGE},
    tree=TREE,
    target="public/",
    ledger=LEDGER,
    publication=PUBLICATION,
    public={
        "media/essais-08.mp3": PublicFile(bytes=480_000),
        "episodes/comment-faire/chapters.json": PublicFile(bytes=10, sha256=SHA),
    },
    neighbours=(
        Neighbour(folder="episodes/08", stem="essais-08", slug="comment-faire", guid=ITEM.guid),
        Neighbour(folder="episodes/07", stem="essais-07", slug="avant", guid="7"),
    ),
)


def subject(**changes: object) -> Subject:
    """The good subject with other facts."""
    return replace(GOOD, **changes)


def show(**changes: object) -> Subject:
    """… with another show, of which nothing is rendered (the feed would follow)."""
    return replace(GOOD, show=replace(SHOW, **changes), feed=None, ledger=None, public=None, publication=None)


def episode(**changes: object) -> Subject:
    """… with another episode, of which nothing is built."""
    return replace(
        GOOD,
        episode=replace(EPISODE, **changes),
        feed=None,
        media=(),
        pages={},
        chapters=None,
        chapters_json=None,
    )


def recording(**changes: object) -> Subject:
    return replace(GOOD, recordings=(replace(RECORDING, **changes),))


def recorded(**changes: object) -> Subject:
    """… with another sound in its recording."""
    return recording(sound=replace(SPEECH, **changes))


def flawed(**changes: object) -> Subject:
    """… with flaws in it."""
    return recorded(flaws=replace(SPEECH.flaws, **changes))


def mixed(**changes: object) -> Subject:
    return replace(GOOD, mix=replace(MIX, **changes))


def built(**changes: object) -> Subject:
    return replace(GOOD, media=(replace(BUILT, **changes),))


def encoded(**changes: object) -> Subject:
    return built(sound=replace(ENCODED, **changes))


def tagged(**changes: object) -> Subject:
    return built(tags=replace(TAGS, **changes))


def valued(**changes: str) -> Subject:
    return tagged(values={**TAGS.values, **changes})


def image(**changes: object) -> Subject:
    assert PICTURE.image
    return replace(GOOD, pictures=(replace(PICTURE, image=replace(PICTURE.image, **changes)),))


def feed(**changes: object) -> Subject:
    return replace(GOOD, feed=replace(FEED_FACTS, **changes))


def item(**changes: object) -> Subject:
    return feed(items=(replace(ITEM, **changes),))


def page(old: str, new: str) -> Subject:
    assert old in PAGE
    return replace(GOOD, pages={PAGE_PATH: PAGE.replace(old, new)})


def music(**changes: object) -> Subject:
    return replace(GOOD, show=replace(SHOW, assets={"air": replace(AIR, **changes)}))


def cover(**changes: object) -> Subject:
    return replace(GOOD, show=replace(SHOW, cover=replace(COVER, **changes)))


def published(**changes: object) -> Subject:
    """… with another entry in the ledger."""
    return replace(
        GOOD, ledger=replace(LEDGER, episodes={"episodes/08": replace(PUBLICATION, **changes)}), public=None
    )


def segments(*clips: Clip, crossfade: float = 0) -> tuple[Segment, ...]:
    return tuple(
        Segment(index=index, kind="clip", clips=(clip,), crossfade=Fraction(crossfade))
        for index, clip in enumerate(clips)
    )
