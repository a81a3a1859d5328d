"""`podtool check --live` asks a server on loopback what listeners' apps would get."""

import shutil
import ssl
from urllib.error import URLError

import pytest
from check_results import now, one, rules_of
from shows import SHOW, change_text, make_show, said_by
from small_web import serving

from example import run
from podtool.check.judging import Choice, choose
from podtool.check.live_facts import LiveFile
from podtool.errors import PublishError
from podtool.show.model import Place
from podtool.workflow import live
from podtool.workflow.checking import check

MEDIA = "/media/petite-01.mp3"
LIVE = Choice(select=choose(["LIVE"]).select, live=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return make_show(tmp_path_factory.mktemp("built") / "show", episodes=(1,))


@pytest.fixture
def show(built, tmp_path):
    return shutil.copytree(built, tmp_path / "show")


@pytest.fixture
def web(show):
    with serving(show / "public") as web:
        text = SHOW.replace("https://petite.example.org", web.url)
        (show / "show.yaml").write_text(text, encoding="utf-8")
        said_by("assemble", "1", here=show)
        said_by("publish", "1", here=show)
        web.headers["Access-Control-Allow-Origin"] = "*"
        yield web


def found(show):
    return check("1", show, choice=LIVE, clock=now)


def test_a_good_server_breaks_no_rule_and_is_asked_for_everything(show, web):
    assert found(show).problems == ()
    heads = set(web.paths("HEAD"))
    assert {MEDIA, "/feed.xml", "/episodes/un/"} <= heads
    assert any(path.endswith("chapters.json") for path in heads)
    assert any(path.startswith("/images/cover-") for path in heads)
    assert set(web.paths("GET")) == {MEDIA, "/feed.xml"}


def test_without_live_nobody_is_asked(show, web):
    assert run("check", here=show)[0] in (0, 1)
    assert web.asked == []


def test_the_command_line_asks(show, web):
    del web.headers["Access-Control-Allow-Origin"]
    said = said_by("check", "--live", "--select", "LIVE", here=show)
    assert {each["rule"] for each in said["problems"]} == {"LIVE-009"}


@pytest.mark.parametrize(
    ("answers", "rule", "words"),
    [
        ({MEDIA: 404}, "LIVE-001", "answers 404"),
        ({"/feed.xml": 500}, "LIVE-001", "answers 500"),
        ({MEDIA: 302, "to": "http://example.org/a.mp3"}, "LIVE-005", "leads to http://example.org/a.mp3"),
        ({MEDIA: 302, "to": MEDIA}, "LIVE-001", "more than 5 redirects"),
        ({f"HEAD {MEDIA}": 405}, "LIVE-012", "refuses HEAD"),
        ({f"HEAD {MEDIA}": 403}, "LIVE-012", "refuses HEAD"),
    ],
)
def test_a_bad_answer_is_a_finding(show, web, answers, rule, words):
    web.answers |= answers
    assert words in one(found(show), rule).message
    assert rules_of(found(show)) == {rule}


def test_many_redirects_are_counted(show, web):
    ways = [f"/way{index}" for index in range(4)]
    for here, onward in zip([MEDIA, *ways], [*ways, "/copy.mp3"], strict=True):
        web.answers |= {here: 301, f"to {here}": onward}
    shutil.copy(show / f"public{MEDIA}", show / "public/copy.mp3")
    assert "5 redirects" in one(found(show), "LIVE-007").message


def test_a_file_cut_off_on_the_server_is_found(show, web):
    file = show / f"public{MEDIA}"
    file.write_bytes(file.read_bytes()[:-1])
    assert one(found(show), "LIVE-002").file == "episodes/01-un/episode.yaml"
    assert "LIVE-004" in rules_of(found(show))


def test_no_ranges_are_found(show, web):
    web.without.add("ranges")
    assert "answers 200 instead of 206" in one(found(show), "LIVE-004").message


def test_an_old_feed_is_found(show, web):
    path = show / "public/feed.xml"
    change_text(path, "<item>", "<old>")
    change_text(path, "</item>", "</old>")
    assert "lacks episodes/01-un" in one(found(show), "LIVE-010").message


def test_another_shows_feed_is_found(show, web):
    own = f'href="{web.url}/feed.xml" rel="self"'
    change_text(show / "public/feed.xml", own, 'href="https://b.org/" rel="self"')
    assert "https://b.org/" in one(found(show), "LIVE-011").message


def test_what_is_no_feed_is_found(show, web):
    (show / "public/feed.xml").write_text("<html>", encoding="utf-8")
    assert "gives is no feed" in one(found(show), "LIVE-010").message


def test_a_server_that_is_gone_is_a_finding_for_each_file(show, web):
    web.shutdown()
    web.server_close()
    problems = found(show).problems
    assert {problem.rule for problem in problems} == {"LIVE-001"}
    assert len(problems) >= 4
    assert all("doesn't answer" in problem.message for problem in problems)
    assert run("check", "--live", here=show)[0] == 1


def test_a_certificate_that_is_not_accepted_is_told_as_such(monkeypatch):
    reason = ssl.SSLCertVerificationError(1, "certificate verify failed: certificate has expired")

    def refuse(*_, **__):
        raise PublishError("https://b.org doesn't answer: certificate has expired") from URLError(reason)

    monkeypatch.setattr(live, "ask", refuse)
    place = Place(file="show.yaml", line=1, column=1)
    asked = live.ask_one(LiveFile(kind="feed", name="the feed", url="https://b.org/", place=place))
    assert (asked.bad_certificate, asked.trouble) == (True, "certificate has expired")


def test_nothing_published_asks_for_nothing(built, tmp_path):
    show = shutil.copytree(built, tmp_path / "show")
    assert check(None, show, choice=LIVE, clock=now).problems == ()
