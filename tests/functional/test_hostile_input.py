"""Two hundred broken YAML files and two hundred broken sound files through the real command line.

Each ends in a right exit code with one JSON object that says so; nothing is half-written, nothing hangs.
"""

import json
import random
import shutil
import wave

import av
import numpy as np
import pytest

from example import EXAMPLE, run

RATE = 44100
YAML = {name: (EXAMPLE / name).read_text(encoding="utf-8") for name in ("show.yaml", "episode.yaml")}
JUNK = (
    "!!python/object/apply:os.system ['true']",
    "&a [*a]",
    "{{{{{{",
    "\u202e\x85",
    "99999999999999999999999999999999999999",
    "-1e308",
    "../../../../etc/passwd",
    "/etc/passwd",
    "C:\\\\autoexec.bat",
    "~",
    "true",
    "[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]",
    "'",
    '"\\ud800"',
    "<<: *x",
    "0x7fffffffffffffff",
    "2023-02-30",
    "1:99:99",
    "javascript:alert(1)",
    "\U0001f3b5" * 50,
)
BOMB = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" if n else "a0: &a0 [x]\n" for n in range(9))
BOMBS = (BOMB, "x: " + "[" * 3000, "x: " + "{a: " * 500, "- a\n- b", "\t", "---\na: 1")


def value_replaced(text, dice):
    lines = text.splitlines()
    index = dice.choice([n for n, line in enumerate(lines) if ": " in line])
    lines[index] = lines[index].partition(": ")[0] + ": " + dice.choice(JUNK)
    return "\n".join(lines)


def key_renamed(text, dice):
    lines = text.splitlines()
    index = dice.choice([n for n, line in enumerate(lines) if ": " in line])
    key, _, rest = lines[index].partition(": ")
    place = dice.randrange(len(key)) if key else 0
    lines[index] = key[:place] + dice.choice("abcxyz-_é ") + key[place + 1 :] + ": " + rest
    return "\n".join(lines)


def line_lost(text, dice):
    lines = text.splitlines()
    del lines[dice.randrange(len(lines))]
    return "\n".join(lines)


def line_doubled(text, dice):
    lines = text.splitlines()
    index = dice.randrange(len(lines))
    return "\n".join([*lines[:index], lines[index], *lines[index:]])


def indented(text, dice):
    lines = text.splitlines()
    index = dice.randrange(len(lines))
    lines[index] = " " * dice.choice((1, 2, 3, 7)) + lines[index]
    return "\n".join(lines)


def truncated(text, dice):
    return text[: dice.randrange(len(text))]


def bombed(text, dice):
    return text + "\n" + dice.choice(BOMBS)


def other_encoding(text, dice):
    return text.encode(dice.choice(("utf-16", "latin-1", "utf-32", "cp437")), "replace")


def bytes_flipped(text, dice):
    data = bytearray(text.encode())
    for _ in range(dice.choice((1, 3, 20))):
        data[dice.randrange(len(data))] = dice.randrange(256)
    return bytes(data)


YAML_MUTATIONS = (
    value_replaced,
    key_renamed,
    line_lost,
    line_doubled,
    indented,
    truncated,
    bombed,
    other_encoding,
    bytes_flipped,
)


@pytest.fixture(scope="module")
def show(tmp_path_factory):
    """A copy of the example; a plan hashes its sounds and decodes nothing."""
    folder = tmp_path_factory.mktemp("hostile") / "show"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("build", "public", ".podtool"))
    return folder


@pytest.mark.parametrize("seed", range(200))
def test_a_broken_yaml_file(show, seed):
    dice = random.Random(seed)
    name = dice.choice(list(YAML))
    broken = YAML_MUTATIONS[seed % len(YAML_MUTATIONS)](YAML[name], dice)
    for each, text in YAML.items():
        (show / each).write_text(text, encoding="utf-8")
    content = broken if isinstance(broken, bytes) else broken.encode("utf-8", "surrogatepass")
    (show / name).write_bytes(content)
    before = sorted(path.name for path in show.iterdir())
    code, out, err = run("assemble", "--plan", "--json", here=show)
    said = json.loads(out)
    assert code in {0, 2, 3, 4}, err
    assert said["ok"] is (code == 0)
    if code:
        assert said["error"]["exit_code"] == code
        assert said["error"]["message"]
    if code == 3:
        assert all(each["file"] and each["line"] for each in said["error"]["problems"])
    assert "Traceback" not in out + err
    assert sorted(path.name for path in show.iterdir()) == before


FORMATS = {
    "wav": ("pcm_s16le", "s16"),
    "flac": ("flac", "s16"),
    "mp3": ("libmp3lame", "s16p"),
    "m4a": ("aac", "fltp"),
    "opus": ("libopus", "s16"),
    "aiff": ("pcm_s16be", "s16"),
}


def make_sound(path, codec, layout, seconds=1.2):
    rate = 48000 if codec == "libopus" else RATE
    time = np.arange(int(seconds * rate)) / rate
    tone = (np.sin(2 * np.pi * 220 * time) * 8000 * (1 + np.sin(2 * np.pi * 3 * time)) / 2).astype(np.int16)
    with av.open(str(path), "w") as file:
        stream = file.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone[None, :], format="s16", layout="mono")
        frame.sample_rate = rate
        resampler = av.AudioResampler(format=layout, layout="mono", rate=rate)
        for part in resampler.resample(frame):
            for packet in stream.encode(part):
                file.mux(packet)
        for packet in stream.encode(None):
            file.mux(packet)


@pytest.fixture(scope="module")
def sounds(tmp_path_factory):
    """A second of sound in each format, as bytes by extension."""
    folder = tmp_path_factory.mktemp("sounds")
    for name, (codec, layout) in FORMATS.items():
        make_sound(folder / f"x.{name}", codec, layout)
    return {name: (folder / f"x.{name}").read_bytes() for name in FORMATS}


def cut_short(data, dice):
    return data[: dice.randrange(len(data))]


def nothing_or_noise(data, dice):
    return b"" if dice.random() < 0.5 else bytes(dice.randrange(256) for _ in range(2000))


def scrambled(data, dice, reach, counts):
    changed = bytearray(data)
    for _ in range(dice.choice(counts)):
        changed[dice.randrange(min(reach, len(data)))] = dice.randrange(256)
    return bytes(changed)


def wrong_header(data, dice):
    return scrambled(data, dice, 64, (1, 4, 12))


def hole_in_it(data, dice):
    start = dice.randrange(len(data))
    return data[:start] + bytes(dice.randrange(1, 3000)) + data[start:]


def not_sound(data, dice):
    return YAML["show.yaml"].encode()


def head_lost(data, dice):
    return data[dice.randrange(1, 200) :]


def bits_flipped(data, dice):
    return scrambled(data, dice, len(data), (1, 10, 200))


SOUND_MUTATIONS = (
    cut_short,
    nothing_or_noise,
    wrong_header,
    hole_in_it,
    not_sound,
    head_lost,
    bits_flipped,
)


SMALL_SHOW = """\
title: Small
language: en
description: A show for tests.
handle: small
feed: https://example.org/feed.xml
"""
SMALL_EPISODE = """\
number: 1
title: One
segments:
  - clip: recordings/good.wav
  - clip: recordings/{name}
"""


@pytest.fixture
def small(tmp_path, sounds):
    (tmp_path / "show.yaml").write_text(SMALL_SHOW, encoding="utf-8")
    (tmp_path / "recordings").mkdir()
    (tmp_path / "recordings" / "good.wav").write_bytes(sounds["wav"])
    return tmp_path


def left_aside(folder):
    return [path.name for path in folder.rglob(".podtool-*")] + [
        path.name for path in folder.rglob("scratch-*.sound")
    ]


@pytest.mark.parametrize("seed", range(200))
def test_a_broken_sound_file(small, sounds, seed):
    dice = random.Random(seed)
    extension = dice.choice(list(FORMATS))
    broken = SOUND_MUTATIONS[seed % len(SOUND_MUTATIONS)](sounds[extension], dice)
    name = f"broken.{extension}"
    (small / "episode.yaml").write_text(SMALL_EPISODE.format(name=name), encoding="utf-8")
    if seed % 4:
        (small / name).write_bytes(broken)
        code, out, err = run("ingest", name, "good.wav" if seed % 3 else name, "--json", here=small)
        assert code in {0, 4}, err
        assert (small / name).read_bytes() == broken
    else:
        (small / "recordings" / name).write_bytes(broken)
        code, out, err = run("assemble", "--json", here=small)
        assert code in {0, 4, 6}, err
        assert (small / "build").exists() is (code == 0)
    said = json.loads(out)
    assert said["ok"] is (code == 0)
    assert "Traceback" not in out + err
    assert left_aside(small) == []


def test_the_good_ones_go_in(small, sounds):
    with wave.open(str(small / "fine.wav"), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((np.sin(np.arange(RATE) / 20) * 9000).astype("<i2").tobytes())
    (small / "episode.yaml").write_text(SMALL_EPISODE.format(name="good.wav"), encoding="utf-8")
    (small / "bad.mp3").write_bytes(b"not sound")
    code, out, _ = run("ingest", "bad.mp3", "fine.wav", "--json", here=small)
    files = {each["path"]: each["status"] for each in json.loads(out)["files"]}
    assert code == 4
    assert files == {"bad.mp3": "refused", "recordings/fine.wav": "added"}
    assert (small / "recordings" / "fine.wav").read_bytes() == (small / "fine.wav").read_bytes()
