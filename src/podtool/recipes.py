"""Episode → steps: what goes into each result, by the names a person knows. Pure.

A recipe holds everything that can change a result and nothing else: a new title re-tags a file and touches
no sound. What is measured (lengths, levels, speech) is a function of the sources and the engine, so recipes
don't need it, and nothing has to be decoded to know that nothing changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from pathlib import PurePath
from typing import Any

from podtool.build.graph import Step, digest_of
from podtool.show.model import Episode, Person, Places, Profile, Segment, Show
from podtool.show.rights_record import RIGHTS_FILE
from podtool.timeline.layout import list_sources
from podtool.timeline.model import Source, Treatment

SOUND_VERSION = "6"
"""Counted up whenever the same recipe would sound otherwise (or give other bytes) than before."""
CHUNK_VERSION = "4"
"""The same for what is kept of an MP3's chunk."""
TRANSCRIPT_FILES = {
    "transcript.vtt": "text/vtt",
    "transcript.srt": "application/x-subrip",
    "transcript.json": "application/json",
    "transcript.txt": "text/plain",
}
"""What is left in build/ of a transcript, with media types."""
DOCUMENT_VERSION = "2"
"""The same for chapters, report, waveform and tags."""

WORDS_OF_A_SEGMENT = frozenset(
    {"title", "url", "image", "notes", "chapters", "soundbites", "speaker", "people", "transcript", "index"}
)
"""Keys of a segment that no sample depends on; all others are its sound."""

FORMAT_FIELDS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "subtitle"),
    "number": ("number", "season", "type", "explicit"),
    "dates": ("recorded", "published"),
    "description": ("description",),
    "people": ("guests", "people"),
    "credits": ("credits",),
    "licence": ("licence",),
    "cover": ("cover",),
    "guid": ("guid", "slug"),
}
"""What a person calls the parts of an episode's tags, and the fields behind each."""

SHOW_FIELDS = (
    "title",
    "author",
    "link",
    "feed",
    "guid",
    "handle",
    "owner",
    "language",
    "licence",
    "categories",
    "cover",
)


@dataclass(frozen=True, kw_only=True)
class Engine:
    """What makes the sound: the libraries' versions, by name; part of every recipe of sound."""

    versions: Mapping[str, str]

    @property
    def digest(self) -> str:
        """Changes with any version."""
        return digest_of([SOUND_VERSION, sorted(self.versions.items())])


def plain(value: object) -> object:
    """A JSON value with the same content, for digests: exact fractions, POSIX paths, ISO dates.

    Raises:
        TypeError: a kind of value that no model holds.
    """
    for kinds, convert in _PLAIN:
        if isinstance(value, kinds):
            return convert(value)
    if is_dataclass(value):
        content = {item.name: getattr(value, item.name) for item in fields(value)}
        return plain({name: item for name, item in content.items() if not isinstance(item, Places)})
    raise TypeError(f"{type(value).__name__} has no place in a recipe")


_PLAIN: tuple[tuple[tuple[type, ...], Callable[[Any], object]], ...] = (
    ((Enum,), lambda value: value.value),
    ((type(None), str, int, float), lambda value: value),
    ((Fraction,), lambda value: f"{value.numerator}/{value.denominator}"),
    ((PurePath,), lambda value: value.as_posix()),
    ((date,), lambda value: value.isoformat()),
    ((Mapping,), lambda value: {str(key): plain(item) for key, item in value.items()}),
    ((Iterable,), lambda value: [plain(item) for item in value]),
)


def name_source(source: Source, episode: Episode) -> str:
    """A source's file as a person would type it in the episode's folder, with what is done to it."""
    treatment = source.treatment
    done = [
        " ".join([effect.name, *(f"{name}={value}" for name, value in effect.options)])
        for effect in treatment.effects
    ]
    done += [f"pan {treatment.pan:g}"] if treatment.pan else []
    return name_file(source.file, episode) + (f" ({', '.join(done)})" if done else "")


def name_file(file: PurePath, episode: Episode) -> str:
    """A file's path relative to the episode's folder where it lies below it, else to the show's."""
    try:
        return file.relative_to(episode.folder).as_posix()
    except ValueError:
        return file.as_posix()


def derive_measure_step(
    source: Source, episode: Episode, digests: Mapping[PurePath, str], rate_hz: int, engine: Engine
) -> Step:
    """Decoding and measuring one source at the project's rate."""
    name = name_source(source, episode)
    ingredients = {
        name_file(source.file, episode): digests[source.file],
        "sample rate": str(rate_hz),
        "sound engine": engine.digest,
    }
    if source.treatment != Treatment():
        ingredients["effects and pan"] = digest_of(plain(source.treatment))
        ingredients |= _own_effects(source.treatment, digests)
    return Step(name=f"measure {name}", ingredients=ingredients)


def derive_mix_ingredients(
    episode: Episode, digests: Mapping[PurePath, str], rate_hz: int, engine: Engine
) -> dict[str, str]:
    """Everything that a sample of the mix depends on."""
    ingredients = {name_file(source.file, episode): digests[source.file] for source in list_sources(episode)}
    for source in list_sources(episode):
        ingredients |= _own_effects(source.treatment, digests)
    for segment in episode.segments:
        # By its number alone: a new title is no other sound.
        ingredients[f"segment {segment.index + 1}"] = digest_of(_sound_of(segment))
    return ingredients | {"sample rate": str(rate_hz), "sound engine": engine.digest}


def derive_mix_step(mix: Mapping[str, str], channels: str) -> Step:
    """Mixing once to measure the programme, in stereo or as the mono file will be."""
    return Step(name=f"measure mix ({channels})", ingredients={**mix, "channels": channels})


def derive_encode_step(
    mix: Mapping[str, str], profile: Profile, gain_db: float, ceiling_dbtp: float | None
) -> Step:
    """Mixing, mastering and encoding one deliverable."""
    apart = ("name", "bitrate_kbps", "vbr")
    deliverable = {key: value for key, value in _record(profile).items() if key not in apart}
    return Step(
        name=f"encode {profile.name}",
        ingredients={
            **mix,
            f"profile {profile.name}": digest_of(deliverable),
            "bit rate": digest_of([profile.bitrate_kbps, profile.vbr]),
            "loudness gain": f"{gain_db:.1f} dB",
            "limiter's ceiling": "none" if ceiling_dbtp is None else f"{ceiling_dbtp:.1f} dBTP",
        },
    )


@dataclass(frozen=True, kw_only=True)
class ChunkRecipe:
    """Everything that a chunk's bytes depend on, told from its own start: see `podtool.timeline.window`.

    Attributes:
        window: what is heard where the chunk is fed, and as far around it as the limiter looks; the whole
            mix's recipe and the chunk's place, where a resampler makes every sample depend on all before.
        coding: of the encoder: format, bit rate, channels, rate, quality.
        gain_db: the loudness gain.
        ceiling_dbtp: of the limiter; None for none.
        dips: where the ceiling is lower: (start, stop, factor) in samples from the chunk's start.
        true_peak_dbtp: above which a decoded peak is noted; None for none.
        feed_samples: how much sound is fed.
        lead_samples: how much of that comes before the chunk's own frames; None when it begins the file.
        is_last: whether the encoder is flushed.
    """

    window: object
    coding: object
    gain_db: float
    ceiling_dbtp: float | None
    dips: tuple[tuple[int, int, float], ...]
    true_peak_dbtp: float | None
    feed_samples: int
    lead_samples: int | None
    is_last: bool

    def key(self, engine: Engine) -> str:
        """Where the chunk lies in the cache."""
        return digest_of([CHUNK_VERSION, engine.digest, plain(self)])


def derive_zone_key(window: object, channels: int, engine: Engine) -> str:
    """Where the measurement of a rendered stretch lies in the cache."""
    return digest_of(["zone", engine.digest, channels, window])


def derive_fine_key(measure: Step, part: int) -> str:
    """Where the fine measurement of two minutes of a source lies in the cache."""
    return digest_of([measure.key, "fine", part])


def derive_tag_step(
    show: Show, episode: Episode, encode: Step, digests: Mapping[PurePath, str], output: str, profile: str
) -> Step:
    """Writing title, people, credits, licence, chapters and cover into a copy of the encoded file."""
    ingredients = {"sound": encode.key, "podtool's tags": DOCUMENT_VERSION}
    ingredients |= {
        name: digest_of([plain(getattr(episode, field)) for field in behind])
        for name, behind in FORMAT_FIELDS.items()
    }
    ingredients["show"] = digest_of([plain(getattr(show, field)) for field in SHOW_FIELDS])
    ingredients["public address"] = digest_of(show.publish.base_url)
    ingredients["people in segments"] = digest_of([plain(segment.people) for segment in episode.segments])
    ingredients["works used"] = digest_of([plain(show.assets), plain(episode.assets)])
    ingredients["chapters"] = _chapters_digest(episode)
    ingredients |= {
        name_file(file, episode): digests[file] for file in list_images(show, episode) if file in digests
    }
    ingredients |= _transcript_ingredients(show, episode, digests)
    return Step(name=f"tag {profile}", ingredients=ingredients, outputs=(output,))


def _transcript_ingredients(show: Show, episode: Episode, digests: Mapping[PurePath, str]) -> dict[str, str]:
    """What is said and who says it; nothing where no segment has a transcript."""
    named = [segment for segment in episode.segments if segment.transcript]
    if not named:
        return {}
    names = {identifier: person.name for identifier, person in show.people.items()}
    speakers = [[segment.index, segment.speaker] for segment in named]
    files = {name_file(file, episode): digests[file] for file in list_transcripts(episode) if file in digests}
    used = [str(segment.transcript) for segment in named]
    return {"speakers": digest_of([speakers, names]), "transcripts": digest_of(used), **files}


def derive_document_steps(
    show: Show,
    episode: Episode,
    mix: Mapping[str, str],
    tagged: Iterable[Step],
    digests: Mapping[PurePath, str],
) -> dict[str, Step]:
    """Chapters, timeline, transcript, waveform, rights, report, by name; the last tells all tagged bytes.

    There is no step for a transcript where no segment has one.
    """
    sound = digest_of(sorted(mix.items()))
    language = {"language": show.language, "podtool's documents": DOCUMENT_VERSION}
    chapters = {"chapters": _chapters_digest(episode)}
    title = {"title": digest_of([episode.title, episode.number, show.title])}
    address = {"public address": digest_of([show.publish.base_url, show.feed])}
    speakers = {"speakers": digest_of([_speakers_of(segment) for segment in episode.segments])}
    files = {name: step.key for step in tagged for name in step.outputs}
    said = _transcript_ingredients(show, episode, digests)
    transcript = Step(
        name="transcript",
        ingredients={"sound": sound, **chapters, **language, **said},
        outputs=tuple(TRANSCRIPT_FILES),
    )
    soundbites = _soundbites_digest(episode)
    steps = (
        Step(
            name="chapters",
            ingredients={"sound": sound, **chapters, **title, **language, **address},
            outputs=("chapters.json", "chapters.txt"),
        ),
        Step(
            name="timeline",
            ingredients={
                "sound": sound,
                **chapters,
                **soundbites,
                **speakers,
                "podtool's documents": DOCUMENT_VERSION,
            },
            outputs=("timeline.json",),
        ),
        *([transcript] if said else []),
        Step(
            name="waveform", ingredients={"sound": sound, **chapters, **language}, outputs=("waveform.svg",)
        ),
        _rights_step(show, episode, sound, {**title, **language}, digests),
        Step(
            name="report",
            ingredients={"sound": sound, **files, **chapters, **title, **language, **_mark_places(episode)},
            outputs=("report.json", "report.html"),
        ),
    )
    return {step.name: step for step in steps}


def _rights_step(
    show: Show, episode: Episode, sound: str, words: Mapping[str, str], digests: Mapping[PurePath, str]
) -> Step:
    """rights.json: the works, when they are heard, and what their files are."""
    cover = episode.cover_within(show)
    images = list_images(show, episode)
    files = {name_file(file, episode): digests[file] for file in images if file in digests}
    return Step(
        name="rights",
        ingredients={
            "sound": sound,
            **words,
            **files,
            "works used": digest_of([plain(show.assets), plain(episode.assets), plain(cover)]),
            "images": digest_of([plain(file) for file in list_images(show, episode)]),
            "people": digest_of(plain([*episode.guests, *episode.people, *_people_in(episode)])),
            "licence": digest_of(plain(episode.licence_within(show))),
        },
        outputs=(RIGHTS_FILE,),
    )


def _people_in(episode: Episode) -> list[Person]:
    return [person for segment in episode.segments for person in segment.people]


def list_transcripts(episode: Episode) -> tuple[PurePath, ...]:
    """Every transcript that a segment names."""
    return tuple(dict.fromkeys(segment.transcript for segment in episode.segments if segment.transcript))


def list_images(show: Show, episode: Episode) -> tuple[PurePath, ...]:
    """Every image that the tags may carry: the cover, the chapters' images."""
    cover = episode.cover_within(show)
    images = [cover.file] if cover else []
    for segment in episode.segments:
        images += [segment.image] if segment.image else []
        images += [mark.image for mark in segment.chapters if mark.image]
    return tuple(dict.fromkeys(images))


def _record(value: object) -> dict[str, object]:
    content = plain(value)
    if not isinstance(content, dict):
        raise TypeError(f"{type(value).__name__} is not a record")
    return content


def _sound_of(segment: Segment) -> dict[str, object]:
    """A segment without its words; clips lose their speaker."""
    sound = {key: value for key, value in _record(segment).items() if key not in WORDS_OF_A_SEGMENT}
    clips = [
        {key: value for key, value in _record(clip).items() if key != "speaker"} for clip in segment.clips
    ]
    return sound | {"clips": clips}


def _chapters_digest(episode: Episode) -> str:
    marks = [
        [segment.title, segment.url, plain(segment.image), plain(segment.chapters)]
        for segment in episode.segments
    ]
    return digest_of(marks)


def _soundbites_digest(episode: Episode) -> dict[str, str]:
    """An episode without any has the recipe that it had before there were soundbites."""
    marks = [plain(segment.soundbites) for segment in episode.segments]
    return {"soundbites": digest_of(marks)} if any(marks) else {}


def _speakers_of(segment: Segment) -> list[str | None]:
    return [segment.speaker, *(clip.speaker for clip in segment.clips)]


def _mark_places(episode: Episode) -> dict[str, str]:
    """Where marks stand in the YAML: the report names the line of one that is not heard."""
    places = [
        plain(episode.places.find(f"segments.{segment.index}.{key}.{index}.at"))
        for segment in episode.segments
        for key, marks in (("chapters", segment.chapters), ("soundbites", segment.soundbites))
        for index in range(len(marks))
    ]
    return {"lines of the chapters": digest_of(places)} if places else {}


def _own_effects(treatment: Treatment, digests: Mapping[PurePath, str]) -> dict[str, str]:
    """The show's own effects.py is part of the recipe of what it treats."""
    own = {file: digest for file, digest in digests.items() if file.name == "effects.py"}
    return {file.as_posix(): digest for file, digest in own.items()} if treatment.effects else {}
