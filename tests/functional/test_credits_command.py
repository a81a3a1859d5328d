"""`podtool credits` in its four forms, each escaped by its own rules."""

import json

import html5lib
import pytest
from shows import make_show, make_single, said_by

from example import copy_example, run

NASTY = '<script>alert("x")</script> & *étoiles* [lien](javascript:x) _bas_ `code`'


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    return copy_example(tmp_path_factory.mktemp("credits") / "show")


@pytest.fixture
def nasty(tmp_path):
    """A show whose names try to be something else."""
    text = json.dumps(NASTY, ensure_ascii=False)
    show = make_single(
        tmp_path / "show",
        "  - sting: air\n",
        show="licence: CC-BY-SA-4.0\nassets:\n"
        f"  air: {{file: a.wav, title: {text}, creator: {text}, source: 'https://x.example.org/a(b)',"
        " licence: CC-BY-4.0}\n",
    )
    text = (show / "episode.yaml").read_text(encoding="utf-8")
    (show / "episode.yaml").write_text(
        f"people: [{{name: {json.dumps(NASTY, ensure_ascii=False)}, role: host}}]\n{text}", encoding="utf-8"
    )
    return show


def test_text_names_everybody_and_every_work(example):
    code, out, err = run("credits", here=example)
    assert (code, err) == (0, "")
    for words in (
        "Guillaume Desjardins",
        "synchrone.tv",
        "It Goes On...",
        "Sounds of Nowhere",
        "licence non indiquée",
        "CC BY 2.0",
        "https://creativecommons.org/licenses/by/2.0/",
    ):
        assert words in out, words
    assert out.endswith("\n")


def test_json_has_the_same_as_values(example):
    code, out, _ = run("credits", "--format", "json", here=example)
    assert code == 0
    plain = json.loads(out)
    assert said_by("credits", here=example)["credits"] == plain
    assert "It Goes On..." in out


def test_markdown_and_html_link_the_licence(example):
    _, markdown, _ = run("credits", "--format", "markdown", here=example)
    assert "](https://creativecommons.org/licenses/by/2.0/)" in markdown
    _, page, _ = run("credits", "--format", "html", here=example)
    assert 'href="https://creativecommons.org/licenses/by/2.0/"' in page


def test_html_shows_names_as_they_are_and_runs_nothing(nasty):
    code, out, _ = run("credits", "--format", "html", here=nasty)
    assert code == 0
    parser = html5lib.HTMLParser(strict=True)
    fragment = parser.parseFragment(out)
    tags = {element.tag.rpartition("}")[2] for element in fragment.iter() if isinstance(element.tag, str)}
    assert not tags & {"script", "img", "iframe"}
    assert "<script" not in out
    assert "".join(fragment.itertext()).count(NASTY) >= 2
    assert "javascript:" not in "".join(element.get("href") or "" for element in fragment.iter())


def test_markdown_shows_names_as_they_are(nasty):
    from markdown_it import MarkdownIt

    code, out, _ = run("credits", "--format", "markdown", here=nasty)
    assert code == 0
    rendered = MarkdownIt("commonmark").render(out)
    text = "".join(html5lib.parseFragment(rendered).itertext())
    assert text.count(NASTY) >= 2
    assert "<em>" not in rendered
    assert 'javascript:x"' not in rendered


@pytest.mark.parametrize("form", ["text", "json"])
def test_plain_forms_escape_nothing(nasty, form):
    code, out, _ = run("credits", "--format", form, here=nasty)
    assert code == 0
    assert NASTY in (
        json.dumps(json.loads(out), ensure_ascii=False).replace('\\"', '"') if form == "json" else out
    )


def test_times_come_with_the_build(tmp_path):
    show = make_show(tmp_path / "show", episodes=(1,))
    assert "0:02" not in run("credits", "1", here=show)[1]
    said_by("assemble", "1", here=show)
    assert "0:02" in run("credits", "1", here=show)[1]
    for damage in ("{}", "[]", '{"heard": {"musique": [[1]]}}', "\x00", '{"heard": 5, "length_samples": 1}'):
        (show / "episodes/01-un/build/timeline.json").write_text(damage, encoding="utf-8")
        assert "Un air" in run("credits", "1", here=show)[1]


def test_another_form_is_2(example):
    assert run("credits", "--format", "docx", here=example)[0] == 2
    assert run("credits", "7", here=example)[0] == 2
