"""The one law of publishing: what an app knows an episode by never changes, whatever is done to the show."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shows import make_show, said_by
from test_import import feed_of, item

from example import run
from podtool.publish.feed_reading import read_feed
from podtool.show.ledger import read_ledger

# What XML 1.0 (2.2) may hold, less what it discourages and no YAML file of ours can keep.
GUID = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="\u2028\u2029\ufffe\uffff")
    | st.sampled_from("\t\n"),
    min_size=1,
    max_size=60,
).filter(lambda text: text.strip())


def escaped(text: str) -> str:
    """For XML, with what its parsers would fold."""
    for letter, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\t", "&#9;"), ("\n", "&#10;")):
        text = text.replace(letter, entity)
    return text


@settings(max_examples=25, deadline=None)
@given(st.lists(GUID, min_size=1, max_size=3, unique_by=lambda text: text.strip()))
def test_any_guid_outlives_the_import_to_the_letter(guids):
    items = [item(n, guid=f"<guid>{escaped(guid)}</guid>") for n, guid in enumerate(guids)]
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "feed.xml").write_bytes(feed_of(*items))
        said_by("import", "feed.xml", "show", here=folder)
        said_by("publish", "--all", here=folder / "show")
        feed = read_feed((folder / "show/public/feed.xml").read_bytes())
    assert [each.guid_exactly for each in feed.items] == guids


@pytest.fixture(scope="module")
def shows(tmp_path_factory):
    """Two episodes that were assembled, and two that were imported, each pair published once."""
    folder = tmp_path_factory.mktemp("shows")
    made = make_show(folder / "made")
    said_by("assemble", "1", "2", here=made)
    (folder / "feed.xml").write_bytes(feed_of(item(1), item(2)))
    said_by("import", "feed.xml", "imported", here=folder)
    for show in (made, folder / "imported"):
        said_by("publish", "--all", here=show)
    return folder


def set_key(file: Path, key: str, value: str) -> None:
    """Writes a top-level key of a YAML file."""
    lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith(f"{key}:")]
    file.write_text("\n".join([f"{key}: {value}", *lines]) + "\n", "utf-8")


def retitle(show: Path, number: int) -> None:
    for file in show.glob("episodes/*/episode.yaml"):
        set_key(file, "title", f"Un autre titre {number} de {file.parent.name}")


def renumber(show: Path, number: int) -> None:
    for offset, file in enumerate(sorted(show.glob("episodes/*/episode.yaml"))):
        set_key(file, "number", str(number + offset))


def reslug(show: Path, number: int) -> None:
    for file in show.glob("episodes/*/episode.yaml"):
        set_key(file, "slug", f"autre-{number}-{file.parent.name}")


def redate(show: Path, number: int) -> None:
    for file in show.glob("episodes/*/episode.yaml"):
        set_key(file, "published", f"2020-01-{number:02d}")


def revise(show: Path, number: int) -> None:
    for file in show.glob("episodes/*/episode.yaml"):
        text = file.read_text("utf-8")
        file.write_text(text.replace("segments:\n", f"segments:\n  - silence: {number}00ms\n", 1), "utf-8")


def withdraw(show: Path, _: int) -> None:
    run("publish", "--withdraw", min(show.glob("episodes/*")).relative_to(show), here=show)


def bring_back(show: Path, _: int) -> None:
    run("publish", min(show.glob("episodes/*")).relative_to(show), here=show)


def guids_of(show: Path) -> dict[str, str]:
    return {name: entry.guid for name, entry in read_ledger(show / "published.yaml").episodes.items()}


EDITS = st.tuples(
    st.sampled_from([retitle, renumber, reslug, redate, revise, withdraw, bring_back]), st.integers(3, 9)
)


@settings(max_examples=6, deadline=None)
@given(st.sampled_from(["made", "imported"]), st.lists(EDITS, min_size=1, max_size=4))
def test_no_edit_gives_an_episode_another_guid(shows, which, edits):
    with TemporaryDirectory() as name:
        show = shutil.copytree(shows / which, Path(name) / "show")
        before = guids_of(show)
        for edit, number in edits:
            edit(show, number)
            if which == "made":
                run("assemble", *sorted(show.glob("episodes/*")), here=show)
            run("publish", "--all", here=show)  # done, or refused: never half
            assert guids_of(show) == before
            in_feed = [each.guid for each in read_feed((show / "public/feed.xml").read_bytes()).items]
            assert len(set(in_feed)) == len(in_feed)
            assert set(in_feed) <= set(before.values())
