"""Media are found at their public address before a feed names them; who wants to hear of it is told once."""

import shutil

import pytest
from shows import SHOW, change_text, make_show, said_by
from small_web import serving

from podtool.show.ledger import read_ledger
from podtool.workflow import proving


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    show = make_show(tmp_path_factory.mktemp("built") / "show", episodes=(1,))
    said_by("assemble", "1", here=show)
    return show


@pytest.fixture
def show(built, tmp_path, monkeypatch):
    monkeypatch.setattr(proving, "PAUSES_S", (0.0,))
    return shutil.copytree(built, tmp_path / "show")


@pytest.fixture
def web(show):
    with serving(show / "public") as web:
        text = SHOW.replace("https://petite.example.org/feed.xml", f"{web.url}/feed.xml").replace(
            "  base_url: https://petite.example.org\n",
            f"  base_url: {web.url}\n  verify: true\n"
            f"  websub: {web.url}/hub\n  ping: ['{web.url}/ping?url=http%3A%2F%2F127.0.0.1%2Ffeed.xml']\n",
        )
        (show / "show.yaml").write_text(text, encoding="utf-8")
        web.answers["/ping?url=http%3A%2F%2F127.0.0.1%2Ffeed.xml"] = 200
        said_by("assemble", "1", here=show)
        yield web


MEDIA = "/media/petite-01.mp3"


def test_everything_in_its_order(show, web):
    said = said_by("publish", "1", here=show)
    assert [(method, path.partition("?")[0]) for method, path, _ in web.asked] == [
        ("HEAD", MEDIA),
        ("GET", MEDIA),
        ("POST", "/hub"),
        ("GET", "/ping"),
    ]
    hub = web.asked[2][2]
    assert "hub.mode=publish" in hub
    assert "hub.url=http%3A%2F%2F127.0.0.1" in hub
    assert said["telling"] == ["127.0.0.1", "127.0.0.1"]
    entry = read_ledger(show / "published.yaml").episodes["episodes/01-un"]
    assert entry.sent == {"public/": 1}


def test_nothing_new_asks_nobody(show, web):
    said_by("publish", "1", here=show)
    web.asked.clear()
    said = said_by("publish", "1", here=show)
    assert (web.asked, said["telling"], said["items"]) == ([], [], [])


def test_a_new_title_tells_again_and_proves_nothing(show, web):
    said_by("publish", "1", here=show)
    web.asked.clear()
    change_text(show / "episodes/01-un/episode.yaml", "description: Ce", "description: Tout ce")
    said_by("assemble", "1", here=show)
    ledger = (show / "published.yaml").read_text(encoding="utf-8")
    dry = said_by("publish", "1", "--dry-run", here=show)
    assert dry["telling"] == ["127.0.0.1", "127.0.0.1"]
    assert web.asked == []
    assert (show / "published.yaml").read_text(encoding="utf-8") == ledger


@pytest.mark.parametrize("status", [403, 404, 500])
def test_no_feed_names_what_cannot_be_had(show, web, status):
    web.answers[MEDIA] = status
    said = said_by("publish", "1", here=show, code=9)
    assert f"answers {status} where the file should be" in said["error"]["message"]
    assert not (show / "public/feed.xml").exists()
    assert not (show / "published.yaml").exists()
    del web.answers[MEDIA]
    said = said_by("publish", "1", here=show)
    assert "media/petite-01.mp3" not in [
        change["path"] for change in said["changes"] if change["action"] != "same"
    ]
    assert (show / "public/feed.xml").exists()


def test_a_server_of_another_folder_is_noticed(show, web, tmp_path):
    other = tmp_path / "other"
    (other / "media").mkdir(parents=True)
    (other / "media/petite-01.mp3").write_bytes(b"something else")
    with serving(other) as elsewhere:
        change_text(show / "show.yaml", f"base_url: {web.url}", f"base_url: {elsewhere.url}")
        said_by("assemble", "1", here=show)
        said = said_by("publish", "1", here=show, code=9)
    assert "says it has 14 bytes" in said["error"]["message"]


def test_a_server_without_ranges_is_warned_of(show, web, capfd):
    from example import run

    web.without.add("ranges")
    code, _, err = run("publish", "1", here=show)
    assert code == 0
    assert "no byte ranges" in err


def test_a_redirect_is_followed_and_a_circle_is_not(show, web, tmp_path):
    with serving(show / "public") as moved:
        web.answers |= {MEDIA: 302, "to": f"{moved.url}{MEDIA}"}
        said_by("publish", "1", here=show)
        assert moved.paths("HEAD", "GET") == [MEDIA, MEDIA]
    (show / "published.yaml").unlink()
    shutil.rmtree(show / "public")
    web.answers["to"] = f"{web.url}{MEDIA}"
    said = said_by("publish", "1", here=show, code=9)
    assert "302" in said["error"]["message"] or "redirect" in said["error"]["message"].lower()


def test_a_hub_that_is_down_is_told_at_the_next_run(show, web):
    web.answers["/hub"] = 503
    said_by("publish", "1", here=show)
    assert (show / "public/feed.xml").exists()
    web.asked.clear()
    del web.answers["/hub"]
    said = said_by("publish", "1", here=show)
    assert web.paths() == ["/hub"]
    assert {change["action"] for change in said["changes"]} == {"same"}
    web.asked.clear()
    said_by("publish", "1", here=show)
    assert web.asked == []


def test_a_try_out_elsewhere_tells_nobody(show, web, tmp_path):
    said_by("publish", "1", "--to", str(tmp_path / "try"), here=show)
    assert web.asked == []
    assert (tmp_path / "try/feed.xml").exists()


def test_plain_http_is_only_for_this_machine(show, web):
    change_text(show / "show.yaml", f"websub: {web.url}/hub", "websub: http://hub.example.org/")
    said_by("publish", "1", here=show)
    assert "/hub" not in web.paths()


def test_a_token_in_an_address_is_not_repeated(show, web):
    from example import run

    change_text(show / "show.yaml", f"websub: {web.url}/hub", f"websub: {web.url}/hub?token=geheim")
    web.answers["/hub?token=geheim"] = 500
    code, out, err = run("publish", "1", "-v", here=show)
    assert code == 0
    assert "geheim" not in out + err
