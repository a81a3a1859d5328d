import numpy as np
import pytest
import sound_files as make

from podtool.audio import treatment as treating
from podtool.audio.own_effects import OwnEffects
from podtool.audio.segment import block_from, segment_from
from podtool.audio.source import read_blocks
from podtool.audio.treatment import treated_blocks
from podtool.errors import ManifestError, SourceError, ToolError
from podtool.show.model import Effect
from podtool.timeline.model import Treatment

RATE_HZ = 8_000
HEADROOM_DB = 12.0412


def effect(effect_name, **options):
    return Effect(name=effect_name, options=tuple(options.items()))


def treat(path, *effects, pan=0.0, own=None):
    blocks = list(treated_blocks(path, RATE_HZ, Treatment(effects=effects, pan=pan), own))
    assert all(block.dtype == np.float32 for block in blocks)
    return np.concatenate(blocks, axis=1)


@pytest.fixture(params=[1, 2], ids=["mono", "stereo"])
def recording(request, tmp_path):
    """Twelve seconds and a bit: two blocks."""
    sound = make.noise(12 * RATE_HZ + 7, channels=request.param, level=0.08) + np.float32(0.02)
    return make.write_wav(tmp_path / "a.wav", sound, "f32", rate_hz=RATE_HZ), sound


def test_without_treatment_the_blocks_pass_untouched(recording):
    path, sound = recording
    assert np.array_equal(treat(path), sound)


def pydubs(sound, change):
    return block_from(change(segment_from(sound, RATE_HZ)))


@pytest.mark.parametrize(
    ("wanted", "change"),
    [
        (effect("apply_gain", volume_change=-3.5), lambda s: s.apply_gain(-3.5)),
        (effect("apply_gain_stereo", left_gain=2), lambda s: s.apply_gain_stereo(2, 0)),
        (effect("pan", pan_amount=0.4), lambda s: s.pan(0.4)),
        (effect("pan", pan_amount=-1), lambda s: s.pan(-1)),
        (effect("invert_phase"), lambda s: s.invert_phase()),
        (effect("invert_phase", channels="left"), lambda s: s.set_channels(2).invert_phase(channels=(1, 0))),
        (effect("invert_phase", channels="right"), lambda s: s.set_channels(2).invert_phase(channels=(0, 1))),
        (effect("normalize"), lambda s: s.normalize(headroom=0.1 + HEADROOM_DB)),
        (effect("normalize", headroom=3), lambda s: s.normalize(headroom=3 + HEADROOM_DB)),
        (effect("remove_dc_offset"), lambda s: s.remove_dc_offset()),
        (effect("low_pass_filter", cutoff=500), lambda s: s.low_pass_filter(500)),
        (effect("high_pass_filter", cutoff=500), lambda s: s.high_pass_filter(500)),
        (effect("speedup", playback_speed=1.6), lambda s: s.speedup(playback_speed=1.6)),
    ],
)
def test_effects_in_blocks_are_pydubs_on_the_whole(recording, wanted, change):
    path, sound = recording
    found, expected = treat(path, wanted), pydubs(sound, change)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() < 2e-6


def test_pan_puts_more_at_one_side_as_pydub_does(recording):
    path, sound = recording
    found = treat(path, pan=-0.5)
    assert len(found) == 2
    assert np.abs(found - pydubs(sound, lambda s: s.pan(-0.5))).max() < 2e-9
    assert np.std(found[0]) > np.std(found[1])


def test_the_peak_after_normalize_is_where_it_was_wanted(recording):
    path, _ = recording
    peak = np.abs(treat(path, effect("normalize", headroom=2.0))).max()
    assert 20 * np.log10(peak) == pytest.approx(-2.0, abs=1e-3)


def test_silence_stays_silence(tmp_path):
    path = make.write_wav(tmp_path / "a.wav", np.zeros((1, RATE_HZ), np.float32), rate_hz=RATE_HZ)
    assert not treat(
        path, effect("normalize"), effect("compress_dynamic_range"), effect("remove_dc_offset")
    ).any()


def test_a_given_offset_and_one_channel(recording):
    path, sound = recording
    assert np.allclose(treat(path, effect("remove_dc_offset", offset=0.02)), sound - 0.02, atol=1e-7)
    right = treat(path, effect("remove_dc_offset", channel=2))
    assert abs(right[-1].mean()) < 1e-7
    if len(sound) == 2:
        assert np.array_equal(right[0], sound[0])


def test_a_chain_measures_what_the_effects_before_left(recording):
    path, _ = recording
    chain = [
        effect("high_pass_filter", cutoff=300),
        effect("normalize", headroom=1.0),
        effect("speedup"),
        effect("normalize", headroom=6.0),
        effect("apply_gain", volume_change=6),
    ]
    peak = np.abs(treat(path, *chain, pan=0.0)).max()
    assert 20 * np.log10(peak) == pytest.approx(0.0, abs=1e-3)


def test_block_sizes_dont_matter(recording, monkeypatch):
    path, _ = recording
    chain = [
        effect("high_pass_filter", cutoff=60),
        effect("compress_dynamic_range", threshold=-30.0),
        effect("normalize"),
    ]
    usual = treat(path, *chain, pan=0.2)

    def small_blocks(path, *, rate_hz):
        for block in read_blocks(path, rate_hz=rate_hz):
            for start in range(0, block.shape[1], 999):
                yield block[:, start : start + 999]

    monkeypatch.setattr(treating, "read_blocks", small_blocks)
    assert np.abs(treat(path, *chain, pan=0.2) - usual).max() < 1e-6


def test_effects_that_need_a_whole_clip_refuse_long_ones(recording, monkeypatch):
    path, _ = recording
    monkeypatch.setattr(treating, "LONGEST_WHOLE_S", 11)
    treat(path, effect("apply_gain", volume_change=1))
    with pytest.raises(SourceError, match=r"a\.wav: lasts longer .* 'speedup' needs it as a whole") as caught:
        treat(path, effect("speedup"))
    assert "cut the recording" in caught.value.hint


def test_a_clip_of_which_nothing_is_left(tmp_path):
    path = make.write_wav(tmp_path / "a.wav", make.noise(3 * RATE_HZ, level=0.001), rate_hz=RATE_HZ)
    with pytest.raises(SourceError, match="nothing is left of it after the effect 'strip_silence'"):
        treat(path, effect("strip_silence"))


def test_unknown_effects_are_the_manifests_mistake(recording):
    path, _ = recording
    with pytest.raises(ManifestError, match="did you mean normalize"):
        treat(path, effect("normalise"))


def test_a_broken_file_is_the_sources_mistake(tmp_path):
    with pytest.raises(SourceError, match="no such file"):
        treat(tmp_path / "b.wav", effect("normalize"))


def own_effects(tmp_path, body):
    (tmp_path / "effects.py").write_text(f"def mine(segment, gain=-6):\n    {body}\n", encoding="utf-8")
    return OwnEffects(show_root=tmp_path)


def test_a_shows_own_effect(recording, tmp_path):
    path, sound = recording
    own = own_effects(tmp_path, "return segment.reverse().apply_gain(gain)")
    found = treat(path, effect("mine", gain=-12), own=own)
    assert np.abs(found - pydubs(sound, lambda s: s.reverse().apply_gain(-12))).max() < 1e-8


def test_a_shows_own_effect_may_use_16_bits(recording, tmp_path):
    path, sound = recording
    found = treat(path, effect("mine"), own=own_effects(tmp_path, "return segment.set_sample_width(2)"))
    assert np.abs(found - sound).max() < 2.0**-12


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return 3", "mine returned int, not an AudioSegment"),
        ("return segment[:0]", "nothing is left of it"),
        ("return segment._spawn(segment.raw_data, overrides={'frame_rate': 4000})", "channels, 4000 Hz"),
        ("return segment.nothing()", "line 2, in mine: AttributeError"),
    ],
)
def test_what_a_shows_own_effect_may_not_return(recording, tmp_path, body, said):
    path, _ = recording
    with pytest.raises((ToolError, SourceError), match=said):
        treat(path, effect("mine"), own=own_effects(tmp_path, body))


def test_pydubs_failures_are_told_in_a_sentence(recording, monkeypatch):
    path, _ = recording
    monkeypatch.setattr(treating, "_MEASURED", {"normalize": lambda *_: 1 / 0})
    with pytest.raises(ToolError, match=r"a\.wav: the effect 'normalize' failed: ZeroDivisionError"):
        treat(path, effect("normalize"))
