"""Elements of a feed that podtool has a place for, or makes itself; of all others an import tells."""

from __future__ import annotations

_BOTH = """
    title link description itunes:title itunes:subtitle itunes:summary itunes:author itunes:image
    itunes:explicit podcast:person podcast:license podcast:location podcast:txt podcast:socialInteract
    podcast:value podcast:image podcast:images dc:rights dc:license creativeCommons:license
"""
_ITEM = """
    guid pubDate content:encoded enclosure itunes:duration itunes:episode itunes:season itunes:episodeType
    podcast:episode podcast:season podcast:chapters podcast:transcript podcast:alternateEnclosure
    podcast:contentLink podcast:soundbite psc:chapters itunes:block
"""
_CHANNEL = """
    item language copyright generator lastBuildDate pubDate image ttl docs atom:link itunes:owner itunes:type
    itunes:category itunes:block itunes:complete itunes:new-feed-url podcast:guid podcast:locked
    podcast:medium podcast:funding podcast:podroll podcast:publisher podcast:updateFrequency
    podcast:block podcast:trailer
"""

ITEM_HOMES = frozenset((_BOTH + _ITEM).split())
CHANNEL_HOMES = frozenset((_BOTH + _CHANNEL).split())
