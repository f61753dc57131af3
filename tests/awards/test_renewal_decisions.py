"""A renewal that was sent: proposed within the cap, decided by two persons, paid, or closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.amendments import award_total
from apps.awards.enums import InstalmentStatus, ProofKind, RenewalStatus, StudySituation
from apps.awards.models import AwardTerms, Commitment, Instalment, Renewal
from apps.awards.renewal_decisions import (
    grant_renewal,
    propose_renewal,
    reconsider_renewal,
    refuse_renewal,
    renewal_breakdown,
)
from apps.awards.renewals import (
    close_renewal,
    open_renewals,
    record_graduation,
)
from apps.casefiles.enums import Outcome
from apps.casefiles.models import Rate
from apps.casefiles.proposals import withdraw_proposal
from tests.factories.accounts import UserFactory
from tests.factories.bursaries import (
    OPENED_AT,
    SENT_AT,
    VOTED_AT,
    VOTED_ON,
    opened_renewal,
    proposed,
    refused,
    renewal_round,
    renewed,
    sent,
)
from tests.factories.incompatibilities import rule_between
from tests.factories.internships import granted_internship
from tests.support.mail import kinds_sent
from tests.support.refusals import refusal

pytestmark = pytest.mark.django_db

# When it was decided, the deliberation, and why it is not recorded.
Vote = tuple[date, str, str]


@pytest.fixture
def renewal(bursary_head: User) -> Renewal:
    return opened_renewal(head=bursary_head)


# --- Proposed


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        (Decimal(1199), "Le montant se situe entre 1 200 € et 3 000 €."),
        (Decimal("3000.01"), "Le plafond laisse 3 000 € au plus pour cette année."),
        (None, "Indiquez le montant proposé, en euros."),
    ],
)
def test_amount_stays_within_the_bounds(
    renewal: Renewal, bursary_caseworker: User, amount: Decimal | None, reason: str
) -> None:
    sent(renewal)
    assert reason == refusal(
        propose_renewal,
        renewal=renewal,
        actor=bursary_caseworker,
        outcome=Outcome.GRANT,
        amount=amount,
    )


def test_cap_over_the_course_counts_what_was_granted(
    bursary_head: User, bursary_caseworker: User
) -> None:
    renewal = opened_renewal(head=bursary_head)
    Rate.objects.filter(code="cap:zagreb").update(amount=Decimal(5000))
    sent(renewal)

    breakdown = renewal_breakdown(Renewal.objects.get(pk=renewal.pk))
    assert breakdown.bounds == (Decimal(1200), Decimal(2000))
    reason = refusal(
        propose_renewal,
        renewal=renewal,
        actor=bursary_caseworker,
        outcome=Outcome.GRANT,
        amount=Decimal(2001),
    )
    assert reason == "Le plafond laisse 2 000 € au plus pour cette année."


def test_two_years_proposed_at_once_never_pass_the_cap_together(bursary_head: User) -> None:
    first = opened_renewal(head=bursary_head)
    Rate.objects.filter(code="cap:zagreb").update(amount=Decimal(6000))
    renewal_round(2028, opens_on=date(2027, 7, 1))
    open_renewals(on=OPENED_AT.date(), at=OPENED_AT)
    second = Renewal.objects.select_related("case_file").get(school_year=2028)
    proposed(second, amount=Decimal(2000))
    renewed(first, head=bursary_head, amount=Decimal(2000))

    reason = refusal(
        grant_renewal,
        renewal=second,
        actor=bursary_head,
        decided_on=VOTED_ON,
        deliberation="CP-2027-10-15/B03",
        at=VOTED_AT,
    )
    assert reason == "Le plafond laisse 1 000 € au plus."


def test_nothing_is_granted_to_somebody_who_stops(
    renewal: Renewal, bursary_caseworker: User
) -> None:
    sent(renewal, StudySituation.STOPPED)
    reason = refusal(
        propose_renewal,
        renewal=renewal,
        actor=bursary_caseworker,
        outcome=Outcome.GRANT,
        amount=Decimal(2000),
    )
    assert "« J’arrête mes études » : il n’y a pas d’année à financer." in reason


def test_proposal_may_go_back_to_study(renewal: Renewal, bursary_head: User) -> None:
    proposed(renewal)
    back = reconsider_renewal(
        renewal=renewal, actor=bursary_head, comment="Montant à revoir.", at=VOTED_AT
    )
    assert back.status == RenewalStatus.SENT


# --- Decided


def test_granted_year_adds_an_amendment_and_its_payment_on_the_budget_of_its_year(
    renewal: Renewal, bursary_head: User
) -> None:
    done = renewed(renewal, head=bursary_head)

    amendment = done.amendment
    assert amendment is not None
    assert (amendment.rank, amendment.amount, amendment.budget_year) == (1, Decimal(2500), 2027)
    assert (amendment.label, amendment.deliberation) == (
        "Année universitaire 2027\u20112028",
        "CP-2027-10-15/B02",
    )
    assert amendment.frozen_breakdown == done.frozen_breakdown
    case_file = done.case_file
    case_file.refresh_from_db()
    assert award_total(case_file) == Decimal(5500)
    assert case_file.granted_amount == Decimal(3000)
    first, second = Instalment.objects.filter(case_file=case_file).order_by("rank")
    assert (first.amount, first.budget_year, first.proof_kind) == (
        Decimal(3000),
        2026,
        ProofKind.PIECE,
    )
    assert (second.rank, second.amount, second.budget_year, second.proof_kind) == (
        2,
        Decimal(2500),
        2027,
        ProofKind.NONE,
    )
    assert second.status == InstalmentStatus.PLANNED
    assert kinds_sent("renewal")[-1] == "renewal-decided"


def test_next_year_starts_from_the_answers_of_the_last_one(
    renewal: Renewal, bursary_head: User
) -> None:
    renewed(renewal, head=bursary_head)
    renewal_round(2028)
    open_renewals(on=date(2028, 7, 1), at=VOTED_AT + timedelta(days=300))
    third = Renewal.objects.select_related("case_file").get(school_year=2028)

    done = sent(third, year_of_study=3)

    assert [(row["before"], row["after"]) for row in done.comparison if row["changed"]] == [
        ("2", "3")
    ]


def test_year_beside_an_award_that_excludes_it_is_refused(
    renewal: Renewal, bursary_head: User
) -> None:
    """The bursary ran until August 2027; the placement of autumn was granted in between."""
    rule_between("stage-rural", "bourse-etudes")
    proposed(renewal)
    granted_internship(
        applicant=renewal.case_file.applicant,
        starts_on=date(2027, 11, 1),
        ends_on=date(2028, 1, 31),
        amount=Decimal(400),
    )

    reason = refusal(
        grant_renewal,
        renewal=renewal,
        actor=bursary_head,
        decided_on=VOTED_ON,
        deliberation="CP-1",
        at=VOTED_AT,
    )

    assert "STG-2026-" in reason
    assert not renewal.case_file.amendments.exists()
    assert Renewal.objects.get(pk=renewal.pk).status == RenewalStatus.PROPOSED


def test_who_proposes_never_decides(renewal: Renewal) -> None:
    both: User = UserFactory(
        grants=[(Role.CASEWORKER, "bourse-etudes"), (Role.HEAD, "bourse-etudes")]
    )
    proposed(renewal, caseworker=both)

    reason = refusal(
        grant_renewal,
        renewal=renewal,
        actor=both,
        decided_on=VOTED_ON,
        deliberation="CP-1",
        at=VOTED_AT,
    )
    assert reason == "Vous avez proposé ce montant : une autre personne doit décider."


@pytest.mark.parametrize(
    "vote",
    [
        (VOTED_ON, " ", "Indiquez le numéro de la délibération."),
        (date(2027, 10, 19), "CP-1", "La date de la décision est à venir."),
    ],
)
@pytest.mark.parametrize("decide", [grant_renewal, partial(refuse_renewal, reason="Redoublement")])
def test_vote_is_recorded_with_its_day_and_number(
    renewal: Renewal, bursary_head: User, vote: Vote, decide: Callable[..., object]
) -> None:
    decided_on, deliberation, reason = vote
    proposed(renewal)
    assert reason == refusal(
        decide,
        renewal=renewal,
        actor=bursary_head,
        decided_on=decided_on,
        deliberation=deliberation,
        at=VOTED_AT,
    )
    assert Renewal.objects.get(pk=renewal.pk).status == RenewalStatus.PROPOSED


def test_refused_year_has_its_reason_and_adds_nothing(renewal: Renewal, bursary_head: User) -> None:
    done = refused(renewal, head=bursary_head)

    assert (done.status, done.reason, done.amendment) == (
        RenewalStatus.REFUSED,
        "Année non validée.",
        None,
    )
    assert (done.decided_on, done.deliberation) == (VOTED_ON, "CP-2027-10-15/B03")
    assert award_total(done.case_file) == Decimal(3000)
    assert kinds_sent("renewal")[-1] == "renewal-decided"


def test_decision_with_a_year_added_is_not_cancelled(renewal: Renewal, bursary_head: User) -> None:
    renewed(renewal, head=bursary_head)
    reason = refusal(
        withdraw_proposal,
        case_file=renewal.case_file,
        actor=bursary_head,
        comment="Erreur.",
        name="cancel_decision",
        at=VOTED_AT,
    )
    assert reason == ("Une année de plus a été accordée : la décision ne peut plus être annulée.")


# --- Closed


def test_pointless_renewal_is_closed_with_a_reason(
    renewal: Renewal, bursary_caseworker: User
) -> None:
    assert refusal(close_renewal, renewal=renewal, actor=bursary_caseworker, reason=" ") == (
        "Dites pourquoi : la personne le lit."
    )
    done = close_renewal(
        renewal=renewal, actor=bursary_caseworker, reason="Études à l’arrêt.", at=SENT_AT
    )
    assert (done.status, done.reason) == (RenewalStatus.CLOSED, "Études à l’arrêt.")


def test_diploma_ends_the_renewals_and_says_when_to_begin(
    bursary_head: User, bursary_caseworker: User
) -> None:
    AwardTerms.objects.filter(programme="bourse-etudes").delete()
    AwardTerms.objects.create(
        programme="bourse-etudes",
        valid_during=(date(2020, 1, 1), None),
        commitment_months=60,
        start_within_months=12,
        source="Texte fictif",
    )
    renewal = opened_renewal(head=bursary_head)
    case_file = renewal.case_file
    commitment = Commitment.objects.get(case_file=case_file)
    assert (commitment.months, commitment.begins_by) == (60, None)
    sent(renewal, StudySituation.GRADUATED)

    record_graduation(
        case_file=case_file, actor=bursary_caseworker, graduated_on=date(2027, 9, 10), at=SENT_AT
    )

    renewal.refresh_from_db()
    commitment.refresh_from_db()
    assert (renewal.status, renewal.reason) == (RenewalStatus.CLOSED, "Le diplôme est obtenu.")
    assert (commitment.begins_by, commitment.started_on) == (date(2028, 9, 10), None)
    renewal_round(2028)
    assert open_renewals(on=date(2028, 7, 1), at=SENT_AT + timedelta(days=300)) == 0


def test_diploma_without_a_delay_sets_no_last_day(
    renewal: Renewal, bursary_caseworker: User
) -> None:
    record_graduation(
        case_file=renewal.case_file,
        actor=bursary_caseworker,
        graduated_on=date(2027, 9, 10),
        at=SENT_AT,
    )
    commitment = Commitment.objects.filter(case_file=renewal.case_file).first()
    assert commitment is None or commitment.begins_by is None


@pytest.mark.parametrize(
    ("again", "day", "reason"),
    [
        (True, date(2027, 9, 10), "Le diplôme est déjà enregistré."),
        (False, date(2027, 12, 1), "La date du diplôme est à venir."),
    ],
)
def test_diploma_is_recorded_once_and_once_obtained(
    renewal: Renewal, bursary_caseworker: User, again: bool, day: date, reason: str
) -> None:
    arguments: dict[str, Any] = {
        "case_file": renewal.case_file,
        "actor": bursary_caseworker,
        "at": SENT_AT,
    }
    if again:
        record_graduation(graduated_on=day, **arguments)
    assert refusal(record_graduation, graduated_on=day, **arguments) == reason
