"""Makes this folder's stand-ins: the recordings, the music and the cover of episode 8.

The real ones are not ours to give. Speech comes from espeak-ng (most systems package it), music, noise and
damage from numpy, the files from PyAV and `wave`, the cover from Pillow. No clock, no chance but the seed
below: the same versions of these programs write the same bytes. Run it from anywhere:

    python examples/episode-08/make_recordings.py [--out DIR]

It prints a cue sheet: when each sentence starts and ends in its file, which is what `start`, `end` and `cuts`
in episode.yaml were read from.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import wave
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import soxr
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Sound = NDArray[np.float64]
"""Samples in -1 … 1, shaped (frames,) for mono or (frames, 2) for stereo."""

ESPEAK_RATE_HZ = 22050
HERE = Path(__file__).resolve().parent


# --- What is said ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Voice:
    """An espeak-ng voice (`espeak-ng --voices=fr`, `--voices=variant`): words per minute, pitch 0 … 99."""

    name: str
    speed: int
    pitch: int


COUGH = "(une toux)"
"""Stands in a script for the noise of somebody coughing."""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """What one guest sends: who speaks, what, and how long the machine ran before and after.

    Attributes:
        lines: sentences in order, each followed by a pause.
        sent_as: the file's name when it came in; `ingest` gave it the tidy one.
        ingested: when it came in, ISO 8601.
    """

    file: str
    sent_as: str
    ingested: str
    voice: Voice
    rate_hz: int
    head_s: float
    tail_s: float
    pause_s: float
    lines: tuple[str, ...]


EDITO = Recording(
    file="edito.wav",
    sent_as="Édito VF2.wav",
    ingested="2023-09-22T10:04:00+02:00",
    voice=Voice(name="fr-ch+m1", speed=168, pitch=46),
    rate_hz=48000,
    head_s=1.4,
    tail_s=0.9,
    pause_s=0.28,
    lines=(
        "Bonjour, et bienvenue dans Questions d'asso.",
        "On nous parle d'outils, de données, de plateformes.",
        "Et si l'on commençait par nos besoins ?",
        "Le numérique n'est pas une vague : c'est un choix, à faire à plusieurs.",
    ),
)

QUESTION = Recording(
    file="question-karl.flac",
    sent_as="question experte (Karl).flac",
    ingested="2023-09-22T10:06:00+02:00",
    voice=Voice(name="fr+m3", speed=165, pitch=40),
    rate_hz=44100,
    head_s=0.8,
    tail_s=1.1,
    pause_s=0.35,
    lines=(
        "On continue avec la question experte, celle que l'on pose à quelqu'un dont c'est le métier.",
        "La transfo num : quels enjeux pour les assos ?",
        "Est-ce d'abord une affaire d'outils, ou une affaire de projet ?",
    ),
)

ANSWER = Recording(
    file="reponse-imadeddine.mp3",
    sent_as="message vocal du 22-09.mp3",
    ingested="2023-09-22T11:31:00+02:00",
    voice=Voice(name="fr-be+m7", speed=162, pitch=52),
    rate_hz=44100,
    head_s=1.7,
    tail_s=2.3,
    pause_s=0.4,
    lines=(
        "Une voix de synthèse tient ici la place d'Imadeddine Hassani, du Mouvement associatif.",
        "Premier enjeu : le sens.",
        "Un outil ne remplace pas un projet, il le sert, ou bien il l'encombre.",
        "Deuxième enjeu : les personnes.",
        "Une bénévole qui n'ose plus ouvrir le logiciel, c'est une place vide à la prochaine réunion.",
        "On forme, on accompagne, et l'on garde un téléphone qui répond.",
        "Troisième enjeu : l'autonomie.",
        "Où sont nos fichiers, qui peut les lire, et comment partir avec, le jour où l'on veut changer ?",
        "Rien de tout cela ne se règle en une fois : on avance par petits pas, et l'on regarde derrière soi.",
    ),
)

INTERVIEW_1 = Recording(
    file="entretien-1.m4a",
    sent_as="Nouvel enregistrement 12.m4a",
    ingested="2023-09-22T16:20:00+02:00",
    voice=Voice(name="fr+m5", speed=172, pitch=58),
    rate_hz=48000,
    head_s=1.2,
    tail_s=1.5,
    pause_s=0.45,
    lines=(
        "Un, deux, un, deux, ça enregistre ?",
        "Une autre voix de synthèse parle ici pour Arnaud, de l'association Mine de rien.",
        "Subir, c'est quand l'outil arrive avant la question.",
        "Alors on s'est d'abord, on a d'abord,",
        COUGH,
        "pardon, je reprends.",
        "Alors on pose d'abord la question : qu'est-ce qui nous prend du temps, qu'est-ce qui nous manque ?",
        "On l'écrit sur une grande feuille, au mur, et chacun ajoute la sienne.",
        "Il y a ce que l'on ferait mieux avec un outil : les adhésions, les reçus, les inscriptions.",
        "Et il y a ce que l'on ferait mieux en se parlant.",
        "Souvent, la moitié des réponses n'a pas besoin d'ordinateur, et c'est une bonne nouvelle.",
        "Voilà pour la première partie, je coupe.",
    ),
)

INTERVIEW_2 = Recording(
    file="entretien-2.opus",
    sent_as="visio-salle-du-fond.opus",
    ingested="2023-09-22T16:42:00+02:00",
    voice=Voice(name="fr+m5", speed=166, pitch=56),
    rate_hz=48000,
    head_s=1.0,
    tail_s=1.6,
    pause_s=0.5,
    lines=(
        "Pour l'autre moitié, on essaie petit.",
        "Un agenda partagé pendant un mois, avec trois personnes, et un bilan autour d'un café.",
        "Si cela aide, on continue.",
        "Si cela pèse, on arrête, et personne n'a perdu la face.",
        "On préfère les logiciels libres, parce qu'on peut les quitter sans tout perdre.",
        "On demande aussi qui s'en occupera l'an prochain, quand la personne qui l'a installé sera partie.",
        "Écrire le mode d'emploi fait partie du travail : c'est là que l'on comprend ce qu'on a choisi.",
        "Et l'on garde une porte sans écran, pour celles et ceux qui ne veulent pas, ou ne peuvent pas.",
        "Ne pas subir, au fond, c'est pouvoir dire non.",
    ),
)


def speak(text: str, voice: Voice) -> Sound:
    """One sentence at `ESPEAK_RATE_HZ`, without the silence around it."""
    command = [
        "espeak-ng",
        "-v",
        voice.name,
        "-s",
        str(voice.speed),
        "-p",
        str(voice.pitch),
        "--stdout",
        text,
    ]
    header_bytes = 44  # its sizes are guesses when espeak-ng writes to a pipe; what follows is 16 bit mono
    pcm = subprocess.run(command, check=True, capture_output=True).stdout[header_bytes:]
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float64) / 32768.0
    loud = np.flatnonzero(np.abs(samples) > 0.005)
    return samples[loud[0] : loud[-1] + 1]


def cough(noise: np.random.Generator) -> Sound:
    """Two bursts of breath, at `ESPEAK_RATE_HZ`."""
    time = np.arange(int(0.55 * ESPEAK_RATE_HZ)) / ESPEAK_RATE_HZ
    rough = np.convolve(noise.standard_normal(time.size), np.hanning(9) / 4.0, mode="same")
    bursts = sum(np.exp(-np.maximum(time - at, 0.0) / 0.06) * (time >= at) for at in (0.02, 0.27))
    return 0.35 * rough * bursts


def perform(recording: Recording, noise: np.random.Generator) -> Sound:
    """The whole take in mono at the recording's rate; prints its cue sheet."""
    silence = np.zeros(int(recording.pause_s * ESPEAK_RATE_HZ))
    parts = [np.zeros(int(recording.head_s * ESPEAK_RATE_HZ))]
    print(recording.file)
    for line in recording.lines:
        spoken = cough(noise) if line == COUGH else speak(line, recording.voice)
        start = sum(part.size for part in parts) / ESPEAK_RATE_HZ
        print(f"  {start:7.2f} – {start + spoken.size / ESPEAK_RATE_HZ:7.2f}  {line}")
        parts += [spoken, silence]
    parts.append(np.zeros(int(recording.tail_s * ESPEAK_RATE_HZ)))
    take: Sound = soxr.resample(np.concatenate(parts), ESPEAK_RATE_HZ, recording.rate_hz, quality="HQ")
    return take


# --- What microphones, rooms and telephones do to it ----------------------------------------------


def at_speech_level(sound: Sound, level_db: float) -> Sound:
    """`sound` with `level_db` as the RMS of those 50 ms in which somebody speaks."""
    frame = sound.size // max(1, round(sound.size / 2400))
    power = np.square(sound[: sound.size // frame * frame].reshape(-1, frame)).mean(axis=1)
    speech = power[power > power.max() / 1000.0]
    return sound * float(10.0 ** (level_db / 20.0) / np.sqrt(speech.mean()))


def hiss(frames: int, level_db: float, noise: np.random.Generator) -> Sound:
    """A room's or a preamplifier's noise: falling by 3 dB per octave, with `level_db` as its RMS."""
    spectrum = np.fft.rfft(noise.standard_normal(frames))
    spectrum /= np.sqrt(np.maximum(np.arange(spectrum.size), 20.0))
    pink = np.fft.irfft(spectrum, frames)
    return pink * float(10.0 ** (level_db / 20.0) / np.sqrt(np.square(pink).mean()))


def hum(frames: int, rate_hz: int, level_db: float) -> Sound:
    """Mains hum: 50 Hz and its odd harmonics."""
    time = np.arange(frames) / rate_hz
    tone = sum(np.sin(2.0 * np.pi * 50.0 * k * time) / k for k in (1, 3, 5))
    return np.asarray(tone * 10.0 ** (level_db / 20.0))


def in_a_room(sound: Sound, rate_hz: int, wet_db: float, noise: np.random.Generator) -> Sound:
    """`sound` with a quarter of a second of reverberation."""
    frames = rate_hz // 4
    decay = noise.standard_normal(frames) * np.exp(-6.9 * np.arange(frames) / frames)
    size = sound.size + frames
    wet = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(decay, size), size)[: sound.size]
    return sound + wet * float(10.0 ** (wet_db / 20.0) / np.sqrt(np.square(decay).sum()))


def limited(sound: Sound, ceiling: float = 0.97) -> Sound:
    """What a telephone's own limiter leaves of a voice too near."""
    return np.asarray(ceiling * np.tanh(sound / ceiling))


def both(left: Sound, right: Sound) -> Sound:
    """One stereo sound of two channels."""
    return np.stack([left, right], axis=1)


# --- Music ----------------------------------------------------------------------------------------

MUSIC_RATE_HZ = 44100
BEAT_S = 0.75
BARS = 16
CHORDS = ((45, 57, 60, 64, 67), (41, 53, 57, 60, 64), (48, 55, 60, 64, 71), (43, 55, 59, 62, 69))
"""Am7, Fmaj7, Cmaj7, G(9) as MIDI notes, the bass first; one per bar, four times over."""


def pitch_hz(midi_note: float) -> float:
    """Equal temperament, A4 = 440 Hz."""
    return float(440.0 * 2.0 ** ((midi_note - 69) / 12))


def pad(note: float, seconds: float) -> Sound:
    """A soft, slowly swelling tone, detuned the other way in each ear."""
    time = np.arange(int(seconds * MUSIC_RATE_HZ)) / MUSIC_RATE_HZ
    swell = np.sin(np.pi * np.clip(time / seconds, 0.0, 1.0)) ** 0.7
    ears = []
    for cents in (-5.0, 5.0):
        base = 2.0 * np.pi * pitch_hz(note + cents / 100.0) * time
        ears.append(sum(np.sin(k * base + k) / k**2.2 for k in range(1, 6)) * swell)
    return both(*ears)


def pluck(note: float, seconds: float, pan: float) -> Sound:
    """A plucked tone; `pan` from -1 (left) to 1 (right), of constant power."""
    time = np.arange(int(seconds * MUSIC_RATE_HZ)) / MUSIC_RATE_HZ
    base = 2.0 * np.pi * pitch_hz(note) * time
    tone = sum(np.sin(k * base) / k**1.5 * np.exp(-time * (2.5 + 1.6 * k)) for k in range(1, 8))
    tone = tone * np.minimum(1.0, time / 0.004) * np.minimum(1.0, (seconds - time) / 0.05)
    angle = (pan + 1.0) * np.pi / 4.0
    return both(tone * np.cos(angle), tone * np.sin(angle))


def add_round(canvas: Sound, sound: Sound, at_s: float) -> None:
    """Mix `sound` in at `at_s`; what hangs over the end comes round to the start, so that the piece loops."""
    where = (int(at_s * MUSIC_RATE_HZ) + np.arange(len(sound))) % len(canvas)
    canvas[where] += sound


def compose_music() -> Sound:
    """48 seconds at 80 beats a minute: pads throughout, a bass on the first beat, an arpeggio from bar 2."""
    bar_s = 4 * BEAT_S
    canvas: Sound = np.zeros((int(BARS * bar_s * MUSIC_RATE_HZ), 2))
    for bar in range(BARS):
        bass, *chord = CHORDS[bar % len(CHORDS)]
        for note in chord:
            add_round(canvas, 0.10 * pad(note, bar_s * 1.4), bar * bar_s)
        add_round(canvas, 0.30 * pluck(bass, 2.0, 0.0), bar * bar_s)
        if bar == 0:
            continue
        for step, degree in enumerate((0, 2, 1, 3, 2, 1, 3, 2)):
            loud = 0.22 if step % 2 == 0 else 0.14
            pan = -0.6 if step % 2 == 0 else 0.6
            add_round(canvas, loud * pluck(chord[degree] + 12, 1.6, pan), bar * bar_s + step * BEAT_S / 2)
    return canvas * float(0.6 / np.abs(canvas).max())


def compose_sting() -> Sound:
    """Four notes up and a chord: three and a half seconds."""
    canvas: Sound = np.zeros((int(3.5 * MUSIC_RATE_HZ), 2))
    notes = (
        (69, 0.0, -0.5),
        (72, 0.14, 0.5),
        (76, 0.28, -0.3),
        (79, 0.42, 0.3),
        (84, 0.56, 0.0),
        (60, 0.56, 0.0),
    )
    for note, at_s, pan in notes:
        tone = pluck(note, 2.8, pan)
        start = int((0.05 + at_s) * MUSIC_RATE_HZ)
        canvas[start : start + len(tone)] += tone
    return canvas * float(0.5 / np.abs(canvas).max())


# --- Files ----------------------------------------------------------------------------------------


def write_wav_24(path: Path, sound: Sound, rate_hz: int, noise: np.random.Generator) -> None:
    """A mono WAV of 24 bit, dithered."""
    dither = noise.random(sound.size) - noise.random(sound.size)
    steps = np.clip(np.round(sound * (2**23 - 1) + dither), -(2**23), 2**23 - 1).astype("<i4")
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 3, rate_hz, 0, "NONE", ""))
        file.writeframes(steps.view(np.uint8).reshape(-1, 4)[:, :3].tobytes())


@dataclass(frozen=True, kw_only=True)
class Coding:
    """How PyAV writes a file: container, encoder and its sample format; no bit rate for FLAC."""

    container: str
    encoder: str
    sample_format: str
    bit_rate: int | None = None


FLAC = Coding(container="flac", encoder="flac", sample_format="s16")
MP3_MONO = Coding(container="mp3", encoder="libmp3lame", sample_format="s16p", bit_rate=64_000)
MP3_MUSIC = Coding(container="mp3", encoder="libmp3lame", sample_format="s16p", bit_rate=112_000)
AAC = Coding(container="ipod", encoder="aac", sample_format="fltp", bit_rate=96_000)
OPUS = Coding(container="ogg", encoder="libopus", sample_format="flt", bit_rate=32_000)


def write_encoded(path: Path, sound: Sound, rate_hz: int, coding: Coding) -> None:
    """A file by `coding`, without dates, versions or random serial numbers inside."""
    channels = 1 if sound.ndim == 1 else sound.shape[1]
    layout = "mono" if channels == 1 else "stereo"
    whole_numbers = coding.sample_format.startswith("s16")
    samples = (
        np.clip(np.round(sound * 32767.0), -32768, 32767).astype("<i2")
        if whole_numbers
        else sound.astype("<f4")
    )
    block = rate_hz  # a second at a time
    with av.open(str(path), "w", format=coding.container, options={"fflags": "+bitexact"}) as file:
        stream: Any = file.add_stream(coding.encoder, rate=rate_hz, layout=layout)
        stream.codec_context.format = coding.sample_format
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        if coding.bit_rate:
            stream.codec_context.bit_rate = coding.bit_rate
        for start in range(0, len(samples), block):
            packed = np.ascontiguousarray(samples[start : start + block]).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(
                packed, format="s16" if whole_numbers else "flt", layout=layout
            )
            frame.sample_rate, frame.pts = rate_hz, start
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))


def write_manifest(
    folder: Path, takes: Iterable[tuple[Recording, Sound]], bit_depths: dict[str, int]
) -> None:
    """recordings.yaml, as `podtool ingest` writes it."""
    lines = [
        "# Tenu par podtool ingest (ce qui est entré, d'où, quand, et l'empreinte de chaque fichier).",
        "",
    ]
    lines.append("recordings:")
    for recording, take in takes:
        content = (folder / recording.file).read_bytes()
        lines += [
            f"  {recording.file}:",
            f"    sha256: {hashlib.sha256(content).hexdigest()}",
            f"    bytes: {len(content)}",
            f"    duration_s: {len(take) / recording.rate_hz:.3f}",
            f"    sample_rate_hz: {recording.rate_hz}",
            f"    channels: {take.ndim}",
            f"    bit_depth: {bit_depths.get(recording.file, 'null')}",
            f"    from: {recording.sent_as}",
            f"    ingested: {recording.ingested}",
        ]
    (folder / "recordings.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def make_recordings(folder: Path, noise: np.random.Generator) -> None:
    """The five recordings, each with the faults of its kind, and their manifest."""
    edito = at_speech_level(perform(EDITO, noise), -22.0)
    edito += hiss(edito.size, -78.0, noise)
    write_wav_24(folder / EDITO.file, edito, EDITO.rate_hz, noise)

    karl = at_speech_level(perform(QUESTION, noise), -22.0)
    question = both(karl, karl)
    write_encoded(folder / QUESTION.file, question, QUESTION.rate_hz, FLAC)

    answer = at_speech_level(perform(ANSWER, noise), -29.0)
    answer += hiss(answer.size, -66.0, noise)
    write_encoded(folder / ANSWER.file, answer, ANSWER.rate_hz, MP3_MONO)

    near = limited(at_speech_level(perform(INTERVIEW_1, noise), -14.0))
    left, right = (gain * near + hiss(near.size, -62.0, noise) for gain in (1.0, 10.0 ** (-9.0 / 20.0)))
    interview_1 = both(left, right)
    write_encoded(folder / INTERVIEW_1.file, interview_1, INTERVIEW_1.rate_hz, AAC)

    far = in_a_room(perform(INTERVIEW_2, noise), INTERVIEW_2.rate_hz, -9.0, noise)
    interview_2 = at_speech_level(far, -21.0)
    interview_2 += hiss(far.size, -56.0, noise) + hum(far.size, INTERVIEW_2.rate_hz, -52.0)
    write_encoded(folder / INTERVIEW_2.file, interview_2, INTERVIEW_2.rate_hz, OPUS)

    recordings = (EDITO, QUESTION, ANSWER, INTERVIEW_1, INTERVIEW_2)
    takes: Sequence[Sound] = (edito, question, answer, interview_1, interview_2)
    write_manifest(folder, zip(recordings, takes, strict=True), {EDITO.file: 24, QUESTION.file: 16})


# --- Cover ----------------------------------------------------------------------------------------

NIGHT, SEA, SAND, CORAL = (22, 50, 66), (42, 110, 120), (247, 239, 224), (226, 109, 84)


def draw_bubble(
    draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], tail_x: int, colour: tuple[int, ...]
) -> None:
    """A speech bubble in `box`, its tail hanging from `tail_x`."""
    draw.rounded_rectangle(box, radius=130, fill=colour)
    bottom = box[3]
    draw.polygon(
        [(tail_x - 110, bottom - 10), (tail_x + 110, bottom - 10), (tail_x - 130, bottom + 190)], fill=colour
    )


def draw_cover(path: Path) -> None:
    """A square of 1400 pixels, RGB without alpha; drawn twice as large, so that its edges are smooth."""
    image = Image.new("RGB", (2800, 2800), NIGHT)
    draw = ImageDraw.Draw(image)
    draw_bubble(draw, (1240, 320, 2480, 1240), 2100, SEA)
    draw_bubble(draw, (320, 560, 1640, 1560), 780, CORAL)
    draw.text((980, 1060), "?", font=ImageFont.load_default(820), fill=SAND, anchor="mm")
    for x in (1840, 2060, 2280):
        draw.ellipse((x - 56, 724, x + 56, 836), fill=SAND)
    draw.text((1400, 2130), "Questions d'asso", font=ImageFont.load_default(290), fill=SAND, anchor="mm")
    draw.rectangle((320, 2360, 2480, 2372), fill=CORAL)
    draw.text(
        (1400, 2500),
        "un podcast par et pour les associations",
        font=ImageFont.load_default(112),
        fill=SAND,
        anchor="mm",
    )
    image.resize((1400, 1400), Image.Resampling.LANCZOS).save(path, optimize=True)


def main() -> None:
    """Write everything under --out, by default this folder."""
    parser = argparse.ArgumentParser(description="Makes the recordings, music and cover of the example.")
    parser.add_argument(
        "--out", type=Path, default=HERE, help="folder to write to (default: the example's own)"
    )
    out: Path = parser.parse_args().out
    for name in ("recordings", "music"):
        (out / name).mkdir(parents=True, exist_ok=True)
    make_recordings(out / "recordings", np.random.default_rng(8))
    write_encoded(out / "music" / "musique.mp3", compose_music(), MUSIC_RATE_HZ, MP3_MUSIC)
    write_encoded(out / "music" / "virgule.flac", compose_sting(), MUSIC_RATE_HZ, FLAC)
    draw_cover(out / "cover.png")


if __name__ == "__main__":
    main()
