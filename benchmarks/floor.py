"""The least that an hour's MP3 costs: LAME on all cores, each with its part of the finished mix.

`floor.py MIX.wav THREADS KBPS QUALITY`. The parts are not joined and nothing is written: no tool that uses
LAME can be faster, however little else it does.
"""

import mmap
import sys
import threading
from pathlib import Path

import lameenc

WAV_HEADER_BYTES = 44
BLOCK_BYTES = 4 * 44_100
"""A second."""


def encode(sound: memoryview, kbps: int, quality: int) -> int:
    """Encodes 16-bit stereo at 44.1 kHz; gives the MP3's length in bytes."""
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_channels(2)
    encoder.set_in_sample_rate(44_100)
    encoder.set_out_sample_rate(44_100)
    encoder.set_bit_rate(kbps)
    encoder.set_quality(quality)
    made = 0
    for start in range(0, len(sound), BLOCK_BYTES):
        made += len(encoder.encode(bytes(sound[start : start + BLOCK_BYTES])))
    return made + len(encoder.flush())


def main(path: str, threads: int, kbps: int, quality: int) -> None:
    with Path(path).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content[36:40] != b"data":
            sys.exit(f"{path} is not a plain WAV")
        with memoryview(content) as whole, whole[WAV_HEADER_BYTES:] as sound:
            part = -(-len(sound) // threads // BLOCK_BYTES) * BLOCK_BYTES
            parts = [sound[start : start + part] for start in range(0, len(sound), part)]
            workers = [threading.Thread(target=encode, args=(each, kbps, quality)) for each in parts]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            for each in parts:
                each.release()


if __name__ == "__main__":
    main(sys.argv[1], *(int(argument) for argument in sys.argv[2:]))
