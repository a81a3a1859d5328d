"""For every rule, subjects that break it and no other."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import PurePosixPath

from subjects import (
    BASE,
    BED,
    BUILT,
    CHAPTERS,
    CHAPTERS_JSON,
    EDGE,
    ENCLOSURE,
    END,
    EPISODE,
    GOOD,
    ITEM,
    LEDGER,
    NAMESPACES,
    PICTURE,
    PUBLICATION,
    SHOW,
    SILENCE,
    STEP,
    built,
    cover,
    encoded,
    episode,
    feed,
    flawed,
    image,
    item,
    mixed,
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

from podtool.check.live_facts import LiveFeed, LiveFile
from podtool.check.subject import Neighbour, PublicFile, TranscriptFacts
from podtool.show.facts import ChapterFacts, WorkFacts
from podtool.show.feed_facts import (
    FeedChapter,
    FeedFault,
    FeedLink,
    FeedMedia,
    FeedPerson,
    FeedTag,
)
from podtool.show.identity import podcast_guid
from podtool.show.model import BUILT_IN_PROFILES, Category, Credit, Licence, PublishSettings
from podtool.show.yaml_rules import RULES as READING_RULES
from podtool.timeline.cues import Cue

LONG = "long " * 1000
NOBODY = "11111111-1111-5111-8111-111111111111"
PAGE_BY = '<a rel="license" href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>'


def told(**facts):
    """… whose music says something else of itself."""
    return replace(GOOD, told_by_files={"music/air.flac": WorkFacts(**facts)})


def adapted(**changes):
    """Music that is cut."""
    return music(modified=True, **changes)


def fault(kind, message="at fault"):
    return feed(faults=(FeedFault(kind=kind, line=3, message=message),))


CUES = (
    Cue(start_ms=0, end_ms=1500, text="Bonjour.", speaker="Karl"),
    Cue(start_ms=1500, end_ms=4000, text="Merci.", speaker="Karl"),
)


def transcribed(**facts):
    told = TranscriptFacts(name="a.vtt", place=EPISODE.places.find("segments.0.clip"), cues=CUES)
    return replace(GOOD, transcripts=(replace(told, **facts),))


def chapters(*starts, end=30_000, title="Titre"):
    ends = [*starts[1:], end]
    return tuple(
        ChapterFacts(start_ms=start, end_ms=stop, title=title)
        for start, stop in zip(starts, ends, strict=True)
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
    other = {
        "guid": "other",
        "enclosures": (FeedMedia(url=f"{BASE}9.mp3", bytes=9, media_type="audio/mpeg"),),
    }
    return feed(items=(ITEM, replace(ITEM, **{**other, **changes})))


def moved_media():
    return published(enclosures=(replace(ENCLOSURE, url=f"{BASE}media/essais-07.mp3"),))


def tag(name, text=None, children=(), **attributes):
    return FeedTag(name=f"podcast:{name}", text=text, children=children, attributes=attributes)


def rare(name, **values):
    """An item with a tag of the namespace."""
    return item(tags=(tag(name, **values),))


def rarely(name, **values):
    """The channel with one."""
    return feed(tags=(tag(name, **values),))


def linked(**pages):
    """The feed with links to its pages."""
    more = tuple(FeedLink(url=url, rel=rel) for rel, url in pages.items())
    return feed(links=(*GOOD.feed.links, *more))


SERVED = {"content-length": "480000", "content-type": "audio/mpeg", "etag": '"1"'}


def live(**facts):
    """A sound at its public address."""
    good = LiveFile(
        kind="media",
        name="media/essais-08.mp3",
        url=f"{BASE}media/essais-08.mp3",
        place=EPISODE.places.find("segments"),
        media_types=("audio/mpeg",),
        bytes=480_000,
        status=200,
        headers=SERVED,
        range_status=206,
        content_range="bytes 0-0/480000",
    )
    return subject(live=(good, replace(good, **facts)))


def live_feed(*, same=True, **facts):
    return subject(
        live_feed=LiveFeed(url=f"{BASE}feed.xml", facts=replace(GOOD.feed, **facts), same=same), live=()
    )


RECIPIENT = {"type": "node", "address": "03ab", "split": "1"}
WEBP = replace(PICTURE, path="cover.webp", image=replace(PICTURE.image, media_type="image/webp"))


def radio(loudness):
    """A broadcast file, which may be less far off."""
    profile = replace(BUILT_IN_PROFILES["podcast"], loudness_lufs=-23.0)
    return replace(built(profile=profile, sound=replace(BUILT.sound, integrated_loudness_lufs=loudness)))


def public(path, there):
    return subject(public={**GOOD.public, path: there})


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
        show(
            feed="http://example.org/feed.xml",
            guid=podcast_guid(f"{BASE}feed.xml"),
            publish=PublishSettings(),
        ),
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
        episode(title="Essais : comment faire"),
        replace(episode(title="Grands essais, comment faire"), show=replace(SHOW, title="Grands Essais")),
    ],
    "EPISODE-005": [serial(number=None), serial(number=0)],
    "EPISODE-006": [episode(number=0)],
    "EPISODE-007": [neighbour(stem="essais-08")],
    "EPISODE-008": [neighbour(slug="comment-faire")],
    "EPISODE-009": [
        replace(episode(published=datetime(2023, 12, 31, tzinfo=UTC)), ledger=replace(LEDGER, episodes={}))
    ],
    "EPISODE-010": [
        episode(recorded=date(2023, 9, 30), published=PUBLICATION.published),
        episode(recorded=date(2032, 9, 22)),
    ],
    "EPISODE-011": [episode(description=LONG)],
    "TRANSCRIPT-001": [transcribed(trouble="a.vtt has no cues")],
    "TRANSCRIPT-002": [transcribed(cues=(*CUES, CUES[0]))],
    "TRANSCRIPT-003": [transcribed(recording_s=0.5)],
    "TRANSCRIPT-004": [transcribed(cues=(replace(CUES[0], speaker=None),))],
    "TRANSCRIPT-005": [
        episode(
            segments=(
                replace(EPISODE.segments[0], transcript=PurePosixPath("recordings/edito.vtt")),
                replace(EPISODE.segments[0], index=1),
            )
        )
    ],
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
    "RECORDING-014": [flawed(hum_hz=50, hum_dbfs=-60.0)],
    "RECORDING-015": [flawed(holes_s=(3.2,)), flawed(holes_s=(1.0, 2.0, 3.0, 4.0))],
    "RECORDING-016": [flawed(clicks_s=(3.2,))],
    "RECORDING-017": [flawed(repeats_s=(3.2,))],
    "RECORDING-018": [flawed(correlation=-0.9)],
    "RECORDING-019": [flawed(balance_db=9.0), flawed(balance_db=-6.0)],
    "RECORDING-020": [flawed(flat_tops=40, flat_top_dbfs=-6.0)],
    "RECORDING-021": [flawed(ends_at_hz=8_000)],
    "RECORDING-022": [flawed(ends_at_hz=16_000)],
    # the mix
    "MIX-001": [
        mixed(edges=(replace(EDGE, below_speech_db=3.0),)),
        mixed(edges=(replace(EDGE, below_speech_db=8.0, key="cuts"),)),
    ],
    "MIX-002": [
        mixed(steps=(replace(STEP, after_lufs=-26.0),)),
        mixed(steps=(replace(STEP, after_lufs=-11.0),)),
    ],
    "MIX-003": [mixed(beds=(replace(BED, bed_lufs=-22.0),))],
    "MIX-004": [mixed(silences=(SILENCE, replace(SILENCE, length_s=5.0)))],
    "MIX-005": [mixed(first_speech_s=75.0)],
    "MIX-006": [
        mixed(ends=(replace(END, below_music_db=0.0),)),
        mixed(ends=(replace(END, below_music_db=2.0, is_bed=True),)),
    ],
    # rights
    "RIGHTS-001": [music(licence=None), cover(licence=None)],
    "RIGHTS-002": [music(creator=None), cover(creator=None)],
    "RIGHTS-003": [music(source=None), cover(source=None)],
    "RIGHTS-004": [music(title=None), cover(title=None)],
    "RIGHTS-005": [music(licence=Licence(id="LicenseRef-Studio", url="https://example.org/l"))],
    "RIGHTS-006": [replace(episode(licence=None), show=replace(SHOW, licence=None))],
    "RIGHTS-007": [
        adapted(licence=Licence(id="CC-BY-SA-3.0")),
        music(licence=Licence(id="CC-BY-NC-4.0")),
        music(licence=Licence(id="LicenseRef-ARR")),
    ],
    "RIGHTS-008": [cover(licence=Licence(id="CC-BY-NC-4.0"))],
    "RIGHTS-009": [
        adapted(licence=Licence(id="CC-BY-ND-4.0")),
        music(licence=Licence(id="LicenseRef-CC-Sampling-1.0")),
        cover(licence=Licence(id="CC-BY-ND-4.0"), modified=True),
    ],
    "RIGHTS-010": [adapted(licence=Licence(id="LicenseRef-CC-Sampling-Plus-1.0"))],
    "RIGHTS-011": [
        music(licence=Licence(id="LicenseRef-X", url="https://example.org/l"), allows=("adapt", "commercial"))
    ],
    "RIGHTS-012": [
        replace(
            episode(licence=Licence(id="CC0-1.0")),
            show=replace(SHOW, licence=Licence(id="CC0-1.0")),
            ledger=None,
            public=None,
            publication=None,
        )
    ],
    "RIGHTS-013": [told(title="Autre chose"), told(creator="Quelqu'une d'autre")],
    "RIGHTS-014": [told(licence="CC-BY-NC-4.0")],
    # pictures
    "COVER-001": [image(width=1920, height=1400)],
    "COVER-002": [image(width=600, height=600), image(width=4000, height=4000)],
    "COVER-003": [subject(pictures=(WEBP,))],
    "COVER-004": [image(mode="CMYK"), image(mode="L")],
    "COVER-005": [image(mode="RGBA")],
    "COVER-006": [image(media_type="image/jpeg")],
    "COVER-007": [image(bytes=4_000_000)],
    "COVER-008": [subject(pictures=(replace(PICTURE, alt=" "),))],
    "COVER-009": [subject(pictures=(replace(PICTURE, image=None, trouble="the image can't be read"),))],
    # encoded files
    "MEDIA-001": [
        encoded(integrated_loudness_lufs=-19.2),
        encoded(integrated_loudness_lufs=-14.9),
        radio(-23.7),
    ],
    "MEDIA-002": [encoded(true_peak_dbtp=-0.9)],
    "MEDIA-003": [subject(length_s=30.2)],
    "MEDIA-004": [built(mp3=replace(BUILT.mp3, problems=("the Info frame's frames is 3, the file's 4",)))],
    "MEDIA-005": [built(mp3=replace(BUILT.mp3, is_vbr=True))],
    "MEDIA-006": [built(mp3=replace(BUILT.mp3, has_info=False))],
    "MEDIA-007": [encoded(clipped_samples=4)],
    "MEDIA-008": [encoded(sample_rate_hz=48_000, samples=48_000 * 30), encoded(channels=1)],
    "MEDIA-009": [subject(stale="title changed")],
    "MEDIA-010": [subject(is_built=False, ledger=None, media=(), feed=None, pages={})],
    "MEDIA-011": [encoded(leading_silence_s=4.0), encoded(trailing_silence_s=4.0)],
    "MEDIA-012": [encoded(silent_channels=(1,))],
    "MEDIA-013": [built(sound=None, trouble="can't be decoded")],
    "MEDIA-014": [encoded(sample_peak_dbfs=None, true_peak_dbtp=None, integrated_loudness_lufs=None)],
    "MEDIA-015": [built(index_is_last=True)],
    "MEDIA-016": [
        built(profile=None, sound=replace(BUILT.sound, sample_rate_hz=22_050, samples=22_050 * 30))
    ],
    "MEDIA-017": [built(mp3=replace(BUILT.mp3, bitrate_kbps=64))],
    "MEDIA-018": [encoded(flaws=replace(BUILT.sound.flaws, correlation=-0.8))],
    "MEDIA-019": [
        built(
            profile=None,
            sound=replace(BUILT.sound, flaws=replace(BUILT.sound.flaws, silences_s=((5.0, 8.0),))),
        )
    ],
    # their tags
    "TAGS-001": [valued(title="")],
    "TAGS-002": [valued(album=" ")],
    "TAGS-003": [valued(artist="")],
    "TAGS-004": [
        tagged(problems=("an ID3v1 tag stands at the end of the file",)),
        built(tags=None, tags_trouble="the tag is broken"),
    ],
    "TAGS-005": [tagged(tag_bytes=301_000, problems=("the tag takes 301000 bytes, more than 300000",))],
    "TAGS-006": [tagged(picture_bytes=501_000, problems=("the cover takes 501000 bytes, more than 500000",))],
    "TAGS-007": [tagged(picture_type=None, picture_bytes=0)],
    "TAGS-008": [
        valued(title="Autre chose"),
        valued(licence_url="https://example.org/l"),
        valued(album="Autre"),
    ],
    # chapters
    "CHAPTERS-001": [
        subject(chapters_json="[]"),
        subject(chapters_json="{"),
        subject(chapters_json="[" * 100_000),
        subject(chapters_json=CHAPTERS_JSON.replace("1.2.0", "1.2")),
        subject(chapters_json='{"version": "1.2.0", "chapters": {}}'),
        subject(chapters_json='{"version": "1.2.0", "chapters": [{"startTime": "0"}]}'),
        subject(chapters_json='{"version": "1.2.0", "chapters": [{"startTime": NaN}]}'),
    ],
    "CHAPTERS-003": [replace(tagged(chapters=CHAPTERS[::-1]), chapters=None)],
    "CHAPTERS-004": [
        tagged(chapters=chapters(0, 10_000, 20_700)),
        tagged(chapters=CHAPTERS[:2]),
        subject(chapters_json=CHAPTERS_JSON.replace("10.0", "11.0")),
        item(psc_chapters=(replace(ITEM.psc_chapters[0], start="00:00:01.000"), *ITEM.psc_chapters[1:])),
    ],
    "CHAPTERS-005": [only(chapters(500, 10_000, 20_000))],
    "CHAPTERS-006": [only(chapters(0)), only(chapters(0, 9_000))],
    "CHAPTERS-007": [replace(tagged(chapters=chapters(0, 10_000, 40_000, end=50_000)), chapters=None)],
    "CHAPTERS-008": [
        item(psc_version="1.1"),
        item(psc_chapters=(FeedChapter(start="1:30", title="Titre"),)),
        item(psc_chapters=(*ITEM.psc_chapters[:2], replace(ITEM.psc_chapters[2], title=" "))),
    ],
    "CHAPTERS-009": [tagged(chapters=(*CHAPTERS[:2], replace(CHAPTERS[2], title="")))],
    "CHAPTERS-010": [replace(tagged(chapters=chapters(*range(0, 25_600, 100))), chapters=None)],
    "CHAPTERS-011": [only(chapters(0, 10_000, 29_500))],
    # the feed
    "FEED-001": [fault(kind) for kind in ("xml", "doctype", "encoding", "control")],
    "FEED-002": [feed(namespaces={**NAMESPACES, "itunes": "https://www.itunes.com/dtds/podcast-1.0.dtd"})],
    "FEED-003": [feed(title=None), feed(description=None), feed(language=None), feed(link=None)],
    "FEED-004": [feed(image=None)],
    "FEED-005": [
        feed(categories=()),
        feed(categories=(Category(name="society & culture"),)),
        feed(categories=(Category(name="Education", sub="Management"),)),
        show(categories=()),
    ],
    "FEED-006": [feed(explicit="clean"), feed(explicit=None), item(explicit="no")],
    "FEED-007": [
        feed(links=()),
        feed(links=GOOD.feed.links * 2),
        feed(links=(replace(GOOD.feed.links[0], media_type="text/xml"),)),
        feed(links=(replace(GOOD.feed.links[0], url=f"{BASE}autre.xml"),)),
    ],
    "FEED-008": [item(title=None), item(enclosures=()), item(guid=None)],
    "FEED-009": [two_items(guid=ITEM.guid), neighbour(guid=ITEM.guid)],
    "FEED-010": [item(guid_is_permalink=True)],
    "FEED-011": [
        enclosure(url=""),
        enclosure(bytes=None),
        enclosure(media_type=None),
        item(enclosures=(*ITEM.enclosures, FeedMedia(url=f"{BASE}b.mp3", bytes=1, media_type="audio/mpeg"))),
    ],
    "FEED-012": [enclosure(bytes=480_001), replace(enclosure(bytes=479_999), media=())],
    "FEED-013": [feed(items=(ITEM, replace(ITEM, guid="other")))],
    "FEED-014": [
        enclosure(url="http://example.org/a.mp3"),
        enclosure(url="https://example.org/é.mp3"),
        enclosure(url="https://[::1/a.mp3"),
        enclosure(url="https:///a.mp3"),
        feed(image="http://example.org/cover.png"),
        item(image="http://example.org/cover.png"),
        item(chapters=replace(ITEM.chapters, url="http://example.org/chapters.json")),
        item(transcripts=(replace(ITEM.transcripts[0], url="http://example.org/t.vtt"),)),
    ],
    "FEED-015": [fault("date"), item(published_text=None)],
    "FEED-016": [replace(feed(type="serial", items=(replace(ITEM, episode=None),)))],
    "FEED-017": [feed(description=LONG), item(description=f"<p>{LONG}</p>")],
    "FEED-018": [item(description="<h2>Titre</h2>"), item(description="<p><img src='a.png'></p>")],
    "FEED-019": [item(duration="0:30"), item(duration=None), item(duration="0"), item(duration="33")],
    "FEED-020": [item(link=None), item(description=None), item(content=None), item(episode_type=None)],
    "FEED-021": [
        item(content="<p><a href='../7/'>avant</a></p>"),
        item(content="<script src='https://example.org/x.js'></script>"),
    ],
    "FEED-022": [
        feed(copyright="© Les Essais"),
        feed(copyright="Copyright"),
        feed(copyright="2023 Les Essais"),
    ],
    "FEED-023": [feed(guid=None), feed(guid="essais")],
    "FEED-024": [feed(locked="true")],
    "FEED-025": [
        feed(people=(FeedPerson(name=" "),)),
        item(people=(FeedPerson(name="Karl", role="Boss"),)),
        item(people=(FeedPerson(name="Karl", group="Team"),)),
    ],
    "FEED-026": [
        feed(licence=FeedLink(url="", text="CC-BY-SA-4.0")),
        item(licence=FeedLink(url="", text="x")),
    ],
    "FEED-027": [
        item(chapters=replace(ITEM.chapters, media_type="application/json")),
        item(chapters=replace(ITEM.chapters, url="")),
        item(transcripts=(FeedLink(url="", media_type="text/vtt"),)),
        item(transcripts=(FeedLink(url=f"{BASE}t.doc", media_type="application/msword"),)),
    ],
    "FEED-028": [
        feed(funding=(FeedLink(url="", text="Don"),)),
        feed(funding=(FeedLink(url=BASE, text="x" * 129),)),
    ],
    "FEED-029": [item(episode_type="extra")],
    "FEED-030": [alternate(url=""), alternate(media_type=None), alternate(integrity="ab12")],
    "FEED-031": [feed(type="weekly")],
    "FEED-032": [subject(feed=None, feed_failure="episodes/08 has no media")],
    "FEED-034": [
        rare("soundbite", startTime="29.5", duration="2"),
        rare("soundbite", startTime="1", duration="0"),
        rare("soundbite", startTime="0:10", duration="5"),
        rare("soundbite", duration="5"),
    ],
    "FEED-035": [
        rare("location", text=None),
        rare("location", text="x" * 129),
        rare("location", text="Nantes", rel="about"),
        rare("location", text="Nantes", geo="47.2 -1.5"),
        rare("location", text="Nantes", osm="59874"),
        rarely("location", text=None),
    ],
    "FEED-036": [feed(medium="radio")],
    "FEED-037": [
        rarely("trailer", text="Bientôt", url=f"{BASE}t.mp3"),
        rarely("trailer", text=None, url=f"{BASE}t.mp3", pubdate="Fri, 29 Sep 2023 06:00:00 +0200"),
        rarely("trailer", text="Bientôt", url="http://example.org/t.mp3", pubdate="x"),
    ],
    "FEED-038": [
        rarely("podroll"),
        rarely("podroll", children=(FeedTag(name="podcast:remoteItem", attributes={"feedUrl": BASE}),)),
        rarely("publisher"),
    ],
    "FEED-039": [
        rare("txt", text="yes", purpose="ai-content"),
        rarely("txt", text=None, purpose="ai-content"),
        rare("txt", text="abc", purpose="x" * 129),
    ],
    "FEED-040": [
        rarely("updateFrequency", text="Souvent", rrule="weekly"),
        rarely("updateFrequency", text="Souvent", rrule="FREQ=DAILY;COUNT=3"),
        rarely("updateFrequency", text="x" * 129),
    ],
    "FEED-041": [
        rare("socialInteract", uri=BASE),
        rarely("socialInteract", protocol="activitypub"),
    ],
    "FEED-042": [
        feed(tags=(FeedTag(name="itunes:block", text="no"),)),
        feed(tags=(FeedTag(name="itunes:complete", text="false"),)),
    ],
    "FEED-043": [
        rarely("value", type="lightning", method="keysend"),
        rare(
            "value",
            type="lightning",
            method="keysend",
            children=(FeedTag(name="podcast:valueRecipient", attributes={"type": "node", "split": "1"}),),
        ),
        rare("value", children=(FeedTag(name="podcast:valueRecipient", attributes=RECIPIENT),), type="x"),
    ],
    "FEED-044": [
        linked(prev=f"{BASE}feed-archive-1.xml"),
        linked(next=f"{BASE}feed-archive-1.xml"),
        linked(first="feed.xml", last=f"{BASE}feed-archive-1.xml"),
    ],
    # pages
    "PAGE-001": [page(' lang="fr"', ""), page('lang="fr"', 'lang=" "')],
    "PAGE-002": [page("Comment faire – Essais", ""), page("<title>Comment faire – Essais</title>", "")],
    "PAGE-003": [
        page('<source src="../../media/essais-08.mp3" type="audio/mpeg">', ""),
        page("media/essais-08.mp3", "media/essais-09.mp3"),
    ],
    "PAGE-004": [page(PAGE_BY, "CC BY 4.0"), page("licenses/by/4.0/", "licenses/by/3.0/")],
    "PAGE-005": [page(' alt="Deux bulles."', "")],
    "PAGE-006": [
        page("../../style.css", "https://fonts.example.com/a.css"),
        page("</body>", '<script src="//cdn.example.com/a.js"></script></body>'),
        page("</body>", '<iframe src="https://example.com/"></iframe></body>'),
    ],
    "PAGE-007": [page('href="../../"', 'href="../7/"'), page("style.css", "autre.css")],
    "PAGE-008": [page("<h1", "<h2"), page("</body>", "<h1>Encore</h1></body>")],
    "PAGE-009": [page("</body>", '<p id="titre">Encore</p></body>')],
    "PAGE-010": [subject(pages={}, page_failure="templates/episode.html.j2: unexpected end")],
    # the ledger
    "LEDGER-001": [replace(GOOD, episode=replace(EPISODE, guid="new"))],
    "LEDGER-002": [replace(show(), ledger=replace(LEDGER, guid=NOBODY))],
    "LEDGER-003": [moved_media()],
    "LEDGER-004": [subject(gone=("episodes/03",))],
    "LEDGER-005": [subject(ledger=replace(LEDGER, feed="https://old.example.org/feed.xml"))],
    "LEDGER-006": [
        public("media/essais-08.mp3", None),
        public("media/essais-08.mp3", PublicFile(bytes=479_999)),
        public("episodes/comment-faire/chapters.json", PublicFile(bytes=10, sha256="cd" * 32)),
    ],
    "LEDGER-007": [replace(GOOD, episode=replace(EPISODE, published=datetime(2023, 9, 28, tzinfo=UTC)))],
    "LEDGER-008": [published(enclosures=(replace(ENCLOSURE, sha256="cd" * 32),))],
    # public servers
    "LIVE-001": [live(status=404), live(status=None, trouble="timed out"), live(status=None, trouble="gone")],
    "LIVE-002": [live(headers={**SERVED, "content-length": "479999"})],
    "LIVE-003": [live(headers={**SERVED, "content-type": "text/html; charset=utf-8"})],
    "LIVE-004": [live(range_status=200), live(range_status=206, content_range="bytes 0-0/5")],
    "LIVE-005": [live(status=None, hops=("http://example.org/a.mp3",), leaves_https=True)],
    "LIVE-006": [live(status=None, trouble="certificate has expired", bad_certificate=True)],
    "LIVE-007": [live(hops=("https://a.org/", "https://b.org/", "https://c.org/", "https://d.org/"))],
    "LIVE-008": [live(headers={name: value for name, value in SERVED.items() if name != "etag"})],
    "LIVE-009": [live(kind="data", range_status=None)],
    "LIVE-010": [
        live_feed(items=()),
        live_feed(items=(ITEM, replace(ITEM, guid="stranger"))),
        live_feed(faults=(FeedFault(kind="xml", line=1, message="no XML"),)),
        live_feed(same=False),
    ],
    "LIVE-011": [
        live_feed(guid=NOBODY),
        live_feed(links=(FeedLink(url="https://b.org/", rel="self", media_type="application/rss+xml"),)),
    ],
    "LIVE-012": [live(head=False)],
}
"""By the rule's id."""

ELSEWHERE = {
    "SOURCE-001": "workflow/sources.py; tests/functional/test_check.py",
    "SOURCE-002": "timeline/layout.py; tests/functional/test_check.py",
    "TIMELINE-001": "timeline/layout.py; tests/functional/test_check.py",
    "CHAPTERS-002": "timeline/marks.py; tests/functional/test_check.py",
    "FEED-033": "timeline/marks.py; tests/timeline/test_marks.py",
    "EPISODE-013": "audio/effects.py; tests/functional/test_check.py",
    **dict.fromkeys(
        ("CHECK-001", "CHECK-002", "CHECK-003", "CHECK-004"), "check/judging.py; tests/check/test_judging.py"
    ),
    **dict.fromkeys(READING_RULES, "show/; tests/show/test_manifest.py, test_yaml_reading.py"),
}
"""Rules that another module applies: what the table passes on, and where they are broken in a test."""
