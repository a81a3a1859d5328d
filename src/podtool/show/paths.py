"""Paths in YAML: portable, inside the show's folder, spelt as the file is; and texts that a path may name."""

from __future__ import annotations

import difflib
import re
import unicodedata
from pathlib import Path, PurePosixPath

from podtool.show.addresses import parse_remote_target
from podtool.show.fields import Scope, Unfit, scoped_scalar
from podtool.show.findings import shown
from podtool.show.scalars import LONGEST_MARKDOWN
from podtool.show.yaml_rules import Rule
from podtool.show.yaml_source import TextFault, read_text

_DRIVE = re.compile(r"[A-Za-z]:")
_LONGEST_PATH = 1000
_LONGEST_NAME_BYTES = 255


def parse_path(text: str, scope: Scope) -> PurePosixPath:
    """A file inside the show's folder, relative to it; it need not exist.

    Raises:
        Unfit: not portable, outside the show (by `..` or a symbolic link), or in another case than the file.
    """
    found = _inside(text, scope)
    if found == PurePosixPath():
        raise Unfit(f"{shown(text)} is a folder, not a file")
    return found


def _inside(text: str, scope: Scope) -> PurePosixPath:
    _check_shape(text)
    parts = list(scope.reading.folder.parts)
    for part in text.split("/"):
        if part == "..":
            if not parts:
                raise Unfit(f"{shown(text)} leaves the show's folder", rule=Rule.PATH_LEAVES)
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    found = PurePosixPath(*parts)
    _check_links(found, text, scope)
    _check_case(found, text, scope)
    return found


def _check_shape(text: str) -> None:
    if "\n" in text or len(text) > _LONGEST_PATH:
        raise Unfit("a path is one line and not that long")
    if "\\" in text:
        raise Unfit(f"{shown(text)} has a backslash", instead=text.replace("\\", "/"))
    if "://" in text:
        raise Unfit(
            f"{shown(text)} is an address, not a file",
            hint="Download it into the show's folder and name it there.",
        )
    if text.startswith(("/", "~/")) or _DRIVE.match(text):
        raise Unfit(
            f"{shown(text)} is not relative to this file",
            rule=Rule.PATH_LEAVES,
            hint="Copy the file into the show's folder and write its path from here.",
        )
    if any(len(part.encode("utf-8")) > _LONGEST_NAME_BYTES for part in text.split("/")):
        raise Unfit(f"a name in {shown(text)} is longer than a file's can be")


def _check_links(found: PurePosixPath, text: str, scope: Scope) -> None:
    root = scope.reading.root
    try:
        leaves = not root.joinpath(found).resolve().is_relative_to(root)
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before Python 3.13
        raise Unfit(
            f"{shown(text)} goes through a symbolic link that leads nowhere", rule=Rule.PATH_LEAVES
        ) from error
    if leaves:
        raise Unfit(f"{shown(text)} leaves the show's folder by a symbolic link", rule=Rule.PATH_LEAVES)


def _check_case(found: PurePosixPath, text: str, scope: Scope) -> None:
    """Where the file is there only with another spelling, says so: the next machine may not find it."""
    folder = scope.reading.root
    for part in found.parts:
        names = _names_in(folder, scope)
        if part not in names:
            alike = sorted(name for name in names if _folded(name) == _folded(part))
            same = [
                name
                for name in alike
                if unicodedata.normalize("NFC", name) == unicodedata.normalize("NFC", part)
            ]
            if same and folder.joinpath(part).exists():
                part = same[0]  # noqa: PLW2901 - macOS finds é however it is composed, and so do we
            elif alike:
                raise Unfit(
                    f"{shown(text)}: the file's name is {shown(alike[0])}, spelt differently",
                    rule=Rule.PATH_CASE,
                    instead=_respelt(text, part, alike) if len(alike) == 1 else "",
                )
            else:
                return
        folder = folder / part


def _respelt(text: str, part: str, alike: list[str]) -> str:
    """The path with one name spelt as the file is; nothing where the name stands in it twice."""
    names = text.split("/")
    if names.count(part) != 1:
        return ""
    return "/".join(alike[0] if name == part else name for name in names)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _names_in(folder: Path, scope: Scope) -> frozenset[str]:
    listings = scope.reading.listings
    if folder not in listings:
        try:
            listings[folder] = frozenset(entry.name for entry in folder.iterdir())
        except OSError:
            listings[folder] = frozenset()
    return listings[folder]


def parse_markdown(text: str, scope: Scope) -> str:
    """Markdown, or that of the file named: one line that ends in ``.md`` and has no space, or exists."""
    if "\n" not in text and text.lower().endswith(".md"):
        spaced = any(sign.isspace() for sign in text)
        if not spaced or _is_file(text, scope):
            return _read_notes(text, scope)
    if len(text) > LONGEST_MARKDOWN:
        raise Unfit(
            f"has {len(text)} characters; {LONGEST_MARKDOWN} is the most",
            hint="Put it in a file: `notes: notes.md`.",
        )
    return text


def _is_file(text: str, scope: Scope) -> bool:
    try:
        return scope.reading.root.joinpath(parse_path(text, scope)).is_file()
    except (Unfit, OSError):
        return False


def _read_notes(text: str, scope: Scope) -> str:
    path = parse_path(text, scope)
    try:
        content = read_text(scope.reading.root / path)
    except TextFault as fault:
        where = f" (line {fault.line}, column {fault.column})" if fault.line > 1 or fault.column > 1 else ""
        names = _names_in(scope.reading.root.joinpath(path).parent, scope)
        guess = difflib.get_close_matches(path.name, sorted(names), n=1)
        hint = f"Did you mean {shown(guess[0])}?" if guess and fault.rule is Rule.UNREADABLE else ""
        raise Unfit(
            f"the file {shown(text)} {fault.message}{where}", rule=Rule.NOTES_FILE, hint=hint
        ) from fault
    return content.replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()


def parse_target(text: str, scope: Scope) -> str:
    """A folder of the show, or an sftp:// or s3:// address."""
    if "://" in text:
        return parse_remote_target(text)
    folder = _inside(text, scope)
    if folder == PurePosixPath():
        raise Unfit("the show's own folder can't be its target", hint="Write `public/`.")
    return f"{folder}/"


PATH = scoped_scalar("file", Rule.PATH_SHAPE, parse_path)
MARKDOWN = scoped_scalar("Markdown, or a .md file's name", Rule.TEXT, parse_markdown)
TARGET = scoped_scalar("target", Rule.TARGET, parse_target)
