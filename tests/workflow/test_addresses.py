"""Where everything lies in the public tree."""

from pathlib import Path, PurePosixPath

import pytest

from podtool.show.model import Episode, PublishSettings, Show
from podtool.workflow.addresses import address_of, cover_path, feed_path, image_path, page_address

EPISODE = Episode(folder=PurePosixPath("episodes/01"), title="Un", slug="un")


def show(feed, base):
    return Show(
        root=Path(),
        title="A",
        description="",
        language="fr",
        handle="a",
        feed=feed,
        publish=PublishSettings(base_url=base),
    )


@pytest.mark.parametrize(
    ("feed", "base", "path"),
    [
        ("https://a.example.org/feed.xml", "https://a.example.org", "feed.xml"),
        ("https://a.example.org/x/rss.xml", "https://a.example.org/", "x/rss.xml"),
        ("https://a.example.org/x/rss.xml", "https://a.example.org/x", "rss.xml"),
        ("https://a.example.org/flux/", "https://a.example.org", "flux/index.xml"),
        ("https://a.example.org/", "https://a.example.org", "feed.xml"),
        ("https://a.example.org/mon%20flux.xml?x=1", "https://a.example.org", "mon flux.xml"),
        ("https://elsewhere.example.org/a/b", "https://a.example.org", "feed.xml"),
        ("https://a.example.org/x/rss.xml", None, "rss.xml"),
        (None, "https://a.example.org", "feed.xml"),
    ],
)
def test_the_feed_lies_where_its_address_says(feed, base, path):
    assert feed_path(show(feed, base)) == path


def test_addresses_are_ascii_and_below_the_base():
    made = show(None, "https://a.example.org/b")
    assert address_of(made, "media/été.mp3") == "https://a.example.org/b/media/%C3%A9t%C3%A9.mp3"
    assert page_address(made, EPISODE) == "https://a.example.org/b/episodes/un/"
    assert address_of(show(None, None), "x") is None


def test_a_cover_of_other_bytes_has_another_name():
    names = {
        cover_path(digest * 8, PurePosixPath("Images/Ma Couverture.PNG"))
        for digest in ("0a1b2c3d", "ffffffff")
    }
    assert len(names) == 2
    assert all(name.startswith("images/") and name.endswith(".png") for name in names)
    assert image_path(PurePosixPath("gens/camille.png")) == "images/gens-camille.png"
