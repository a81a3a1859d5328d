"""show.yaml and episode.yaml: every rule broken once, at its line and column; and what good ones mean."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path, PurePosixPath

import pytest

from podtool.errors import ManifestError, UsageError
from podtool.show.manifest import MANIFEST_TABLES, find_show, read_episode, read_project, read_show
from podtool.show.model import Licence, Link, Person
from podtool.show.yaml_rules import RULES, Rule

SHOW = "title: T\ndescription: D\nlanguage: fr\nhandle: h\n"  # the next line is the fifth
WORKS = """\
assets:
  musique: {file: music/musique.flac, title: It Goes On..., creator: Sounds of Nowhere}
people:
  karl: {name: Karl, role: host}
  arnaud: {name: Arnaud}
"""
EPISODE = "title: E\n"  # the next line is the second
FULL = Path(__file__).parent / "full"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def project(folder: Path, episode: str, show: str = SHOW + WORKS) -> Path:
    write(folder, "show.yaml", show)
    return write(folder, "episodes/08/episode.yaml", episode)


def problems_of(call, *arguments):
    with pytest.raises(ManifestError) as caught:
        call(*arguments)
    return caught.value.problems


def rows(problems):
    return [(problem.rule, problem.line, problem.column) for problem in problems]


IN_SHOW = {
    "unknown key": ("titel: x\n", [(Rule.UNKNOWN_KEY, 5, 1)]),
    "text for a list": ("categories: Education\n", [(Rule.KIND, 5, 13)]),
    "list for text": ("author: [a]\n", [(Rule.KIND, 5, 9)]),
    "text for keys": ("owner: me\n", [(Rule.KIND, 5, 8)]),
    "keys for text": ("author: {name: a}\n", [(Rule.KIND, 5, 9)]),
    "list for ids": ("people: [karl]\n", [(Rule.KIND, 5, 9)]),
    "yes": ("locked: yes\n", [(Rule.BOOLEAN, 5, 9)]),
    "oui": ("explicit: oui\n", [(Rule.BOOLEAN, 5, 11)]),
    "choice": ("type: serials\n", [(Rule.CHOICE, 5, 7)]),
    "no scheme": ("link: www.example.org\n", [(Rule.URL, 5, 7)]),
    "no host": ("link: https:///x\n", [(Rule.URL, 5, 7)]),
    "javascript": ("link: javascript:alert(1)\n", [(Rule.URL, 5, 7)]),
    "bad port": ("link: https://example.org:99999/\n", [(Rule.URL, 5, 7)]),
    "bad brackets": ("link: 'https://[::1'\n", [(Rule.URL, 5, 7)]),
    "password": ("link: https://me:secret@example.org/\n", [(Rule.URL, 5, 7)]),
    "space in a url": ("link: https://example.org/a b\n", [(Rule.URL, 5, 7)]),
    "long label": (f"link: https://{'x' * 64}.org/\n", [(Rule.URL, 5, 7)]),
    "email": ("owner: {name: a, email: nobody}\n", [(Rule.EMAIL, 5, 25)]),
    "owner without email": ("owner: {name: a}\n", [(Rule.MISSING_KEY, 5, 8)]),
    "guid": ("guid: abc\n", [(Rule.GUID, 5, 7)]),
    "guid in braces": ("guid: '{9b024349-ccf0-5f69-a609-6b82873eab3c}'\n", [(Rule.GUID, 5, 7)]),
    "licence with spaces": ("licence: CC BY 2.0\n", [(Rule.LICENCE, 5, 10)]),
    "licence without its url": ("licence: LicenseRef-mine\n", [(Rule.LICENCE, 5, 1)]),
    "url without its licence": ("licence_url: https://example.org/\n", [(Rule.LICENCE, 5, 1)]),
    "category": ("categories: [A > B > C]\n", [(Rule.CATEGORY, 5, 14)]),
    "empty category": ("categories: ['A >']\n", [(Rule.CATEGORY, 5, 14)]),
    "empty item": ("categories: [A, ~]\n", [(Rule.MISSING_KEY, 5, 17)]),
    "id": ("people:\n  a b: {name: A}\n", [(Rule.HANDLE, 6, 3)]),
    "person without keys": ("people:\n  karl:\n", [(Rule.MISSING_KEY, 6, 3)]),
    "asset without file": ("assets:\n  m: {title: M}\n", [(Rule.MISSING_KEY, 6, 6)]),
    "absolute path": ("cover: {file: /etc/passwd}\n", [(Rule.PATH_LEAVES, 5, 15)]),
    "path upwards": ("cover: {file: a/../../x.png}\n", [(Rule.PATH_LEAVES, 5, 15)]),
    "drive": ("cover: {file: 'C:x.png'}\n", [(Rule.PATH_LEAVES, 5, 15)]),
    "home": ("cover: ~/cover.png\n", [(Rule.PATH_LEAVES, 5, 8)]),
    "backslash": ("cover: {file: 'a\\x.png'}\n", [(Rule.PATH_SHAPE, 5, 15)]),
    "address as path": ("cover: https://example.org/x.png\n", [(Rule.PATH_SHAPE, 5, 8)]),
    "folder as path": ("cover: ./\n", [(Rule.PATH_SHAPE, 5, 8)]),
    "long name": (f"cover: {'x' * 300}.png\n", [(Rule.PATH_SHAPE, 5, 8)]),
    "target": ("publish: {target: ftp://example.org/}\n", [(Rule.TARGET, 5, 19)]),
    "target with password": ("publish: {target: 'sftp://a:b@example.org/'}\n", [(Rule.TARGET, 5, 19)]),
    "target is the show": ("publish: {target: .}\n", [(Rule.TARGET, 5, 19)]),
    "target elsewhere": ("publish: {target: ../site}\n", [(Rule.PATH_LEAVES, 5, 19)]),
    "funding": ("funding: [{url: https://example.org}]\n", [(Rule.MISSING_KEY, 5, 11)]),
    "no such profile": ("profiles: [podcasts]\n", [(Rule.CHOICE, 5, 12)]),
    "profile without format": ("profiles: {mine: {bitrate: 64k}}\n", [(Rule.PROFILE_FORMAT, 5, 18)]),
    "own name without keys": ("profiles:\n  mine:\n", [(Rule.MISSING_KEY, 6, 3)]),
    "mp3 rate": ("profiles: {mine: {format: mp3, sample_rate: 47000}}\n", [(Rule.PROFILE_LIMIT, 5, 32)]),
    "mp3 bit rate": ("profiles: {podcast: {bitrate: 100k}}\n", [(Rule.PROFILE_LIMIT, 5, 22)]),
    "mp3 bit rate at a low rate": (
        "profiles: {podcast: {bitrate: 320k, sample_rate: 22050}}\n",
        [(Rule.PROFILE_LIMIT, 5, 22)],
    ),
    "opus rate": ("profiles: {opus: {sample_rate: 44100}}\n", [(Rule.PROFILE_LIMIT, 5, 19)]),
    "wav bit rate": ("profiles: {radio: {bitrate: 128k}}\n", [(Rule.PROFILE_LIMIT, 5, 20)]),
    "no such depth": ("profiles: {radio: {bit_depth: 20}}\n", [(Rule.PROFILE_LIMIT, 5, 20)]),
    "bit rate": ("profiles: {podcast: {bitrate: loud}}\n", [(Rule.NUMBER, 5, 31)]),
    "no such variable bit rate": ("profiles: {podcast: {bitrate: V10}}\n", [(Rule.NUMBER, 5, 31)]),
    "variable bit rate between": ("profiles: {podcast: {bitrate: V2.5}}\n", [(Rule.NUMBER, 5, 31)]),
    "opus by LAME's scale": ("profiles: {opus: {bitrate: V2}}\n", [(Rule.PROFILE_LIMIT, 5, 19)]),
    "wav by LAME's scale": ("profiles: {radio: {bitrate: V2}}\n", [(Rule.PROFILE_LIMIT, 5, 20)]),
    "loudness": ("profiles: {podcast: {loudness: loud}}\n", [(Rule.LEVEL, 5, 32)]),
    "positive loudness": ("profiles: {podcast: {loudness: 16 LUFS}}\n", [(Rule.LEVEL, 5, 32)]),
    "peak above full scale": ("profiles: {podcast: {true_peak: 1}}\n", [(Rule.LEVEL, 5, 33)]),
    "peak without loudness": (
        "profiles: {podcast: {loudness: off, true_peak: -1}}\n",
        [(Rule.PROFILE_LOUDNESS, 5, 37)],
    ),
    "loudness without peak": ("profiles: {podcast: {true_peak: off}}\n", [(Rule.PROFILE_LOUDNESS, 5, 22)]),
    "profile name": ("profiles: {My Profile: {format: mp3}}\n", [(Rule.HANDLE, 5, 12)]),
    "no place on Earth": ("location: {name: N, geo: '91,0'}\n", [(Rule.FORM, 5, 26)]),
    "osm": ("location: [{name: N, osm: X1}]\n", [(Rule.FORM, 5, 27)]),
    "country": ("location: {name: N, country: FRA}\n", [(Rule.FORM, 5, 30)]),
    "place without name": ("location: {country: FR}\n", [(Rule.MISSING_KEY, 5, 11)]),
    "recurrence": ("update_frequency: {text: T, rrule: weekly}\n", [(Rule.FORM, 5, 36)]),
    "count from nowhere": (
        "update_frequency: {text: T, rrule: FREQ=DAILY;COUNT=3}\n",
        [(Rule.FORM, 5, 29)],
    ),
    "podroll": ("podroll: [{guid: x}]\n", [(Rule.GUID, 5, 18)]),
    "medium": ("medium: radio\n", [(Rule.CHOICE, 5, 9)]),
    "block": ("block: [Apple Podcasts]\n", [(Rule.FORM, 5, 9)]),
    "post without address": ("social: [{protocol: activitypub}]\n", [(Rule.MISSING_KEY, 5, 10)]),
    "payment to nobody": ("value: {type: lightning}\n", [(Rule.MISSING_KEY, 5, 8)]),
    "twice": ("profiles: [podcast, podcast]\n", [(Rule.NO_SENSE, 5, 11)]),
    "long line": (f"author: {'x' * 501}\n", [(Rule.TEXT, 5, 9)]),
    "two lines": ("author: |\n  a\n  b\n", [(Rule.TEXT, 5, 9)]),
}


@pytest.mark.parametrize(("extra", "expected"), IN_SHOW.values(), ids=IN_SHOW.keys())
def test_show_that_breaks_a_rule(extra, expected, tmp_path):
    path = write(tmp_path, "show.yaml", SHOW + extra)
    assert rows(problems_of(read_show, path)) == [(rule.value, *place) for rule, *place in expected]


SEGMENT = "segments:\n  - clip: a.wav\n  - "  # a key stands in line 4, column 5

IN_EPISODE = {
    "number": ("number: eight\n", [(Rule.NUMBER, 2, 9)]),
    "number with a point": ("number: 8.5\n", [(Rule.NUMBER, 2, 9)]),
    "number too high": ("number: 100000\n", [(Rule.NUMBER, 2, 9)]),
    "date": ("recorded: 22/09/2023\n", [(Rule.DATE, 2, 11)]),
    "no such day": ("recorded: 2023-02-29\n", [(Rule.DATE, 2, 11)]),
    "no such hour": ("published: 2023-02-01T25:00\n", [(Rule.DATE, 2, 12)]),
    "year": ("recorded: 0001-01-01\n", [(Rule.DATE, 2, 11)]),
    "slug": ("slug: À l'eau\n", [(Rule.HANDLE, 2, 7)]),
    "device": ("slug: con\n", [(Rule.HANDLE, 2, 7)]),
    "guest": ("guests: [karle]\n", [(Rule.UNKNOWN_PERSON, 2, 10)]),
    "guest as a list": ("guests: [[karl]]\n", [(Rule.KIND, 2, 10)]),
    "credit": ("credits: [{role: director}]\n", [(Rule.MISSING_KEY, 2, 11)]),
    "media type": (
        "formats: [{name: V, url: https://example.org, media_type: video}]\n",
        [(Rule.MEDIA_TYPE, 2, 59)],
    ),
    "guid": ("guid: a b\n", [(Rule.GUID, 2, 7)]),
    "notes that aren't there": ("notes: notes.md\n", [(Rule.NOTES_FILE, 2, 8)]),
    "notes elsewhere": ("notes: ../../../notes.md\n", [(Rule.PATH_LEAVES, 2, 8)]),
    "no segment": ("segments: [clip]\n", [(Rule.KIND, 2, 12)]),
    "no source": ("segments: [{title: T}]\n", [(Rule.SOURCE, 2, 12)]),
    "two sources": (SEGMENT + "clip: b.wav\n    silence: 1\n", [(Rule.SOURCE, 5, 5)]),
    "three sources": (
        SEGMENT + "clip: b.wav\n    silence: 1\n    sting: musique\n",
        [(Rule.SOURCE, 5, 5), (Rule.SOURCE, 6, 5)],
    ),
    "sting": (SEGMENT + "sting: musik\n", [(Rule.UNKNOWN_ASSET, 4, 12)]),
    "bed": (SEGMENT + "clip: b.wav\n    bed: {asset: nothing}\n", [(Rule.UNKNOWN_ASSET, 5, 18)]),
    "bed in short": (SEGMENT + "clip: b.wav\n    bed: nothing\n", [(Rule.UNKNOWN_ASSET, 5, 10)]),
    "bed without asset": (SEGMENT + "clip: b.wav\n    bed: {gain: 1 dB}\n", [(Rule.MISSING_KEY, 5, 10)]),
    "time": (SEGMENT + "clip: b.wav\n    start: soon\n", [(Rule.TIME, 5, 12)]),
    "negative time": (SEGMENT + "clip: b.wav\n    start: -1\n", [(Rule.TIME, 5, 12)]),
    "endless time": (SEGMENT + "silence: 999999999\n", [(Rule.TIME, 4, 14)]),
    "gain": (SEGMENT + "clip: b.wav\n    gain: loud\n", [(Rule.LEVEL, 5, 11)]),
    "gain in another unit": (SEGMENT + "clip: b.wav\n    gain: -3 LUFS\n", [(Rule.LEVEL, 5, 11)]),
    "deafening": (SEGMENT + "clip: b.wav\n    gain: 90 dB\n", [(Rule.LEVEL, 5, 11)]),
    "pan": (SEGMENT + "clip: b.wav\n    pan: 50% left\n", [(Rule.NUMBER, 5, 10)]),
    "pan too far": (SEGMENT + "clip: b.wav\n    pan: -1.5\n", [(Rule.NUMBER, 5, 10)]),
    "reversed": (SEGMENT + "clip: b.wav\n    start: 20\n    end: 10\n", [(Rule.RANGE, 6, 5)]),
    "fade too long": (SEGMENT + "clip: b.wav\n    end: 2\n    fade_out: 3\n", [(Rule.RANGE, 6, 5)]),
    "cut that is none": (
        SEGMENT + "clip: b.wav\n    cuts: [1, 2]\n",
        [(Rule.KIND, 5, 12), (Rule.KIND, 5, 15)],
    ),
    "reversed cut": (SEGMENT + "clip: b.wav\n    cuts: [[2, 1]]\n", [(Rule.CUTS, 5, 12)]),
    "cuts out of order": (SEGMENT + "clip: b.wav\n    cuts: [[5, 6], [1, 2]]\n", [(Rule.CUTS, 5, 20)]),
    "overlapping cuts": (SEGMENT + "clip: b.wav\n    cuts: [[1, 3], [2, 4]]\n", [(Rule.CUTS, 5, 20)]),
    "cut before the start": (
        SEGMENT + "clip: b.wav\n    start: 2\n    cuts: [[1, 3]]\n",
        [(Rule.CUTS, 6, 12)],
    ),
    "cut after the end": (SEGMENT + "clip: b.wav\n    end: 9\n    cuts: [[8, 10]]\n", [(Rule.CUTS, 6, 12)]),
    "nothing left": (SEGMENT + "clip: b.wav\n    end: 4\n    cuts: [[0, 2], [2, 4]]\n", [(Rule.CUTS, 6, 5)]),
    "crossfade and gap": (SEGMENT + "clip: b.wav\n    crossfade: 1\n    gap: 1\n", [(Rule.OVERLAP, 6, 5)]),
    "crossfade from nothing": ("segments:\n  - clip: a.wav\n    crossfade: 1\n", [(Rule.OVERLAP, 4, 5)]),
    "silence with gain": (SEGMENT + "silence: 1s\n    gain: 1 dB\n", [(Rule.NO_SENSE, 5, 5)]),
    "voice": (SEGMENT + "clip: b.wav\n    voice: [denoise]\n", [(Rule.NOT_YET, 5, 12)]),
    "speaker": (SEGMENT + "clip: b.wav\n    speaker: karle\n", [(Rule.UNKNOWN_PERSON, 5, 14)]),
    "track": (SEGMENT + "tracks: [{clip: b.wav, speaker: karle}]\n", [(Rule.UNKNOWN_PERSON, 4, 37)]),
    "track without clip": (SEGMENT + "tracks: [{speaker: karl}]\n", [(Rule.MISSING_KEY, 4, 14)]),
    "chapter": (SEGMENT + "clip: b.wav\n    chapters: [{at: 1:00}]\n", [(Rule.MISSING_KEY, 5, 16)]),
    "soundbite": (SEGMENT + "clip: b.wav\n    soundbites: [{at: 1:00}]\n", [(Rule.MISSING_KEY, 5, 18)]),
    "soundbite of nothing": (
        SEGMENT + "clip: b.wav\n    soundbites: [{at: 1, duration: 0}]\n",
        [(Rule.RANGE, 5, 26)],
    ),
    "soundbite of silence": (
        SEGMENT + "silence: 1s\n    soundbites: [{at: 0, duration: 1}]\n",
        [(Rule.NO_SENSE, 5, 5)],
    ),
    "effect": (SEGMENT + "clip: b.wav\n    effects: [{cutoff: 80}]\n", [(Rule.MISSING_KEY, 5, 15)]),
    "effect's name": (SEGMENT + "clip: b.wav\n    effects: [os.system]\n", [(Rule.TEXT, 5, 15)]),
    "effect's option": (
        SEGMENT + "clip: b.wav\n    effects: [{name: pan, x: [1]}]\n",
        [(Rule.KIND, 5, 30)],
    ),
    "endless option": (
        SEGMENT + "clip: b.wav\n    effects: [{name: pan, x: 1e999}]\n",
        [(Rule.NUMBER, 5, 30)],
    ),
    "level": (SEGMENT + "clip: b.wav\n    level: on\n", [(Rule.CHOICE, 5, 12)]),
    "key of another place": ("bed: {asset: musique}\n", [(Rule.UNKNOWN_KEY, 2, 1)]),
}


@pytest.mark.parametrize(("extra", "expected"), IN_EPISODE.values(), ids=IN_EPISODE.keys())
def test_episode_that_breaks_a_rule(extra, expected, tmp_path):
    path = project(tmp_path, EPISODE + extra)
    problems = problems_of(read_project, path)
    assert rows(problems) == [(rule.value, *place) for rule, *place in expected]
    assert {problem.file for problem in problems} == {"episodes/08/episode.yaml"}


def test_every_rule_is_broken_somewhere():
    elsewhere = {  # test_yaml_reading.py, test_ledger.py, and below
        Rule.UNREADABLE, Rule.TOO_LARGE, Rule.ENCODING, Rule.CONTROL_CHARACTER, Rule.SYNTAX,
        Rule.NOT_A_MAPPING, Rule.MANY_DOCUMENTS, Rule.TAG, Rule.ALIAS, Rule.BOMB, Rule.DUPLICATE_KEY,
        Rule.MERGE_KEY, Rule.KEY_SHAPE, Rule.DIGEST, Rule.LEDGER, Rule.PATH_CASE, Rule.LANGUAGE,
    }  # fmt: skip
    here = {rule for table in (IN_SHOW, IN_EPISODE) for _, rows in table.values() for rule, *_ in rows}
    assert {rule.value for rule in here | elsewhere} == set(RULES)


@pytest.mark.parametrize(
    ("near", "hint"),
    [
        ("titel", "Did you mean `title`?"),
        ("licence", "`licence`"),
        ("karle", "`karl`"),
        ("musik", "`musique`"),
    ],
)
def test_hints_name_what_was_meant(near, hint, tmp_path):
    episode = "titel: E\nlicense: CC0-1.0\nguests: [karle]\nsegments:\n  - sting: musik\n"
    hints = [problem.hint for problem in problems_of(read_project, project(tmp_path, episode))]
    assert len(hints) == 4
    assert any(hint in each for each in hints)


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("locked: yes", "`true`"),
        ("locked: non", "`false`"),
        ("licence: CC BY-SA 4.0", "`CC-BY-SA-4.0`"),
        ("licence: https://creativecommons.org/licenses/by/2.0/", "`CC-BY-2.0`"),
        ("licence: https://creativecommons.org/publicdomain/zero/1.0/", "`CC0-1.0`"),
        ("link: example.org/x", "`https://example.org/x`"),
        ("type: serials", "`serial`"),
        ("profiles: [podcasts]", "`podcast`"),
        ("profiles: {podcast: {bitrate: V10}}", "`V0` to `V9`"),
        ("profiles: {opus: {bitrate: V2}}", "6 to 510"),
        ("cover: 'a\\b.png'", "`a/b.png`"),
    ],
)
def test_values_come_with_the_near_one(written, hint, tmp_path):
    (problem,) = problems_of(read_show, write(tmp_path, "show.yaml", f"{SHOW}{written}\n"))
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("language", "hint"), [("français", "`fr`"), ("French", "`fr`"), ("fr_FR", "`fr-FR`"), ("x", "BCP 47")]
)
def test_language(language, hint, tmp_path):
    text = SHOW.replace("fr", language)
    (problem,) = problems_of(read_show, write(tmp_path, "show.yaml", text))
    assert (problem.rule, problem.line, problem.column) == (Rule.LANGUAGE, 3, 11)
    assert hint in problem.hint


def test_required_keys_are_all_named_at_once(tmp_path):
    problems = problems_of(read_show, write(tmp_path, "show.yaml", "language:\nlink: https://example.org\n"))
    assert rows(problems) == [("YAML-021", 1, 1)] * 4
    assert [problem.message for problem in problems] == [
        "`language` has no value",
        "the key `description` is missing",
        "the key `handle` is missing",
        "the key `title` is missing",
    ]


def test_problems_of_both_files_come_at_once(tmp_path):
    path = project(tmp_path, "title: E\nnumber: x\nguests: [nobody]\n", SHOW + "locked: no\nfoo: 1\n")
    with pytest.raises(ManifestError) as caught:
        read_project(path)
    places = [problem.place for problem in caught.value.problems]
    assert places == [
        "episodes/08/episode.yaml:2:9",
        "episodes/08/episode.yaml:3:10",
        "show.yaml:5:9",
        "show.yaml:6:1",
    ]
    assert caught.value.message.startswith("4 problems, the first: episodes/08/episode.yaml:2:9: `number`")
    assert caught.value.exit_code == 3


def test_a_show_that_is_not_yaml_hides_no_problem_of_the_episode_and_invents_none(tmp_path):
    path = project(
        tmp_path, "title: E\nnumber: x\nguests: [karl]\nsegments: [{sting: musique}]\n", "title: [a\n"
    )
    assert rows(problems_of(read_project, path)) == [("YAML-032", 2, 9), ("YAML-005", 1, 8)]


def test_no_show_is_a_wrong_use(tmp_path):
    path = write(tmp_path, "episode.yaml", EPISODE)
    with pytest.raises(UsageError, match=r"show\.yaml"):
        read_project(path)


def test_an_episode_outside_its_show_is_a_wrong_use(tmp_path):
    show = read_show(write(tmp_path, "a/show.yaml", SHOW))
    with pytest.raises(UsageError):
        read_episode(write(tmp_path, "b/episode.yaml", EPISODE), show)


def test_the_nearest_show_is_found(tmp_path):
    write(tmp_path, "show.yaml", SHOW)
    path = project(tmp_path / "inner", EPISODE)
    assert find_show(path) == (tmp_path / "inner" / "show.yaml").resolve()
    assert find_show(tmp_path) == (tmp_path / "show.yaml").resolve()


def test_a_full_show():
    show = read_show(FULL / "show.yaml")
    assert show.description == "Bonjour\nà tous"
    assert show.language == "fr-FR"
    assert show.link == "https://xn--exmple-cua.org/%C3%A9?%C3%A0=1#%C3%B6"
    assert show.guid == "9b024349-ccf0-5f69-a609-6b82873eab3c"
    assert show.licence == Licence(id="LicenseRef-nous", url="https://example.org/licence")
    assert [(c.name, c.sub) for c in show.categories] == [
        ("Society & Culture", None),
        ("Education", "Self-Improvement"),
    ]
    assert show.cover is not None
    assert show.cover.file == PurePosixPath("cover.png")
    assert show.cover.licence == Licence(id="CC-BY-4.0")
    assert show.people["karl"].image == PurePosixPath("karl.jpg")
    assert show.people["karl"].id == "karl"
    assert show.funding == (Link(name="Donner", url="https://example.org/don"),)
    assert show.publish.target == "public/"
    assert show.root == FULL.resolve()
    assert [profile.name for profile in show.profiles] == ["podcast", "opus", "voix", "archive", "radio"]
    podcast, opus, voix, archive, radio = show.profiles
    assert (podcast.bitrate_kbps, podcast.loudness_lufs) == (128, -16.0)
    assert (opus.bitrate_kbps, opus.sample_rate_hz) == (64, 48000)
    assert (voix.bitrate_kbps, voix.sample_rate_hz, voix.loudness_lufs, voix.quality) == (64, 22050, -19.0, 2)
    assert (archive.loudness_lufs, archive.true_peak_dbtp, archive.bit_depth) == (-16.0, -1.0, 24)
    assert (radio.loudness_lufs, radio.true_peak_dbtp) == (None, None)
    place = show.places.find("people.karl.image")
    assert (place.file, place.line, place.column) == ("show.yaml", 18, 87)


@pytest.fixture
def full():
    return read_project(FULL / "episodes" / "08" / "episode.yaml")[1]


@pytest.mark.parametrize(("written", "vbr"), [("V0", 0), ("v9", 9), ("V2", 2)])
def test_a_variable_bit_rate(written, vbr, tmp_path):
    lines = (
        f"  podcast: {{bitrate: {written}}}\n  mine: {{format: mp3, bitrate: {written}, channels: mono}}\n"
    )
    show = read_show(write(tmp_path, "show.yaml", f"{SHOW}profiles:\n{lines}"))
    assert [(each.vbr, each.bitrate_kbps) for each in show.profiles] == [(vbr, None)] * 2


def test_a_constant_bit_rate_is_no_variable_one(tmp_path):
    show = read_show(write(tmp_path, "show.yaml", f"{SHOW}profiles: {{podcast: {{bitrate: 96k}}}}\n"))
    assert [(each.vbr, each.bitrate_kbps) for each in show.profiles] == [(None, 96)]


def test_a_full_episode(full):
    assert (full.number, full.season, full.subtitle, full.type, full.explicit) == (
        8,
        1,
        "2023",
        "bonus",
        False,
    )
    assert full.slug == "comment-ne-pas-subir-sa-transformation-numerique"
    assert full.recorded == date(2023, 9, 22)
    assert full.published == datetime(2023, 9, 29, 4, tzinfo=UTC)
    assert full.published.utcoffset() == timedelta(hours=2)
    assert full.notes == "# Notes"
    assert full.guests[1] == Person(name="Imadeddine Hassani", organisation="Le Mouvement associatif")
    assert [(each.id, each.name, each.role) for each in full.people] == [("karl", "Karl", "host")]
    assert full.cover.id == "musique"
    assert full.folder == PurePosixPath("episodes/08")
    assert full.assets["virgule"].file == PurePosixPath("episodes/08/virgule.flac")


def test_the_segments_of_a_full_episode(full):
    intro, edito, silence, talk = full.segments
    assert (intro.kind, intro.clips[0].asset, intro.clips[0].file) == (
        "sting", "musique", PurePosixPath("music/musique.flac"),
    )  # fmt: skip
    assert intro.gain_db == -2
    (clip,) = edito.clips
    assert (clip.start, clip.end) == (90, 3723)
    assert clip.cuts == ((91, Fraction("92.5")), (500, 540))
    assert (edito.crossfade, edito.pan, edito.level) == (Fraction("1.5"), -0.5, "off")
    assert (edito.bed.duck_db, edito.bed.fade_out, edito.bed.start) == (9, Fraction("0.1"), Fraction("13.5"))
    assert edito.notes == "Un texte, pas un fichier : lisez notes.md"
    assert edito.image == PurePosixPath("episodes/08/couverture.png")
    assert [effect.name for effect in edito.effects] == ["high_pass_filter", "compress_dynamic_range"]
    assert edito.effects[1].options == (("threshold", -20.5), ("ratio", 4), ("soft", True), ("mode", "4"))
    assert (silence.kind, silence.silence, silence.clips) == ("silence", Fraction("0.8"), ())
    assert [(each.speaker, each.gain_db, each.offset, each.start) for each in talk.clips] == [
        ("karl", 1.0, 0, 3),
        (None, 0.0, Fraction("0.25"), 3),
    ]
    assert full.places.find("segments.1.bed.duck").line == 38
    assert full.places.find("segments.1.nothing").line == 25


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2023-09-22", datetime(2023, 9, 22, tzinfo=UTC)),
        ("2023-09-22T06:30", datetime(2023, 9, 22, 6, 30, tzinfo=UTC)),
        ("2023-09-22 06:30:01Z", datetime(2023, 9, 22, 6, 30, 1, tzinfo=UTC)),
        ("2023-09-22 06:30:01 -01:00", datetime(2023, 9, 22, 7, 30, 1, tzinfo=UTC)),
    ],
)
def test_published(written, moment, tmp_path):
    _, episode = read_project(project(tmp_path, f"{EPISODE}published: {written}\n"))
    assert episode.published == moment


def test_an_empty_key_is_as_if_it_were_not_there(tmp_path):
    text = "title: E\nsubtitle:\nrecorded: ~\nguests:\ncover: ''\nsegments:\n"
    _, episode = read_project(project(tmp_path, text))
    assert (episode.subtitle, episode.recorded, episode.guests, episode.cover, episode.segments) == (
        None,
        None,
        (),
        None,
        (),
    )


@pytest.mark.parametrize(
    ("title", "number", "slug"),
    [
        ("L’édito de l'œuvre", None, "l-edito-de-l-oeuvre"),
        ("世界", 3, "episode-03"),
        ("世界", None, "08"),
        ("Con", None, "con-1"),
    ],
)
def test_slugs(title, number, slug, tmp_path):
    text = f"title: {title}\n" + ("" if number is None else f"number: {number}\n")
    assert read_project(project(tmp_path, text))[1].slug == slug


def test_one_folder_may_hold_both(tmp_path):
    write(tmp_path, "show.yaml", SHOW + WORKS)
    _, episode = read_project(write(tmp_path, "episode.yaml", EPISODE + "segments: [{clip: a.wav}]\n"))
    assert episode.folder == PurePosixPath()
    assert episode.segments[0].clips[0].file == PurePosixPath("a.wav")
    assert episode.places.file == "episode.yaml"


def test_a_path_may_climb_within_the_show(tmp_path):
    path = project(tmp_path, EPISODE + "segments: [{clip: ../../shared/a.wav}]\n")
    assert read_project(path)[1].segments[0].clips[0].file == PurePosixPath("shared/a.wav")


@pytest.mark.parametrize("target", ["..", "/"])
def test_a_link_that_leaves_the_show_is_refused(target, tmp_path):
    path = project(tmp_path / "show", EPISODE + "segments: [{clip: away/a.wav}]\n")
    try:
        (path.parent / "away").symlink_to(tmp_path if target == ".." else target)
    except OSError:
        pytest.skip("no symbolic links here")
    assert rows(problems_of(read_project, path)) == [("YAML-050", 2, 19)]


def test_a_link_that_stays_in_the_show_is_followed(tmp_path):
    path = project(tmp_path, EPISODE + "segments: [{clip: near/a.wav}]\n")
    try:
        (path.parent / "near").symlink_to(tmp_path)
    except OSError:
        pytest.skip("no symbolic links here")
    assert read_project(path)[1].segments[0].clips[0].file == PurePosixPath("episodes/08/near/a.wav")


@pytest.mark.parametrize("link", ["loop", "loop/a.wav"])
def test_a_link_to_itself_is_refused_or_left_to_those_who_open_it(link, tmp_path):
    path = project(tmp_path, EPISODE + f"segments: [{{clip: {link}}}]\n")
    try:
        (path.parent / "loop").symlink_to(path.parent / "loop")
    except OSError:
        pytest.skip("no symbolic links here")
    found = []
    try:
        read_project(path)
    except ManifestError as error:
        found = rows(error.problems)
    assert found in ([], [("YAML-050", 2, 19)])


def test_a_name_in_another_case_is_a_problem_on_every_system(tmp_path):
    write(tmp_path, "episodes/08/Recordings/Edito.wav", "")
    path = project(tmp_path, EPISODE + "segments: [{clip: Recordings/edito.WAV}]\n")
    (problem,) = problems_of(read_project, path)
    assert (problem.rule, problem.line, problem.column) == ("YAML-053", 2, 19)
    assert "«Edito.wav»" in problem.message


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"\xff", "not UTF-8"), (b"a\n\x07", "line 2, column 1"), (b"x" * (2 << 20), "larger than 1 MiB")],
)
def test_notes_that_cannot_be_read(content, message, tmp_path):
    path = project(tmp_path, EPISODE + "notes: notes.md\n")
    (path.parent / "notes.md").write_bytes(content)
    (problem,) = problems_of(read_project, path)
    assert (problem.rule, problem.line, problem.column) == ("YAML-052", 2, 8)
    assert message in problem.message


def test_notes_with_a_space_are_a_file_only_if_there_is_one(tmp_path):
    path = project(tmp_path, EPISODE + "notes: mes notes.md\n")
    assert read_project(path)[1].notes == "mes notes.md"
    write(path.parent, "mes notes.md", "Bonjour")
    assert read_project(path)[1].notes == "Bonjour"


def test_a_missing_notes_file_names_the_near_one(tmp_path):
    path = project(tmp_path, EPISODE + "notes: note.md\n")
    write(path.parent, "notes.md", "Bonjour")
    (problem,) = problems_of(read_project, path)
    assert problem.hint == "Did you mean «notes.md»?"


@pytest.mark.parametrize("speaker", ["karl", "Karl", "Une inconnue", "arnaud"])
def test_a_speaker_is_an_id_or_a_name(speaker, tmp_path):
    path = project(tmp_path, EPISODE + f"segments: [{{clip: a.wav, speaker: {speaker}}}]\n")
    assert read_project(path)[1].segments[0].speaker == speaker


def words(text: str) -> set[str]:
    return set(text.split())


def test_tables_cover_every_key_of_the_interface():
    keys = {table.name: set(table.keys) for tables in MANIFEST_TABLES.values() for table in tables}
    assert keys["show.yaml"] >= words(
        """title description language author link handle feed guid owner categories explicit type locked
        licence cover people assets platforms funding profiles publish"""
    )
    assert keys["episode.yaml"] >= words(
        """number season title subtitle slug type explicit recorded published description notes guests
        people credits licence cover formats guid segments platforms assets"""
    )
    assert keys["segment"] == words(
        """clip sting silence tracks title url image notes chapters soundbites start end cuts gain pan fade_in
        fade_out crossfade gap level bed voice speaker people transcript effects"""
    )
    assert keys["profile"] == words(
        """format bitrate channels sample_rate loudness true_peak quality bit_depth"""
    )
    assert keys["publish"] == {"target", "base_url", "websub", "ping", "verify", "feed_items"}
    assert keys["bed"] == {"asset", "gain", "duck", "fade_in", "fade_out", "start"}
    assert keys["track"] == {"clip", "speaker", "gain", "offset"}
    assert keys["person"] == {"name", "role", "organisation", "url", "image"}
    assert keys["asset"] == {
        "file", "title", "creator", "source", "licence", "licence_url", "attribution", "alt",
        "allows", "modified",
    }  # fmt: skip
    docs = [field.doc for tables in MANIFEST_TABLES.values() for table in tables for field in table.fields]
    assert all(docs)
    assert not any("\n" in doc for doc in docs)
