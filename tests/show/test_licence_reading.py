from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podtool.show.licence_reading import read_licence, same_licence, same_name
from podtool.show.licences import LICENCES


@pytest.mark.parametrize(
    ("text", "spdx"),
    [
        ("CC-BY-SA-4.0", "CC-BY-SA-4.0"),
        ("cc-by-sa-3.0-fr", "CC-BY-SA-3.0-FR"),
        ("http://creativecommons.org/licenses/by-sa/3.0/fr/deed.en", "CC-BY-SA-3.0-FR"),
        ("https://www.creativecommons.org/licenses/by-nc-nd/4.0/deed.fr", "CC-BY-NC-ND-4.0"),
        ("https://creativecommons.org/licenses/by-nd-nc/1.0/", "CC-BY-NC-ND-1.0"),
        ("https://creativecommons.org/licenses/by/4.0/legalcode.fr", "CC-BY-4.0"),
        ("https://creativecommons.org/licenses/by/3.0/igo/", "CC-BY-3.0-IGO"),
        ("https://creativecommons.org/licenses/by/2.5/scotland/", "CC-BY-2.5-SCOTLAND"),
        ("https://creativecommons.org/licenses/sampling+/1.0/", "LicenseRef-CC-Sampling-Plus-1.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/deed.fr", "CC0-1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "CC-PDM-1.0"),
        ("http://creativecommons.org/licenses/publicdomain/", "CC-PDDC"),
        ("https://artlibre.org/licence/lal/", "LAL-1.3"),
        ("CC BY-NC-SA 3.0", "CC-BY-NC-SA-3.0"),
        ("cc by 4.0", "CC-BY-4.0"),
        ("Music: CC BY-SA 3.0 DE", "CC-BY-SA-3.0-DE"),
        ("Creative Commons Attribution-ShareAlike 4.0 International", "CC-BY-SA-4.0"),
        ("Creative Commons Attribution-NonCommercial-NoDerivs 3.0 Unported", "CC-BY-NC-ND-3.0"),
        ("Attribution 3.0", "CC-BY-3.0"),
        ("Licensed to the public under http://creativecommons.org/licenses/by/3.0/ verify at …", "CC-BY-3.0"),
        ("CC0", "CC0-1.0"),
        ("© 2020 A Label. All rights reserved.", "LicenseRef-ARR"),
        ("Tous droits réservés", "LicenseRef-ARR"),
        ("© 2020 A Label", None),
        ("https://creativecommons.org/licenses/devnations/2.0/", None),
        ("", None),
    ],
)
def test_what_people_and_files_write(text: str, spdx: str | None) -> None:
    assert read_licence(text) == spdx


@given(st.sampled_from(sorted(LICENCES)))
def test_every_licence_is_read_back_from_its_id_and_address(spdx: str) -> None:
    assert read_licence(spdx) == spdx
    if not spdx.startswith(("GFDL", "GPL")):  # one text for «only» and «or later»
        assert read_licence(LICENCES[spdx].url) == spdx
        assert same_licence(spdx, LICENCES[spdx].url.replace("https://", "http://"))


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    read_licence(text)
    assert same_name(text, text)
    assert same_licence(text, text)


def test_names() -> None:
    assert same_name("Élodie  Prévost", "elodie prevost")
    assert same_name("Sounds of Nowhere", "Sounds of Nowhere (feat. Somebody)")
    assert not same_name("Sounds of Nowhere", "Somebody")
    assert not same_name("Ann", "Anna")
    assert not same_name("...", "Somebody")
