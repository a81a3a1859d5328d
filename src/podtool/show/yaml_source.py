"""Bytes of a text file → text, or what is wrong with them: size, encoding, characters nobody can see."""

from __future__ import annotations

import codecs
import re
import stat
from pathlib import Path

from podtool.show.yaml_rules import Rule

LARGEST_TEXT_BYTES = 1 << 20
"""1 MiB: a manifest or a text that is read with it."""

# C0 but tab and line ends, DEL, C1, line and paragraph separators, surrogates, non-characters: XML 1.0
# (clause 2.2) forbids most of them in a feed, and editors count lines differently at the rest.
_FORBIDDEN_BUT_LINE_ENDS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff"
FORBIDDEN_IN_FILE = re.compile(f"[{_FORBIDDEN_BUT_LINE_ENDS}]")
FORBIDDEN_IN_VALUE = re.compile(f"[{_FORBIDDEN_BUT_LINE_ENDS}\r]")
_LINE_END = re.compile("\r\n|\r|\n")
_OTHER_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


class TextFault(Exception):  # noqa: N818 - a fault in a text becomes a Problem; it is never an error by itself
    """What is wrong with a text file, and where (1-based; 1:1 when it concerns the whole)."""

    def __init__(self, rule: Rule, message: str, *, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.line = line
        self.column = column


def read_text(path: Path, largest_bytes: int = LARGEST_TEXT_BYTES) -> str:
    """The text of a file.

    Raises:
        TextFault: unreadable, too large, not UTF-8, or with control characters.
    """
    return decode(_read_bytes(path, largest_bytes))


def _read_bytes(path: Path, largest_bytes: int) -> bytes:
    try:
        # A pipe or a device would be read for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise TextFault(Rule.UNREADABLE, "is not a file")
        with path.open("rb") as file:
            data = file.read(largest_bytes + 1)
    except FileNotFoundError as error:
        raise TextFault(Rule.UNREADABLE, "does not exist") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "its name is not one"
        raise TextFault(Rule.UNREADABLE, f"can't be read: {reason}") from error
    if len(data) > largest_bytes:
        raise TextFault(Rule.TOO_LARGE, f"is larger than {largest_bytes >> 20} MiB")
    return data


def decode(data: bytes) -> str:
    """UTF-8 with or without a byte-order mark → text, without the mark.

    Raises:
        TextFault: another encoding, or control characters, with line and column.
    """
    for mark, name in _OTHER_MARKS:
        if data.startswith(mark):
            raise TextFault(Rule.ENCODING, f"is {name}, not UTF-8")
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = position(data[: error.start].decode("utf-8"), error.start)
        message = f"is not UTF-8: byte 0x{data[error.start]:02x} can't stand here"
        raise TextFault(Rule.ENCODING, message, line=line, column=column) from error
    if found := FORBIDDEN_IN_FILE.search(text):
        line, column = position(text, found.start())
        message = f"has the control character U+{ord(found[0]):04X}"
        raise TextFault(Rule.CONTROL_CHARACTER, message, line=line, column=column)
    return text


def position(text: str, index: int) -> tuple[int, int]:
    """1-based line and column of a character."""
    ends = list(_LINE_END.finditer(text, 0, index))
    start = ends[-1].end() if ends else 0
    return len(ends) + 1, min(index, len(text)) - start + 1
