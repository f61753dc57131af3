"""The communes around, and what the database refuses."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from apps.territory.models import Commune

pytestmark = pytest.mark.django_db


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
