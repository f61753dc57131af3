"""Who may have the rural internship allowance: each rule by hand, then what holds for any."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.casefiles.eligibility import Answer, Finding
from apps.programmes.internships.eligibility import InternshipFacts, RuralRuleFact, assess
from apps.territory.models import Density

YES, CHECK, NO = Answer.YES, Answer.CHECK, Answer.NO
AIDS = {
    "has_school_aid": "Aide de l’école",
    "has_employer_aid": "Aide d’un employeur",
    "has_department_bursary": "Bourse du Département",
}


def facts(**answers: object) -> InternshipFacts:
    density = Density(answers.pop("density", Density.SCATTERED))
    values: dict[str, object] = {
        "commune": "Patay",
        "density": density.value,
        "density_label": density.label,
        **dict.fromkeys(AIDS, False),
        **answers,
    }
    return InternshipFacts(**values)  # type: ignore[arg-type]


def rule(*, minimum: int = 5, is_validated: bool = False) -> RuralRuleFact:
    return RuralRuleFact(
        minimum_density=minimum,
        label=Density(minimum).label,
        source="Grille de densité",
        is_validated=is_validated,
    )


def finding(name: str, given: InternshipFacts, where: RuralRuleFact | None) -> Finding:
    (found,) = [item for item in assess(given, where).findings if item.rule == name]
    return found


@pytest.mark.parametrize(
    ("density", "answer"), [(1, NO), (2, NO), (3, NO), (4, NO), (5, YES), (6, YES), (7, YES)]
)
def test_commune_is_rural_from_level_five_on(density: int, answer: Answer) -> None:
    found = finding("Commune rurale", facts(density=density), rule())
    assert found.answer is answer
    assert found.source == "Grille de densité"


def test_rural_answer_names_the_class_and_says_that_the_rule_is_a_proposal() -> None:
    found = finding("Commune rurale", facts(), rule())
    assert found.explanation.replace("\u00a0", " ") == (
        "Patay : rural à habitat dispersé, niveau 6 sur 7. Une commune est rurale à partir du "
        "niveau 5 (bourg rural). Cette définition est une proposition, à valider par le "
        "Département."
    )


def test_validated_rule_is_no_longer_called_a_proposal() -> None:
    found = finding("Commune rurale", facts(), rule(is_validated=True))
    assert "proposition" not in found.explanation


def test_rule_of_staff_decides() -> None:
    assert finding("Commune rurale", facts(density=5), rule(minimum=6)).answer is NO
    assert finding("Commune rurale", facts(density=4), rule(minimum=4)).answer is YES


def test_without_a_definition_the_guichet_checks() -> None:
    found = finding("Commune rurale", facts(), None)
    assert found.answer is CHECK
    assert "Aucune définition" in found.explanation


@pytest.mark.parametrize("name", AIDS)
@pytest.mark.parametrize(("has_it", "answer"), [(False, YES), (True, NO), (None, CHECK)])
def test_declared_aid(name: str, has_it: bool | None, answer: Answer) -> None:
    found = finding(AIDS[name], facts(**{name: has_it}), rule())
    assert found.answer is answer
    assert bool(found.what_would_change) == (answer is NO)


maybe = st.sampled_from([None, True, False])


@given(
    st.builds(
        facts,
        density=st.sampled_from(Density),
        **dict.fromkeys(AIDS, maybe),
    ),
    st.none() | st.builds(rule, minimum=st.integers(1, 7), is_validated=st.booleans()),
)
def test_every_rule_speaks_once_and_the_unanswered_never_refuse(
    given_facts: InternshipFacts, where: RuralRuleFact | None
) -> None:
    eligibility = assess(given_facts, where)

    assert [found.rule for found in eligibility.findings] == ["Commune rurale", *AIDS.values()]
    for found in eligibility.findings:
        assert found.explanation.endswith(".")
        assert found.source
    refused = {found.rule for found in eligibility.blocking}
    for name, label in AIDS.items():
        assert (label in refused) == (getattr(given_facts, name) is True)
