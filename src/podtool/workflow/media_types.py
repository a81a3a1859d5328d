"""Media types of sound files, by what they hold."""

from __future__ import annotations

from podtool.show.facts import SoundFacts

BY_CONTAINER = {
    "wav": "audio/wav",
    "w64": "audio/x-w64",
    "aiff": "audio/aiff",
    "caf": "audio/x-caf",
    "flac": "audio/flac",
    "mp3": "audio/mpeg",
    "aac": "audio/aac",
    "ogg": "audio/ogg",
    "mp4": "audio/mp4",
    "matroska": "video/x-matroska",
    "avi": "video/x-msvideo",
}
UNKNOWN = "application/octet-stream"


def media_type_of_sound(sound: SoundFacts) -> str:
    """The media type of a sound file, by its container."""
    return BY_CONTAINER.get(sound.container, UNKNOWN)
