"""Small shows made of synthesised sound, for tests of the commands; a second of it assembles in a blink."""

import hashlib
import json
import wave

import numpy as np
from PIL import Image

from example import run

RATE = 44100
SHOW = """\
title: Petite émission
language: fr
description: Une émission d'essai.
handle: petite
feed: https://petite.example.org/feed.xml
guid: 6a3c5d3e-94e0-5f6c-8f0a-1d2b3c4d5e6f
author: Petite équipe
link: https://petite.example.org/
owner: {name: Petite équipe, email: bonjour@petite.example.org}
categories: [Society & Culture]
licence: CC-BY-4.0
cover: {file: cover.png, alt: Un carré bleu}
people:
  camille: {name: Camille, role: host}
assets:
  musique:
    file: music/musique.wav
    title: Un air
    creator: Une musicienne
    source: https://example.org/un-air
    licence: CC-BY-4.0
publish:
  target: public/
  base_url: https://petite.example.org
"""
EPISODE = """\
number: {number}
title: {title}
recorded: 2024-01-0{number}
description: Ce qu'on entend dans {title}.
people: [camille]
segments:
  - clip: recordings/voix.wav
    title: Début
    speaker: camille
  - sting: musique
    title: Fin
    end: 1s
"""


def tone(seconds, hz=440.0, level_db=-20.0, rate=RATE):
    """A sine whose peaks are at `level_db` dBFS, as one row of floats."""
    steps = np.arange(round(seconds * rate))
    return 10 ** (level_db / 20) * np.sin(2 * np.pi * hz / rate * steps)


def speech(seconds, level_db=-20.0, seed=1, rate=RATE):
    """Something that speech detection takes for speech: noise in syllables, four a second."""
    steps = np.arange(round(seconds * rate))
    noise = np.random.default_rng(seed).standard_normal(len(steps))
    smooth = np.convolve(noise, np.hanning(24) / np.hanning(24).sum(), "same")
    syllables = np.clip(np.sin(2 * np.pi * 4 * steps / rate), 0.05, 1)
    voiced = smooth * syllables
    return 10 ** (level_db / 20) * voiced / np.abs(voiced).max()


def write_wav(path, rows, rate=RATE):
    """16 bits; one row of floats, or one per channel."""
    rows = np.atleast_2d(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(rows))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.rint(rows.T * 32767).astype("<i2").tobytes())
    return path


def make_show(folder, *, episodes=(1, 2), text=SHOW):
    """A show with a cover, a piece of music and episodes of three seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "show.yaml").write_text(text, encoding="utf-8")
    Image.new("RGB", (1400, 1400), (20, 40, 120)).save(folder / "cover.png")
    write_wav(folder / "music/musique.wav", tone(2, 330))
    for number in episodes:
        make_episode(folder, number)
    return folder


def make_episode(show, number, title=None, text=EPISODE):
    """An episode of the show, in ``episodes/01-un``."""
    title = title or {1: "Un", 2: "Deux", 3: "Trois"}[number]
    folder = show / "episodes" / f"{number:02d}-{title.lower()}"
    write_wav(folder / "recordings/voix.wav", speech(2, seed=number))
    (folder / "episode.yaml").write_text(text.format(number=number, title=title), encoding="utf-8")
    return folder


def make_single(folder, segments, *, show=""):
    """A one-folder show whose episode has these segments; recordings are the test's business."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "show.yaml").write_text(
        "title: Seule\nlanguage: fr\ndescription: D'essai.\nhandle: seule\n"
        "feed: https://seule.example.org/feed.xml\n" + show,
        encoding="utf-8",
    )
    (folder / "episode.yaml").write_text("number: 1\ntitle: Un\nsegments:\n" + segments, encoding="utf-8")
    return folder


def make_busy(folder):
    """A one-folder show of eleven seconds with music under speech, an MP3 and a FLAC: all kinds of work."""
    segments = (
        "  - clip: recordings/a.wav\n    title: Un\n    bed: {asset: air, gain: -12 dB, duck: 9 dB}\n"
        "  - clip: recordings/b.wav\n    title: Deux\n    crossfade: 500 ms\n"
    )
    show = "assets:\n  air: {file: music/air.wav, title: Un air}\nprofiles:\n  podcast: {}\n  archive: {}\n"
    made = make_single(folder, segments, show=show)
    write_wav(made / "recordings/a.wav", speech(6))
    write_wav(made / "recordings/b.wav", speech(5, seed=2))
    write_wav(made / "music/air.wav", tone(7, 330))
    return made


def edit_busy(show):
    """Changes its title, a recording and the music's level: of the build nothing is right any more."""
    change_text(show / "episode.yaml", "title: Un\nsegments", "title: Une autre\nsegments")
    change_text(show / "episode.yaml", "gain: -12 dB", "gain: -9 dB")
    write_wav(show / "recordings/b.wav", speech(5, seed=3))
    return show


def said_by(*arguments, here, code=0):
    """The object that a command line with --json prints; it must end with `code`."""
    ended, out, err = run(*arguments, "--json", here=here)
    assert ended == code, f"{ended}: {err}{out}"
    return json.loads(out)


def change_text(path, old, new):
    """Replaces text in a file; it must be there."""
    text = path.read_bytes().decode("utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_bytes(text.replace(old, new).encode())


def digests(folder, *leaving_out):
    """sha256 of every file below a folder, by POSIX path; without those whose path has one of the names."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not set(leaving_out).intersection(path.relative_to(folder).parts)
    }
