"""Growing an episode.yaml's segments by lines: every other line stays as its author wrote it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError as RuamelError

from podtool.show.yaml_compose import LOADER
from podtool.show.yaml_writing import plain_or_quoted

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_COMMENT = re.compile(r"([ ]*)#")
_DOCUMENT_MARK = re.compile(r"(?:---|\.\.\.)(?:\s|\Z)")


@dataclass(frozen=True, kw_only=True)
class _Gap:
    """Where new items go.

    Attributes:
        line: 0-based line that they are put before.
        indent: spaces before each dash.
        head: a line to write above them, when the key is missing.
        emptied: line and columns of a ``[]`` that they replace.
    """

    line: int
    indent: int
    head: str = ""
    emptied: tuple[int, int, int] | None = None


def insert_by_lines(text: str, clips: Sequence[str]) -> Iterator[str]:
    """Texts with the clips put in as lines, likeliest first; none where the file's shape doesn't allow it."""
    lines = _LINE.findall(text)
    line_end = "\r\n" if "\r\n" in text else "\n"
    for gap in _gaps(text, lines):
        before, after = list(lines[: gap.line]), lines[gap.line :]
        if gap.emptied:
            line, start, stop = gap.emptied
            before[line] = before[line][:start].rstrip(" ") + before[line][stop:]
        if before and not before[-1].endswith(("\n", "\r")):
            before[-1] += line_end
        added = [f"{' ' * gap.indent}- clip: {plain_or_quoted(clip)}{line_end}" for clip in clips]
        head = [gap.head + line_end] if gap.head else []
        yield "".join([*before, *head, *added, *after])


def _gaps(text: str, lines: Sequence[str]) -> Iterator[_Gap]:
    events = list(yaml.parse(text, Loader=LOADER))
    root = next((event for event in events if isinstance(event, yaml.MappingStartEvent)), None)
    if root is None or root.flow_style:
        return
    first, last = _segments_in(events)
    margin = root.start_mark.column if root.start_mark else 0
    if first is None:
        line = _after(events[: _end_of_root(events)], lines)
        head = " " * margin + "segments:"
        yield _Gap(line=_past_comments(lines, line, -1, blank=True), indent=margin + 2, head=head)
    elif isinstance(first, yaml.ScalarEvent):
        line = _line_of(first.end_mark) + 1
        yield _Gap(line=_past_comments(lines, line, margin, blank=False), indent=margin + 2)
    elif isinstance(first, yaml.SequenceStartEvent):
        yield from _gaps_in_list(events[events.index(first) : last + 1], lines, margin)


def _gaps_in_list(events: Sequence[yaml.Event], lines: Sequence[str], margin: int) -> Iterator[_Gap]:
    first, *items, last = events
    start, stop = first.start_mark, last.end_mark
    if not start or not stop or not isinstance(first, yaml.SequenceStartEvent):
        return
    if not first.flow_style:
        line = _after(items, lines)
        yield _Gap(line=_past_comments(lines, line, start.column, blank=False), indent=start.column)
        # Blank lines that end a text kept with `|+` belong to it.
        yield _Gap(line=_after(items, lines, keep_blank=True), indent=start.column)
    elif not items and start.line == stop.line:
        yield _Gap(line=start.line + 1, indent=margin + 2, emptied=(start.line, start.column, stop.column))


def _segments_in(events: Sequence[yaml.Event]) -> tuple[yaml.Event | None, int]:
    """First event of the root's value of `segments`, and the index of the last; None when there is none."""
    depth = 0
    is_key = True
    wanted: yaml.Event | None = None
    for index, event in enumerate(events):
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth == 1 and isinstance(event, yaml.NodeEvent) and wanted is None:
            if not is_key and _names_segments(events[index - 1]):
                wanted = event
            is_key = not is_key
        elif depth == 1 and isinstance(event, yaml.CollectionEndEvent) and wanted is not None:
            return wanted, index
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif wanted is event:
            return wanted, index
    return None, 0


def _names_segments(event: yaml.Event) -> bool:
    return isinstance(event, yaml.ScalarEvent) and event.value == "segments"


def _end_of_root(events: Sequence[yaml.Event]) -> int:
    return max(index for index, event in enumerate(events) if isinstance(event, yaml.MappingEndEvent))


def _line_of(mark: object) -> int:
    line = getattr(mark, "line", 0)
    return line if isinstance(line, int) else 0


def _after(events: Sequence[yaml.Event], lines: Sequence[str], *, keep_blank: bool = False) -> int:
    """The line after the last thing that is said in `events`; ends of block collections say nothing."""
    line = 0
    flow = 0
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            flow += bool(event.flow_style or flow)
        elif isinstance(event, yaml.CollectionEndEvent) and flow:
            flow -= 1
        elif not isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
            continue
        end = event.end_mark
        if end is not None:
            # A text after `|` or `>` ends at the beginning of a line that isn't its own any more.
            block = isinstance(event, yaml.ScalarEvent) and event.style in ("|", ">")
            line = max(line, end.line if block and end.column == 0 else end.line + 1)
    line = min(line, len(lines))
    while not keep_blank and line > 0 and not lines[line - 1].strip():
        line -= 1
    return line


def _past_comments(lines: Sequence[str], line: int, indent: int, *, blank: bool) -> int:
    """The line after the comments from `line` on that stand deeper than `indent`: those belong above."""
    end = line
    for number in range(line, len(lines)):
        if _DOCUMENT_MARK.match(lines[number]):
            break
        comment = _COMMENT.match(lines[number])
        if comment and len(comment[1]) > indent:
            end = number + 1
        elif not lines[number].strip():
            end = number + 1 if blank else end
        else:
            break
    return end


def insert_by_ruamel(text: str, clips: Sequence[str]) -> Iterator[str]:
    """The text written anew with the clips at the end of its segments; comments and order are kept."""
    writer = YAML(typ="rt")
    writer.preserve_quotes = True
    writer.width = 1 << 20
    writer.indent(mapping=2, sequence=4, offset=2)
    try:
        data = writer.load(text)
        segments = data.setdefault("segments", [])
        segments.extend({"clip": clip} for clip in clips)
        out = io.StringIO()
        writer.dump(data, out)
    except (RuamelError, ValueError, TypeError, AttributeError, KeyError):
        return
    yield out.getvalue()
