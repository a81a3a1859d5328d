"""`podtool import` of an address: its pages, redirects, refusals. Only loopback is asked."""

from __future__ import annotations

import pytest
from shows import said_by
from small_web import serving
from test_import import feed_of, item

from example import run
from podtool.show.ledger import read_ledger


@pytest.fixture
def web(tmp_path):
    folder = tmp_path / "web"
    folder.mkdir()
    with serving(folder) as server:
        server.folder = folder
        yield server


def page(web, number: int, following: str | None) -> None:
    """A page of the feed with one item; `following` is the next one's address."""
    link = f'<atom:link rel="next" href="{following}"/>' if following else ""
    head = f"<title>Une émission</title><language>fr</language>{link}"
    (web.folder / f"{number}.xml").write_bytes(feed_of(item(number), head=head))


def test_pages_are_followed_to_the_last(web, tmp_path):
    page(web, 1, "2.xml")
    page(web, 2, f"{web.url}/3.xml")
    page(web, 3, "1.xml")  # a ring: nothing is fetched twice
    result = said_by("import", f"{web.url}/1.xml", "show", here=tmp_path)
    assert [guid.guid for guid in read_ledger(tmp_path / "show/published.yaml").episodes.values()] == [
        "g-3", "g-2", "g-1",
    ]  # fmt: skip
    assert web.paths() == ["/1.xml", "/2.xml", "/3.xml"]
    assert [note["message"] for note in result["notes"] if note["severity"] == "error"] == []
    # Published afterwards, the feed isn't compared with its first page alone.
    plan = said_by("publish", "--all", "--dry-run", here=tmp_path / "show")
    assert {each["action"] for each in plan["items"]} == {"replace"}


def test_a_page_that_is_missing_is_told(web, tmp_path):
    page(web, 1, "2.xml")
    result = said_by("import", f"{web.url}/1.xml", "show", here=tmp_path)
    assert len(result["episodes"]) == 1
    assert [note["severity"] for note in result["notes"] if "page" in note["message"]] == ["error"]


def test_an_address_that_has_no_feed_is_refused(web, tmp_path):
    code, out, err = run("import", f"{web.url}/1.xml", "show", here=tmp_path)
    assert (code, out) == (9, "")
    assert "404" in err
    assert not (tmp_path / "show").exists()


@pytest.mark.parametrize(
    "address", ["http://feeds.example.org/a.xml", "ftp://example.org/a", "file:///etc/x"]
)
def test_nothing_is_asked_in_the_clear(address, tmp_path):
    code, _, err = run("import", address, "show", here=tmp_path)
    assert code == 9
    assert "https://" in err
