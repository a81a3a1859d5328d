"""pydub's effects by their pydub names: what they take and how they run. Loads no sound library.

How an effect runs:

* ``local``: block by block. What comes out doesn't depend on where the blocks begin, for its state is carried
  from one to the next.
* ``measured``: the clip is heard once to find a figure (its peak, its mean), then treated with it.
* ``whole``: the length changes, so the clip has to be in memory as a whole: up to `LONGEST_WHOLE_S`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

from podtool.show.model import Effect

Value = str | int | float | bool
Way = Literal["local", "measured", "whole"]

LONGEST_WHOLE_S = 15 * 60
"""A quarter of an hour in stereo is 320 MB as samples, and a few times that while pydub works on it."""
MOST_EFFECTS = 16
"""On one clip; more is a slip, or somebody who wants the machine busy."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option of an effect.

    Attributes:
        kind: the type it must have; an ``int`` is a ``float`` too.
        default: pydub's own; None when it must be given.
        range: lowest and highest value, both allowed.
        choices: the words it may be, for ``str``.
        optional: may be left out although there is no default.
    """

    kind: type[int | float | str]
    default: Value | None = None
    range: tuple[float, float] = (0.0, 0.0)
    choices: tuple[str, ...] = ()
    optional: bool = False
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class KnownEffect:
    """One of pydub's effects, in the words of the docs."""

    way: Way
    what: str
    options: Mapping[str, Option] = field(default_factory=dict)


def _number(
    low: float, high: float, default: float | None = None, unit: str = "", *, optional: bool = False
) -> Option:
    return Option(kind=float, range=(low, high), default=default, unit=unit, optional=optional)


def _whole(
    low: int, high: int, default: int | None = None, unit: str = "", *, optional: bool = False
) -> Option:
    return Option(kind=int, range=(low, high), default=default, unit=unit, optional=optional)


EFFECTS: Mapping[str, KnownEffect] = {
    "apply_gain": KnownEffect(
        way="local", what="louder or softer", options={"volume_change": _number(-60, 60, unit="dB")}
    ),
    "apply_gain_stereo": KnownEffect(
        way="local",
        what="a gain for each side; mono becomes stereo",
        options={"left_gain": _number(-60, 60, 0.0, "dB"), "right_gain": _number(-60, 60, 0.0, "dB")},
    ),
    "pan": KnownEffect(
        way="local",
        what="to the left (-1) or right (1); mono becomes stereo",
        options={"pan_amount": _number(-1, 1)},
    ),
    "invert_phase": KnownEffect(
        way="local",
        what="turns the polarity of both sides, or of one; then mono becomes stereo",
        options={"channels": Option(kind=str, default="both", choices=("both", "left", "right"))},
    ),
    "low_pass_filter": KnownEffect(
        way="local",
        what="6 dB less per octave above the cutoff",
        options={"cutoff": _number(10, 24_000, unit="Hz")},
    ),
    "high_pass_filter": KnownEffect(
        way="local",
        what="6 dB less per octave below the cutoff",
        options={"cutoff": _number(10, 24_000, unit="Hz")},
    ),
    "compress_dynamic_range": KnownEffect(
        way="local",
        what="what is louder than the threshold is turned down",
        options={
            "threshold": _number(-60, 0, -20.0, "dBFS"),
            "ratio": _number(1, 100, 4.0),
            "attack": _number(1, 1000, 5.0, "ms"),
            "release": _number(1, 10_000, 50.0, "ms"),
        },
    ),
    "normalize": KnownEffect(
        way="measured",
        what="one gain that brings the highest sample to the headroom below full scale",
        options={"headroom": _number(0, 60, 0.1, "dB")},
    ),
    "remove_dc_offset": KnownEffect(
        way="measured",
        what="takes the mean (or the offset given) off one channel or all",
        options={"channel": _whole(1, 2, optional=True), "offset": _number(-1, 1, optional=True)},
    ),
    "speedup": KnownEffect(
        way="whole",
        what="faster at the same pitch, by leaving out short stretches",
        options={
            "playback_speed": _number(1.01, 8, 1.5),
            "chunk_size": _whole(20, 1000, 150, "ms"),
            "crossfade": _whole(0, 500, 25, "ms"),
        },
    ),
    "strip_silence": KnownEffect(
        way="whole",
        what="cuts out what is silent for long",
        options={
            "silence_len": _whole(50, 60_000, 1000, "ms"),
            "silence_thresh": _number(-120, 0, -16.0, "dBFS"),
            "padding": _whole(0, 10_000, 100, "ms"),
        },
    ),
}
"""By pydub name. Options, defaults and meanings are pydub's; levels count from podtool's full scale."""

ELSEWHERE: Mapping[str, str] = {
    "fade": "use the segment's fade_in and fade_out",
    "fade_in": "use the segment's fade_in",
    "fade_out": "use the segment's fade_out",
    "append": "put the clips one after the other as segments, with crossfade",
    "overlay": "use the segment's bed, or tracks",
    "set_frame_rate": "the rate is the profile's; recordings are resampled by themselves",
    "set_channels": "the channels are the profile's",
    "set_sample_width": "the depth is the profile's",
}
"""What pydub has as methods, and where podtool has it."""


def effect_problems(effects: Sequence[Effect], own_names: Collection[str] = ()) -> list[str]:
    """What is wrong with a segment's `effects`, in words; empty when nothing is.

    Args:
        effects: as read from YAML.
        own_names: the functions of the show's own effects.py; pydub's names go before them.
    """
    problems = [f"{len(effects)} effects on one clip: at most {MOST_EFFECTS} are run"] * (
        len(effects) > MOST_EFFECTS
    )
    for effect in effects:
        known = EFFECTS.get(effect.name)
        if known is not None:
            problems += _option_problems(effect, known)
        elif effect.name not in own_names:
            problems.append(_unknown(effect.name, own_names))
    return problems


def _unknown(name: str, own_names: Collection[str]) -> str:
    if name in ELSEWHERE:
        return f"{name!r} is not an effect here: {ELSEWHERE[name]}"
    near = get_close_matches(name, sorted({*EFFECTS, *own_names}), n=2)
    meant = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(EFFECTS)}"
    return f"there is no effect {name!r}, neither pydub's nor in the show's effects.py: {meant}"


def _option_problems(effect: Effect, known: KnownEffect) -> list[str]:
    given = dict(effect.options)
    problems = []
    for name, value in effect.options:
        if name not in known.options:
            near = get_close_matches(name, known.options, n=1)
            meant = f"did you mean {near[0]}?" if near else f"it takes {', '.join(known.options)}"
            problems.append(f"{effect.name} has no option {name!r}: {meant}")
        elif wrong := _value_problem(value, known.options[name]):
            problems.append(f"{effect.name}: {name} is {value!r}, but must be {wrong}")
    for name, option in known.options.items():
        if name not in given and option.default is None and not option.optional:
            problems.append(f"{effect.name} needs its option {name}: {_expected(option)}")
    return problems or _misfits(effect)


def _value_problem(value: Value, option: Option) -> str:
    """What the value must be; empty when it is."""
    if option.kind is str:
        fits = value in option.choices
    elif isinstance(value, bool) or not isinstance(value, int | float):
        fits = False
    else:
        # Comparisons with NaN are false, so it fits nowhere.
        fits = option.range[0] <= value <= option.range[1] and (option.kind is float or value == int(value))
    return "" if fits else _expected(option)


def _expected(option: Option) -> str:
    if option.kind is str:
        return " or ".join(option.choices)
    kind = "a whole number" if option.kind is int else "a number"
    return f"{kind} from {option.range[0]:g} to {option.range[1]:g} {option.unit}".rstrip()


def _misfits(effect: Effect) -> list[str]:
    """Options that are right by themselves but not together."""
    values = settings_of(effect)
    if effect.name == "strip_silence" and values["padding"] > values["silence_len"]:
        return ["strip_silence: padding can't be longer than silence_len"]
    if effect.name == "speedup":
        kept_ms, removed_ms = speedup_chunk_ms(values)
        if not removed_ms:
            return ["speedup: so small a change of speed needs a longer chunk_size"]
        if kept_ms < min(values["crossfade"], removed_ms - 1):
            return [f"speedup: {kept_ms} ms are kept of each chunk: crossfade can't be longer"]
    return []


def settings_of(effect: Effect) -> dict[str, float]:
    """An effect's options with the defaults filled in; words become their index among the choices.

    Only for effects without problems. Options that are optional and not given are left out.
    """
    given = dict(effect.options)
    settings: dict[str, float] = {}
    for name, option in EFFECTS[effect.name].options.items():
        value = given.get(name, option.default)
        if value is not None:
            settings[name] = option.choices.index(str(value)) if option.kind is str else float(value)
    return settings


def speedup_chunk_ms(settings: Mapping[str, float]) -> tuple[int, int]:
    """How much of each chunk `speedup` keeps and how much it leaves out, in ms, as pydub reckons it."""
    chunk, kept = int(settings["chunk_size"]), 1.0 / settings["playback_speed"]
    if kept > 0.5:  # noqa: PLR2004 - pydub's bound: below it more is left out than kept
        return chunk, int(chunk * (1 - kept) / kept)
    return int(kept * chunk / (1 - kept)), chunk
