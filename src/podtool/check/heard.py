"""Finders of rules that look at one recording, or one encoded file, at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from podtool.check.rule import Find, Found, whole_file
from podtool.check.subject import MediaFacts, RecordingFacts, Subject
from podtool.show.facts import SoundFacts

Test = Callable[[SoundFacts], str | None]
"""What is wrong with a sound, in words; None where nothing is."""
Look = Callable[[MediaFacts], Iterator[str]]
"""Everything that is wrong with an encoded file, in words."""
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


def each_file(look: Look) -> Find:
    """The finder of a rule that looks at one encoded file at a time."""

    def find(subject: Subject) -> Iterator[Found]:
        for media in subject.media:
            for message in look(media):
                yield Found(message=f"{media.path}: {message}", place=whole_file(media.path))

    return find
