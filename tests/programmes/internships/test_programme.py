from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.accounts.models import User
from apps.awards.enums import ProofKind
from apps.awards.incompatibility_rows import load_incompatibilities
from apps.awards.programmes import AidPeriod, Attester, awarded
from apps.casefiles.drafts import start_case_file
from apps.casefiles.eligibility import Answer
from apps.casefiles.lifecycle import TRANSITIONS
from apps.casefiles.models import CaseFile
from apps.casefiles.reference_rows import load_reference_rows
from apps.casefiles.requirements import unmet_requirements
from apps.programmes.internships.models import RuralRule
from apps.territory.models import Commune, Density
from tests.factories.casefiles import START
from tests.factories.internships import (
    FIRST_DAY,
    LAST_DAY,
    SLUG,
    duration_band,
    fill_internship,
    granted_internship,
    proposed_internship,
    rural_commune,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(applicant: User) -> CaseFile:
    return start_case_file(programme=SLUG, applicant=applicant, at=START)


def test_reference_rows_are_added_once_and_never_overwritten() -> None:
    first = load_reference_rows()[SLUG]
    RuralRule.objects.update(minimum_density=6, is_validated=True)
    second = load_reference_rows()[SLUG]

    assert (first.rates, first.documents, first.others) == (2, 4, 1)
    assert (second.rates, second.documents, second.others) == (0, 0, 0)
    rule = RuralRule.objects.get()
    assert (rule.minimum_density, rule.is_validated) == (6, True)


def test_proposed_rule_is_the_one_of_the_inconsistency_list(loiret: None) -> None:
    """seed_facts.yaml, I12: « grille INSEE densité >= 5 (281 communes sur 325) »."""
    load_reference_rows()
    rule = RuralRule.objects.get()
    assert (rule.minimum_density, rule.is_validated) == (Density.RURAL_TOWN, False)
    rural = Commune.objects.filter(density__gte=rule.minimum_density).count()
    assert (rural, Commune.objects.count()) == (281, 325)


def test_density_is_frozen_on_the_day_of_the_request() -> None:
    case_file = proposed_internship(amount=Decimal(300))
    Commune.objects.filter(pk=case_file.commune_id).update(density=Density.LARGE_CENTRE)
    case_file = CaseFile.objects.get(pk=case_file.pk)

    eligibility = awarded(case_file).assess(case_file, on=date(2026, 12, 1))

    assert eligibility.answer is Answer.YES
    assert case_file.internship_detail.density == Density.SCATTERED
    assert case_file.decision is not None
    assert ["Densité de la commune", "rural à habitat dispersé"] in case_file.decision.facts[
        "printed"
    ]


def test_grant_plans_a_payment_a_month_on_its_own_budget() -> None:
    duration_band()
    case_file = granted_internship()

    planned = case_file.instalments.values_list("label", "amount", "budget_year", "due_on")

    assert list(planned) == [
        ("Stage, du 16 au 30 novembre 2026", Decimal(75), 2026, date(2026, 11, 30)),
        ("Stage, décembre 2026", Decimal(150), 2026, date(2026, 12, 31)),
        ("Stage, janvier 2027", Decimal(150), 2027, date(2027, 1, 31)),
    ]
    assert case_file.granted_amount == Decimal(375)
    assert {item.proof_kind for item in case_file.instalments.all()} == {ProofKind.ATTESTATION}
    assert not hasattr(case_file, "commitment")


def test_amount_within_the_range_is_shared_between_the_months() -> None:
    case_file = granted_internship(amount=Decimal("333.33"))

    amounts = [item.amount for item in case_file.instalments.all()]

    assert amounts == [Decimal("66.66"), Decimal("133.33"), Decimal("133.34")]
    assert sum(amounts) == case_file.granted_amount


def test_award_of_some_cents_pays_the_months_it_reaches() -> None:
    draft = proposed_internship(amount=Decimal(300))
    planned = awarded(draft).schedule(draft, amount=Decimal("0.02"), decided_on=date(2026, 11, 3))
    assert [item.amount for item in planned] == [Decimal("0.01"), Decimal("0.01")]


def test_without_dates_the_award_is_paid_at_once(draft: CaseFile) -> None:
    planned = awarded(draft).schedule(draft, amount=Decimal(100), decided_on=date(2026, 11, 3))
    assert [(item.amount, item.budget_year) for item in planned] == [(Decimal(100), 2026)]


def test_answers_to_what_comes_after_the_award(draft: CaseFile) -> None:
    programme = awarded(draft)
    assert (programme.attester(draft), programme.aid_period(draft)) == (None, None)

    fill_internship(draft, has_employer_aid=True)

    assert programme.attester(draft) == Attester(
        name="Thomas Tuteur", email="tuteur@exemple.fr", capacity="tuteur ou tutrice de stage"
    )
    assert programme.aid_period(draft) == AidPeriod(first_day=FIRST_DAY, last_day=LAST_DAY)
    assert programme.declared_aids(draft) == frozenset({"aide-employeur"})
    assert len(programme.obligations(draft)) == 4


def test_declared_aid_stops_the_request(draft: CaseFile) -> None:
    load_incompatibilities()
    fill_internship(draft, has_school_aid=True)
    draft = CaseFile.objects.get(pk=draft.pk)

    reasons = unmet_requirements(draft, TRANSITIONS["submit"])

    assert any("aide de l’école" in reason for reason in reasons)


def fill_page(case_file: CaseFile, slug: str, **answers: Any) -> Any:
    (task,) = [task for task in awarded(case_file).tasks(case_file) if task.slug == slug]
    return task.form_class(answers, instance=task.get_instance(case_file))


@pytest.mark.parametrize(
    ("last", "sentence"),
    [
        ("2026-11-15", "Le dernier jour du stage suit le premier."),
        ("2028-11-16", "Un stage dure 24 mois au plus. Au-delà, faites une autre demande."),
    ],
)
def test_dates_out_of_order_are_refused(draft: CaseFile, last: str, sentence: str) -> None:
    commune = rural_commune()
    form = fill_page(
        draft,
        "stage",
        commune=commune.label,
        host_name="Cabinet",
        starts_on="2026-11-16",
        ends_on=last,
    )
    assert form.errors["ends_on"] == [sentence]


def test_nobody_confirms_their_own_presence(draft: CaseFile) -> None:
    form = fill_page(draft, "tuteur", tutor_name="Moi", tutor_email="Alice@exemple.fr")
    assert form.errors["tutor_email"] == [
        "C’est votre adresse. Indiquez celle de la personne qui vous encadre."
    ]
