import json
import os

import pytest

from podtool.build.graph import Step
from podtool.build.runner import Records, Runner, StepReport
from podtool.build.store import Store
from podtool.errors import CacheError

MEASURE = Step(name="measure edito.flac", ingredients={"edito.flac": "1", "sample rate": "44100"})
CHAPTERS = Step(name="chapters", ingredients={"title": "1"}, outputs=("chapters.json", "chapters.txt"))


class House:
    """A cache, records and a build folder; a new runner each time, as each run has."""

    def __init__(self, root):
        self.root = root
        self.build = root / "build"
        self.made = []

    def runner(self, *, fresh=False):
        return Runner(
            Store(self.root / "cache"), Records(self.root / "records.json"), self.build, fresh=fresh
        )

    def value(self, step, content=b"measured", **options):
        runner = self.runner(**options)

        def make():
            self.made.append(step.name)
            return content

        got = runner.value(step, make)
        (report,) = runner.reports
        return got, report

    def outputs(self, step, text="one", **options):
        runner = self.runner(**options)

        def make():
            self.made.append(step.name)
            return {name: f"{name} {text}".encode() for name in step.outputs}

        runner.outputs(step, make)
        (report,) = runner.reports
        return report


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


def changed(step, **ingredients):
    return Step(name=step.name, ingredients={**step.ingredients, **ingredients}, outputs=step.outputs)


def read(house, name="chapters.json"):
    return (house.build / name).read_text(encoding="utf-8")


# --- Values ---


def test_a_value_is_made_once(house):
    first, report = house.value(MEASURE)
    assert (first, report.status, report.reasons) == (b"measured", "built", ("never made before",))
    again, report = house.value(MEASURE, b"never asked for")
    assert (again, report.status, report.reasons) == (b"measured", "reused", ())
    assert house.made == [MEASURE.name]


def test_a_changed_ingredient_is_the_reason(house):
    house.value(MEASURE)
    got, report = house.value(changed(MEASURE, **{"edito.flac": "2"}), b"anew")
    assert (got, report.status, report.reasons) == (b"anew", "built", ("edito.flac changed",))


def test_going_back_finds_the_old_value(house):
    other = changed(MEASURE, **{"edito.flac": "2"})
    house.value(MEASURE)
    house.value(other, b"anew")
    assert house.value(MEASURE)[1].status == "reused"
    # What has changed is told against the last run, not against the last time that something was made.
    third = Step(name=MEASURE.name, ingredients={**MEASURE.ingredients, "sample rate": "48000"})
    assert house.value(third)[1].reasons == ("sample rate changed",)


def test_a_lost_entry_is_made_again(house):
    house.value(MEASURE)
    (entry,) = (house.root / "cache").glob("??/*")
    entry.unlink()
    assert house.value(MEASURE)[1].reasons == ("it is no longer in the cache",)
    assert house.value(MEASURE)[1].status == "reused"


def test_a_damaged_entry_is_made_again(house):
    house.value(MEASURE)
    (entry,) = (house.root / "cache").glob("??/*")
    entry.write_bytes(entry.read_bytes()[:-1])
    got, report = house.value(MEASURE)
    assert (got, report.reasons) == (b"measured", ("its entry in the cache was damaged",))
    assert house.value(MEASURE)[1].status == "reused"


def test_fresh_means_everything(house):
    house.value(MEASURE)
    got, report = house.value(MEASURE, b"anew", fresh=True)
    assert (got, report.status, report.reasons) == (b"anew", "built", ("--fresh was asked for",))
    assert house.outputs(CHAPTERS, fresh=True).reasons == ("--fresh was asked for",)


def test_what_fails_is_not_remembered(house):
    runner = house.runner()

    def fail():
        raise ValueError("no sound")

    with pytest.raises(ValueError, match="no sound"):
        runner.value(MEASURE, fail)
    assert runner.reports == []
    assert house.value(MEASURE)[1].reasons == ("never made before",)


# --- Outputs ---


def test_nothing_changed_so_all_is_reused(house):
    assert house.outputs(CHAPTERS).reasons == ("never made before",)
    before = {path.name: path.stat().st_mtime_ns for path in house.build.iterdir()}
    report = house.outputs(CHAPTERS, "two")
    assert (report.status, report.reasons) == ("reused", ())
    assert {path.name: path.stat().st_mtime_ns for path in house.build.iterdir()} == before
    assert house.made == ["chapters"]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda path: path.write_text("by hand", encoding="utf-8"), "chapters.txt is not as it was made"),
        (lambda path: path.unlink(), "chapters.txt is missing"),
    ],
)
def test_a_file_that_was_changed_or_removed_is_made_again(house, spoil, reason):
    house.outputs(CHAPTERS)
    spoil(house.build / "chapters.txt")
    assert house.outputs(CHAPTERS).reasons == (reason,)
    assert read(house, "chapters.txt") == "chapters.txt one"
    assert house.outputs(CHAPTERS).status == "reused"


def test_a_touched_file_is_the_same(house):
    house.outputs(CHAPTERS)
    os.utime(house.build / "chapters.txt", ns=(0, 0))
    assert house.outputs(CHAPTERS).status == "reused"


def test_the_whole_build_folder_may_go(house):
    house.outputs(CHAPTERS)
    for path in house.build.iterdir():
        path.unlink()
    house.build.rmdir()
    assert house.outputs(CHAPTERS).reasons == ("chapters.json is missing", "chapters.txt is missing")
    assert read(house) == "chapters.json one"


def test_every_change_is_named(house):
    house.outputs(
        Step(name="tag podcast", ingredients={"sound": "1", "title": "1", "cover.png": "1"}, outputs=("a",))
    )
    step = Step(name="tag podcast", ingredients={"sound": "1", "title": "2", "licence": "1"}, outputs=("a",))
    assert house.outputs(step).reasons == ("title changed", "licence is new", "cover.png is gone")


def test_another_output_name_is_another_file(house):
    house.outputs(CHAPTERS)
    renamed = Step(name="chapters", ingredients=CHAPTERS.ingredients, outputs=("marks.json",))
    assert house.outputs(renamed).reasons == ("marks.json is missing",)


def test_a_build_folder_that_cannot_be_written(house):
    house.build.write_bytes(b"a file")
    with pytest.raises(CacheError, match=r"can't write to .*build"):
        house.outputs(CHAPTERS)


def test_files_that_the_caller_makes(house):
    runner = house.runner()
    step = Step(name="encode podcast", ingredients={"profile": "1"}, outputs=("episode.mp3",))
    house.build.mkdir()
    (house.build / "episode.mp3").write_bytes(b"mp3")
    runner.made(step, runner.reasons(step), 1.23456, (3, 40))
    assert runner.reasons(step) == ()
    runner.reused(step)
    assert [report.as_json() for report in runner.reports] == [
        {
            "name": "encode podcast",
            "status": "built",
            "reasons": ["never made before"],
            "seconds": 1.235,
            "chunks_built": 3,
            "chunks_reused": 40,
        },
        StepReport(name="encode podcast", status="reused").as_json(),
    ]


# --- Records ---

BROKEN = {
    "empty": b"",
    "no JSON": b"{",
    "not UTF-8": b'{"version": "\xff"}',
    "a list": b"[]",
    "a number": b"1",
    "another version": b'{"version": 2, "steps": {}}',
    "no steps": b'{"version": 1}',
    "steps of another kind": b'{"version": 1, "steps": []}',
    "a step of another kind": b'{"version": 1, "steps": {"chapters": 1}}',
    "no ingredients": b'{"version": 1, "steps": {"chapters": {"key": "k", "outputs": {}}}}',
    "too deep": b"[" * 100_000,
}


@pytest.mark.parametrize("case", BROKEN)
def test_damaged_records_are_none(house, case):
    house.outputs(CHAPTERS)
    (house.root / "records.json").write_bytes(BROKEN[case])
    assert house.outputs(CHAPTERS).reasons == ("never made before",)
    assert house.outputs(CHAPTERS).status == "reused"


def test_records_say_the_same_whatever_was_made_first(tmp_path):
    one, other = House(tmp_path / "one"), House(tmp_path / "other")
    one.value(MEASURE)
    one.outputs(CHAPTERS)
    other.outputs(CHAPTERS)
    other.value(MEASURE)
    assert (one.root / "records.json").read_bytes() == (other.root / "records.json").read_bytes()
    assert json.loads((one.root / "records.json").read_bytes())["version"] == 1


def test_records_that_cannot_be_written(house):
    (house.root / "records.json").mkdir()
    with pytest.raises(CacheError):
        house.value(MEASURE)
