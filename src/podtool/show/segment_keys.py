"""The keys of a segment and of what stands inside one."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from podtool.show.addresses import URL
from podtool.show.fields import (
    Field,
    Kind,
    Scope,
    Table,
    Unfit,
    Values,
    list_of,
    mapping,
    parsed,
    wrong_kind,
)
from podtool.show.findings import shown
from podtool.show.model import Bed, ChapterMark, Clip, Effect
from podtool.show.paths import MARKDOWN, PATH
from podtool.show.podcasting_keys import SOUNDBITES
from podtool.show.references import ASSET_ID, HEARD, IMAGE, UNKNOWN_FILE, check_speaker, known_asset
from podtool.show.scalars import DUCK, GAIN, LINE, PAN, TIME, choice, typed
from podtool.show.yaml_nodes import ListNode, MappingNode, Node, ScalarNode
from podtool.show.yaml_rules import Rule
from podtool.units import Seconds

ZERO = Fraction(0)
MOST_OPTIONS = 32


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A range to leave out, as written, with the node it stands at."""

    start: Seconds
    end: Seconds
    node: Node


def _read_cut(node: Node, scope: Scope) -> Cut | None:
    if not isinstance(node, ListNode) or len(node.items) != 2:  # noqa: PLR2004 - from and to
        wrong_kind(node, scope, "a pair `[from, to]`", "Write `cuts: [[1:30, 1:45]]`, in source time.")
        return None
    start, end = (TIME.read(item, scope.below(n)) for n, item in enumerate(node.items))
    return None if start is None or end is None else Cut(start=start, end=end, node=node)


CUTS = list_of(Kind(name="pair `[from, to]`", read=_read_cut), "list of pairs `[from, to]`")


def _bed(values: Values, _: MappingNode, __: Scope) -> Bed:
    asset = values.pop("asset")
    return Bed(asset=asset.id if asset else "", file=asset.file if asset else UNKNOWN_FILE, **values)


BED_TABLE = Table(
    name="bed",
    doc="Music under a segment.",
    fields=(
        Field(key="asset", kind=ASSET_ID, doc="the music's id under `assets`", required=True),
        Field(
            key="gain",
            kind=GAIN,
            doc="louder or softer",
            default=0.0,
            shown_default="0 dB",
            attribute="gain_db",
        ),
        Field(
            key="duck",
            kind=DUCK,
            doc="how far speech pushes it down",
            default=12.0,
            shown_default="12 dB",
            attribute="duck_db",
        ),
        Field(key="fade_in", kind=TIME, doc="from silence", default=ZERO, shown_default="0"),
        Field(key="fade_out", kind=TIME, doc="to silence", default=ZERO, shown_default="0"),
        Field(key="start", kind=TIME, doc="where in the music it begins", default=ZERO, shown_default="0"),
    ),
)
_BED_KEYS = mapping("bed", BED_TABLE, _bed)


def _read_bed(node: Node, scope: Scope) -> Any:
    if isinstance(node, ScalarNode):
        asset = parsed(node, scope, Rule.UNKNOWN_ASSET, known_asset)
        return Bed(asset=asset.id, file=asset.file) if asset else None
    return _BED_KEYS.read(node, scope)


BED = Kind(name="bed `{asset: …}`, or an asset's id", read=_read_bed, table=BED_TABLE)


def _chapter(values: Values, _: MappingNode, __: Scope) -> ChapterMark:
    return ChapterMark(**values)


CHAPTER = Table(
    name="chapter",
    doc="One more chapter inside a segment.",
    fields=(
        Field(key="at", kind=TIME, doc="in source time", required=True, default=ZERO),
        Field(key="title", kind=LINE, doc="its name", required=True, default=""),
        Field(key="url", kind=URL, doc="where it leads"),
        Field(key="image", kind=IMAGE, doc="what players show: a file or an asset's id"),
    ),
)


def _track(values: Values, node: MappingNode, scope: Scope) -> Clip:
    if values["speaker"] is not None:
        check_speaker(values["speaker"], node.value("speaker") or node, scope.below("speaker"))
    return Clip(**values)


TRACK = Table(
    name="track",
    doc="One microphone of a conversation.",
    fields=(
        Field(
            key="clip", kind=PATH, doc="the recording", required=True, default=UNKNOWN_FILE, attribute="file"
        ),
        Field(key="speaker", kind=LINE, doc="whose microphone: a person's id, or a name"),
        Field(
            key="gain",
            kind=GAIN,
            doc="louder or softer",
            default=0.0,
            shown_default="0 dB",
            attribute="gain_db",
        ),
        Field(
            key="offset",
            kind=TIME,
            doc="how much later this recording began",
            default=ZERO,
            shown_default="0",
        ),
    ),
)


def _read_effect(node: Node, scope: Scope) -> Effect | None:
    if isinstance(node, ScalarNode):
        name = parsed(node, scope, Rule.TEXT, _effect_name)
        return Effect(name=name) if name else None
    if not isinstance(node, MappingNode):
        wrong_kind(node, scope, "an effect: `{name: …}`")
        return None
    name_node = node.value("name")
    if name_node is None:
        scope.report(
            Rule.MISSING_KEY, node.place, "the key `name` is missing", "Write `{name: high_pass_filter, …}`."
        )
        return None
    if len(node.entries) > MOST_OPTIONS:
        scope.report(Rule.TEXT, node.place, f"has more than {MOST_OPTIONS} options")
        return None
    name = None
    if isinstance(name_node, ScalarNode):
        name = parsed(name_node, scope.below("name"), Rule.TEXT, _effect_name)
    else:
        wrong_kind(name_node, scope.below("name"), "an effect's name")
    options = []
    for key, value in node.entries:
        if key.text != "name":
            option = _option(key, value, scope.below(key.text))
            if option is not None:
                options.append((key.text, option))
    return Effect(name=name, options=tuple(options)) if name else None


def _option(key: ScalarNode, value: Node, scope: Scope) -> str | int | float | bool | None:
    if not key.text.isidentifier() or key.text.startswith("_"):
        scope.report(Rule.UNKNOWN_KEY, key.place, f"{shown(key.text)} can't be an effect's option")
        return None
    if not isinstance(value, ScalarNode) or value.is_empty:
        wrong_kind(value, scope, "a number, text, `true` or `false`")
        return None
    plain = value.plain
    found: str | int | float | bool | None = parsed(
        value, scope, Rule.NUMBER, lambda text, _: typed(text, plain=plain)
    )
    return found


def _effect_name(text: str, _: Scope) -> str:
    if not text.isidentifier() or not text.isascii() or text.startswith("_"):
        raise Unfit(
            f"{shown(text)} can't be an effect's name", hint="Write pydub's name: `high_pass_filter`."
        )
    return text


EFFECT = Kind(name="effect", read=_read_effect)


def _not_yet(node: Node, scope: Scope) -> None:
    scope.report(Rule.NOT_YET, node.place, f"`{scope.key}` is not supported by this version of podtool")


NOT_YET = Kind(name="not supported by this version", read=_not_yet)

SEGMENT = Table(
    name="segment",
    doc="One part of the timeline: exactly one of `clip`, `sting`, `silence`, `tracks`, and any of the rest.",
    fields=(
        Field(key="clip", kind=PATH, doc="source: a recording"),
        Field(key="sting", kind=ASSET_ID, doc="source: an asset's id"),
        Field(key="silence", kind=TIME, doc="source: nothing, for so long"),
        Field(
            key="tracks",
            kind=list_of(mapping("track", TRACK, _track), "list of tracks"),
            doc="source: several microphones of one conversation",
        ),
        Field(key="title", kind=LINE, doc="makes a chapter that starts where the segment starts"),
        Field(key="url", kind=URL, doc="where the chapter leads"),
        Field(key="image", kind=IMAGE, doc="what players show: a file or an asset's id"),
        Field(key="notes", kind=MARKDOWN, doc="what the page says under the chapter"),
        Field(
            key="chapters",
            kind=list_of(mapping("chapter", CHAPTER, _chapter), "list of chapters"),
            doc="more chapters inside the segment, in source time",
            default=(),
        ),
        Field(key="soundbites", kind=SOUNDBITES, doc="excerpts for previews, in source time", default=()),
        Field(key="start", kind=TIME, doc="where in the source it begins", default=ZERO, shown_default="0"),
        Field(key="end", kind=TIME, doc="where in the source it ends", shown_default="the source's end"),
        Field(key="cuts", kind=CUTS, doc="what is left out: `[[from, to], …]` in source time", default=()),
        Field(
            key="gain",
            kind=GAIN,
            doc="louder or softer",
            default=0.0,
            shown_default="0 dB",
            attribute="gain_db",
        ),
        Field(key="pan", kind=PAN, doc="-1 left to 1 right", default=0.0, shown_default="0"),
        Field(key="fade_in", kind=TIME, doc="from silence", default=ZERO, shown_default="0"),
        Field(key="fade_out", kind=TIME, doc="to silence", default=ZERO, shown_default="0"),
        Field(
            key="crossfade", kind=TIME, doc="overlap with the segment before", default=ZERO, shown_default="0"
        ),
        Field(key="gap", kind=TIME, doc="silence after the segment before", default=ZERO, shown_default="0"),
        Field(
            key="level",
            kind=choice("auto", "off"),
            doc="brings speech clips to one loudness before mixing",
            default="auto",
            shown_default="`auto`",
        ),
        Field(key="bed", kind=BED, doc="music under the segment"),
        Field(key="voice", kind=NOT_YET, doc="clean-up chain; not supported by this version"),
        Field(key="speaker", kind=LINE, doc="who is heard: a person's id, or a name"),
        Field(key="people", kind=HEARD, doc="who is heard, when there are several", default=()),
        Field(key="transcript", kind=PATH, doc="WebVTT, SRT, or Whisper's or Podlove's JSON, in source time"),
        Field(
            key="effects",
            kind=list_of(EFFECT, "list of effects"),
            doc="`[{name, …}]`: pydub's effects by name, and those of the show's own effects.py",
            default=(),
        ),
    ),
)
