"""A key changes when, and only when, something that its result depends on does."""

from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from fractions import Fraction
from pathlib import Path, PurePosixPath

import pytest

from model_samples import SHOW, bed, clip, episode, laid_out, segment, sting
from podtool import recipes
from podtool.build.graph import digest_of, reasons_for
from podtool.recipes import (
    WORDS_OF_A_SEGMENT,
    Engine,
    derive_document_steps,
    derive_encode_step,
    derive_measure_step,
    derive_mix_ingredients,
    derive_mix_step,
    derive_tag_step,
    list_images,
    name_file,
    name_source,
    plain,
)
from podtool.show.model import (
    BUILT_IN_PROFILES,
    Asset,
    Bed,
    Category,
    ChapterMark,
    CheckSettings,
    Clip,
    Credit,
    Effect,
    Episode,
    Licence,
    Link,
    OtherFormat,
    Owner,
    Person,
    Place,
    Places,
    PublishSettings,
    Revision,
    Segment,
    Show,
)
from podtool.show.podcasting import (
    Location,
    RemoteFeed,
    SocialPost,
    SoundbiteMark,
    Txt,
    UpdateFrequency,
    Value,
)
from podtool.timeline.layout import list_sources
from podtool.timeline.marks import derive_chapters, derive_soundbites
from podtool.timeline.model import Source, Treatment
from podtool.workflow.documents import collect_heard, make_chapters, make_rights, make_timeline
from podtool.workflow.project import Project
from podtool.workflow.tagged import collect_tags

ENGINE = Engine(versions={"av": "14.0.0", "soxr": "0.5.0"})
PODCAST = BUILT_IN_PROFILES["podcast"]
KARL = Person(name="Karl", id="karl", role="host")
ARNAUD = Person(name="Arnaud")
PAGE = "https://example.org/page"
COVER = Asset(id="cover", file=PurePosixPath("cover.png"))

FULL_SHOW = replace(
    SHOW,
    author="Une asso",
    link="https://example.org",
    feed="https://example.org/feed.xml",
    guid="917393e3-1b1e-5cef-ace4-edaa54e1f810",
    categories=(Category(name="Education"),),
    people={"karl": KARL},
    publish=PublishSettings(base_url="https://example.org/"),
)
EDITO = segment(
    clip(start=1, end=10, cuts=[(2, 3)], speaker="karl"),
    title="Édito",
    bed=bed(start=1, fade_in=1, fade_out=1),
    chapters=(ChapterMark(at=Fraction(4), title="Marque"),),
    people=(KARL,),
    speaker="karl",
    crossfade=0,
)
FULL = episode(
    EDITO,
    sting(title="Virgule", crossfade=1),
    segment(silence=1),
    segment(clip("a.flac", end=5), clip("b.flac", end=5), title="Entretien"),
    season=1,
    guests=(ARNAUD,),
    people=(KARL,),
    credits=(Credit(role="director", name="Guillaume"),),
    description="Une description.",
    notes="Des notes.",
    recorded=date(2023, 9, 22),
    published=datetime(2023, 10, 1, tzinfo=UTC),
)


def digests_of(made):
    return {source.file: digest_of(source.file.as_posix()) for source in list_sources(made)}


@dataclass(frozen=True, kw_only=True)
class Keys:
    measure: dict
    mix: str
    encode: str
    tag: str
    documents: dict


def keys(
    made=FULL,
    show=FULL_SHOW,
    *,
    digests=None,
    rate_hz=44_100,
    engine=ENGINE,
    profile=PODCAST,
    gain=1.5,
    ceiling=-2.1,
):
    digests = digests_of(made) if digests is None else digests
    mix = derive_mix_ingredients(made, digests, rate_hz, engine)
    encode = derive_encode_step(mix, profile, gain, ceiling)
    tag = derive_tag_step(show, made, encode, digests, "essais-08.mp3", profile.name)
    documents = derive_document_steps(show, made, mix, [tag], digests)
    return Keys(
        measure={
            name_source(source, made): derive_measure_step(source, made, digests, rate_hz, engine).key
            for source in list_sources(made)
        },
        mix=derive_mix_step(mix, "stereo").key,
        encode=encode.key,
        tag=tag.key,
        documents={name: step.key for name, step in documents.items()},
    )


BASE = keys()


def with_segment(index=0, **values):
    segments = list(FULL.segments)
    segments[index] = replace(segments[index], **values)
    return replace(FULL, segments=tuple(segments))


def with_clip(**values):
    return with_segment(clips=(replace(FULL.segments[0].clips[0], **values),))


def with_bed(**values):
    return with_segment(bed=replace(FULL.segments[0].bed, **values))


# --- The sound ---

OTHER_FILE = PurePosixPath("recordings/autre.wav")
SOUND_OF_SEGMENT = {
    "kind": {"kind": "sting"},
    "clips": {"clips": (clip("autre.wav"),)},
    "silence": {"silence": Fraction(1, 2)},
    "gain_db": {"gain_db": -3.0},
    "pan": {"pan": 0.25},
    "fade_in": {"fade_in": Fraction(1, 1000)},
    "fade_out": {"fade_out": Fraction(1)},
    "crossfade": {"crossfade": Fraction(1)},
    "gap": {"gap": Fraction(1)},
    "level": {"level": "off"},
    "bed": {"bed": None},
    "effects": {"effects": (Effect(name="high_pass_filter", options=(("cutoff", 80),)),)},
}
SOUND_OF_CLIP = {
    "file": OTHER_FILE,
    "start": Fraction(3, 2),
    "end": None,
    "cuts": (),
    "offset": Fraction(1),
    "gain_db": 0.5,
}
SOUND_OF_BED = {
    "file": PurePosixPath("music/autre.wav"),
    "gain_db": -1.0,
    "duck_db": 9.0,
    "fade_in": Fraction(2),
    "fade_out": Fraction(2),
    "start": Fraction(2),
}


def names_of(model):
    return {field.name for field in fields(model)}


def test_every_key_of_a_segment_is_sound_or_words():
    """A new key must be put on one side or the other."""
    assert set(SOUND_OF_SEGMENT).isdisjoint(WORDS_OF_A_SEGMENT)
    assert set(SOUND_OF_SEGMENT) | WORDS_OF_A_SEGMENT == names_of(Segment)
    assert set(SOUND_OF_CLIP) | {"asset", "speaker"} == names_of(Clip)
    assert set(SOUND_OF_BED) | {"asset"} == names_of(Bed)


CHANGED_SOUND = (
    {f"segment's {key}": with_segment(**values) for key, values in SOUND_OF_SEGMENT.items()}
    | {f"clip's {key}": with_clip(**{key: value}) for key, value in SOUND_OF_CLIP.items()}
    | {f"bed's {key}": with_bed(**{key: value}) for key, value in SOUND_OF_BED.items()}
    | {
        "an effect's option": with_segment(
            effects=(Effect(name="high_pass_filter", options=(("cutoff", 81),)),)
        ),
        "a segment less": replace(FULL, segments=FULL.segments[:-1]),
        "two segments exchanged": replace(
            FULL,
            segments=tuple(replace(FULL.segments[old], index=new) for new, old in enumerate((0, 2, 1, 3))),
        ),
    }
)


@pytest.mark.parametrize("change", CHANGED_SOUND)
def test_another_sound_is_mixed_encoded_and_tagged_anew(change):
    now = keys(CHANGED_SOUND[change])
    assert now.mix != BASE.mix
    assert now.encode != BASE.encode
    assert now.tag != BASE.tag
    assert all(now.documents[name] != BASE.documents[name] for name in BASE.documents)


def test_every_change_of_sound_has_its_own_key():
    found = {keys(made).mix for made in CHANGED_SOUND.values()}
    assert len(found) == len(CHANGED_SOUND)


WORDS = {
    "title": "Un autre titre",
    "url": PAGE,
    "image": PurePosixPath("images/a.png"),
    "notes": "D'autres notes.",
    "chapters": (),
    "soundbites": (SoundbiteMark(at=Fraction(1), duration=Fraction(2), title="Extrait"),),
    "speaker": "arnaud",
    "people": (),
    "transcript": PurePosixPath("a.vtt"),
}


@pytest.mark.parametrize("key", WORDS)
def test_a_segments_words_touch_no_sound(key):
    now = keys(with_segment(**{key: WORDS[key]}))
    assert (now.measure, now.mix, now.encode) == (BASE.measure, BASE.mix, BASE.encode)


def test_all_words_were_tried():
    assert set(WORDS) | {"index"} == WORDS_OF_A_SEGMENT


PODCASTING = {
    "location": (Location(name="Nantes"),),
    "ai_content": False,
    "txt": (Txt(text="abc", purpose="verify"),),
    "social": (SocialPost(protocol="disabled"),),
    "value": Value(type="lightning", method="keysend"),
}
"""What only the feed says."""
CHECK = CheckSettings(severities={"FEED-022": "note"})
WORDS_OF_EPISODE = {
    "title": "Un autre titre",
    "slug": "un-autre",
    "number": 9,
    "season": 2,
    "subtitle": "Sous-titre",
    "type": "bonus",
    "explicit": True,
    "recorded": None,
    "published": None,
    "description": "",
    "notes": None,
    "guests": (),
    "people": (),
    "credits": (),
    "licence": Licence(id="CC0-1.0"),
    "cover": COVER,
    "assets": {"virgule": Asset(id="virgule", file=PurePosixPath("music/virgule.wav"), creator="Une autre")},
    "platforms": (Link(name="PeerTube", url=PAGE),),
    "formats": (OtherFormat(name="PeerTube", url=PAGE),),
    "season_name": "Les débuts",
    "display": "Ch. 3",
    **PODCASTING,
    "guid": "un-guid",
    "revisions": (Revision(note="Un nom corrigé."),),
    "check": CHECK,
    "places": Places(file="episode.yaml"),
}
WORDS_OF_SHOW = {
    "root": Path("elsewhere"),
    "title": "Un autre nom",
    "description": "Une autre.",
    "language": "en",
    "handle": "autres",
    "feed": "https://example.com/feed.xml",
    "guid": None,
    "author": None,
    "link": None,
    "owner": Owner(name="Une asso", email="asso@example.org"),
    "categories": (),
    "explicit": True,
    "type": "serial",
    "locked": False,
    "licence": None,
    "cover": COVER,
    "people": {},
    "assets": {},
    "platforms": (Link(name="PeerTube", url=PAGE),),
    "funding": (Link(name="Dons", url=PAGE),),
    "medium": "audiobook",
    "podroll": (RemoteFeed(guid="9b024349-ccf0-5f69-a609-6b82873eab3c"),),
    "publisher": RemoteFeed(guid="9b024349-ccf0-5f69-a609-6b82873eab3c"),
    "update_frequency": UpdateFrequency(text="Chaque mois"),
    "block": True,
    **PODCASTING,
    "profiles": (BUILT_IN_PROFILES["opus"],),
    "publish": PublishSettings(base_url="https://example.com/"),
    "check": CHECK,
    "places": Places(file="show.yaml"),
}


def test_every_key_was_thought_of():
    assert set(WORDS_OF_EPISODE) | {"folder", "segments"} == names_of(Episode)
    assert set(WORDS_OF_SHOW) == names_of(Show)


@pytest.mark.parametrize("key", WORDS_OF_EPISODE)
def test_an_episodes_words_touch_no_sound(key):
    now = keys(replace(FULL, **{key: WORDS_OF_EPISODE[key]}))
    assert (now.measure, now.mix, now.encode) == (BASE.measure, BASE.mix, BASE.encode)


@pytest.mark.parametrize(
    "key", ["root", "places", "check", "description", "platforms", "funding", "locked", "type", *PODCASTING]
)
def test_what_is_in_no_file_changes_no_key(key):
    assert keys(show=replace(FULL_SHOW, **{key: WORDS_OF_SHOW[key]})) == BASE


@pytest.mark.parametrize(
    "key", ["notes", "check", "platforms", "formats", "season_name", "display", *PODCASTING]
)
def test_what_only_the_page_shows_changes_no_key(key):
    assert keys(replace(FULL, **{key: WORDS_OF_EPISODE[key]})) == BASE


def test_where_the_words_stand_changes_no_tags():
    moved = Places(
        file="episode.yaml", by_key={"segments.0.chapters.0.at": Place(file="episode.yaml", line=9, column=1)}
    )
    now = keys(replace(FULL, places=moved))
    # The report names the line of a mark that is not heard.
    assert {name for name, key in now.documents.items() if key != BASE.documents[name]} == {"report"}
    assert now.tag == BASE.tag


# --- What the files hold must be in their keys ---


def held_in_tags(made, show):
    timeline = laid_out(made)
    heard = collect_heard(made, timeline)
    return collect_tags(Project(show=show, episode=made), heard, derive_chapters(made, timeline))


def held_in_documents(made, show):
    timeline = laid_out(made)
    chapters = derive_chapters(made, timeline)
    return {
        "chapters": make_chapters(show, made, chapters),
        "timeline": make_timeline(made, timeline, {}, chapters, derive_soundbites(made, timeline)),
        "rights": make_rights(show, made, timeline, digests_of(made)),
    }


BARE_SHOW = replace(FULL_SHOW, author=None, guid=None, feed=None, publish=PublishSettings())
NO_COVER = {"cover"}  # its bytes would have to be there; `test_an_images_bytes_count` has it
STALE_CASES = (
    [("episode", key, value) for key, value in WORDS_OF_EPISODE.items() if key not in NO_COVER]
    + [("show", key, value) for key, value in WORDS_OF_SHOW.items() if key not in NO_COVER | {"profiles"}]
    + [("segment", key, value) for key, value in WORDS.items() if key != "image"]
    + [("clip", "speaker", "arnaud")]
)


@pytest.mark.parametrize("show", [FULL_SHOW, BARE_SHOW], ids=["full", "bare"])
@pytest.mark.parametrize(("where", "key", "value"), STALE_CASES, ids=[f"{a} {b}" for a, b, _ in STALE_CASES])
def test_what_changes_a_file_changes_its_key(where, key, value, show):
    values = {key: value}
    made = {
        "episode": lambda: replace(FULL, **values),
        "show": lambda: FULL,
        "segment": lambda: with_segment(**values),
        "clip": lambda: with_clip(**values),
    }[where]()
    other = replace(show, **values) if where == "show" else show
    before, now = keys(FULL, show), keys(made, other)
    if held_in_tags(made, other) != held_in_tags(FULL, show):
        assert now.tag != before.tag
    ours, theirs = held_in_documents(made, other), held_in_documents(FULL, show)
    for name, content in ours.items():
        if content != theirs[name]:
            assert now.documents[name] != before.documents[name]
    # The report tells size and digest of the tagged file.
    assert (now.tag == before.tag) or now.documents["report"] != before.documents["report"]


@pytest.mark.parametrize(
    ("where", "key"),
    [
        ("episode", "title"), ("episode", "credits"), ("episode", "licence"), ("episode", "guests"),
        ("episode", "description"), ("episode", "guid"), ("show", "title"), ("show", "author"),
        ("segment", "title"), ("segment", "chapters"), ("segment", "people"), ("segment", "url"),
    ],
)  # fmt: skip
def test_words_are_tagged_anew(where, key):
    value = {"episode": WORDS_OF_EPISODE, "show": WORDS_OF_SHOW, "segment": WORDS}[where][key]
    now = {
        "episode": lambda: keys(replace(FULL, **{key: value})),
        "show": lambda: keys(show=replace(FULL_SHOW, **{key: value})),
        "segment": lambda: keys(with_segment(**{key: value})),
    }[where]()
    assert now.tag != BASE.tag


def test_an_images_bytes_count():
    made = replace(with_segment(image=PurePosixPath("images/a.png")), cover=COVER)
    assert list_images(FULL_SHOW, made) == (PurePosixPath("cover.png"), PurePosixPath("images/a.png"))
    digests = digests_of(made)
    for image in list_images(FULL_SHOW, made):
        before = keys(made, digests={**digests, image: "1"})
        now = keys(made, digests={**digests, image: "2"})
        assert now.tag != before.tag
        assert now.encode == before.encode


# --- Sources, engine, profile ---


@pytest.mark.parametrize("file", digests_of(FULL), ids=str)
def test_another_recording_under_the_same_name(file):
    now = keys(digests={**digests_of(FULL), file: "changed"})
    name = name_file(file, FULL)
    assert now.mix != BASE.mix
    assert {other for other in now.measure if now.measure[other] != BASE.measure[other]} == {name}


def test_a_measurement_depends_on_its_recording_alone():
    made = with_segment(
        gain_db=-3.0, fade_in=Fraction(1), clips=(replace(FULL.segments[0].clips[0], cuts=()),)
    )
    assert keys(made).measure == BASE.measure


def test_another_treatment_is_measured_apart():
    treated = with_segment(pan=0.5)
    now = keys(treated)
    assert set(now.measure) - set(BASE.measure) == {"recordings/voix.wav (pan 0.5)"}
    steps = [
        derive_measure_step(
            Source(file=OTHER_FILE, treatment=Treatment(pan=pan)), FULL, {OTHER_FILE: "1"}, 44_100, ENGINE
        )
        for pan in (0.0, 0.5, -0.5)
    ]
    assert len({step.key for step in steps}) == len({step.name for step in steps}) == 3


def test_the_shows_own_effects_count_where_they_are_used():
    own = PurePosixPath("effects.py")
    made = with_segment(effects=(Effect(name="robot"),))

    def changed(made):
        one, other = (keys(made, digests={**digests_of(made), own: digest}) for digest in "12")
        measured = {name for name in one.measure if one.measure[name] != other.measure[name]}
        return one.mix != other.mix, measured

    assert changed(made) == (True, {"recordings/voix.wav (robot)"})
    assert changed(FULL) == (False, set())


@pytest.mark.parametrize(
    "change",
    [
        {"rate_hz": 48_000},
        {"engine": Engine(versions={"av": "14.0.1", "soxr": "0.5.0"})},
        {"engine": Engine(versions={"av": "14.0.0", "soxr": "0.5.0", "numpy": "2"})},
    ],
    ids=["rate", "version", "another library"],
)
def test_rate_and_engine_are_in_every_key(change):
    now = keys(**change)
    assert all(now.measure[name] != BASE.measure[name] for name in BASE.measure)
    assert now.mix != BASE.mix
    assert now.encode != BASE.encode


def test_our_own_version_of_the_sound_counts(monkeypatch):
    monkeypatch.setattr(recipes, "SOUND_VERSION", "next")
    now = keys()
    assert now.encode != BASE.encode
    assert all(now.measure[name] != BASE.measure[name] for name in BASE.measure)


def test_our_own_version_of_documents_touches_no_sound(monkeypatch):
    monkeypatch.setattr(recipes, "DOCUMENT_VERSION", "next")
    now = keys()
    assert (now.measure, now.mix, now.encode) == (BASE.measure, BASE.mix, BASE.encode)
    assert now.tag != BASE.tag
    assert all(now.documents[name] != BASE.documents[name] for name in BASE.documents)


PROFILE = {
    "format": "flac",
    "bitrate_kbps": 96,
    "channels": "mono",
    "sample_rate_hz": 48_000,
    "loudness_lufs": -19.0,
    "true_peak_dbtp": -2.0,
    "quality": 5,
    "bit_depth": 16,
    "vbr": 2,
    "name": "other",
}


@pytest.mark.parametrize("key", PROFILE)
def test_a_profile_changes_its_encoding_and_no_mix(key):
    assert set(PROFILE) == names_of(type(PODCAST))
    now = keys(profile=replace(PODCAST, **{key: PROFILE[key]}))
    assert now.encode != BASE.encode
    assert (now.measure, now.mix) == (BASE.measure, BASE.mix)


@pytest.mark.parametrize("change", [{"gain": 1.6}, {"ceiling": -2.0}, {"ceiling": None}], ids=str)
def test_mastering_changes_the_encoding(change):
    now = keys(**change)
    assert now.encode != BASE.encode
    assert now.mix == BASE.mix


def test_the_mixes_in_stereo_and_mono_are_two():
    mix = derive_mix_ingredients(FULL, digests_of(FULL), 44_100, ENGINE)
    assert derive_mix_step(mix, "mono").key != derive_mix_step(mix, "stereo").key


# --- In a person's words ---


def test_reasons_name_what_a_person_knows():
    def mix(made, digests):
        return derive_mix_ingredients(made, digests, 44_100, ENGINE)

    before = mix(FULL, digests_of(FULL))
    changed = {**digests_of(FULL), PurePosixPath("music/musique.wav"): "2"}
    assert reasons_for(mix(with_segment(gain_db=2.0), changed), before) == (
        "music/musique.wav changed",
        "segment 1 changed",
    )


def test_files_are_named_from_the_episodes_folder():
    assert name_file(PurePosixPath("episodes/08/recordings/a.wav"), FULL) == "recordings/a.wav"
    assert name_file(PurePosixPath("music/a.wav"), FULL) == "music/a.wav"


# --- Plain values ---


class Word(StrEnum):
    ONE = "one"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (1.5, 1.5),
        ("é", "é"),
        (Word.ONE, "one"),
        (Fraction(1, 3), "1/3"),
        (PurePosixPath("a/b"), "a/b"),
        (date(2023, 9, 22), "2023-09-22"),
        (datetime(2023, 9, 22, tzinfo=UTC), "2023-09-22T00:00:00+00:00"),
        ({"a": (1, Fraction(2))}, {"a": [1, "2/1"]}),
        (Category(name="Arts"), {"name": "Arts", "sub": None}),
    ],
)
def test_any_value_of_a_model_becomes_plain(value, expected):
    assert plain(value) == expected


def test_places_are_left_out():
    assert "places" not in plain(FULL)
    assert plain(replace(FULL, places=Places(file="other.yaml"))) == plain(FULL)


def test_what_no_model_holds_is_refused():
    with pytest.raises(TypeError, match="object has no place in a recipe"):
        plain(object())
