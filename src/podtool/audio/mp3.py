"""One MP3 on all cores: chunks are encoded side by side with LAME, then joined without a seam.

`write_mp3` does the whole of it. Its pieces: what to encode (`mp3_plan`), joining (`mp3_splice`), the first
frame (`mp3_info`). The bytes depend on sound and settings alone, never on how many workers there were.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO

import lameenc
import numpy as np
from numpy.typing import NDArray

from podtool.audio.mp3_crc import Crc16
from podtool.audio.mp3_frames import HEADER_BYTES, parse_header
from podtool.audio.mp3_info import info_frame, info_frame_bytes, seek_table
from podtool.audio.mp3_plan import Chunk, Mp3Settings, frame_count, input_gain_db, plan_chunks
from podtool.audio.mp3_probe import Mp3Facts, probe_mp3
from podtool.audio.mp3_splice import Splicer, SpliceStats
from podtool.build.files import replacing
from podtool.errors import ToolError
from podtool.ports import Executor

__all__ = [
    "Chunk",
    "Mp3Facts",
    "Mp3Settings",
    "ReadPcm",
    "SpliceStats",
    "Splicer",
    "encode_chunk",
    "input_gain_db",
    "plan_chunks",
    "probe_mp3",
    "write_mp3",
]

ReadPcm = Callable[[int, int], NDArray[np.int16]]
"""Samples ``start`` to ``stop`` of the mix: shape (stop - start, channels), int16."""

LAME_VBR_MTRH = 4
MOST_IN_FLIGHT = 16


def encode_chunk(pcm: NDArray[np.int16], chunk: Chunk, settings: Mp3Settings) -> bytes:
    """The Layer III frames of `chunk`, from its `first_frame` on. Pure; holds no lock while it works.

    Args:
        pcm: samples `feed_start_samples` to `feed_stop_samples`, shape (n, channels).
        chunk: what is encoded.
        settings: how.

    Raises:
        ToolError: LAME refused.
        ValueError: `pcm` has another shape or type.
    """
    encoder = ChunkEncoder(chunk, settings)
    encoder.feed(pcm)
    return encoder.finish()


class ChunkEncoder:
    """LAME at work on one chunk, fed in pieces of any size: the frames don't depend on how it was cut.

    Raises (from any method):
        ToolError: LAME refused.
    """

    def __init__(self, chunk: Chunk, settings: Mp3Settings) -> None:
        self._chunk = chunk
        self._channels = settings.channels
        self._missing = chunk.feed_stop_samples - chunk.feed_start_samples
        self._data = bytearray()
        with self._failures_told():
            self._encoder = _encoder(settings)

    def feed(self, pcm: NDArray[np.int16]) -> None:
        """The next samples, (n, channels).

        Raises:
            ValueError: another shape or type.
        """
        if pcm.ndim != 2 or pcm.shape[1] != self._channels or pcm.dtype != np.int16:  # noqa: PLR2004 - (n, channels)
            wanted, found = f"int16 of {self._channels} channels", f"{pcm.dtype} {pcm.shape}"
            raise ValueError(f"chunk {self._chunk.index} wants {wanted}, not {found}")
        self._missing -= len(pcm)
        with self._failures_told():
            self._data += self._encoder.encode(np.ascontiguousarray(pcm, "<i2").tobytes())

    def finish(self) -> bytes:
        """The chunk's frames.

        Raises:
            ValueError: not all samples were fed, or too many.
        """
        if self._missing:
            told = f"{abs(self._missing)} samples too {'few' if self._missing > 0 else 'many'}"
            raise ValueError(f"chunk {self._chunk.index}: {told} were fed")
        # Not in the last chunk alone: of near silence LAME holds back dozens of frames, for as long as bits
        # that are still to come might go into their reservoir. What the end does to the last is spliced away.
        with self._failures_told():
            self._data += self._encoder.flush()
        return _without_placeholder(bytes(self._data))

    @contextmanager
    def _failures_told(self) -> Iterator[None]:
        try:
            yield
        except (RuntimeError, ValueError) as error:
            raise ToolError(f"the MP3 encoder (LAME) failed in chunk {self._chunk.index}: {error}") from error


def _encoder(settings: Mp3Settings) -> lameenc.Encoder:
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_channels(settings.channels)
    encoder.set_in_sample_rate(settings.sample_rate_hz)
    encoder.set_out_sample_rate(settings.sample_rate_hz)
    encoder.set_quality(settings.quality)
    if settings.vbr is None:
        encoder.set_bit_rate(settings.bitrate_kbps)
    else:
        encoder.set_vbr(LAME_VBR_MTRH)
        encoder.set_vbr_quality(settings.vbr)
    return encoder


def _without_placeholder(data: bytes) -> bytes:
    """Some builds of LAME begin with a frame of zeros, the Info frame's place; sound is never all zeros."""
    header = parse_header(data[:HEADER_BYTES])
    if header and not any(data[HEADER_BYTES : header.length_bytes]):
        return data[header.length_bytes :]
    return data


def write_mp3(
    destination: Path | BinaryIO,
    total_samples: int,
    read_pcm: ReadPcm,
    settings: Mp3Settings,
    *,
    executor: Executor | None = None,
    progress: Callable[[int], None] | None = None,
    in_flight: int | None = None,
) -> SpliceStats:
    """Writes a whole MP3 with its Info frame.

    Args:
        destination: a path, which appears complete or not at all, or a file open for writing that can seek;
            the MP3 begins where it stands.
        total_samples: per channel.
        read_pcm: gives the sound; called from this thread; ranges ascend and overlap by a second or some.
        settings: how to encode.
        executor: encodes chunks; without one they are encoded here, one after the other.
        progress: told the samples done, from this thread; what it raises ends the work.
        in_flight: most chunks (5 MB each) at once; a few more than the executor has workers.

    Raises:
        ToolError: the encoder failed.
        ValueError: nothing to encode.
        OSError: the file can't be written.
    """
    if isinstance(destination, Path):
        with replacing(destination) as file:
            return write_mp3(
                file,
                total_samples,
                read_pcm,
                settings,
                executor=executor,
                progress=progress,
                in_flight=in_flight,
            )
    chunks = plan_chunks(total_samples, settings)
    in_flight = in_flight or _default_in_flight()
    with closing(_encoded(chunks, read_pcm, settings, executor, in_flight)) as encoded:
        return join_mp3(destination, total_samples, _told(encoded, progress), settings)


def _told(
    encoded: Iterable[tuple[Chunk, bytes]], progress: Callable[[int], None] | None
) -> Iterator[tuple[Chunk, bytes]]:
    for chunk, data in encoded:
        yield chunk, data
        if progress:
            progress(chunk.feed_stop_samples)


def join_mp3(
    destination: BinaryIO, total_samples: int, encoded: Iterable[tuple[Chunk, bytes]], settings: Mp3Settings
) -> SpliceStats:
    """Writes a whole MP3 with its Info frame from chunks that were encoded before.

    Args:
        destination: open for writing, and can seek; the MP3 begins where it stands.
        total_samples: per channel.
        encoded: every chunk with its frames, in order.
        settings: they were encoded with.

    Raises:
        ToolError: the chunks don't fit.
        OSError: the file can't be written.
    """
    start = destination.tell()
    info_bytes = info_frame_bytes(settings)
    destination.write(bytes(info_bytes))
    music = _Music(destination)
    splicer = Splicer(music.write, settings)
    for chunk, data in encoded:
        splicer.feed(data, chunk)
    stats = splicer.close()
    if stats.frames != frame_count(total_samples, settings):
        raise ToolError(f"the MP3 encoder made {stats.frames} frames of {total_samples} samples")
    toc = seek_table(splicer.frame_lengths, info_bytes)
    end = destination.tell()
    destination.seek(start)
    destination.write(
        info_frame(settings, stats, total_samples=total_samples, toc=toc, music_crc=music.crc.value)
    )
    destination.seek(end)
    return stats


class _Music:
    """Writes and sums the CRC-16 of what it wrote."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.crc = Crc16()

    def write(self, data: bytes | memoryview) -> None:
        self._file.write(data)
        self.crc.update(data)


def _default_in_flight() -> int:
    return min(MOST_IN_FLIGHT, 2 + (os.cpu_count() or 1))


def _encoded(
    chunks: tuple[Chunk, ...],
    read_pcm: ReadPcm,
    settings: Mp3Settings,
    executor: Executor | None,
    in_flight: int,
) -> Generator[tuple[Chunk, bytes], None, None]:
    """Every chunk with its frames, in order; never more than `in_flight` chunks of sound in memory."""
    pending: deque[tuple[Chunk, Future[bytes]]] = deque()
    try:
        for chunk in chunks:
            pcm = read_pcm(chunk.feed_start_samples, chunk.feed_stop_samples)
            if executor is None:
                yield chunk, encode_chunk(pcm, chunk, settings)
                continue
            pending.append((chunk, executor.submit(encode_chunk, pcm, chunk, settings)))
            del pcm
            if len(pending) >= in_flight:
                done, future = pending.popleft()
                yield done, future.result()
        while pending:
            done, future = pending.popleft()
            yield done, future.result()
    finally:
        for _, future in pending:
            future.cancel()
