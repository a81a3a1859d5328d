"""Names for life: podcast:guid of a show, guid of an episode; pure."""

from __future__ import annotations

import re
import uuid

from podtool.show.model import Episode, Show

PODCAST_NAMESPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
_SCHEME = re.compile(r"\A[a-z][a-z0-9+.\-]*://", re.IGNORECASE)


def podcast_guid(feed_url: str) -> str:
    """The show's guid, from the address its feed has at first: made once by `init`, kept when the feed moves.

    Source: Podcasting 2.0 namespace, tag `guid`: UUIDv5, in the podcast namespace, of the feed's address
    without scheme and trailing slashes.
    """
    return str(uuid.uuid5(PODCAST_NAMESPACE, _SCHEME.sub("", feed_url.strip()).rstrip("/")))


def episode_guid(show_guid: str, name: str) -> str:
    """An episode's guid: UUIDv5 (RFC 9562, section 5.5) of `name` in the namespace that the show's guid is.

    Args:
        show_guid: a UUID, as `podcast_guid` makes.
        name: what tells the episode from the others when it is first published: its folder, number or slug.
            The ledger keeps the guid, so that the name may change afterwards.

    Raises:
        ValueError: `show_guid` is not a UUID.
    """
    return str(uuid.uuid5(uuid.UUID(show_guid), name))


def guid_of_episode(show: Show, episode: Episode) -> str:
    """The guid that an episode goes out with at first: its own, or one made of the show's and its number."""
    if episode.guid:
        return episode.guid
    name = episode.slug if episode.number is None else f"{episode.season or ''}/{episode.number}"
    return episode_guid(show.guid or podcast_guid(show.feed or show.handle), name)
