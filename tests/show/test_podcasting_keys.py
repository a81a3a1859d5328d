"""Keys of the Podcasting 2.0 namespace, from YAML to the model."""

from __future__ import annotations

from fractions import Fraction

import pytest

from podtool.show.manifest import read_episode, read_show
from podtool.show.podcasting import (
    Location,
    Recipient,
    RemoteFeed,
    SocialPost,
    SoundbiteMark,
    Txt,
    UpdateFrequency,
    Value,
)

GUID = "917393e3-1b1e-5cef-ace4-edaa54e1f810"
SHOW = f"""title: T
description: D
language: fr
handle: h
medium: course
location: {{name: Nantes, rel: creator, geo: "47.2186, -1.5541", osm: R59874, country: fr}}
podroll: [{{guid: {GUID}, feed: https://example.org/autre.xml, title: Autre}}]
publisher: {{guid: {GUID}}}
update_frequency:
  {{text: Chaque mois, rrule: "RRULE:FREQ=MONTHLY;BYDAY=1FR", start: 2024-01-05, complete: true}}
ai_content: false
txt: [{{text: abc, purpose: verify}}, {{text: def}}]
social: [{{protocol: activitypub, uri: https://example.org/@a/1, account_id: "@a", account_url: https://example.org/@a}}]
value:
  suggested: "0.00000005000"
  recipients: [{{name: Asso, address: 03ab, split: 99}}, {{address: 03cd, split: 1, fee: true}}]
block: [google, amazon]
publish: {{feed_items: 300}}
"""
EPISODE = """title: T
season_name: Les débuts
display: Ch. 3
ai_content: true
location:
  - {name: Nantes}
  - {name: Rennes, geo: "geo:48.1,-1.68,30;u=350", rel: creator}
segments:
  - clip: a.wav
    soundbites: [{at: 1:13, duration: 60, title: Extrait}, {at: 2, duration: 1.5}]
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "show.yaml").write_text(SHOW, encoding="utf-8")
    (tmp_path / "episode.yaml").write_text(EPISODE, encoding="utf-8")
    return tmp_path


def test_what_a_show_says(folder):
    show = read_show(folder / "show.yaml")
    assert show.medium == "course"
    assert show.location == (
        Location(name="Nantes", rel="creator", geo="geo:47.2186,-1.5541", osm="R59874", country="FR"),
    )
    assert show.podroll == (RemoteFeed(guid=GUID, feed="https://example.org/autre.xml", title="Autre"),)
    assert show.publisher == RemoteFeed(guid=GUID)
    assert show.update_frequency == UpdateFrequency(
        text="Chaque mois",
        rrule="FREQ=MONTHLY;BYDAY=1FR",
        start="2024-01-05T00:00:00+00:00",
        complete=True,
    )
    assert show.ai_content is False
    assert show.txt == (Txt(text="abc", purpose="verify"), Txt(text="def"))
    assert show.social == (
        SocialPost(
            protocol="activitypub",
            uri="https://example.org/@a/1",
            account_id="@a",
            account_url="https://example.org/@a",
        ),
    )
    assert show.value == Value(
        type="lightning",
        method="keysend",
        suggested="0.00000005000",
        recipients=(
            Recipient(name="Asso", address="03ab", split=99),
            Recipient(name=None, address="03cd", split=1, fee=True),
        ),
    )
    assert show.block == ("google", "amazon")
    assert show.publish.feed_items == 300


def test_what_an_episode_says(folder):
    episode = read_episode(folder / "episode.yaml", read_show(folder / "show.yaml"))
    assert (episode.season_name, episode.display, episode.ai_content) == ("Les débuts", "Ch. 3", True)
    assert [place.geo for place in episode.location] == [None, "geo:48.1,-1.68,30;u=350"]
    assert [place.rel for place in episode.location] == ["subject", "creator"]
    assert episode.segments[0].soundbites == (
        SoundbiteMark(at=Fraction(73), duration=Fraction(60), title="Extrait"),
        SoundbiteMark(at=Fraction(2), duration=Fraction(3, 2)),
    )
    assert episode.segments[0].chapters == ()


@pytest.mark.parametrize(("written", "read"), [("true", True), ("false", False), ("[spotify]", ("spotify",))])
def test_block_is_a_switch_or_names_platforms(written, read, tmp_path):
    path = tmp_path / "show.yaml"
    path.write_text(
        f"title: T\ndescription: D\nlanguage: fr\nhandle: h\nblock: {written}\n", encoding="utf-8"
    )
    assert read_show(path).block == read


def test_silence_about_all_this_is_silence(tmp_path):
    path = tmp_path / "show.yaml"
    path.write_text("title: T\ndescription: D\nlanguage: fr\nhandle: h\n", encoding="utf-8")
    show = read_show(path)
    assert (show.medium, show.block, show.ai_content, show.value) == ("podcast", False, None, None)
    assert (show.location, show.podroll, show.txt, show.social) == ((), (), (), ())
    assert show.update_frequency is None
