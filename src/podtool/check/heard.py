"""Finders of rules that look at one recording's sound at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from podtool.check.rule import Find, Found
from podtool.check.subject import RecordingFacts, Subject
from podtool.show.facts import SoundFacts

Test = Callable[[SoundFacts], str | None]
"""What is wrong with a sound, in words; None where nothing is."""
Excuse = Callable[[RecordingFacts], bool]


def heard(test: Test, *, of_music: bool = False, excuse: Excuse = lambda _: False) -> Find:
    """The finder of a rule.

    Args:
        test: what is wrong with a recording.
        of_music: whether music is looked at, too: it may be loud, clipped on purpose, mono, or have no pause
            in which noise could be heard.
        excuse: whether the episode leaves out, or puts right, what the rule is about.
    """

    def find(subject: Subject) -> Iterator[Found]:
        for recording in subject.recordings:
            if recording.sound is None or (recording.is_music and not of_music) or excuse(recording):
                continue
            if message := test(recording.sound):
                yield Found(message=f"{recording.name}: {message}", place=recording.place)

    return find
