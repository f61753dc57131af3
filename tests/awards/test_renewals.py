"""One school year more on the same file: opened, reminded, sent."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from apps.accounts.models import User
from apps.awards.enums import RenewalStatus, StudySituation
from apps.awards.models import Renewal
from apps.awards.renewal_decisions import (
    return_renewal,
)
from apps.awards.renewals import (
    SentRenewal,
    open_renewals,
    remind_renewals,
    send_renewal,
)
from apps.casefiles.enums import CaseFileState
from apps.notifications.models import OutgoingEmail
from tests.factories.bursaries import (
    OPENED_AT,
    PROPOSED_AT,
    SENT_AT,
    bursary_file,
    granted_bursary,
    opened_renewal,
    renewal_round,
    sent,
)
from tests.factories.casefiles import stored_pdf
from tests.support.mail import kinds_sent
from tests.support.refusals import refusal
from tests.support.text import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def renewal(bursary_head: User) -> Renewal:
    return opened_renewal(head=bursary_head)


# --- Opened


def test_round_opens_one_renewal_for_each_award_and_writes_to_its_beneficiary(
    renewal: Renewal,
) -> None:
    assert (renewal.school_year, renewal.status) == (2027, RenewalStatus.TO_DO)
    assert renewal.due_on == date(2027, 10, 15)
    (email,) = OutgoingEmail.objects.filter(kind="renewal-opened")
    assert renewal.case_file.reference in email.subject
    assert "2027-2028" in plain(email.subject)


def test_opening_twice_changes_nothing(renewal: Renewal) -> None:
    assert open_renewals(on=OPENED_AT.date(), at=OPENED_AT) == 0
    assert Renewal.objects.count() == 1
    assert kinds_sent("renewal") == ["renewal-opened"]


def test_round_to_come_opens_nothing(bursary_head: User) -> None:
    granted_bursary(head=bursary_head)
    renewal_round()

    assert open_renewals(on=date(2027, 6, 30), at=OPENED_AT - timedelta(days=1)) == 0


def test_only_awards_under_way_are_renewed(bursary_head: User) -> None:
    bursary_file(until=CaseFileState.PROPOSED)
    first_year_is_2027 = granted_bursary(head=bursary_head, school_year=2027)
    renewal_round()

    assert open_renewals(on=OPENED_AT.date(), at=OPENED_AT) == 0
    assert not first_year_is_2027.renewals.exists()


def test_round_of_another_programme_asks_nothing(bursary_head: User) -> None:
    granted_bursary(head=bursary_head)
    renewal_round(programme="installation")

    assert open_renewals(on=OPENED_AT.date(), at=OPENED_AT) == 0


# --- Reminded


@pytest.mark.parametrize(
    ("on", "reminded"),
    [(date(2027, 9, 30), 0), (date(2027, 10, 1), 1), (date(2027, 10, 16), 0)],
)
def test_reminder_goes_once_two_weeks_before_the_last_day(
    renewal: Renewal, on: date, reminded: int
) -> None:
    at = datetime.combine(on, SENT_AT.timetz())
    assert remind_renewals(on=on, at=at) == reminded
    assert remind_renewals(on=on, at=at) == 0
    assert kinds_sent("renewal").count("renewal-reminder") == reminded


def test_who_has_answered_is_not_reminded(renewal: Renewal) -> None:
    sent(renewal)
    assert remind_renewals(on=date(2027, 10, 5), at=SENT_AT) == 0


def test_late_ones_are_those_not_sent_after_their_day(renewal: Renewal) -> None:
    assert not Renewal.objects.late(date(2027, 10, 15)).exists()
    assert Renewal.objects.late(date(2027, 10, 16)).get() == renewal
    assert renewal.is_late(date(2027, 10, 16))


# --- Sent


def test_sent_renewal_keeps_what_did_not_change_and_marks_what_did(renewal: Renewal) -> None:
    done = sent(renewal, has_other_aid=True, other_aid="Bourse régionale, 500 €")

    rows = {row["label"]: (row["before"], row["after"], row["changed"]) for row in done.comparison}
    assert done.status == RenewalStatus.SENT
    assert rows["Quelle année d’études\u00a0?"] == ("1", "2", True)
    assert rows["Où étudiez-vous\u00a0?"] == (
        "Faculté de Zagreb (Croatie)",
        "Faculté de Zagreb (Croatie)",
        False,
    )
    assert rows["Avez-vous une autre aide pour ces études\u00a0?"] == ("Non", "Oui", True)
    assert rows["Laquelle, et combien"] == ("", "Bourse régionale, 500 €", True)
    assert kinds_sent("renewal") == ["renewal-opened", "renewal-received"]


def test_renewal_is_sent_once(renewal: Renewal) -> None:
    sent(renewal)
    applicant = renewal.case_file.applicant
    again = SentRenewal(situation=StudySituation.CONTINUES, certificate=stored_pdf(applicant))

    reason = refusal(send_renewal, renewal=renewal, actor=applicant, sent=again)
    assert reason == "Ce renouvellement est déjà envoyé. Écrivez un message au guichet."


def test_renewal_without_certificate_is_refused(renewal: Renewal) -> None:
    nothing = SentRenewal(situation=StudySituation.CONTINUES)
    reason = refusal(send_renewal, renewal=renewal, actor=renewal.case_file.applicant, sent=nothing)
    assert reason == "Joignez le justificatif."


@pytest.mark.parametrize(
    ("graduated_on", "reason"),
    [
        (None, "Indiquez la date du diplôme."),
        (date(2028, 1, 1), "La date du diplôme est à venir."),
    ],
)
def test_graduate_says_when(renewal: Renewal, graduated_on: date | None, reason: str) -> None:
    applicant = renewal.case_file.applicant
    said = SentRenewal(
        situation=StudySituation.GRADUATED,
        graduated_on=graduated_on,
        certificate=stored_pdf(applicant),
    )
    assert refusal(send_renewal, renewal=renewal, actor=applicant, sent=said, at=SENT_AT) == reason


def test_nobody_else_sends_it(renewal: Renewal, other_applicant: User, superuser: User) -> None:
    said = SentRenewal(situation=StudySituation.CONTINUES, certificate=stored_pdf(superuser))
    for person in (other_applicant, superuser):
        assert refusal(send_renewal, renewal=renewal, actor=person, sent=said) == (
            "Seule la personne qui a fait la demande peut le faire."
        )


def test_given_back_with_a_reason_it_is_completed_and_sent_again(
    renewal: Renewal, bursary_caseworker: User
) -> None:
    sent(renewal)
    back = return_renewal(
        renewal=renewal, actor=bursary_caseworker, reason="Certificat illisible.", at=PROPOSED_AT
    )
    assert (back.status, back.return_reason) == (RenewalStatus.TO_DO, "Certificat illisible.")

    done = sent(renewal)
    assert (done.status, done.return_reason) == (RenewalStatus.SENT, "")
    assert kinds_sent("renewal") == [
        *("renewal-opened", "renewal-received", "renewal-returned", "renewal-received"),
    ]
