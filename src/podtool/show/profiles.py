"""`profiles`: deliverables by name, over the built-in ones, within what each format can do."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from podtool.show.fields import (
    Field,
    Kind,
    Scope,
    Table,
    Unfit,
    Values,
    by_id,
    list_of,
    mapping,
    scalar,
    wrong_kind,
)
from podtool.show.findings import near, shown
from podtool.show.model import BUILT_IN_PROFILES, AudioFormat, Profile
from podtool.show.scalars import choice, level, parse_handle, whole_number
from podtool.show.yaml_nodes import ListNode, MappingNode, Node
from podtool.show.yaml_rules import Rule

OFF = "off"
"""What `loudness` and `true_peak` were read as when they are switched off; None means not written."""
_BITRATE = re.compile(r"(\d{1,7})\s*(k|kb/s|kbps|kbit/s)?\Z", re.IGNORECASE | re.ASCII)
_VBR = re.compile(r"V(\d)\Z", re.IGNORECASE | re.ASCII)
_RATE = re.compile(r"(\d{1,6})(?:[.,](\d{1,3}))?\s*(k|khz|hz)?\Z", re.IGNORECASE | re.ASCII)
_PCM_RATES = (8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000, 176400, 192000)
_AAC_RATES = (16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000)
_MPEG1_KBPS = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MPEG2_KBPS = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_LOUDNESS_BY_CHANNELS: Mapping[str, float] = {"stereo": -16.0, "mono": -19.0}


@dataclass(frozen=True, kw_only=True)
class FormatLimits:
    """What a format can do; empty where it has no such setting.

    Attributes:
        sample_rates_hz: all that it can; the first is the default for a profile of one's own.
        bitrates_kbps: all that it can.
        qualities: of its encoder's scale.
        bit_depths: the last is the default.
    """

    sample_rates_hz: Collection[int]
    bitrates_kbps: Collection[int] = ()
    qualities: Collection[int] = ()
    bit_depths: tuple[int, ...] = ()


FORMAT_LIMITS: Mapping[AudioFormat, FormatLimits] = {
    # ISO/IEC 11172-3 clause 2.4.2.3 and ISO/IEC 13818-3 clause 2.4.2.3; bit rates by rate in `_mp3_bitrates`.
    "mp3": FormatLimits(
        sample_rates_hz=(44100, 48000, 32000, 24000, 22050, 16000),
        bitrates_kbps=sorted({*_MPEG1_KBPS, *_MPEG2_KBPS}),
        qualities=range(10),
    ),
    "m4a": FormatLimits(sample_rates_hz=(44100, *_AAC_RATES), bitrates_kbps=range(16, 513)),
    "mp4": FormatLimits(sample_rates_hz=(48000, *_AAC_RATES), bitrates_kbps=range(16, 513)),
    # RFC 6716 section 2.1.1 and 2.1.3.
    "opus": FormatLimits(
        sample_rates_hz=(48000, 24000, 16000, 12000, 8000), bitrates_kbps=range(6, 511), qualities=range(11)
    ),
    "flac": FormatLimits(sample_rates_hz=(44100, *_PCM_RATES), qualities=range(9), bit_depths=(16, 24)),
    "wav": FormatLimits(sample_rates_hz=(48000, *_PCM_RATES), bit_depths=(16, 24)),
}


@dataclass(frozen=True)
class Vbr:
    """A variable bit rate: LAME's -V, 0 (best) to 9."""

    quality: int


def parse_bitrate(text: str) -> int | Vbr:
    """kbit/s from ``128k``, ``128``, ``128 kbps`` or ``128000``; a variable bit rate from ``V2``."""
    if vbr := _VBR.match(text):
        return Vbr(int(vbr[1]))
    match = _BITRATE.match(text)
    number = int(match[1]) if match else 0
    if match and not match[2] and number >= 1000 and number % 1000 == 0:  # noqa: PLR2004 - bits per second
        number //= 1000
    if not 0 < number <= 10_000:  # noqa: PLR2004 - no format goes higher
        raise Unfit(f"{shown(text)} is not a bit rate", hint="Write it like `128k`, or `V0` to `V9`.")
    return number


def parse_sample_rate(text: str) -> int:
    """Hz from ``44100``, ``44.1 kHz`` or ``48k``."""
    match = _RATE.match(text)
    thousands = bool(match and (match[3] or "").lower().startswith("k"))
    if not match or (match[2] and not thousands):
        raise Unfit(f"{shown(text)} is not a sample rate", hint="Write it like `48000` or `48 kHz`.")
    return int(match[1]) * 1000 + int((match[2] or "0").ljust(3, "0")) if thousands else int(match[1])


def _level_or_off(unit: str, low: float, high: float) -> Kind:
    parse = level(unit, low, high)

    def parse_or_off(text: str) -> float | str:
        return OFF if text in (OFF, "none") else parse(text)

    return scalar(f"level in {unit}, or `off`", Rule.LEVEL, parse_or_off)


PROFILE = Table(
    name="profile",
    doc="What a deliverable must be; a key that is left out is the built-in profile's of that name.",
    fields=(
        Field(key="format", kind=choice(*get_args(AudioFormat)), doc="required unless the name is built in"),
        Field(
            key="bitrate",
            kind=scalar("bit rate", Rule.NUMBER, parse_bitrate),
            doc="`128k`; `V0` (best) to `V9`: an MP3's variable bit rate; the format chooses when left out",
            attribute="bitrate_kbps",
        ),
        Field(key="channels", kind=choice("stereo", "mono"), doc="how many", shown_default="stereo"),
        Field(
            key="sample_rate",
            kind=scalar("sample rate", Rule.NUMBER, parse_sample_rate),
            doc="`44100`, `48 kHz`",
            shown_default="44.1 kHz for MP3, M4A and FLAC; else 48 kHz",
            attribute="sample_rate_hz",
        ),
        Field(
            key="loudness",
            kind=_level_or_off("LUFS", -40, -8),
            doc="integrated loudness (BS.1770) of the finished file; `off` leaves it alone",
            shown_default="-16 LUFS, mono -19 LUFS",
            attribute="loudness_lufs",
        ),
        Field(
            key="true_peak",
            kind=_level_or_off("dBTP", -20, 0),
            doc="ceiling in the decoded file",
            shown_default="-1 dBTP",
            attribute="true_peak_dbtp",
        ),
        Field(
            key="quality",
            kind=scalar("whole number", Rule.NUMBER, whole_number(0, 12)),
            doc="the encoder's own scale (LAME: 0 best to 9)",
        ),
        Field(
            key="bit_depth",
            kind=scalar("whole number", Rule.NUMBER, whole_number(8, 32)),
            doc="16 or 24, for WAV and FLAC",
            shown_default="24",
        ),
    ),
)


def _build(values: Values, node: MappingNode, scope: Scope) -> Profile | None:
    name = scope.key
    base = BUILT_IN_PROFILES.get(name)
    if base is None and values["format"] is None:
        if node.value("format") is None:
            guess = near(name, BUILT_IN_PROFILES)
            hint = f"Did you mean `{guess}`?" if guess else ""
            scope.report(Rule.PROFILE_FORMAT, node.place, f"the profile {shown(name)} has no format", hint)
        return None
    written = {key: value for key, value in values.items() if value is not None}
    profile = _with_loudness(_over(base, name, written), written, node, scope)
    _check_limits(profile, node, scope)
    return profile


def _over(base: Profile | None, name: str, written: Values) -> Profile:
    """The profile before its levels: what is written, over the base, over the format's defaults."""
    chosen: AudioFormat = written.get("format") or (base.format if base else "mp3")
    limits = FORMAT_LIMITS[chosen]
    if base is None or base.format != chosen:
        # Another format's bit rate, sample rate or depth says nothing about this one's.
        rate = next(iter(limits.sample_rates_hz))
        depth = limits.bit_depths[-1] if limits.bit_depths else None
        fresh = Profile(name=name, format=chosen, sample_rate_hz=rate, bit_depth=depth)
        base = replace(
            fresh,
            **{key: getattr(base, key) for key in ("channels", "loudness_lufs", "true_peak_dbtp")}
            if base
            else {},
        )
    plain = {key: value for key, value in written.items() if key not in ("loudness_lufs", "true_peak_dbtp")}
    if isinstance(bitrate := written.get("bitrate_kbps"), Vbr):
        plain |= {"bitrate_kbps": None, "vbr": bitrate.quality}
    channels = written.get("channels")
    if channels and base.loudness_lufs == _LOUDNESS_BY_CHANNELS[base.channels]:
        plain["loudness_lufs"] = _LOUDNESS_BY_CHANNELS[channels]
    return replace(base, **plain)


def _with_loudness(profile: Profile, written: Values, node: MappingNode, scope: Scope) -> Profile:
    """Loudness and true peak go together: a gain needs a ceiling, a ceiling alone holds nothing."""
    loudness = written.get("loudness_lufs", profile.loudness_lufs)
    peak = written.get("true_peak_dbtp", profile.true_peak_dbtp)
    if loudness in (OFF, None):
        if "true_peak_dbtp" in written and peak != OFF:
            scope.report(
                Rule.PROFILE_LOUDNESS,
                node.place_of("true_peak"),
                "`true_peak` needs a `loudness`, which is off",
            )
        return replace(profile, loudness_lufs=None, true_peak_dbtp=None)
    if peak == OFF:
        scope.report(
            Rule.PROFILE_LOUDNESS,
            node.place_of("true_peak"),
            "`true_peak` can't be off while `loudness` is on",
        )
    return replace(profile, loudness_lufs=loudness, true_peak_dbtp=-1.0 if peak in (OFF, None) else peak)


def _check_limits(profile: Profile, node: MappingNode, scope: Scope) -> None:
    limits = FORMAT_LIMITS[profile.format]
    bitrates = _mp3_bitrates(profile.sample_rate_hz) if profile.format == "mp3" else limits.bitrates_kbps
    bitrate = profile.bitrate_kbps if profile.vbr is None or profile.format == "mp3" else f"V{profile.vbr}"
    checks: tuple[tuple[str, Any, Collection[int], str], ...] = (
        ("sample_rate", profile.sample_rate_hz, limits.sample_rates_hz, " Hz"),
        ("bitrate", bitrate, bitrates, "" if isinstance(bitrate, str) else " kbit/s"),
        ("quality", profile.quality, limits.qualities, ""),
        ("bit_depth", profile.bit_depth, limits.bit_depths, " bit"),
    )
    for key, value, possible, unit in checks:
        if value is None or value in possible:
            continue
        name = profile.format.upper()
        message = f"{name} has no `{key}`" if not possible else f"{name} can't have {value}{unit}"
        if key == "bitrate" and profile.format == "mp3":
            message += f" at {profile.sample_rate_hz} Hz"
        scope.report(
            Rule.PROFILE_LIMIT,
            node.place_of(key),
            message,
            f"Choose one of {_range_of(possible)}." if possible else f"Remove `{key}`.",
        )


def _mp3_bitrates(sample_rate_hz: int) -> tuple[int, ...]:
    return _MPEG1_KBPS if sample_rate_hz >= 32_000 else _MPEG2_KBPS  # noqa: PLR2004 - MPEG-1 begins at 32 kHz


def _range_of(possible: Collection[int]) -> str:
    if isinstance(possible, range):
        return f"{possible[0]} to {possible[-1]}"
    return ", ".join(str(value) for value in sorted(set(possible)))


_BY_NAME = by_id(mapping("profile", PROFILE, _build), "mapping from names to profiles", parse_handle)


def _built_in(text: str) -> Profile:
    if text in BUILT_IN_PROFILES:
        return BUILT_IN_PROFILES[text]
    guess = near(text, BUILT_IN_PROFILES)
    told = ", ".join(f"`{name}`" for name in BUILT_IN_PROFILES)
    raise Unfit(
        f"{shown(text)} is not a built-in profile: {told}",
        hint=f"Did you mean `{guess}`?"
        if guess
        else "A profile of your own is a mapping: `name: {format: mp3}`.",
    )


_NAMES = list_of(scalar("built-in profile's name", Rule.CHOICE, _built_in), "list of built-in profiles")


def _read(node: Node, scope: Scope) -> tuple[Profile, ...] | None:
    if isinstance(node, ListNode):
        found: tuple[Profile, ...] = _NAMES.read(node, scope)
    elif isinstance(node, MappingNode):
        found = _named(node, scope)
    else:
        wrong_kind(node, scope, "profiles by name, or a list of built-in ones", "Write `[podcast, opus]`.")
        return None
    names = [profile.name for profile in found]
    for name in sorted({name for name in names if names.count(name) > 1}):
        scope.report(Rule.NO_SENSE, node.place, f"the profile {shown(name)} is named twice")
    return found or None


def _named(node: MappingNode, scope: Scope) -> tuple[Profile, ...]:
    """In the order written; a built-in name without keys is the built-in profile as it is."""
    bare = {key.text for key, value in node.entries if value.is_empty and key.text in BUILT_IN_PROFILES}
    rest = replace(node, entries=tuple(entry for entry in node.entries if entry[0].text not in bare))
    found = _BY_NAME.read(rest, scope)
    known = {**{name: BUILT_IN_PROFILES[name] for name in bare}, **found}
    return tuple(known[key.text] for key, _ in node.entries if key.text in known)


PROFILES = Kind(name="profiles by name, or a list of built-in ones", read=_read, table=PROFILE)
