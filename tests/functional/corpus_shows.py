"""Shows with one defect each: a good show, and what is done to its files."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from check_results import edit
from PIL import Image
from shows import make_show, said_by, speech, write_wav

Change = Callable[[Path], object]

SHOW = """\
title: Petite émission
language: fr
description: Une émission d'essai.
handle: petite
feed: https://petite.example.org/feed.xml
guid: 53dd63c0-069c-59d7-b705-ba74f109e16b
author: Petite équipe
link: https://petite.example.org/
owner: {name: Petite équipe, email: bonjour@petite.example.org}
categories: [Society & Culture]
explicit: false
licence: CC-BY-4.0
cover:
  file: cover.png
  alt: Un carré bleu
  title: Un carré
  creator: Une peintre
  source: https://example.org/un-carre
  licence: CC-BY-4.0
people:
  camille: {name: Camille, role: host}
assets:
  musique:
    file: music/musique.wav
    title: Un air
    creator: Une musicienne
    source: https://example.org/un-air
    licence: CC-BY-4.0
publish:
  target: public/
  base_url: https://petite.example.org
"""
EPISODE = """\
number: {number}
title: {title}
recorded: 2024-01-0{number}
description: Ce qu'on entend dans {title}.
people: [camille]
segments:
  - sting: musique
    title: Début
    fade_out: 200ms
  - clip: recordings/voix.wav
    title: Milieu
    speaker: camille
    transcript: recordings/voix.vtt
  - sting: musique
    title: Fin
    fade_out: 200ms
"""
VTT = """\
WEBVTT

00:00.000 --> 00:01.000
<v Camille>Bonjour.

00:01.000 --> 00:02.000
<v Camille>Au revoir.
"""
FOLDER = "episodes/01-un"
SITE = "petite.example.org"
MP3 = f"{FOLDER}/build/petite-01.mp3"


@dataclass(frozen=True, kw_only=True)
class ShowDefect:
    """One defect.

    Attributes:
        change: what is done to the show's folder.
        built: whether the show was assembled and published before.
        also: rules whose findings follow from it, with a reason in the table.
    """

    name: str
    rule: str
    change: Change
    built: bool = False
    also: tuple[str, ...] = ()


def make_good(folder: Path, *, built: bool) -> Path:
    """The show to which the defects are done: one episode."""
    show = make_show(folder, episodes=(), text=SHOW)
    episode = show / FOLDER
    # Loud enough, and quiet between words: a recording that nothing is to be said of.
    write_wav(episode / "recordings/voix.wav", speech(2, level_db=-6))
    (episode / "recordings/voix.vtt").write_text(VTT, encoding="utf-8")
    (episode / "episode.yaml").write_text(EPISODE.format(number=1, title="Un"), encoding="utf-8")
    if built:
        said_by("assemble", "1", here=show)
        said_by("publish", "1", here=show)
    return show


def in_show(old: str, new: str) -> Change:
    """Changes show.yaml."""
    return lambda show: edit(show / "show.yaml", old, new)


def in_episode(old: str, new: str) -> Change:
    """Changes episode.yaml."""
    return lambda show: edit(show / FOLDER / "episode.yaml", old, new)


def in_file(name: str, old: str, new: str) -> Change:
    """Changes a file of the show."""
    return lambda show: edit(show / name, old, new)


def in_build(name: str, old: str, new: str) -> Change:
    """Changes a file of the build folder."""
    return lambda show: edit(show / FOLDER / "build" / name, old, new)


def with_bytes(path: str, content: bytes) -> Change:
    """Writes a file of the show."""
    return lambda show: (show / path).write_bytes(content)


def without(path: str) -> Change:
    """Removes a file."""
    return lambda show: (show / path).unlink()


def with_cover(size: tuple[int, int], mode: str = "RGB", form: str = "PNG") -> Change:
    """Another picture as the cover."""

    def change(show: Path) -> None:
        colour = {"RGBA": (1, 2, 3, 100), "CMYK": (1, 2, 3, 4), "L": 100}.get(mode, (20, 40, 120))
        Image.new(mode, size, colour).save(show / "cover.png", form)

    return change


def with_frame(old: bytes, new: bytes) -> Change:
    """Other bytes in the built MP3's tag, the first time they occur; as many as before."""

    def run(show: Path) -> None:
        content = (show / MP3).read_bytes()
        assert old in content
        assert len(old) == len(new)
        (show / MP3).write_bytes(content.replace(old, new, 1))

    return run


def _yaml(rule: str, *changes: tuple[str, Change]) -> tuple[ShowDefect, ...]:
    return tuple(ShowDefect(name=name, rule=rule, change=change) for name, change in changes)


TITLE = "title: Un\n"
YAML_DEFECTS = (
    *_yaml("YAML-002", ("too large", in_episode("Ce qu'on entend dans Un.", "x" * (1 << 20)))),
    *_yaml("YAML-003", ("Windows' Latin", with_bytes("show.yaml", SHOW.encode("cp1252")))),
    *_yaml("YAML-004", ("a control character", in_episode(TITLE, "title: U\x08n\n"))),
    *_yaml(
        "YAML-005",
        ("a colon in a text", in_episode(TITLE, "title: Le numérique: subir\n")),
        ("a quote that isn't closed", in_episode(TITLE, 'title: "Un\n')),
        ("a tab", in_episode("people: [camille]", "people:\n\t- camille")),
        (
            "git's marks of a conflict",
            in_episode(TITLE, "<<<<<<< ours\ntitle: Un\n=======\ntitle: 1\n>>>>>>> x\n"),
        ),
    ),
    *_yaml("YAML-006", ("nothing but a text", with_bytes(f"{FOLDER}/episode.yaml", b"hello\n"))),
    *_yaml("YAML-007", ("two documents", in_episode("people:", "---\npeople:"))),
    *_yaml("YAML-008", ("a tag", in_episode(TITLE, TITLE + "subtitle: !!python/name:os.system\n"))),
    *_yaml("YAML-009", ("an alias to nothing", in_episode(TITLE, "title: *un\n"))),
    *_yaml(
        "YAML-010", ("nested too deep", in_episode("people: [camille]", f"people: {'[' * 200}{']' * 200}"))
    ),
    *_yaml("YAML-011", ("a key twice", in_episode(TITLE, TITLE * 2))),
    *_yaml("YAML-012", ("a merge key", in_show("owner: {", "owner: {<<: {name: A}, "))),
    *_yaml("YAML-013", ("a key that is a list", in_episode(TITLE, TITLE + "[a, b]: c\n"))),
    *_yaml(
        "YAML-020",
        ("a slip of the keyboard", in_episode("description:", "descripton:")),
        ("a key of another place", in_episode(TITLE, TITLE + "owner: Karl\n")),
    ),
    *_yaml(
        "YAML-021",
        ("no title", in_episode(TITLE, "")),
        ("an empty title", in_episode(TITLE, "title:\n")),
        ("an owner without e-mail", in_show(", email: bonjour@petite.example.org", "")),
    ),
    *_yaml(
        "YAML-023",
        ("a text for a list", in_show("categories: [Society & Culture]", "categories: Education")),
        ("a list for a text", in_episode(TITLE, "title: [Un]\n")),
    ),
    *_yaml("YAML-030", ("two lines for one", in_episode(TITLE, 'title: "Un\\nDeux"\n'))),
    *_yaml("YAML-031", ("locked: yes", in_show("explicit: false", "explicit: no"))),
    *_yaml("YAML-032", ("a number in words", in_episode("number: 1", "number: un"))),
    *_yaml("YAML-033", ("a time in words", in_episode("fade_out: 200ms", "fade_out: soon"))),
    *_yaml("YAML-034", ("a level in words", in_episode("fade_out: 200ms", "gain: loud"))),
    *_yaml(
        "YAML-035",
        ("a date that could be two", in_episode("recorded: 2024-01-01", "recorded: 05/06/2023")),
        ("a date that there isn't", in_episode("recorded: 2024-01-01", "recorded: 2023-02-30")),
    ),
    *_yaml("YAML-036", ("a kind that there isn't", in_episode(TITLE, TITLE + "type: special\n"))),
    *_yaml("YAML-037", ("an address without https", in_show("link: https://", "link: "))),
    *_yaml("YAML-038", ("no e-mail address", in_show("bonjour@petite.example.org", "bonjour at petite"))),
    *_yaml("YAML-039", ("a language's name", in_show("language: fr", "language: the french one"))),
    *_yaml("YAML-040", ("a handle with spaces", in_show("handle: petite", "handle: Petite émission"))),
    *_yaml("YAML-041", ("a guid that is none", in_show("53dd63c0-069c-59d7-b705-ba74f109e16b", "mine"))),
    *_yaml(
        "YAML-042",
        (
            "a LicenseRef without address",
            in_show("licence: CC-BY-4.0\ncover", "licence: LicenseRef-X\ncover"),
        ),
    ),
    *_yaml("YAML-043", ("a category of three parts", in_show("[Society & Culture]", "[A > B > C]"))),
    *_yaml(
        "YAML-044",
        (
            "no media type",
            in_episode(
                TITLE, TITLE + "formats: [{name: V, url: 'https://example.org/v', media_type: video}]\n"
            ),
        ),
    ),
    *_yaml("YAML-045", ("an ftp target", in_show("target: public/", "target: ftp://example.org/"))),
    *_yaml(
        "YAML-048",
        ("a place that isn't on Earth", in_episode(TITLE, TITLE + "location: {name: N, geo: '470.2,1'}\n")),
    ),
    *_yaml("YAML-050", ("a path that leaves the show", in_show("file: cover.png", "file: ../cover.png"))),
    *_yaml(
        "YAML-051", ("a path of Windows'", in_show("file: music/musique.wav", "file: music\\musique.wav"))
    ),
    *_yaml("YAML-052", ("notes that aren't there", in_episode(TITLE, TITLE + "notes: notes.md\n"))),
    *_yaml("YAML-053", ("a name in other case", in_show("file: cover.png", "file: Cover.png"))),
    *_yaml("YAML-060", ("music that isn't named", in_episode("sting: musique", "sting: musik"))),
    *_yaml("YAML-061", ("nobody of that id", in_episode("people: [camille]", "people: [camile]"))),
    *_yaml("YAML-070", ("a segment of nothing", in_episode("segments:\n", "segments:\n  - title: Rien\n"))),
    *_yaml(
        "YAML-071",
        ("a cut that runs backwards", in_episode("    speaker:", "    cuts: [[1.5, 0.5]]\n    speaker:")),
    ),
    *_yaml(
        "YAML-072",
        (
            "a range that runs backwards",
            in_episode("    speaker:", "    start: 1.5\n    end: 0.5\n    speaker:"),
        ),
    ),
    *_yaml(
        "YAML-073",
        (
            "a crossfade from nothing",
            in_episode("    title: Début\n", "    title: Début\n    crossfade: 1s\n"),
        ),
    ),
    *_yaml(
        "YAML-074",
        ("a gain for silence", in_episode("segments:\n", "segments:\n  - {silence: 1s, gain: -3 dB}\n")),
    ),
    *_yaml(
        "YAML-080",
        ("a profile without a format", in_show("publish:", "profiles: {mine: {bitrate: 64k}}\npublish:")),
    ),
    *_yaml(
        "YAML-081",
        ("a bit rate that MP3 hasn't", in_show("publish:", "profiles: {podcast: {bitrate: 100k}}\npublish:")),
    ),
    *_yaml(
        "YAML-082",
        (
            "a peak without a loudness",
            in_show("publish:", "profiles: {podcast: {loudness: off, true_peak: -1 dBTP}}\npublish:"),
        ),
    ),
)


def _plain(rule: str, name: str, change: Change, *also: str) -> ShowDefect:
    return ShowDefect(name=name, rule=rule, change=change, also=also)


FACT_DEFECTS = (
    _plain(
        "SHOW-001",
        "no cover",
        lambda show: edit(show / "show.yaml", SHOW[SHOW.index("cover:") : SHOW.index("people:")], ""),
    ),
    _plain("SHOW-002", "a feed without address", in_show("feed: https://petite.example.org/feed.xml\n", "")),
    _plain("SHOW-003", "no author", in_show("author: Petite équipe\n", "")),
    _plain("SHOW-004", "no link", in_show("link: https://petite.example.org/\n", "")),
    _plain(
        "SHOW-005",
        "no owner",
        in_show("owner: {name: Petite équipe, email: bonjour@petite.example.org}\n", ""),
    ),
    _plain("SHOW-006", "no guid", in_show("guid: 53dd63c0-069c-59d7-b705-ba74f109e16b\n", "")),
    _plain(
        "SHOW-007",
        "another feed's guid",
        in_show("53dd63c0-069c-59d7-b705-ba74f109e16b", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
    ),
    _plain(
        "SHOW-008", "a description of 5000 bytes", in_show("Une émission d'essai.", "La mer monte. " * 360)
    ),
    _plain(
        "SHOW-009", "a show over http", in_show("base_url: https:", "base_url: http:"), "FEED-014", "SHOW-010"
    ),
    _plain("SHOW-011", "Opus as the first format", in_show("publish:", "profiles: [opus]\npublish:")),
    _plain("FEED-005", "no category", in_show("categories: [Society & Culture]\n", "")),
    _plain("FEED-005", "a category in other words", in_show("[Society & Culture]", "[Society and Culture]")),
    _plain("EPISODE-002", "no description", in_episode("description: Ce qu'on entend dans Un.\n", "")),
    _plain("EPISODE-003", "nobody knows when it was recorded", in_episode("recorded: 2024-01-01\n", "")),
    _plain("EPISODE-004", "a number in the title", in_episode(TITLE, "title: 'Épisode 1 : Un'\n")),
    _plain("EPISODE-006", "the number 0", in_episode("number: 1", "number: 0")),
    _plain(
        "EPISODE-010",
        "published before it was recorded",
        in_episode(TITLE, TITLE + "published: 2023-12-01\n"),
        "EPISODE-009",
    ),
    _plain(
        "EPISODE-011",
        "a description of 5000 bytes",
        in_episode("Ce qu'on entend dans Un.", "La mer monte. " * 360),
    ),
    _plain(
        "EPISODE-012",
        "a role of no taxonomy",
        in_episode(TITLE, TITLE + "credits: [{role: porteuse d'eau, name: Camille}]\n"),
    ),
    _plain(
        "EPISODE-013",
        "an effect that there isn't",
        in_episode("    speaker:", "    effects: [{name: sparkle}]\n    speaker:"),
    ),
    _plain("COVER-001", "a cover that isn't square", with_cover((1400, 1500))),
    _plain("COVER-002", "a small cover", with_cover((1000, 1000))),
    _plain("COVER-002", "a huge cover", with_cover((3200, 3200))),
    _plain("COVER-003", "a cover of another kind", with_cover((1400, 1400), form="WEBP"), "COVER-006"),
    _plain("COVER-004", "a grey cover", with_cover((1400, 1400), mode="L")),
    _plain("COVER-005", "a cover that is seen through", with_cover((1400, 1400), mode="RGBA")),
    _plain("COVER-006", "a JPEG that is called PNG", with_cover((1400, 1400), form="JPEG")),
    _plain("COVER-008", "a cover without words", in_show("  alt: Un carré bleu\n", "")),
    _plain("COVER-009", "a cover that is none", with_bytes("cover.png", b"not a picture")),
    _plain("RIGHTS-001", "music without a licence", in_show("    licence: CC-BY-4.0\npublish", "publish")),
    _plain("RIGHTS-002", "music without a creator", in_show("    creator: Une musicienne\n", "")),
    _plain("RIGHTS-003", "music without a source", in_show("    source: https://example.org/un-air\n", "")),
    _plain("RIGHTS-004", "music without a title", in_show("    title: Un air\n", "")),
    _plain("RIGHTS-006", "an episode without a licence", in_show("licence: CC-BY-4.0\ncover", "cover")),
    _plain(
        "TRANSCRIPT-001", "a transcript that is none", with_bytes(f"{FOLDER}/recordings/voix.vtt", b"hello")
    ),
    _plain(
        "TRANSCRIPT-002",
        "cues that run backwards",
        lambda show: (show / FOLDER / "recordings/voix.vtt").write_text(
            VTT.replace("00:00.000 --> 00:01.000", "00:01.500 --> 00:01.900"), "utf-8"
        ),
    ),
    _plain(
        "TRANSCRIPT-003",
        "a transcript of another take",
        lambda show: (show / FOLDER / "recordings/voix.vtt").write_text(
            VTT.replace("--> 00:02.000", "--> 00:42.000"), "utf-8"
        ),
    ),
    _plain("SOURCE-001", "a recording that isn't there", without(f"{FOLDER}/recordings/voix.wav")),
    _plain("SOURCE-001", "music that isn't there", without("music/musique.wav")),
)


def _built(rule: str, name: str, change: Change, *also: str) -> ShowDefect:
    return ShowDefect(name=name, rule=rule, change=change, built=True, also=also)


STALE = "MEDIA-009"
"""Of a build, too, that was changed behind podtool's back, or whose YAML was."""
GUID, OTHER_GUID = "53dd63c0-069c-59d7-b705-ba74f109e16b", "9b024349-ccf0-5f69-a609-6b82873eab3c"
JSON_CHAPTERS = f"{FOLDER}/build/chapters.json"


def _reverse_chapters(show: Path) -> None:
    content = json.loads((show / JSON_CHAPTERS).read_text("utf-8"))
    content["chapters"].reverse()
    (show / JSON_CHAPTERS).write_text(json.dumps(content), "utf-8")


def _shorten_digest(show: Path) -> None:
    path = show / "published.yaml"
    path.write_text(re.sub(r'sha256: "\w', 'sha256: "', path.read_text("utf-8"), count=1), "utf-8")


def _spoil_picture(show: Path) -> None:
    (picture,) = (show / "public/images").iterdir()
    picture.write_bytes(picture.read_bytes() + b"\0")


BUILT_DEFECTS = (
    _built("TAGS-001", "tags without a title", with_frame(b"TIT2", b"TXX2"), STALE),
    _built("TAGS-002", "tags without an album", with_frame(b"TALB", b"TXLB"), STALE),
    _built("TAGS-003", "tags without an artist", with_frame(b"TPE1", b"TXE1"), STALE),
    _built("TAGS-007", "no cover in the file", with_frame(b"APIC", b"XPIC"), STALE),
    _built(
        "CHAPTERS-001", "chapters.json of another version", in_build("chapters.json", '"1.2.0"', '"9"'), STALE
    ),
    _built("CHAPTERS-001", "chapters.json that is no JSON", with_bytes(JSON_CHAPTERS, b"{"), STALE),
    _built("CHAPTERS-001", "chapters.json out of order", _reverse_chapters, STALE),
    _built("MEDIA-013", "an MP3 that is none", with_bytes(MP3, b"not a sound" * 100), STALE, "TAGS-004"),
    _built("LEDGER-001", "another guid in episode.yaml", in_episode(TITLE, TITLE + "guid: another\n"), STALE),
    _built("LEDGER-002", "another guid in show.yaml", in_show(GUID, OTHER_GUID), "SHOW-007", STALE),
    _built("LEDGER-004", "a published episode's folder is gone", lambda show: shutil.rmtree(show / FOLDER)),
    _built(
        "LEDGER-005", "a feed that moves", in_show(f"{SITE}/feed.xml", f"{SITE}/autre.xml"), "SHOW-007", STALE
    ),
    _built("LEDGER-006", "published sound that is gone", without("public/media/petite-01.mp3")),
    _built("LEDGER-006", "a published picture that is another", _spoil_picture),
    _built("LEDGER-007", "another date", in_episode(TITLE, TITLE + "published: 2024-03-01\n"), STALE),
    _built("YAML-090", "a digest that lost a digit", _shorten_digest),
    _built("YAML-091", "an entry that was edited", in_file("published.yaml", "revision: 1", "revision: 2")),
    _built("YAML-020", "a key that the ledger hasn't", in_file("published.yaml", "revision:", "revison:")),
)

SHOW_DEFECTS = (*YAML_DEFECTS, *FACT_DEFECTS, *BUILT_DEFECTS)
