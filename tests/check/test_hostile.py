"""Rules look at what came from anywhere: they find, and never raise."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from subjects import FEED_FACTS, GOOD, ITEM, PAGE, PAGE_PATH, subject, tagged

from podtool.check.rules import find_problems
from podtool.publish.feed_reading import read_feed
from podtool.show.feed_facts import FeedChapter, FeedLink, FeedMedia, FeedPerson

TEXT = st.text(max_size=60)
ADDRESS = st.one_of(TEXT, TEXT.map(lambda text: f"https://{text}"), st.just("http://[::"))
JSON_START = st.sampled_from(["1e999", "-1", "null", "true", "[]", '"0"', "1" * 400, "NaN", "Infinity"])


@given(TEXT, ADDRESS)
def test_a_feed_may_say_anything(text, url):
    item = replace(
        ITEM,
        guid=url,
        guid_is_permalink=True,
        title=text,
        description=text,
        content=f'<a href="{url}">{text}</a><![{text}',
        duration=text,
        episode=text,
        episode_type=text,
        explicit=text,
        enclosures=(FeedMedia(url=url, bytes=None, media_type=text),),
        chapters=FeedLink(url=url, media_type=text),
        people=(FeedPerson(name=text, role=text, group=text),),
        psc_chapters=(FeedChapter(start=text, title=text),),
    )
    feed = replace(FEED_FACTS, guid=text, copyright=text, locked=text, type=text, image=url, items=(item,))
    find_problems(subject(feed=feed))
    find_problems(subject(feed=feed, episode=None, feed_path="public/feed.xml"))


@given(st.binary(max_size=200))
def test_a_feed_may_be_anything(content):
    find_problems(subject(feed=read_feed(content), feed_path="public/feed.xml"))


@given(TEXT, ADDRESS)
def test_a_page_may_be_anything(text, url):
    page = PAGE.replace("Haut", text).replace("../../style.css", url) + f"<![{text}<!{text}<img src='{url}'>"
    find_problems(subject(pages={PAGE_PATH: page}))
    find_problems(subject(pages={PAGE_PATH: text}))


@given(
    st.one_of(
        TEXT, JSON_START.map(lambda start: f'{{"version": "1.2.0", "chapters": [{{"startTime": {start}}}]}}')
    )
)
def test_chapters_json_may_be_anything(text):
    find_problems(subject(chapters_json=text))


@given(st.lists(st.integers(min_value=0, max_value=2**32 - 1), max_size=5))
def test_tags_may_say_any_time(starts):
    chapters = tuple(
        replace(chapter, start_ms=start, end_ms=0)
        for chapter, start in zip(GOOD.chapters * 2, starts, strict=False)
    )
    find_problems(tagged(chapters=chapters))
