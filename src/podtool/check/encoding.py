"""Rules about how encoded files are written: headers, bit rates, sample rates, the order of an MP4."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from podtool.check.heard import Look, each_file
from podtool.check.rule import CheckRule
from podtool.check.subject import MediaFacts
from podtool.errors import Severity

USUAL_RATES_HZ = frozenset({44_100, 48_000})


def _mp3_header(media: MediaFacts) -> Iterator[str]:
    if media.mp3:
        yield from media.mp3.problems


def _mp3_rate(media: MediaFacts) -> Iterator[str]:
    if media.mp3 and media.mp3.is_vbr:
        vbr = media.profile.vbr if media.profile else None
        asked = "" if vbr is None else f", as its profile's `bitrate: V{vbr}` asks"
        yield f"its bit rate changes from frame to frame (VBR){asked}"


def _mp3_no_info(media: MediaFacts) -> Iterator[str]:
    if media.mp3 and not media.mp3.has_info:
        yield "it has no Info frame"


def _not_its_profile(media: MediaFacts) -> Iterator[str]:
    profile, sound = media.profile, media.sound
    if profile is None or sound is None:
        return
    channels = 1 if profile.channels == "mono" else 2
    if sound.sample_rate_hz != profile.sample_rate_hz:
        yield f"its sample rate is {sound.sample_rate_hz} Hz, its profile's {profile.sample_rate_hz} Hz"
    if sound.channels != channels:
        yield f"it has {sound.channels} channels, its profile {channels}"


def _index_is_last(media: MediaFacts) -> Iterator[str]:
    if media.index_is_last:
        yield "its index stands behind the sound"


def _odd_rate(media: MediaFacts) -> Iterator[str]:
    sound = media.sound
    if sound and sound.bit_depth is None and sound.sample_rate_hz not in USUAL_RATES_HZ:
        yield f"its sample rate is {sound.sample_rate_hz} Hz"


def _mp3_bitrate(media: MediaFacts) -> Iterator[str]:
    asked = media.profile.bitrate_kbps if media.profile else None
    if media.mp3 and asked and not media.mp3.is_vbr and media.mp3.bitrate_kbps != asked:
        yield f"its bit rate is {media.mp3.bitrate_kbps} kbit/s, its profile's {asked}"


LOOKS: Mapping[str, Look] = {
    "MEDIA-004": _mp3_header,
    "MEDIA-005": _mp3_rate,
    "MEDIA-006": _mp3_no_info,
    "MEDIA-008": _not_its_profile,
    "MEDIA-015": _index_is_last,
    "MEDIA-016": _odd_rate,
    "MEDIA-017": _mp3_bitrate,
}
RULES: tuple[CheckRule, ...] = (
    CheckRule(
        id="MEDIA-004",
        severity=Severity.ERROR,
        title="The MP3's header and its frames don't tell the same story",
        why="Players show a wrong length, seek to the wrong place, or stop early.",
        spec="ISO/IEC 11172-3, 2.4; LAME's Info tag",
        fix="Run `podtool assemble --fresh`; a file from elsewhere must be encoded again.",
        example="an Info frame that counts 6000 frames in a file of 6221",
        find=each_file(_mp3_header),
    ),
    CheckRule(
        id="MEDIA-005",
        severity=Severity.WARNING,
        title="The MP3's bit rate isn't constant",
        why="Some players seek by counting bytes, and land in the wrong place.",
        spec="Apple Podcasts: audio requirements (CBR is safest)",
        fix="Give the profile a constant `bitrate` such as `128k`, then run `podtool assemble`.",
        example="an MP3 that was encoded with `lame -V2`",
        find=each_file(_mp3_rate),
    ),
    CheckRule(
        id="MEDIA-006",
        severity=Severity.WARNING,
        title="The MP3 has no Info frame",
        why="Players guess its length, and play the encoder's silence at both ends.",
        spec="LAME's Info tag: encoder delay and padding",
        fix="Run `podtool assemble`; a file from elsewhere must be encoded again.",
        example="an MP3 from an encoder that writes bare frames",
        find=each_file(_mp3_no_info),
    ),
    CheckRule(
        id="MEDIA-008",
        severity=Severity.WARNING,
        title="The encoded file isn't of its profile's form",
        why="It was built before the profile changed, or by another program.",
        fix="Run `podtool assemble`.",
        example="a mono file under the name of a stereo profile",
        find=each_file(_not_its_profile),
    ),
    CheckRule(
        id="MEDIA-015",
        severity=Severity.WARNING,
        title="The M4A's or MP4's index stands behind its sound",
        why="Players and web pages must fetch the whole file before they can begin.",
        spec="ISO/IEC 14496-12, 6.2.3 (order of boxes)",
        fix="Run `podtool assemble --fresh`; a file from elsewhere: ffmpeg's `-movflags +faststart`.",
        example="an M4A in which `mdat` comes before `moov`",
        find=each_file(_index_is_last),
    ),
    CheckRule(
        id="MEDIA-016",
        severity=Severity.WARNING,
        title="The encoded file has an unusual sample rate",
        why="Some hosts refuse or re-encode it, and some players play it at the wrong pitch.",
        spec="Apple Podcasts and Spotify: audio requirements (44.1 or 48 kHz)",
        fix="Give the profile `sample_rate: 44100`.",
        example="an MP3 at 22.05 kHz",
        find=each_file(_odd_rate),
    ),
    CheckRule(
        id="MEDIA-017",
        severity=Severity.ERROR,
        title="The MP3's bit rate isn't its profile's",
        why="The feed promises another bit rate, and a download takes longer than it should.",
        fix="Run `podtool assemble --fresh`.",
        example="an MP3 of 64 kbit/s under the name of a profile of 128",
        find=each_file(_mp3_bitrate),
    ),
)
