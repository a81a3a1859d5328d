"""The CRC-16 of the LAME tag, over hundreds of megabytes.

x^16 + x^15 + x^2 + 1, reflected, starting at 0: known as CRC-16/ARC.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

_POLYNOMIAL_REVERSED = 0xA001
_WORDS_PER_ROW = 16
_FEWEST_ROWS = 64
_PERIOD_BYTES = 2**15 - 1
"""The polynomial is (x + 1)(x^15 + x + 1) and divides x^32767 + 1: so far apart, two bytes count alike."""


def _crc_of_byte(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (_POLYNOMIAL_REVERSED if byte & 1 else 0)
    return byte


_CRC_OF_BYTE = tuple(_crc_of_byte(byte) for byte in range(256))


@cache
def _crc_of_word() -> NDArray[np.uint16]:
    """CRC-16 after one little-endian word, by (CRC before ^ word)."""
    of_byte = np.array(_CRC_OF_BYTE, np.uint16)
    words = np.arange(1 << 16, dtype=np.uint16)
    once = words >> 8 ^ of_byte[words & 0xFF]
    twice: NDArray[np.uint16] = once >> 8 ^ of_byte[once & 0xFF]
    return twice


@cache
def _crc_after_zero_words(words: int) -> NDArray[np.uint16]:
    """CRC-16 after so many zero words (a power of two), by CRC before."""
    if words == 1:
        return _crc_of_word()
    half = _crc_after_zero_words(words // 2)
    return half[half]


class Crc16:
    """The CRC-16 of bytes that come in pieces, at the speed of memory.

    Bytes a period apart are added into one; what that makes is summed when it is asked for.
    """

    def __init__(self) -> None:
        self._folded = np.zeros(_PERIOD_BYTES, np.uint8)
        self._next = 0

    def update(self, data: bytes | memoryview) -> None:
        """The next bytes."""
        array = np.frombuffer(data, np.uint8)
        room = _PERIOD_BYTES - self._next
        head, rest = array[:room], array[room:]
        self._folded[self._next : self._next + len(head)] ^= head
        whole = len(rest) - len(rest) % _PERIOD_BYTES
        if whole:
            self._folded ^= np.bitwise_xor.reduce(rest[:whole].reshape(-1, _PERIOD_BYTES), axis=0)
        self._folded[: len(rest) - whole] ^= rest[whole:]
        self._next = (self._next + len(array)) % _PERIOD_BYTES

    @property
    def value(self) -> int:
        """Of all bytes so far."""
        # The last byte must end the period. Zeros before the first change nothing, as the sum starts at 0.
        return _crc16(np.roll(self._folded, -self._next).tobytes())


def crc16(data: bytes) -> int:
    """The CRC-16 of `data`."""
    crc = Crc16()
    crc.update(data)
    return crc.value


def _crc16(data: bytes) -> int:
    """Rows are summed side by side and then joined in pairs, which takes a hundredth of byte by byte."""
    row_bytes, crc = 2 * _WORDS_PER_ROW, 0
    while len(data) >= _FEWEST_ROWS * row_bytes:
        rows = 1 << (len(data) // row_bytes).bit_length() - 1
        words = np.frombuffer(data, "<u2", count=rows * _WORDS_PER_ROW).reshape(rows, _WORDS_PER_ROW)
        crc, data = _crc16_of_rows(words, crc), data[rows * row_bytes :]
    for byte in data:
        crc = crc >> 8 ^ _CRC_OF_BYTE[(crc ^ byte) & 0xFF]
    return crc


def _crc16_of_rows(words: NDArray[np.uint16], crc: int) -> int:
    """Of 2^n rows, each a power of two of words long."""
    after_word = _crc_of_word()
    sums = np.zeros(len(words), np.uint16)
    sums[0] = crc
    for column in np.ascontiguousarray(words.T):
        sums = after_word[sums ^ column]
    span = words.shape[1]
    while len(sums) > 1:
        sums = _crc_after_zero_words(span)[sums[::2]] ^ sums[1::2]
        span *= 2
    return int(sums[0])
