"""What feedgen 1.0.0 can't write, as extensions of it: Podcasting 2.0, Podlove chapters, and plain repairs.

feedgen asks an extension for namespaces (`extend_ns`) and for elements (`extend_rss`), at the channel before
the items are there and at each item. Ours are handed their elements as values and only write them.
"""

from __future__ import annotations

from typing import Any, ClassVar

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator

from podtool.publish.xml_tags import NAMESPACES, Tag, append_tags, wrap_html


class ChannelTags(BaseExtension):  # type: ignore[misc]  # feedgen publishes no types
    """Elements for the channel; set `tags` before the feed is written."""

    prefixes: ClassVar[tuple[str, ...]]

    def __init__(self) -> None:
        self.tags: tuple[Tag, ...] = ()

    def extend_ns(self) -> dict[str, str]:
        """The namespaces that the root element declares."""
        return {prefix: NAMESPACES[prefix] for prefix in self.prefixes}

    def extend_rss(self, feed: Any) -> Any:
        """Writes the elements into the channel."""
        append_tags(feed[0], self.tags)
        return feed


class ItemTags(BaseEntryExtension):  # type: ignore[misc]  # feedgen publishes no types
    """Elements for one item; set `tags` before the feed is written."""

    def __init__(self) -> None:
        self.tags: tuple[Tag, ...] = ()

    def extend_rss(self, entry: Any) -> Any:
        """Writes the elements into the item."""
        append_tags(entry, self.tags)
        return entry


class PodcastingChannel(ChannelTags):
    """`podcast:` at the channel."""

    prefixes = ("podcast",)


class ChaptersChannel(ChannelTags):
    """`psc:` is declared at the root; only items use it."""

    prefixes = ("psc",)


class RepairedChannel(ChannelTags):
    """What feedgen has a setter for and gets wrong: dates, links, iTunes' explicit, image and categories.

    With it goes what belongs to channel and items alike: Dublin Core and the Creative Commons licence.
    Its description, which feedgen escapes, becomes CDATA.
    """

    prefixes = ("itunes", "dc", "creativeCommons", "fh")

    def extend_rss(self, feed: Any) -> Any:
        """Repairs the channel and writes the elements."""
        _wrap_description(feed[0])
        return super().extend_rss(feed)


class RepairedItem(ItemTags):
    """The same at an item."""

    def extend_rss(self, entry: Any) -> Any:
        """Repairs the item and writes the elements."""
        _wrap_description(entry)
        return super().extend_rss(entry)


def _wrap_description(parent: Any) -> None:
    description = parent.find("description")
    if description is not None and description.text:
        description.text = wrap_html(description.text)


EXTENSIONS: dict[str, tuple[type[ChannelTags], type[ItemTags]]] = {
    "repaired": (RepairedChannel, RepairedItem),
    "podcasting": (PodcastingChannel, ItemTags),
    "simple_chapters": (ChaptersChannel, ItemTags),
}
"""By the name under which feedgen hangs them on feed and entries; feedgen's own iTunes one is ``podcast``."""


def extend_generator(generator: FeedGenerator) -> None:
    """Loads feedgen's iTunes extension and ours; entries added later get theirs by themselves."""
    generator.load_extension("podcast", atom=False)
    for name, (channel, item) in EXTENSIONS.items():
        generator.register_extension(name, channel, item, atom=False)
