"""Words into an encoded file, its sound untouched: chapters into M4A and MP4, a still picture into MP4.

The packets of sound are copied as they are, so a new title or cover costs a second, and what was measured
stays true.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from heapq import merge
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer

from podtool.audio.av_encode import file_address, options_of
from podtool.audio.still import TIME_SCALE, add_still, draw_canvas, still_packets
from podtool.errors import ToolError
from podtool.show.facts import ChapterFacts

_LONGEST_TITLE_BYTES = 255
"""What Nero's chapter list can hold (one byte tells the length)."""


def wrap_m4a(sound: Path, path: Path, chapters: Sequence[ChapterFacts]) -> None:
    """Copies a bare M4A and gives it chapters: a text track, and Nero's list for players that know no other.

    A track has no holes: what comes before the first chapter belongs to it there; the list tells its start.

    Raises:
        OSError: the file can't be written.
        av.FFmpegError: `sound` isn't what `av_encode` wrote.
    """
    with av.open(file_address(sound)) as source:
        heard = _sound_of(source, sound)
        with _opened(path, "ipod", heard) as container:
            stream = container.add_stream_from_template(heard)
            _put_chapters(container, chapters, _duration(heard))
            for packet in _packets(source, heard, stream):
                container.mux_one(packet)


def wrap_mp4(sound: Path, path: Path, chapters: Sequence[ChapterFacts], cover: bytes | None) -> None:
    """Copies the sound of a bare MP4, gives it chapters and a picture: the cover on a dark canvas.

    Raises:
        OSError: the file can't be written.
        SourceError: the cover can't be read.
        ToolError: there is no encoder for video.
        av.FFmpegError: `sound` isn't what `av_encode` wrote, or an encoder failed.
    """
    canvas = draw_canvas(cover)
    with av.open(file_address(sound)) as source:
        heard = _sound_of(source, sound)
        with _opened(path, "mp4", heard) as container:
            # The picture first: some players show the first stream or nothing.
            video, group = add_still(container, canvas)
            stream = container.add_stream_from_template(heard)
            _put_chapters(container, chapters, _duration(heard))
            pictures = still_packets(video, group, _duration(heard))
            for packet in merge(pictures, _packets(source, heard, stream), key=_starts_s):
                container.mux_one(packet)


def _packets(source: InputContainer, heard: AudioStream, stream: AudioStream) -> Iterator[av.Packet[Any]]:
    """The sound's packets, addressed to the new file's stream."""
    for packet in source.demux(heard):
        if packet.size:  # the one without bytes ends the decoding, which nobody does here
            packet.stream = stream
            yield packet


def _starts_s(packet: av.Packet[Any]) -> float:
    base = packet.time_base  # not as a fraction: there are 170,000 packets in an hour
    return (packet.dts or 0) * base.numerator / base.denominator


def _opened(path: Path, muxer: str, heard: AudioStream) -> OutputContainer:
    options = {**options_of(muxer, heard.codec_context.sample_rate), "video_track_timescale": str(TIME_SCALE)}
    return av.open(file_address(path), "w", format=muxer, options=options)


def _sound_of(source: InputContainer, path: Path) -> AudioStream:
    heard = source.streams.best("audio")
    if not isinstance(heard, AudioStream):
        raise ToolError(f"{path.name} holds no sound", hint="make it again with `podtool assemble --fresh`")
    return heard


def _duration(heard: AudioStream) -> Fraction:
    return (heard.duration or 0) * (heard.time_base or Fraction(0))


def _put_chapters(container: OutputContainer, chapters: Sequence[ChapterFacts], duration_s: Fraction) -> None:
    """None beyond the sound's end: the longest track says how long the file plays."""
    ends = int(duration_s * 1000)
    container.set_chapters(
        [
            {
                "id": number,
                "start": chapter.start_ms,
                "end": min(chapter.end_ms, ends),
                "time_base": Fraction(1, 1000),
                "metadata": {"title": _title(chapter.title) or str(number)},
            }
            for number, chapter in enumerate(chapters, 1)
            if chapter.start_ms < ends
        ]
    )


def _title(text: str) -> str:
    """Without control characters, and whole letters of at most 255 bytes."""
    printed = "".join(c if c.isprintable() else " " for c in text).strip()
    return printed.encode()[:_LONGEST_TITLE_BYTES].decode(errors="ignore")
