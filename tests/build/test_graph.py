from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podtool.build.graph import Step, digest_of, reasons_for

texts = st.text(max_size=8)
ingredients = st.dictionaries(texts, texts, max_size=5)


def test_a_key_stays_what_it_is_from_release_to_release():
    """A changed form of keys empties everybody's cache: that is to be decided, not to happen."""
    step = Step(name="measure a.wav", ingredients={"sample rate": "44100", "édito.flac": "00ff"})
    assert step.key == "91ecbe3b54cf970855782f5a2ff8b90c057789aa02e7d5c2b72c6acb91935615"


@given(one=ingredients, other=ingredients)
def test_keys_are_equal_when_name_and_ingredients_are(one, other):
    key = Step(name="a", ingredients=one).key
    assert (Step(name="a", ingredients=other).key == key) == (one == other)
    assert Step(name="a", ingredients=dict(reversed(one.items()))).key == key
    assert Step(name="b", ingredients=one).key != key


def test_outputs_are_no_part_of_the_key():
    step = Step(name="a", ingredients={"b": "c"})
    assert replace(step, outputs=("d.mp3",)).key == step.key


def test_ingredients_do_not_run_together():
    assert digest_of([["a", "bc"]]) != digest_of([["ab", "c"]])
    assert digest_of([["a"], ["b"]]) != digest_of([["a", "b"]])


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", [object()]])
def test_a_recipe_is_made_of_plain_values(value):
    with pytest.raises(TypeError):
        digest_of(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_no_number_that_is_none(value):
    with pytest.raises(ValueError, match="not JSON compliant"):
        digest_of([value])


def test_any_text_has_a_digest():
    assert digest_of("\ud800") != digest_of("\ud801")


def test_why_a_step_is_stale():
    before = {"recordings/edito.flac": "1", "title": "1", "musique.mp3": "1", "same": "1"}
    now = {"title": "2", "recordings/edito.flac": "2", "virgule.wav": "1", "same": "1"}
    assert reasons_for(now, before) == (
        "recordings/edito.flac changed",
        "title changed",
        "virgule.wav is new",
        "musique.mp3 is gone",
    )
    assert reasons_for(now, None) == ("never made before",)


@given(now=ingredients, before=ingredients)
def test_no_reason_without_a_change(now, before):
    reasons = reasons_for(now, before)
    assert (reasons == ()) == (now == before)
    assert len(set(reasons)) == len({*now.items()} ^ {*before.items()}) - sum(
        name in before and before[name] != text for name, text in now.items()
    )
