import io
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from mp3_sound import decoded, frames_of, main_data_by_frame, restless_sound

from podtool.audio import mp3
from podtool.audio.mp3 import Mp3Settings, encode_chunk, probe_mp3, write_mp3
from podtool.audio.mp3_plan import CHUNK_FRAMES, chunks_between, input_gain_db, plan_chunks
from podtool.errors import ToolError

FAST = Mp3Settings(bitrate_kbps=32, channels=1, sample_rate_hz=16000, quality=9)
CHUNK = CHUNK_FRAMES * FAST.frame_samples
LEAST = (CHUNK_FRAMES // 4) * FAST.frame_samples
LONG = 4 * CHUNK + 4_321


def written(settings, pcm, **options):
    file = io.BytesIO()
    stats = write_mp3(file, len(pcm), lambda start, stop: pcm[start:stop], settings, **options)
    return file.getvalue(), stats


@cache
def serial():
    return written(FAST, restless_sound(LONG, 1, 16000))


@pytest.mark.parametrize(("workers", "in_flight"), [(1, None), (1, 1), (2, None), (3, 2), (8, 50)])
def test_workers_do_not_change_a_byte(workers, in_flight):
    with ThreadPoolExecutor(workers) as pool:
        result = written(FAST, restless_sound(LONG, 1, 16000), executor=pool, in_flight=in_flight)
    assert result == serial()
    assert result[1].splices == 3


def test_the_file_is_sound_and_complete():
    data, stats = serial()
    frames = frames_of(data)[1:]
    assert stats.frames == len(frames)
    assert stats.bytes == sum(len(frame.data) for frame in frames)
    positions = [(begin, stop) for _, _, begin, stop in main_data_by_frame(frames)]
    assert positions[0][0] == 0
    assert all(stop <= begin for (_, stop), (begin, _) in pairwise(positions))


@pytest.mark.parametrize(
    "total",
    [47, 1151, 1152, 1153, CHUNK - 1, CHUNK, CHUNK + 1]
    + [CHUNK + LEAST + more for more in (-1, 0, 1)]
    + [2 * CHUNK + LEAST - 1, 2 * CHUNK + LEAST],
)
def test_as_many_samples_come_out_as_went_in(total, tmp_path):
    data, _ = written(FAST, restless_sound(LONG, 1, 16000)[:total])
    assert len(decoded(data)) == total
    (tmp_path / "it.mp3").write_bytes(data)
    facts = probe_mp3(tmp_path / "it.mp3")
    assert (facts.samples, facts.problems) == (total, ())


def test_sound_comes_back_where_it_was():
    pcm = restless_sound(LONG, 1, 16000)
    back = decoded(serial()[0])[:, 0] * 32768 / 10 ** (input_gain_db(FAST) / 20)
    for start in range(0, LONG - 40_000, 200_000):
        here = pcm[start : start + 40_000, 0].astype(np.float64)
        fits = [
            np.dot(here[100:-100], back[start + 100 + late : start + 39_900 + late]) for late in range(-9, 10)
        ]
        assert int(np.argmax(fits)) == 9


@pytest.mark.parametrize(("kbps", "channels"), [(128, 2), (64, 1)])
def test_splices_are_no_noisier_than_the_rest(kbps, channels):
    settings = Mp3Settings(bitrate_kbps=kbps, channels=channels, sample_rate_hz=44100, quality=7)
    starts = list(range(0, 1200, 150))
    pcm = restless_sound(1350 * 1152, channels)
    noises = [noise_per_frame(each, pcm, settings) for each in (starts, [0])]
    ratios = [
        np.sqrt(noises[0][start : start + 36].sum() / noises[1][start : start + 36].sum())
        for start in starts[1:]
    ]
    assert np.median(ratios) <= 1.01
    assert max(ratios) <= 1.25


def noise_per_frame(starts, pcm, settings):
    chunks = chunks_between(starts, len(pcm), settings)
    file = io.BytesIO()
    splicer = mp3.Splicer(file.write, settings)
    for one in chunks:
        splicer.feed(encode_chunk(pcm[one.feed_start_samples : one.feed_stop_samples], one, settings), one)
    splicer.close()
    # Without an Info frame FFmpeg trims nothing: encoder and decoder are 576 + 529 samples late.
    back = decoded(file.getvalue())[1105:][: len(pcm)]
    error = back - pcm[: len(back)] / 32768 * 10 ** (input_gain_db(settings) / 20)
    whole = len(error) // 1152 * 1152
    return (error[:whole] ** 2).sum(axis=1).reshape(-1, 1152).sum(axis=1)


def test_a_path_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "épisode 8.mp3"
    pcm = restless_sound(LONG, 1, 16000)
    seen = []

    def look(done):
        seen.append((done, path.exists()))

    write_mp3(path, LONG, lambda start, stop: pcm[start:stop], FAST, progress=look)
    assert path.read_bytes() == serial()[0]
    assert [there for _, there in seen] == [False] * 4
    assert seen[-1][0] == LONG
    assert sorted(done for done, _ in seen) == [done for done, _ in seen]
    assert list(tmp_path.iterdir()) == [path]


def test_an_mp3_can_begin_after_something_else():
    pcm = restless_sound(LONG, 1, 16000)[:5000]
    file = io.BytesIO()
    file.write(b"a tag")
    write_mp3(file, 5000, lambda start, stop: pcm[start:stop], FAST)
    file.write(b"the end")
    assert file.getvalue() == b"a tag" + written(FAST, pcm)[0] + b"the end"


class Cancel(Exception):  # noqa: N818 - what Ctrl-C becomes is no error
    pass


class Recorder(ThreadPoolExecutor):
    """Remembers what it was given, and how much of it was unfinished at once."""

    def __init__(self, workers):
        super().__init__(workers)
        self.futures, self.most_unfinished = [], 0

    def submit(self, fn, /, *args, **kwargs):
        future = super().submit(fn, *args, **kwargs)
        self.futures.append(future)
        self.most_unfinished = max(self.most_unfinished, sum(not each.done() for each in self.futures))
        return future


def test_cancelling_ends_the_work_and_leaves_nothing(tmp_path):
    pcm = restless_sound(LONG, 1, 16000)
    path = tmp_path / "it.mp3"
    path.write_bytes(b"the last good one")

    def cancel(done):
        raise Cancel(done)

    with Recorder(1) as pool, pytest.raises(Cancel):
        write_mp3(path, LONG, lambda start, stop: pcm[start:stop], FAST, executor=pool, progress=cancel)
    assert all(future.done() for future in pool.futures)
    assert path.read_bytes() == b"the last good one"
    assert list(tmp_path.iterdir()) == [path]


class OnlyTheFirst:
    """An executor that finishes one task and lets all others wait for ever."""

    def __init__(self):
        self.futures = []

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        if not self.futures:
            future.set_result(fn(*args, **kwargs))
        self.futures.append(future)
        return future


def test_waiting_chunks_are_cancelled():
    pcm = restless_sound(LONG, 1, 16000)

    def cancel(done):
        raise Cancel(done)

    executor = OnlyTheFirst()
    with pytest.raises(Cancel):
        written(FAST, pcm, executor=executor, progress=cancel, in_flight=3)
    assert len(executor.futures) == 3
    assert all(future.cancelled() for future in executor.futures[1:])


def test_no_more_sound_is_held_than_allowed():
    with Recorder(1) as pool:
        written(FAST, restless_sound(LONG, 1, 16000), executor=pool, in_flight=2)
    assert pool.most_unfinished <= 2


def test_sound_is_read_once_in_order_from_this_thread():
    pcm = restless_sound(LONG, 1, 16000)
    reads = []

    def read(start, stop):
        assert threading.current_thread() is threading.main_thread()
        reads.append((start, stop))
        return pcm[start:stop]

    with ThreadPoolExecutor(2) as pool:
        write_mp3(io.BytesIO(), LONG, read, FAST, executor=pool)
    assert reads == sorted(reads)
    assert reads[0][0] == 0
    assert reads[-1][1] == LONG
    overlaps = [before[1] - after[0] for before, after in pairwise(reads)]
    assert all(0 < overlap < 4 * 16000 for overlap in overlaps)


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        (np.zeros((999, 1), np.int16), "chunk 0: 1 samples too few"),
        (np.zeros((1001, 1), np.int16), "chunk 0: 1 samples too many"),
        (np.zeros((1000, 2), np.int16), "chunk 0 wants int16 of 1 channels, not int16"),
        (np.zeros((1000, 1), np.float32), "chunk 0 wants int16 of 1 channels, not float32"),
    ],
)
def test_other_sound_than_asked_for_is_refused(wrong, match):
    with pytest.raises(ValueError, match=match):
        write_mp3(io.BytesIO(), 1000, lambda _start, _stop: wrong, FAST)


def test_what_goes_wrong_in_a_worker_comes_out():
    def broken(start, stop):
        if start:
            raise OSError("the scratch file is gone")
        return restless_sound(LONG, 1, 16000)[start:stop]

    with ThreadPoolExecutor(1) as pool, pytest.raises(OSError, match="scratch"):
        write_mp3(io.BytesIO(), LONG, broken, FAST, executor=pool)


def test_lame_refusing_is_a_tools_failure(monkeypatch):
    class Refusing:
        def __getattr__(self, name):
            raise RuntimeError("no")

    monkeypatch.setattr(mp3.lameenc, "Encoder", Refusing)
    with pytest.raises(ToolError, match=r"failed in chunk 0: no"):
        written(FAST, restless_sound(LONG, 1, 16000)[:1000])


def test_a_placeholder_for_the_info_frame_is_dropped(monkeypatch):
    pcm = restless_sound(LONG, 1, 16000)[:9000]
    (chunk,) = plan_chunks(9000, FAST)
    plain = encode_chunk(pcm, chunk, FAST)
    length = len(frames_of(plain)[0].data)
    encoder = mp3._encoder

    class WithPlaceholder:
        def __init__(self, settings):
            self.inner = encoder(settings)

        def encode(self, data):
            return plain[:4] + bytes(length - 4) + bytes(self.inner.encode(data))

        def flush(self):
            return self.inner.flush()

    monkeypatch.setattr(mp3, "_encoder", WithPlaceholder)
    assert encode_chunk(pcm, chunk, FAST) == plain
