from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podtool.show.roles import GROUPS, HOSTS, ROLES, _plain, find_role, role_label


def test_the_table_is_the_taxonomys():
    assert len(ROLES) == 63
    assert len({role.key for role in ROLES}) == 63
    assert Counter(role.group for role in ROLES) == {
        "Creative Direction": 8,
        "Cast": 8,
        "Writing": 16,
        "Audio Production": 6,
        "Audio Post-Production": 7,
        "Administration": 7,
        "Visuals": 2,
        "Community": 1,
        "Misc.": 2,
        "Video Production": 4,
        "Video Post-Production": 2,
    }
    assert set(GROUPS) == {role.group for role in ROLES}
    assert {role.key for role in ROLES} >= HOSTS
    assert [role.key for role in ROLES if role.en == "Editor"] == [
        "Writing/Editor",
        "Video Post-Production/Editor",
    ]


def test_no_word_means_two_roles():
    words = Counter(
        word for role in ROLES for word in {_plain(synonym) for synonym in (role.fr, *role.synonyms)}
    )
    assert [word for word, count in words.items() if count > 1] == []
    english = {_plain(role.en): role for role in ROLES if role.en != "Editor"}
    for role in ROLES:
        for word in (role.fr, *role.synonyms):
            assert english.get(_plain(word), role) is role, word


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.key)
def test_every_word_finds_its_role(role):
    assert find_role(role.key) is role
    assert find_role(role.key.upper()) is role
    for word in (role.fr, *role.synonyms):
        assert find_role(word) is role
        assert find_role(f"  {word.upper()} ") is role
    if role.key != "Video Post-Production/Editor":
        assert find_role(role.en.lower()) is role


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("director", "Creative Direction/Director"),
        ("réalisation", "Creative Direction/Director"),
        ("Realisation", "Creative Direction/Director"),
        ("Réalisat·eur·rice", "Creative Direction/Director"),
        ("réalisateur/trice", "Creative Direction/Director"),
        ("réalisateur(trice)", "Creative Direction/Director"),
        ("direction", "Creative Direction/Director"),
        ("co host", "Cast/Co-Host"),
        ("présentateur·rice", "Cast/Host"),
        ("hosts", "Cast/Host"),
        ("Invité·e", "Cast/Guest"),
        ("invité(e)", "Cast/Guest"),
        ("Invité·es", "Cast/Guest"),
        ("invités", "Cast/Guest"),
        ("Monteur.se", "Audio Post-Production/Audio Editor"),
        ("music", "Audio Post-Production/Music Contributor"),
        ("editor", "Writing/Editor"),
        ("cast/host", "Cast/Host"),
        ("Aut·eur·rice", "Writing/Author"),
        ("Premi·er·ère Réalisat·eur·rice", None),
        ("chargé de mission numérique", None),
        ("", None),
        ("·", None),
        ("/", None),
        ("s", None),
    ],
)
def test_what_people_write(written, key):
    role = find_role(written)
    assert (role.key if role else None) == key


def test_labels_translate_the_taxonomys_words_and_keep_the_authors():
    assert role_label("director", "fr") == "Réalisation"
    assert role_label("Director", "fr-CA") == "Réalisation"
    assert role_label("director", "en") == "Director"
    assert role_label("Writing/Editor", "en-GB") == "Editor"
    assert role_label("music contributor", "de") == "Music Contributor"
    assert role_label("direction", "fr") == "direction"
    assert role_label("chargé de mission", "en") == "chargé de mission"


@given(st.text(max_size=40))
def test_any_text_has_a_label(text):
    find_role(text)
    assert role_label(text, "fr") or not text
