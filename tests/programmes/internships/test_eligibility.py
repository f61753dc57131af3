"""What is a rural place: the rule of staff, by hand, then what holds for any."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.casefiles.eligibility import Answer, Finding
from apps.programmes.internships.eligibility import PlaceFact, RuralRuleFact, assess_place
from apps.territory.models import Density

YES, CHECK, NO = Answer.YES, Answer.CHECK, Answer.NO


def place(density: int = Density.SCATTERED) -> PlaceFact:
    return PlaceFact(commune="Patay", density=density, density_label=Density(density).label)


def rule(*, minimum: int = 5, is_validated: bool = False) -> RuralRuleFact:
    return RuralRuleFact(
        minimum_density=minimum,
        label=Density(minimum).label,
        source="Grille de densité",
        is_validated=is_validated,
    )


def plain(found: Finding) -> str:
    return found.explanation.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("density", "answer"), [(1, NO), (2, NO), (3, NO), (4, NO), (5, YES), (6, YES), (7, YES)]
)
def test_commune_is_rural_from_level_five_on(density: int, answer: Answer) -> None:
    found = assess_place(place(density), rule())
    assert found.answer is answer
    assert found.source == "Grille de densité"


def test_answer_names_the_class_and_says_that_the_rule_is_a_proposal() -> None:
    assert plain(assess_place(place(), rule())) == (
        "Patay : rural à habitat dispersé, niveau 6 sur 7. Une commune est rurale à partir du "
        "niveau 5 (bourg rural). Cette définition est une proposition, à valider par le "
        "Département."
    )


def test_validated_rule_is_no_longer_called_a_proposal() -> None:
    assert "proposition" not in plain(assess_place(place(), rule(is_validated=True)))


def test_rule_of_staff_decides() -> None:
    assert assess_place(place(5), rule(minimum=6)).answer is NO
    assert assess_place(place(4), rule(minimum=4)).answer is YES


def test_without_a_definition_the_guichet_checks() -> None:
    found = assess_place(place(), None)
    assert found.answer is CHECK
    assert "Aucune définition" in found.explanation


@given(
    st.builds(place, st.sampled_from(Density)),
    st.none() | st.builds(rule, minimum=st.integers(1, 7), is_validated=st.booleans()),
)
def test_answer_has_its_source_and_a_refusal_says_what_would_change(
    where: PlaceFact, known: RuralRuleFact | None
) -> None:
    found = assess_place(where, known)
    assert found.explanation.endswith((".", "vérifie."))
    assert found.source
    assert (found.answer is CHECK) == (known is None)
    assert bool(found.what_would_change) == (found.answer is not YES)
