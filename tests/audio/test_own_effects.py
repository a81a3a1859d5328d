import hashlib
import pickle

import pytest
import sound_files as make

from podtool.audio.own_effects import OwnEffects, effects_digest, own_effect_names
from podtool.audio.segment import segment_from
from podtool.errors import ToolError

SEGMENT = segment_from(make.noise(1_000), 48_000)


def show(tmp_path, source):
    (tmp_path / "effects.py").write_text(source, encoding="utf-8", newline="\n")
    return OwnEffects(show_root=tmp_path)


def failure(own, name="treat", **options):
    with pytest.raises(ToolError) as caught:
        own.call(name, SEGMENT, options)
    assert caught.value.hint
    return caught.value.message


def test_a_function_gets_the_segment_and_its_options(tmp_path):
    own = show(tmp_path, "def treat(segment, depth=1):\n    return segment.apply_gain(-depth)\n")
    assert own.call("treat", SEGMENT, {"depth": 6}) == SEGMENT.apply_gain(-6)


def test_a_show_without_own_effects(tmp_path):
    assert own_effect_names(tmp_path) == ()
    assert effects_digest(tmp_path) is None
    assert "there is no function 'treat'" in failure(OwnEffects(show_root=tmp_path))


def test_names_are_read_without_running_anything(tmp_path):
    source = "import math\nraise SystemExit(3)\n\ndef treat(s): ...\ndef _private(s): ...\nlevel = 3\n"
    show(tmp_path, source)
    assert own_effect_names(tmp_path) == ("treat",)


def test_the_digest_is_the_files(tmp_path):
    show(tmp_path, "def treat(s): return s\n")
    assert effects_digest(tmp_path) == hashlib.sha256(b"def treat(s): return s\n").hexdigest()


def test_a_changed_file_is_loaded_anew(tmp_path):
    for gain in (-1, -2):
        own = show(tmp_path, f"def treat(s): return s.apply_gain({gain})\n")
        assert own.call("treat", SEGMENT, {}) == SEGMENT.apply_gain(gain)


def test_nothing_is_written_beside_it(tmp_path):
    show(tmp_path, "def treat(s): return s\n").call("treat", SEGMENT, {})
    assert [path.name for path in tmp_path.iterdir()] == ["effects.py"]


def test_what_goes_wrong_is_said_in_one_line(tmp_path):
    own = show(tmp_path, "def half(x):\n    return x / 0\n\ndef treat(s):\n    return half(1)\n")
    assert failure(own) == "effects.py, line 2, in treat: ZeroDivisionError: division by zero"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def treat(s:\n  pass\n", "effects.py, line 1: '(' was never closed"),
        (
            "x = 1\nimport nothing_of_the_kind\n",
            "effects.py, line 2, while it was loaded: ModuleNotFoundError",
        ),
        ("import sys\nsys.exit(9)\n", "effects.py, line 2, while it was loaded: SystemExit: 9"),
        (
            "def treat(s):\n    raise ValueError\n",
            "effects.py, line 2, in treat: ValueError: no reason given",
        ),
        ("def treat(s, *, wet): return s\n", "effects.py, in treat: TypeError: treat() missing"),
        ("\0", "effects.py"),
    ],
)
def test_what_may_go_wrong(tmp_path, source, said):
    assert said in failure(show(tmp_path, source))


def test_unknown_options_are_the_functions_complaint(tmp_path):
    assert "unexpected keyword argument 'dry'" in failure(show(tmp_path, "def treat(s): return s\n"), dry=1)


def test_prints_dont_reach_stdout(tmp_path, capsys):
    show(tmp_path, "print('loading')\ndef treat(s):\n    print('treating')\n    return s\n").call(
        "treat", SEGMENT, {}
    )
    assert capsys.readouterr() == ("", "loading\ntreating\n")


def test_dataclasses_and_imports_work_and_imported_functions_are_no_effects(tmp_path):
    own = show(
        tmp_path,
        "from __future__ import annotations\nfrom dataclasses import dataclass\nfrom math import floor\n"
        "@dataclass\nclass Depth:\n    db: float\n\ndef treat(s, db=1): return s.apply_gain(Depth(db).db)\n",
    )
    assert own.call("treat", SEGMENT, {"db": -3}) == SEGMENT.apply_gain(-3)
    assert own.names == ("treat",)
    assert "no function 'floor'" in failure(own, "floor")


def test_it_may_be_sent_to_another_process(tmp_path):
    own = pickle.loads(pickle.dumps(show(tmp_path, "def treat(s): return s\n")))  # noqa: S301 - made right here
    assert own.call("treat", SEGMENT, {}) == SEGMENT
