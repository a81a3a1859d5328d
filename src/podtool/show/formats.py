"""Profiles' formats as the world names them: file extensions and media types. Pure."""

from __future__ import annotations

from podtool.show.model import Profile

MEDIA_TYPES = {
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "opus": "audio/ogg",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "mp4": "video/mp4",
}
"""Of the formats, whose names are also the files' extensions."""


def extension_of(profile: Profile) -> str:
    """Without the dot."""
    return profile.format


def media_type_of(profile: Profile) -> str:
    """As feeds and servers name it."""
    return MEDIA_TYPES[profile.format]
