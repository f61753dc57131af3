"""Searching communes the way people type them."""

from __future__ import annotations

from typing import Any

import pytest

from apps.territory.search import Match, communes_answering, match_of

pytestmark = pytest.mark.django_db


def names(text: str, limit: int = 10) -> list[str]:
    return [commune.name for commune in communes_answering(text, limit)]


def test_search_finds_communes_as_people_type_them(communes: None) -> None:
    """One load of the Loiret for every spelling: it takes longer than all the searches."""
    first = {
        "Chécy": "Chécy",
        "checy": "Chécy",
        "  CHECY ": "Chécy",
        "chéc": "Chécy",
        "Chécy (45430)": "Chécy",
        "45430 Chécy": "Chécy",
        "Orléans 45100": "Orléans",
        "St Jean de la Ruelle": "Saint-Jean-de-la-Ruelle",
        "saint-jean de la ruelle": "Saint-Jean-de-la-Ruelle",
        "st jean ruelle": "Saint-Jean-de-la-Ruelle",
        "Ste Geneviève des Bois": "Sainte-Geneviève-des-Bois",
        "saint denis de l'hotel": "Saint-Denis-de-l’Hôtel",
        "Saint-Denis-de-l’Hôtel": "Saint-Denis-de-l’Hôtel",
        "ferté": "La Ferté-Saint-Aubin",
        "la ferté st aubin": "La Ferté-Saint-Aubin",
        "fleury les aubrais": "Fleury-les-Aubrais",
        "aubrais": "Fleury-les-Aubrais",
        "epieds": "Épieds-en-Beauce",
        "meung": "Meung-sur-Loire",
        "45203": "Meung-sur-Loire",
        "Orlean": "Orléans",
        "Orlaéns": "Orléans",
        "Pitivier": "Pithiviers",
        "Montarjis": "Montargis",
        "Malesherbes": "Le Malesherbois",
    }
    assert {text: names(text)[0] for text in first} == first


def test_search_order_is_exact_then_start_then_word_then_inside(communes: None) -> None:
    found = communes_answering("gien", 50)
    assert [(commune.name, match_of(commune)) for commune in found] == [
        ("Gien", Match.EXACT),
        ("Poilly-lez-Gien", Match.WORD),
    ]


def test_search_nonsense_finds_nothing(communes: None) -> None:
    for text in (
        "",
        "   ",
        "%",
        "_",
        "\\",
        "???",
        "zzzzzz",
        "99999",
        "750",
        "' OR 1=1 --",
        "🏥",
        "'",
    ):
        assert names(text) == [], text


def test_search_postcode_gives_its_communes_before_the_insee_code(communes: None) -> None:
    found = [(commune.name, match_of(commune)) for commune in communes_answering("45100")]
    assert found == [("Orléans", Match.EXACT), ("Combleux", Match.CODE)]


def test_search_limit_bounds_the_list(communes: None) -> None:
    assert len(names("saint", 4)) == 4


def test_search_takes_one_query(communes: None, django_assert_num_queries: Any) -> None:
    for text in ("saint", "45100", "Orlaéns"):
        with django_assert_num_queries(1):
            names(text)
