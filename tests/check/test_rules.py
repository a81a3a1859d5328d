"""Every rule has a subject that breaks it, which breaks no other; and the good one breaks none."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from podtool.check.rules import all_rules, find_problems, find_rule
from podtool.check.subject import Neighbour, PictureFacts, PublicFile
from podtool.errors import Problem, Severity, UsageError
from podtool.show.facts import ChapterFacts
from podtool.show.feed_facts import FeedChapter, FeedFault, FeedLink, FeedMedia, FeedPerson
from podtool.show.identity import podcast_guid
from podtool.show.model import BUILT_IN_PROFILES, Category, Credit, Licence, PublishSettings
from podtool.show.yaml_rules import RULES as READING_RULES
from subjects import (
    BASE,
    BUILT,
    CHAPTERS,
    CHAPTERS_JSON,
    ENCLOSURE,
    EPISODE,
    GOOD,
    ITEM,
    LEDGER,
    MEDIA,
    NAMESPACES,
    PAGE,
    PICTURE,
    PUBLICATION,
    RECORDING,
    SHOW,
    TAGS,
    built,
    cover,
    encoded,
    episode,
    feed,
    image,
    item,
    music,
    page,
    published,
    recorded,
    recording,
    show,
    subject,
    tagged,
    valued,
)

LONG = "long " * 1000
NOBODY = "11111111-1111-5111-8111-111111111111"
PAGE_BY = '<a rel="license" href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>'


def fault(kind, message="at fault"):
    return feed(faults=(FeedFault(kind=kind, line=3, message=message),))


def chapters(*starts, end=30_000, title="Titre"):
    ends = [*starts[1:], end]
    return tuple(
        ChapterFacts(start_ms=start, end_ms=stop, title=title) for start, stop in zip(starts, ends, strict=True)
    )


def only(chapters_found):
    """Chapters by the timeline alone: nothing else says where they are."""
    return subject(
        chapters=chapters_found, chapters_json=None, media=(), feed=replace(GOOD.feed, items=(), type=None)
    )


def serial(**changes):
    made = episode(**changes)
    return replace(made, show=replace(SHOW, type="serial"))


def neighbour(**changes):
    other = Neighbour(folder="episodes/09", stem="essais-09", slug="apres", guid="9")
    return subject(neighbours=(*GOOD.neighbours, replace(other, **changes)))


def enclosure(**changes):
    return item(enclosures=(replace(ITEM.enclosures[0], **changes),))


def alternate(**changes):
    return item(alternates=(replace(ITEM.alternates[0], **changes),))


def two_items(**changes):
    other = {"guid": "other", "enclosures": (FeedMedia(url=f"{BASE}9.mp3", bytes=9, media_type="audio/mpeg"),)}
    return feed(items=(ITEM, replace(ITEM, **{**other, **changes})))


def moved_media():
    return published(enclosures=(replace(ENCLOSURE, url=f"{BASE}media/essais-07.mp3"),))


CASES = {
    # show.yaml
    "SHOW-001": [replace(show(cover=None), pictures=())],
    "SHOW-002": [show(feed=None)],
    "SHOW-003": [show(author=None)],
    "SHOW-004": [show(link=None)],
    "SHOW-005": [show(owner=None)],
    "SHOW-006": [show(guid=None)],
    "SHOW-007": [show(guid=NOBODY)],
    "SHOW-008": [show(description=LONG)],
    "SHOW-009": [
        show(feed="http://example.org/feed.xml", guid=podcast_guid(f"{BASE}feed.xml"), publish=PublishSettings()),
        show(publish=PublishSettings(base_url="http://example.org/"), feed=None),
    ],
    "SHOW-010": [show(publish=PublishSettings(base_url="https://example.org/other/"))],
    "SHOW-011": [show(profiles=(BUILT_IN_PROFILES["opus"], BUILT_IN_PROFILES["podcast"]))],
    "SHOW-012": [show(description="\n")],
    # episode.yaml
    "EPISODE-001": [episode(segments=())],
    "EPISODE-002": [episode(description="")],
    "EPISODE-003": [episode(recorded=None)],
    "EPISODE-004": [
        episode(title="Épisode 8 : Comment faire"),
        episode(title="#8 Comment faire"),
        episode(title="8. Comment faire"),
        episode(title="S02E08 Comment faire"),
        episode(title="Comment faire – Essais"),
    ],
    "EPISODE-005": [serial(number=None), serial(number=0)],
    "EPISODE-006": [episode(number=0)],
    "EPISODE-007": [neighbour(stem="essais-08")],
    "EPISODE-008": [neighbour(slug="comment-faire")],
    "EPISODE-009": [
        replace(episode(published=datetime(2023, 12, 31, tzinfo=UTC)), ledger=replace(LEDGER, episodes={}))
    ],
    "EPISODE-010": [
        replace(episode(recorded=date(2023, 9, 30), published=PUBLICATION.published)),
        episode(recorded=date(2032, 9, 22)),
    ],
    "EPISODE-011": [episode(description=LONG)],
    "EPISODE-012": [episode(credits=(Credit(role="soutien moral", name="Quelqu'un"),))],
    # recordings
    "SOURCE-003": [recording(trouble="can't be decoded", sound=None)],
    "RECORDING-001": [recorded(clipped_samples=12)],
    "RECORDING-002": [recorded(integrated_loudness_lufs=-30.0, noise_floor_dbfs=-70.0)],
    "RECORDING-003": [recorded(integrated_loudness_lufs=-9.0)],
    "RECORDING-004": [
        recorded(channels=2, silent_channels=(1,)),
        recorded(channels=6, silent_channels=(2, 3)),
    ],
    "RECORDING-005": [recorded(channels=2, identical_channels=True)],
    "RECORDING-006": [recorded(leading_silence_s=3.0)],
    "RECORDING-007": [recorded(trailing_silence_s=3.0)],
    "RECORDING-008": [recorded(noise_floor_dbfs=-45.0)],
    "RECORDING-009": [recorded(dc_offset=-0.02)],
    "RECORDING-010": [recorded(sample_rate_hz=16_000)],
    "RECORDING-011": [
        recorded(sample_peak_dbfs=-70.0, integrated_loudness_lufs=None),
        recorded(sample_peak_dbfs=None, leading_silence_s=20.0, trailing_silence_s=20.0),
    ],
    "RECORDING-012": [recording(sha256="cd" * 32)],
    "RECORDING-013": [recording(path="episodes/08/recordings/autre.wav")],
    # rights
    "RIGHTS-001": [music(licence=None), cover(licence=None)],
    "RIGHTS-002": [music(creator=None), cover(creator=None)],
    "RIGHTS-003": [music(source=None), cover(source=None)],
    "RIGHTS-004": [music(title=None), cover(title=None)],
    "RIGHTS-005": [music(licence=Licence(id="LicenseRef-Studio", url="https://example.org/l"))],
    "RIGHTS-006": [replace(episode(licence=None), show=replace(SHOW, licence=None))],
    "RIGHTS-007": [
        music(licence=Licence(id="CC-BY-NC-4.0")),
        music(licence=Licence(id="LicenseRef-ARR")),
    ],
    "RIGHTS-008": [cover(licence=Licence(id="CC-BY-NC-4.0"))],
    # pictures
    "COVER-001": [image(width=1920, height=1400)],
    "COVER-002": [image(width=600, height=600), image(width=4000, height=4000)],
    "COVER-003": [replace(image(media_type="image/webp"), pictures=(webp(),))] if False else [],
    "COVER-004": [image(mode="CMYK"), image(mode="L")],
    "COVER-005": [image(mode="RGBA")],
    "COVER-006": [image(media_type="image/jpeg")],
    "COVER-007": [image(bytes=4_000_000)],
    "COVER-008": [subject(pictures=(replace(PICTURE, alt=" "),))],
    "COVER-009": [subject(pictures=(replace(PICTURE, image=None, trouble="the image can't be read"),))],
}
