"""Searching communes the way people type them, and the communes around."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError

from apps.territory.models import Commune, Match

pytestmark = pytest.mark.django_db


def names(text: str, limit: int = 10) -> list[str]:
    return [commune.name for commune in Commune.objects.search(text, limit)]


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
    found = Commune.objects.search("gien", 50)
    assert [(commune.name, commune.match) for commune in found] == [
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
    found = [(commune.name, commune.match) for commune in Commune.objects.search("45100")]
    assert found == [("Orléans", Match.EXACT), ("Combleux", Match.CODE)]


def test_search_limit_bounds_the_list(communes: None) -> None:
    assert len(names("saint", 4)) == 4


def test_search_takes_one_query(communes: None, django_assert_num_queries: Any) -> None:
    for text in ("saint", "45100", "Orlaéns"):
        with django_assert_num_queries(1):
            names(text)


def test_communes_stand_in_french_order(communes: None) -> None:
    order = [commune.name for commune in Commune.objects.all()]
    assert order[:2] == ["Adon", "Aillant-sur-Milleron"]
    assert order.index("Égry") < order.index("Engenville") < order.index("Épieds-en-Beauce")
    assert order.index("Férolles") < order.index("La Ferté-Saint-Aubin")


def test_neighbours_are_the_nearest_town_halls(communes: None) -> None:
    saint_jean = Commune.objects.get(pk="45285")
    near = saint_jean.neighbours(3)
    assert [commune.name for commune in near] == ["Orléans", "Ingré", "Saint-Pryvé-Saint-Mesmin"]
    assert 1 < near[0].distance_km < 5


def test_is_rural_agrees_with_insee(communes: None) -> None:
    rural = [commune for commune in Commune.objects.all() if commune.is_rural]
    assert len(rural) == 281


def test_commune_outside_the_loiret_is_refused_by_the_database(communes: None) -> None:
    with pytest.raises(IntegrityError, match="commune_insee_code_in_loiret"):
        Commune.objects.filter(pk="45001").update(insee_code="75056")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Orléans", "d’Orléans"),
        ("Épieds-en-Beauce", "d’Épieds-en-Beauce"),
        ("Huêtre", "d’Huêtre"),
        ("Chécy", "de\u00a0Chécy"),
        ("La Ferté-Saint-Aubin", "de\u00a0La Ferté-Saint-Aubin"),
        ("Le Malesherbois", "du\u00a0Malesherbois"),
        ("Les Bordes", "des\u00a0Bordes"),
    ],
)
def test_of_it_follows_the_french_article(name: str, words: str) -> None:
    assert Commune(name=name).of_it == words
