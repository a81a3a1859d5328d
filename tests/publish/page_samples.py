"""Episode 8 as the page's tests see it; names are the example's, the sound is nowhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path, PurePosixPath

from podtool.publish.page import EpisodePage, derive_episode_page
from podtool.show.credits import derive_credits
from podtool.show.facts import ChapterFacts, Enclosure
from podtool.show.model import (
    Asset,
    Clip,
    Credit,
    Episode,
    Licence,
    Link,
    OtherFormat,
    Person,
    PublishSettings,
    Segment,
    Show,
)
from podtool.show.publication import Publication, PublishedFile
from podtool.show.rights import collect_works

BASE = "https://questions-asso.example.org/"
SLUG = "comment-ne-pas-subir"


def public_file(path: str, media_type: str = "image/png", size: int = 1) -> PublishedFile:
    return PublishedFile(path=path, url=BASE + path, bytes=size, media_type=media_type, sha256="00" * 32)


SHOW = Show(
    root=Path(),
    title="Questions d'asso",
    description="Une émission par et pour les **associations**.",
    language="fr",
    handle="questions-asso",
    feed=BASE + "feed.xml",
    author="Questions d'asso",
    link=BASE,
    licence=Licence(id="CC-BY-2.0"),
    cover=Asset(id="cover", file=PurePosixPath("cover.png"), alt="Deux bulles sur fond bleu nuit."),
    assets={
        "musique": Asset(
            id="musique",
            file=PurePosixPath("music/musique.mp3"),
            title="It Goes On...",
            creator="Sounds of Nowhere",
        ),
        "virgule": Asset(
            id="virgule",
            file=PurePosixPath("music/virgule.flac"),
            title="Virgule",
            creator="podtool",
            source=BASE + "sons/virgule",
            licence=Licence(id="CC0-1.0"),
        ),
    },
    platforms=(
        Link(name="Castopod", url=BASE + "ecouter/castopod"),
        Link(name="AntennaPod", url=BASE + "ecouter/antennapod"),
    ),
    publish=PublishSettings(base_url=BASE.rstrip("/")),
)

QUESTION = "La transfo num, quels enjeux pour les assos ?"


def _sting(index: int, asset: str, title: str | None = None, end: Fraction | None = None) -> Segment:
    clip = Clip(file=SHOW.assets[asset].file, asset=asset, end=end)
    return Segment(index=index, kind="sting", clips=(clip,), title=title)


def _clip(index: int, title: str, notes: str, people: tuple[Person, ...] = ()) -> Segment:
    clip = Clip(file=PurePosixPath(f"recordings/{index}.wav"))
    return Segment(index=index, kind="clip", clips=(clip,), title=title, notes=notes, people=people)


HASSANI = Person(
    name="Imadeddine Hassani", role="chargé de mission numérique", organisation="Le Mouvement associatif"
)

EPISODE = Episode(
    folder=PurePosixPath(),
    title="Comment ne pas subir sa transformation numérique\u202f?",
    slug=SLUG,
    number=8,
    recorded=date(2023, 9, 22),
    description="Le numérique arrive *souvent* par la fenêtre.\n\n- l'édito ;\n- l'entretien.",
    notes="## Liens\n\n[Le texte](https://example.org/texte)",
    guests=(Person(name="Arnaud", organisation="Mine de rien"),),
    people=(Person(name="Karl", role="host"),),
    credits=(Credit(role="director", name="Guillaume Desjardins", organisation="synchrone.tv"),),
    formats=(OtherFormat(name="Vidéo sur PeerTube", url="https://peertube.example.org/w/8"),),
    segments=(
        _sting(0, "musique", "Introduction", Fraction(15)),
        _clip(1, "Édito", "On nous l'annonce comme la météo."),
        _sting(2, "virgule"),
        _clip(3, QUESTION, "**La question.** D'abord une affaire d'outils ?", (HASSANI,)),
    ),
)

PUBLICATION = Publication(
    folder=".",
    number=8,
    slug=SLUG,
    guid="e8",
    page_url=f"{BASE}episodes/{SLUG}/",
    published=datetime(2023, 10, 4, 6, 0, tzinfo=UTC),
    enclosures=(
        Enclosure(
            url=f"{BASE}media/questions-asso-08.mp3",
            path="media/questions-asso-08.mp3",
            bytes=3_141_592,
            media_type="audio/mpeg",
            sha256="ab" * 32,
            duration_s=192.4,
            profile="podcast",
            bitrate_kbps=128,
        ),
    ),
    chapters=(
        ChapterFacts(start_ms=0, end_ms=15_000, title="Introduction"),
        ChapterFacts(start_ms=15_000, end_ms=83_250, title="Édito"),
        ChapterFacts(start_ms=83_250, end_ms=192_400, title=QUESTION, url="https://example.org/q"),
    ),
    files={
        "cover": public_file("episodes/comment-ne-pas-subir/cover.png"),
        "waveform": public_file("episodes/comment-ne-pas-subir/waveform.svg", "image/svg+xml"),
        "transcript.vtt": public_file("episodes/comment-ne-pas-subir/transcript.vtt", "text/vtt", 4096),
    },
)


def make_page(
    show: Show = SHOW, episode: Episode = EPISODE, publication: Publication = PUBLICATION
) -> EpisodePage:
    listed = derive_credits(show, episode, collect_works(show, episode), show.language)
    return derive_episode_page(show, episode, publication, listed)


def in_english() -> Show:
    return replace(SHOW, language="en")
