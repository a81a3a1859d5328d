"""What a new feed changes for listeners, told from the two feeds alone."""

from dataclasses import replace

import pytest
from feed_samples import make_item, make_show

from podtool.publish.feed import render_feed
from podtool.publish.feed_changes import compare_feeds, guids_of

SHOW = make_show()


def feed(*items):
    return render_feed(SHOW, items)


def changed(item, **values):
    return replace(item, publication=replace(item.publication, **values))


def told(worded, **values):
    return replace(worded, episode=replace(worded.episode, **values))


ONE = make_item()
ENCLOSURE = ONE.publication.enclosures[0]


def test_the_same_feed_changes_nothing():
    assert compare_feeds(feed(ONE), feed(ONE)) == ()


def test_the_first_feed_adds_all():
    (item,) = compare_feeds(None, feed(ONE))
    assert (item.action, item.effect, item.guid) == ("add", "safe", ONE.publication.guid)
    assert guids_of(feed(ONE)) == (ONE.publication.guid,)


@pytest.mark.parametrize(
    ("new", "effect", "what"),
    [
        (told(ONE, title="Autrement"), "safe", "title"),
        (told(ONE, description="Autre chose."), "safe", "description"),
        (told(ONE, season=7), "safe", "season"),
        (told(ONE, explicit=True), "safe", "explicit"),
        (changed(ONE, chapters=()), "safe", "chapters"),
        (changed(ONE, page_url="https://example.org/ailleurs/"), "safe", "page"),
        (
            changed(ONE, enclosures=(replace(ENCLOSURE, bytes=5), *ONE.publication.enclosures[1:])),
            "re-download",
            "sound",
        ),
        (
            changed(ONE, enclosures=(replace(ENCLOSURE, url="https://example.org/neu.mp3"),)),
            "dangerous",
            "address of the sound",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_change_has_its_name_and_effect(new, effect, what):
    (item,) = compare_feeds(feed(ONE), feed(new))
    assert item.action == "replace"
    assert item.effect == effect
    assert what in item.what


def test_sound_of_the_same_length_is_new_when_the_ledger_says_so():
    (item,) = compare_feeds(feed(ONE), feed(ONE), [ONE.publication.guid])
    assert (item.effect, item.what) == ("re-download", ("sound",))


def test_what_goes_is_told():
    two = changed(ONE, guid="two", enclosures=(replace(ENCLOSURE, url="https://example.org/2.mp3"),))
    (item,) = compare_feeds(feed(ONE, two), feed(ONE))
    assert (item.guid, item.action, item.effect) == ("two", "remove", "safe")


def test_white_space_and_prefixes_are_no_change():
    text = feed(ONE).decode().replace("<item>", "<item>\n\n   ").replace("podcast:", "p20:")
    assert compare_feeds(text.replace("xmlns:podcast", "xmlns:p20").encode(), feed(ONE)) == ()


@pytest.mark.parametrize("broken", [b"", b"<html>", b"\xff\xfe", b"<!DOCTYPE x [<!ENTITY a 'b'>]><rss/>"])
def test_a_feed_that_cannot_be_read_has_no_items(broken):
    assert guids_of(broken) == ()
    assert len(compare_feeds(broken, feed(ONE))) == 1
