"""The player on other people's pages: the code they paste, and oEmbed 1.0 for sites that make it. Pure.

Only a header can say who may frame a page (CSP3: `frame-ancestors` in a meta element is ignored), so that is
the web server's to say; docs/templates.md has the line.
"""

from __future__ import annotations

import json
from html import escape

from podtool.show.credits import clean_line
from podtool.show.model import Episode, Show

EMBED_FILE, OEMBED_FILE = "embed.html", "oembed.json"
"""Beside the episode's page."""
WIDTH_PX, HEIGHT_PX = 640, 360
"""What the player asks for; it takes any width from 280 px on."""


def derive_embed_code(show: Show, episode: Episode, address: str | None) -> str:
    """The HTML to paste; empty where nobody said where the show is published.

    Args:
        show: the show, for the frame's title.
        episode: likewise.
        address: of the embeddable player.
    """
    if address is None:
        return ""
    title = escape(f"{clean_line(show.title)} – {clean_line(episode.title)}").replace("&#x27;", "'")
    return (
        f'<iframe src="{escape(address)}" title="{title}" width="100%" height="{HEIGHT_PX}" '
        f'style="border:0" loading="lazy" allow="clipboard-write"></iframe>'
    )


def render_oembed(*, title: str, show: str, home: str | None, code: str) -> str:
    """The oEmbed document of an episode's page (oembed.com, section 2.3.4.4: rich), found by a link there."""
    document = {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "author_name": show,
        "provider_name": show,
        "provider_url": home,
        "html": code,
        "width": WIDTH_PX,
        "height": HEIGHT_PX,
    }
    known = {key: value for key, value in document.items() if value is not None}
    return json.dumps(known, ensure_ascii=False, indent=1) + "\n"
