"""What the page's player offers: speeds and keys, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from podtool.show.words import WORDS, say, tongue_of

SPEEDS = ("0.75", "1", "1.25", "1.5", "1.75", "2")
"""What the player offers, as factors."""

SHORTCUTS: tuple[tuple[tuple[str, ...], str, Mapping[str, int]], ...] = (
    (("key_space", "K"), "key_play", {}),
    (("J",), "back", {"seconds": 15}),
    (("L",), "forward", {"seconds": 30}),
    (("←",), "back", {"seconds": 5}),
    (("→",), "forward", {"seconds": 5}),
    (("C",), "next_chapter", {}),
    (("⇧ C",), "previous_chapter", {}),
    (("M",), "key_mute", {}),
    (("?",), "key_help", {}),
)
"""The keys that player.js listens to: as they are shown (or the word for them), what each does."""


def derive_speeds(language: str) -> tuple[tuple[str, str], ...]:
    """Each factor with what it is called."""
    decimal = "," if tongue_of(language) == "fr" else "."
    return tuple(
        (speed, say("speed_times", language, factor=speed.replace(".", decimal))) for speed in SPEEDS
    )


def derive_shortcuts(language: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    """The keys of each shortcut, with what it does."""
    return tuple(
        (tuple(say(key, language) if key in WORDS else key for key in keys), say(does, language, **values))
        for keys, does, values in SHORTCUTS
    )
