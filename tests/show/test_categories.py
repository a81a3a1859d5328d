from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podtool.show.categories import APPLE_CATEGORIES, is_apple_category, suggest_category
from podtool.show.model import Category


def test_apples_numbers():
    assert len(APPLE_CATEGORIES) == 19
    assert sum(len(subs) for subs in APPLE_CATEGORIES.values()) == 91
    for subs in APPLE_CATEGORIES.values():
        assert list(subs) == sorted(subs)


@pytest.mark.parametrize(
    ("name", "sub", "known"),
    [
        ("Society & Culture", None, True),
        ("Education", "Self-Improvement", True),
        ("society & culture", None, False),
        ("Arts", "Self-Improvement", False),
        ("Self-Improvement", None, False),
        ("Games & Hobbies", None, False),
        ("Government", "", False),
    ],
)
def test_case_exact_under_the_right_parent(name, sub, known):
    assert is_apple_category(Category(name=name, sub=sub)) is known


@pytest.mark.parametrize(
    ("name", "sub", "suggested"),
    [
        ("society & culture", None, ("Society & Culture", None)),
        ("Society and Culture", None, ("Society & Culture", None)),
        ("Self-Improvement", None, ("Education", "Self-Improvement")),
        ("Arts", "self-improvement", ("Education", "Self-Improvement")),
        ("Eductaion", "How To", ("Education", "How To")),
        ("TV & Flim", "Film Reviws", ("TV & Film", "Film Reviews")),
        ("Hobby", None, ("Leisure", "Hobbies")),
        ("Quantum Cheese", "Zzz", None),
    ],
)
def test_suggestions(name, sub, suggested):
    found = suggest_category(Category(name=name, sub=sub))
    assert ((found.name, found.sub) if found else None) == suggested


@given(st.text(max_size=30), st.one_of(st.none(), st.text(max_size=30)))
def test_a_suggestion_is_one_of_apples(name, sub):
    found = suggest_category(Category(name=name, sub=sub))
    assert found is None or is_apple_category(found)


def test_apples_own_suggest_themselves():
    for name, subs in APPLE_CATEGORIES.items():
        for sub in (None, *subs):
            assert suggest_category(Category(name=name, sub=sub)) == Category(name=name, sub=sub)
