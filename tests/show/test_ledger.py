"""published.yaml and recordings.yaml: what is written is read back, and nothing else is let in."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from podtool.errors import ManifestError
from podtool.show.facts import ChapterFacts, Enclosure, HeardFacts, SoundbiteFacts
from podtool.show.ledger import CHAPTER, ENCLOSURE, LEDGER, PUBLICATION, PUBLISHED_FILE, read_ledger
from podtool.show.ledger_writing import format_ledger
from podtool.show.publication import Ledger, Publication, PublishedFile
from podtool.show.recordings import ENTRY, RecordingEntry, format_recordings, read_recordings
from podtool.show.yaml_rules import Rule

LETTERS = st.characters(
    exclude_categories=("Cs", "Cc", "Cn"),
    exclude_characters="\u2028\u2029\ufffe\uffff",
    include_characters="\n\t",
)
TEXT = st.text(LETTERS, min_size=1, max_size=30).filter(lambda text: text.strip())
NAME = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn", "Zl", "Zp"), exclude_characters="/\\:"),
    min_size=1, max_size=12,
).filter(lambda text: text.strip() and text not in (".", ".."))  # fmt: skip
PATH = st.lists(NAME, min_size=1, max_size=3).map("/".join)
URL = st.from_regex(r"https?://[a-z]{1,9}\.example\.org(/[a-zA-Z0-9~%._-]{0,9}){0,3}", fullmatch=True)
SHA256 = st.from_regex(r"[0-9a-f]{64}", fullmatch=True)
COUNT = st.integers(0, 10**12 - 1)
MOMENT = st.datetimes(
    datetime(1850, 1, 2), datetime(2199, 12, 30),  # noqa: DTZ001 - the zone is drawn beside it
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)  # fmt: skip
# What podtool sent has a path and a digest; what others published has no path, and seldom a digest.
FILES = st.dictionaries(
    NAME,
    st.builds(PublishedFile, path=PATH, url=URL, bytes=COUNT, media_type=TEXT, sha256=SHA256)
    | st.builds(
        PublishedFile, path=st.just(""), url=URL, bytes=COUNT, media_type=TEXT, sha256=SHA256 | st.just(""),
        language=st.none() | TEXT,
    ),
    max_size=2,
)  # fmt: skip
ENCLOSURES = st.lists(
    st.builds(
        Enclosure, url=URL, path=PATH, bytes=COUNT, media_type=TEXT, sha256=SHA256,
        duration_s=st.floats(0, 1e7), profile=TEXT, bitrate_kbps=st.none() | st.integers(1, 999),
    )
    | st.builds(
        Enclosure, url=URL, path=st.just(""), bytes=COUNT, media_type=TEXT, sha256=SHA256 | st.just(""),
        duration_s=st.floats(0, 1e7), profile=TEXT,
    ),
    max_size=2,
).map(tuple)  # fmt: skip
IMAGE = PATH.filter(lambda path: path == path.strip()).map(PurePosixPath)
CHAPTERS = st.lists(
    st.builds(
        ChapterFacts, start_ms=st.integers(0, 999), end_ms=st.integers(999, 10**9), title=TEXT,
        url=st.none() | TEXT, image=st.none() | IMAGE,
    ),
    max_size=2,
).map(tuple)  # fmt: skip


SOUNDBITES = st.lists(
    st.builds(
        SoundbiteFacts, start_ms=st.integers(0, 999), end_ms=st.integers(1000, 10**9), title=st.none() | TEXT
    ),
    max_size=2,
).map(tuple)


HEARD = st.lists(
    st.builds(HeardFacts, asset=TEXT, start_ms=st.integers(0, 999), end_ms=st.integers(1000, 10**9)),
    max_size=2,
).map(tuple)


@st.composite
def ledgers(draw):
    folders = draw(st.lists(PATH | st.just("."), unique=True, max_size=3))
    guids = draw(st.lists(TEXT, unique=True, min_size=len(folders), max_size=len(folders)))
    sounds = [draw(ENCLOSURES) for _ in folders]
    return Ledger(
        feed=draw(st.none() | URL),
        guid=draw(st.none() | TEXT),
        files=draw(FILES),
        told=draw(st.dictionaries(URL, SHA256, max_size=2)),
        episodes={
            folder: Publication(
                folder=folder,
                number=draw(st.none() | st.integers(0, 999)),
                slug=draw(NAME),
                guid=guid,
                guid_is_permalink=draw(st.none() | st.booleans()),
                page_url=draw(URL | st.just("")) if enclosures and not enclosures[0].path else draw(URL),
                published=draw(MOMENT),
                updated=draw(st.none() | MOMENT),
                revision=draw(st.integers(1, 99)),
                enclosures=enclosures,
                chapters=draw(CHAPTERS),
                soundbites=draw(SOUNDBITES),
                heard=draw(HEARD),
                files=draw(FILES),
                withdrawn=draw(st.none() | MOMENT),
                sent=draw(st.dictionaries(NAME, st.integers(1, 99), max_size=2)),
            )
            for folder, guid, enclosures in zip(folders, guids, sounds, strict=True)
        },
    )


def read_back(text: str, reader, name: str):
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8", newline="\n")
        return reader(path)


@settings(max_examples=25, deadline=None)
@given(ledgers())
def test_a_ledger_is_read_as_it_was_written(ledger):
    text = format_ledger(ledger)
    read = read_back(text, read_ledger, "published.yaml")
    assert read == ledger
    assert format_ledger(read) == text
    assert isinstance(yaml.safe_load(text), dict)  # any other YAML reader takes it, too


ENTRIES = st.dictionaries(
    NAME,
    st.builds(
        RecordingEntry, sha256=SHA256, bytes=COUNT, duration_s=st.floats(0, 1e7),
        sample_rate_hz=st.integers(1, 10**6),
        channels=st.integers(1, 64), bit_depth=st.none() | st.integers(1, 64), came_from=st.none() | TEXT,
        ingested=MOMENT,
    ),
    max_size=3,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(ENTRIES)
def test_recordings_are_read_as_they_were_written(entries):
    text = format_recordings(entries)
    read = read_back(text, read_recordings, "recordings.yaml")
    assert read == entries
    assert list(read) == list(entries)
    assert format_recordings(read) == text


@pytest.mark.parametrize(
    ("table", "model", "key"),
    [
        (PUBLISHED_FILE, PublishedFile, None),
        (ENCLOSURE, Enclosure, None),
        (CHAPTER, ChapterFacts, None),
        (PUBLICATION, Publication, "folder"),  # and its seal is the file's own
        (LEDGER, Ledger, None),
        (ENTRY, RecordingEntry, None),
    ],
    ids=lambda each: getattr(each, "name", None),
)
def test_no_field_of_the_model_is_forgotten(table, model, key):
    assert [field.into for field in table.fields if field.key != "seal"] == [
        f.name for f in dataclasses.fields(model) if f.name != key
    ]


def test_no_file_yet_means_nothing_yet(tmp_path):
    assert read_ledger(tmp_path / "published.yaml") == Ledger()
    assert read_recordings(tmp_path / "recordings.yaml") == {}
    assert read_back(format_ledger(Ledger()), read_ledger, "published.yaml") == Ledger()


SHA = "0123456789abcdef" * 4
GOOD = f"""\
feed: https://example.org/feed.xml
guid: 9b024349-ccf0-5f69-a609-6b82873eab3c
episodes:
  episodes/08-titre:
    number: 8
    slug: titre
    guid: one
    page_url: https://example.org/episodes/titre/
    published: 2023-09-22T00:00:00+00:00
    enclosures:
      - url: https://example.org/media/h-08.mp3
        path: media/h-08.mp3
        bytes: 1234567
        media_type: audio/mpeg
        sha256: {SHA}
        duration_s: 61.25
        profile: podcast
    chapters:
      - {{start_ms: 0, end_ms: 1000, title: Un}}
    soundbites:
      - {{start_ms: 100, end_ms: 900}}
"""

DAMAGE = {
    "truncated": (GOOD[: GOOD.index("    guid: one")], Rule.MISSING_KEY, 5),
    "unknown key": (GOOD.replace("number", "nubmer"), Rule.UNKNOWN_KEY, 5),
    "digest": (GOOD.replace(SHA, SHA[:-1]), Rule.DIGEST, 15),
    "size": (GOOD.replace("1234567", "-1"), Rule.LEDGER, 13),
    "no digest": (GOOD.replace(f"        sha256: {SHA}\n", ""), Rule.LEDGER, 11),
    "no page": (GOOD.replace("    page_url: https://example.org/episodes/titre/\n", ""), Rule.MISSING_KEY, 5),
    "path": (GOOD.replace("media/h-08.mp3\n        bytes", "../../h-08.mp3\n        bytes"), Rule.LEDGER, 12),
    "folder": (GOOD.replace("episodes/08-titre:", "/etc:"), Rule.HANDLE, 4),
    "address": (GOOD.replace("page_url: https", "page_url: file"), Rule.LEDGER, 8),
    "date": (GOOD.replace("2023-09-22T", "22/09/23T"), Rule.DATE, 9),
    "duration": (GOOD.replace("61.25", ".inf"), Rule.LEDGER, 16),
    "chapter": (GOOD.replace("end_ms: 1000", "end_ms: -1"), Rule.LEDGER, 19),
    "backwards": (GOOD.replace("start_ms: 0", "start_ms: 2000"), Rule.LEDGER, 19),
    "empty soundbite": (GOOD.replace("end_ms: 900", "end_ms: 100"), Rule.LEDGER, 21),
    "conflict": (GOOD.replace("    number: 8\n", "<<<<<<< ours\n    number: 8\n"), Rule.SYNTAX, 5),
    "text": ("nothing\n", Rule.NOT_A_MAPPING, 1),
}


@pytest.mark.parametrize(("text", "rule", "line"), DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_ledger_is_refused_with_the_line(text, rule, line):
    with pytest.raises(ManifestError) as caught:
        read_back(text, read_ledger, "published.yaml")
    assert (rule.value, "published.yaml", line) in [(p.rule, p.file, p.line) for p in caught.value.problems]


def test_two_episodes_with_one_guid_are_refused():
    again = GOOD[GOOD.index("  episodes/08-titre:") :].replace("08-titre", "09-titre")
    with pytest.raises(ManifestError) as caught:
        read_back(GOOD + again, read_ledger, "published.yaml")
    (problem,) = caught.value.problems
    assert (problem.rule, problem.line, problem.column) == (Rule.LEDGER, 25, 5)


def test_the_good_ledger_is_good():
    ledger = read_back(GOOD, read_ledger, "published.yaml")
    (publication,) = ledger.episodes.values()
    assert publication.folder == "episodes/08-titre"
    assert publication.published == datetime(2023, 9, 22, tzinfo=UTC)
    assert publication.enclosures[0].duration_s == 61.25
    assert format_ledger(ledger).startswith("# What this show has published")


def test_a_ledger_grows_beyond_a_manifest():
    one = read_back(GOOD, read_ledger, "published.yaml").episodes["episodes/08-titre"]
    episodes = {
        f"episodes/{n}": dataclasses.replace(
            one, folder=f"episodes/{n}", guid=f"{n}", chapters=one.chapters * 30
        )
        for n in range(200)
    }
    ledger = Ledger(episodes=episodes)
    text = format_ledger(ledger)
    assert text.count(":") > 18_000
    assert read_back(text, read_ledger, "published.yaml") == ledger


def test_what_could_not_be_read_back_is_not_written():
    with pytest.raises(ValueError, match=r"U\+0007"):
        format_ledger(Ledger(guid="a\x07"))


def test_a_recording_with_a_path_for_a_name_is_refused():
    text = f"recordings:\n  a/b.wav: {{sha256: {SHA}, bytes: 1, duration_s: 1, "
    text += "sample_rate_hz: 1, channels: 1, ingested: 2023-09-22}\n"
    with pytest.raises(ManifestError) as caught:
        read_back(text, read_recordings, "recordings.yaml")
    assert [(p.rule, p.line, p.column) for p in caught.value.problems] == [(Rule.HANDLE, 2, 3)]


EDITS = {
    "guid": ('guid: "one"', 'guid: "two"'),
    "number": ("number: 8", "number: 9"),
    "size": ("bytes: 1234567", "bytes: 1234568"),
    "digest": (SHA, SHA[::-1]),
    "address": ('media/h-08.mp3"\n        path', 'media/h-09.mp3"\n        path'),
    "date": ("2023-09-22", "2023-09-23"),
    "chapter": ("end_ms: 1000", "end_ms: 1001"),
    "added": ("    enclosures:", "    revision: 2\n    enclosures:"),
    "dropped": ("    number: 8\n", ""),
    "folder": ("episodes/08-titre", "episodes/09-titre"),
}


@pytest.mark.parametrize(("old", "new"), EDITS.values(), ids=EDITS.keys())
def test_a_ledger_that_was_edited_by_hand_is_refused_with_the_line(old, new):
    sealed = format_ledger(read_back(GOOD, read_ledger, "published.yaml"))
    text = sealed.replace("revision: 1\n    ", "") if "revision: 2" in new else sealed
    assert old in text
    edited = text.replace(old, new, 1)
    with pytest.raises(ManifestError) as caught:
        read_back(edited, read_ledger, "published.yaml")
    (problem,) = caught.value.problems
    assert "was changed since `publish` wrote it" in problem.message
    assert edited.split("\n")[problem.line - 1].lstrip().startswith("seal: ")
    # Whoever means it takes the seal away.
    unsealed = "\n".join(line for line in edited.split("\n") if "seal: " not in line)
    assert "seal: " in format_ledger(read_back(unsealed, read_ledger, "published.yaml"))


@settings(max_examples=25, deadline=None)
@given(ledgers(), ledgers())
def test_two_branches_that_each_published_something_can_be_joined(ours, theirs):
    """Entries are sealed one by one: a merge that takes whole entries from both is no edit."""
    taken = {entry.guid for entry in ours.episodes.values()}
    both = {
        **{folder: entry for folder, entry in theirs.episodes.items() if entry.guid not in taken},
        **ours.episodes,
    }
    merged = dataclasses.replace(ours, episodes=both)
    assert read_back(format_ledger(merged), read_ledger, "published.yaml") == merged
