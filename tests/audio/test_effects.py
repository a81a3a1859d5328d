import inspect
import subprocess
import sys

import pytest

from podtool.audio.effects import EFFECTS, ELSEWHERE, MOST_EFFECTS, effect_problems, settings_of
from podtool.audio.segment import AudioSegment
from podtool.show.model import Effect


def effect(effect_name, **options):
    return Effect(name=effect_name, options=tuple(options.items()))


def test_every_name_and_option_is_pydubs_with_pydubs_default():
    for name, known in EFFECTS.items():
        parameters = dict(list(inspect.signature(getattr(AudioSegment, name)).parameters.items())[1:])
        assert set(known.options) == set(parameters), name
        for option_name, option in known.options.items():
            default = parameters[option_name].default
            if option_name == "channels":
                assert (default, option.default) == ((1, 1), "both")
            else:
                assert option.default == (None if default is inspect.Parameter.empty else default)


def test_what_pydub_has_and_podtool_does_otherwise_are_methods_of_pydub():
    assert all(hasattr(AudioSegment, name) for name in ELSEWHERE)
    assert not set(ELSEWHERE) & set(EFFECTS)


@pytest.mark.parametrize("name", EFFECTS)
def test_the_least_that_has_to_be_given_is_accepted(name):
    needed = {
        option_name: option.range[0]
        for option_name, option in EFFECTS[name].options.items()
        if option.default is None and not option.optional
    }
    assert effect_problems([effect(name, **needed)]) == []
    assert set(settings_of(effect(name, **needed))) <= set(EFFECTS[name].options)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (effect("normalise"), "did you mean normalize"),
        (effect("low_pass"), "low_pass_filter"),
        (effect("xyz"), "there are apply_gain"),
        (effect("fade_in", duration=100), "use the segment's fade_in"),
        (effect("set_frame_rate", frame_rate=8000), "recordings are resampled by themselves"),
        (effect("normalize", headrom=1), "did you mean headroom"),
        (effect("normalize", zzz=1), "it takes headroom"),
        (effect("normalize", headroom="1"), "a number from 0 to 60 dB"),
        (effect("normalize", headroom=True), "a number from 0 to 60 dB"),
        (effect("normalize", headroom=float("nan")), "a number from 0 to 60 dB"),
        (effect("apply_gain", volume_change=float("inf")), "a number from -60 to 60 dB"),
        (effect("apply_gain"), "apply_gain needs its option volume_change"),
        (effect("low_pass_filter", cutoff=10**400), "10 to 24000 Hz"),
        (effect("pan", pan_amount=-1.01), "a number from -1 to 1"),
        (effect("invert_phase", channels="up"), "both or left or right"),
        (effect("remove_dc_offset", channel=1.5), "a whole number from 1 to 2"),
        (effect("strip_silence", padding=900, silence_len=800), "padding can't be longer"),
        (effect("speedup", playback_speed=1.01, chunk_size=50), "longer chunk_size"),
        (effect("speedup", playback_speed=8, crossfade=100), "21 ms are kept"),
    ],
)
def test_what_is_wrong_is_said_once(wrong, said):
    problems = effect_problems([effect("normalize"), wrong])
    assert len(problems) == 1
    assert said in problems[0]


def test_all_problems_come_at_once():
    assert len(effect_problems([effect("normalise"), effect("apply_gain", foo=1), effect("pan")])) == 4


def test_too_many_effects():
    problems = effect_problems([effect("normalize")] * (MOST_EFFECTS + 1))
    assert problems == [f"{MOST_EFFECTS + 1} effects on one clip: at most {MOST_EFFECTS} are run"]


def test_a_shows_own_effects_are_known_by_name():
    assert effect_problems([effect("telephone", depth=3)], ["telephone"]) == []
    assert "did you mean telephone" in effect_problems([effect("telefone")], ["telephone"])[0]


def test_knowing_the_effects_loads_no_sound_library():
    program = "import sys, podtool.audio.effects; print({'numpy', 'av', 'pydub'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
