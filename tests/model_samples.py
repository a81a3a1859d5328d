"""Small models, built without YAML: short episodes, laid out at a rate that is easy to reckon with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path, PurePosixPath

from podtool.show.model import Asset, Bed, Clip, Episode, Licence, Place, Places, Segment, Show
from podtool.timeline.layout import lay_out, list_sources
from podtool.timeline.model import Timeline
from podtool.units import Samples, samples_at

RATE_HZ = 1000
LONG = Fraction(60)

SHOW = Show(
    root=Path("show"),
    title="Essais",
    description="Des essais.",
    language="fr",
    handle="essais",
    licence=Licence(id="CC-BY-2.0"),
    assets={
        "musique": Asset(id="musique", file=PurePosixPath("music/musique.wav"), title="Air"),
        "virgule": Asset(id="virgule", file=PurePosixPath("music/virgule.wav")),
    },
)


def seconds(text: str | float) -> Fraction:
    return Fraction(str(text))


def clip(file: str = "voix.wav", **values: object) -> Clip:
    """A clip of recordings/FILE; `start`, `end` and `offset` may be plain numbers of seconds."""
    times = {key: seconds(values.pop(key)) for key in ("start", "end", "offset") if key in values}
    cuts = tuple((seconds(first), seconds(last)) for first, last in values.pop("cuts", ()))
    return Clip(file=PurePosixPath("recordings", file), cuts=cuts, **times, **values)


def bed(**values: object) -> Bed:
    times = {key: seconds(values.pop(key)) for key in ("fade_in", "fade_out", "start") if key in values}
    return Bed(asset="musique", file=PurePosixPath("music/musique.wav"), **times, **values)


def segment(*clips: Clip, kind: str | None = None, **values: object) -> Segment:
    """A segment without its index yet; times may be plain numbers of seconds."""
    keys = ("fade_in", "fade_out", "crossfade", "gap", "silence")
    times = {key: seconds(values.pop(key)) for key in keys if key in values}
    kind = kind or ("silence" if not clips else "clip" if len(clips) == 1 else "tracks")
    return Segment(index=0, kind=kind, clips=clips, **times, **values)


def sting(**values: object) -> Segment:
    own = Clip(file=PurePosixPath("music/virgule.wav"), asset="virgule")
    return segment(own, kind="sting", **values)


def episode(*segments: Segment, **values: object) -> Episode:
    """An episode of these segments, indexed; each key of segment n stands on line 10 n + 1 of its file."""
    numbered = tuple(replace(item, index=index) for index, item in enumerate(segments))
    keys = ("start", "end", "cuts", "crossfade", "fade_in", "fade_out", "bed.start", "chapters")
    places = {
        f"segments.{index}.{key}": Place(file="episode.yaml", line=10 * index + 1, column=5)
        for index in range(len(segments))
        for key in keys
    }
    values = {"title": "Un essai", "slug": "un-essai", "number": 8, **values}
    return Episode(
        folder=PurePosixPath("episodes/08"),
        segments=numbered,
        places=Places(file="episode.yaml", by_key=places),
        **values,
    )


def laid_out(
    made: Episode, lengths: Mapping[str, float | Fraction] | None = None, rate_hz: int = RATE_HZ
) -> Timeline:
    """The timeline; a source has a minute of sound unless `lengths` gives its file other seconds."""
    given = lengths or {}
    available = {
        source: Samples(samples_at(Fraction(given.get(source.file.name, LONG)), rate_hz))
        for source in list_sources(made)
    }
    return lay_out(made, available, rate_hz)
