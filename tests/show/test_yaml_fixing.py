"""Fixes change what they mean to and nothing else: comments, order, quotes and line ends stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podtool.errors import Fix, ManifestError, Problem, Severity
from podtool.show.findings import Findings
from podtool.show.manifest import read_project
from podtool.show.meant import meant_date, meant_moment, meant_time
from podtool.show.yaml_compose import compose
from podtool.show.yaml_fixing import apply_fixes
from podtool.show.yaml_nodes import outline


def problem(line, column, text, **more):
    return Problem(
        rule="YAML-031",
        severity=Severity.ERROR,
        message="m",
        line=line,
        column=column,
        fix=Fix(text=text, **more),
    )


@pytest.mark.parametrize(
    ("before", "fix", "after"),
    [
        ("a: yes # why\n", problem(1, 4, "true"), "a: true # why\n"),
        ("a: 'yes'\r\nb: 1", problem(1, 4, "it's"), "a: 'it''s'\r\nb: 1"),
        ('\ufeffa: "yes"\n', problem(1, 4, 'a "b"'), '\ufeffa: "a \\"b\\""\n'),
        ("titel: x\n", problem(1, 1, "title"), "title: x\n"),
        ("a: [yes, no]\n", problem(1, 10, "x, y"), 'a: [yes, "x, y"]\n'),
        ("a: [yes, no]\n", problem(1, 10, "A & B > C"), "a: [yes, A & B > C]\n"),
        ("a: x\n", problem(1, 4, "b: c"), 'a: "b: c"\n'),
        ("a: x\n", problem(1, 4, "# c"), 'a: "# c"\n'),
        ("feed: x # f\nb: 1\n", problem(0, 0, "u", add="guid", after="feed"), "feed: x # f\nguid: u\nb: 1\n"),
        ("b: 1\r\nfeed: x", problem(0, 0, "u", add="guid", after="feed"), "b: 1\r\nfeed: x\r\nguid: u"),
    ],
)
def test_one_value_is_written_anew(before, fix, after):
    fixed = apply_fixes(before, [fix])
    assert fixed.text == after
    assert len(fixed.edits) == 1


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("a: &x yes\nb: *x\n", problem(1, 4, "true")),
        ("a: &x yes\nb: *x\n", problem(2, 4, "true")),
        ("a: !!str yes\n", problem(1, 4, "true")),
        ("a:\n  b\n  c\n", problem(2, 3, "true")),
        ("a: [yes\n", problem(1, 5, "true")),
        ("a: yes\n", problem(9, 9, "true")),
        ("a: yes\n", problem(1, 4, "yes")),
        ("{feed: x}\n", problem(0, 0, "u", add="guid", after="feed")),
        ("a: {feed: x}\n", problem(0, 0, "u", add="guid", after="feed")),
        ("a: x\nb: y\n", problem(1, 1, "b")),
    ],
)
def test_where_more_would_change_nothing_is_written(text, fix):
    if text == "a: x\nb: y\n":  # the key would stand there twice
        assert apply_fixes(text, [fix]).text == text
    assert apply_fixes(text, [fix]).text == text


def test_all_on_one_line_are_applied():
    fixes = [problem(1, 5, "true"), problem(1, 10, "false"), problem(2, 1, "c")]
    assert apply_fixes("a: [yes, no]\nb: 1\n", fixes).text == "a: [true, false]\nc: 1\n"


printable = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"]), min_size=1, max_size=20)


@given(
    printable,
    st.sampled_from(["k: {}\n", "k: [{}, b]\n", "k: {{a: {}}}  # c\n", "- {}\n"]),
    st.sampled_from("'\" "),
)
def test_any_text_can_be_written_in_any_place(new, form, quote):
    old = f"{quote}old{quote}".strip()
    text = form.format(old)
    found = Findings()
    fixed = apply_fixes(text, [problem(1, text.index(old) + 1, new)])
    before, after = (compose(each, file="", findings=found) for each in (text, fixed.text))
    place = (1, text.index(old) + 1)
    if new.strip() and fixed.edits:
        assert outline(after) == outline(before, {place: new})
    assert fixed.text.startswith(text[: text.index(old)])
    assert fixed.text.endswith(text[text.index(old) + len(old) :])


SHOW = {"title": "T", "description": "D", "language": "fr", "handle": "h"}


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("licens: CC0-1.0", "licence: CC0-1.0"),
        ("explicit: oui", "explicit: true"),
        ("explicit: clean", "explicit: false"),
        ("locked: NO", "locked: false"),
        ("type: Serial", "type: serial"),
        ("language: français", "language: fr"),
        ("language: en_GB", "language: en-GB"),
        ("licence: CC BY-SA 4.0", "licence: CC-BY-SA-4.0"),
        ("licence: https://creativecommons.org/licenses/by-nc/2.0/", "licence: CC-BY-NC-2.0"),
        ("handle: Été d'asso", "handle: ete-d-asso"),
        ("guid: 9b024349ccf05f69a6096b82873eab3c", "guid: 9b024349-ccf0-5f69-a609-6b82873eab3c"),
        ("cover: images\\c.png", "cover: images/c.png"),
        ("owner: {name: K, email: 'mailto:k@b.org'}", "owner: {name: K, email: 'k@b.org'}"),
        ("recorded: 2023/9/2", "recorded: 2023-09-02"),
        ("recorded: 22.9.2023", "recorded: 2023-09-22"),
        ("published: Fri, 22 Sep 2023 18:00:00 +0200", "published: 2023-09-22T18:00:00+02:00"),
        ("segments: [{silence: 3 secondes}]", "segments: [{silence: 3 s}]"),
        # What may have been meant otherwise is left to people.
        ("explicit: maybe", None),
        ("type: serials", None),
        ("language: franglais", None),
        ("recorded: 05/06/2023", None),
        ("recorded: 31.2.2023", None),
        ("licence: Creative Commons", None),
        ("link: www.example.org", None),
        ("colour: blue", None),
        ("title: U\ntitel: V", None),
    ],
)
def test_what_can_mean_one_thing_only_is_mended_and_then_read(tmp_path, wrong, right):
    of_episode = wrong.startswith(("recorded", "published", "segments"))
    base = "".join(f"{key}: {value}\n" for key, value in SHOW.items() if not wrong.startswith(f"{key}:"))
    (tmp_path / "show.yaml").write_text(base + ("" if of_episode else f"{wrong}\n"), encoding="utf-8")
    (tmp_path / "episode.yaml").write_text(f"title: E\n{wrong if of_episode else ''}\n", encoding="utf-8")
    path = tmp_path / ("episode.yaml" if of_episode else "show.yaml")
    with pytest.raises(ManifestError) as caught:
        read_project(tmp_path / "episode.yaml")
    before = path.read_text(encoding="utf-8")
    fixed = apply_fixes(before, caught.value.problems)
    if right is None:
        assert fixed.text == before
        return
    assert fixed.text == before.replace(wrong, right)
    path.write_text(fixed.text, encoding="utf-8")
    read_project(tmp_path / "episode.yaml")
    assert apply_fixes(fixed.text, caught.value.problems).text == fixed.text


@given(st.text(max_size=40))
def test_guesses_of_dates_and_times_never_fail(text):
    assert isinstance(meant_date(text), str)
    assert isinstance(meant_moment(text), str)
    assert isinstance(meant_time(text), str)


@pytest.mark.parametrize(
    ("text", "meant"), [("1'30", "1:30"), ("1′05″", "1:05"), ("1 heure 5 minutes", "1 h 5 min"), ("soon", "")]
)
def test_times_of_other_notations(text, meant):
    assert meant_time(text) == meant
