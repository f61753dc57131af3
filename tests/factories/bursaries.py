"""Bursary files in every state, made by the verbs that people use."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.agenda import add_to_agenda
from apps.awards.enums import StudySituation
from apps.awards.models import Renewal, RenewalRound
from apps.awards.renewal_decisions import grant_renewal, propose_renewal, refuse_renewal
from apps.awards.renewals import SentRenewal, open_renewals, send_renewal
from apps.awards.sessions import close_session
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import CaseFileState, Outcome
from apps.casefiles.models import CaseFile
from apps.casefiles.proposals import propose
from apps.casefiles.transitions import perform
from tests.factories.accounts import UserFactory
from tests.factories.awards import CLOSED_AT, FOLLOW, LISTED_AT, planned_session
from tests.factories.casefiles import (
    ORDER,
    START,
    join_documents,
    reference_rows,
    staff_member,
    stored_pdf,
)

SLUG = "bourse-etudes"


def bursary_staff(role: Role) -> User:
    return staff_member(role, SLUG)


def fill_bursary(case_file: CaseFile, **answers: Any) -> None:
    """Answer every question; `answers` override the usual ones (first year in Zagreb)."""
    values: dict[str, Any] = {
        "course": "medecine",
        "school_year": 2026,
        "year_of_study": 1,
        "track": "zagreb",
        "has_other_aid": False,
        "commits": True,
        **answers,
    }
    case_file.postal_address = "12 rue de la Démo\n45000 Orléans"
    case_file.save(update_fields=["postal_address"])
    detail = case_file.bursary_detail
    for name, value in values.items():
        setattr(detail, name, value)
    detail.save(update_fields=list(values))


def bursary_file(
    *,
    until: CaseFileState = CaseFileState.SUBMITTED,
    applicant: User | None = None,
    caseworker: User | None = None,
    amount: Decimal = Decimal(3000),
    at: datetime = START,
    **answers: Any,
) -> CaseFile:
    """A bursary walked to `until` (draft … proposed), an hour a step."""
    reference_rows()
    applicant = applicant or UserFactory()
    case_file = start_case_file(programme=SLUG, applicant=applicant, at=at)
    fill_bursary(case_file, **answers)
    join_documents(case_file, applicant, at=at)
    for hours, state in enumerate(ORDER[1 : ORDER.index(until) + 1], start=1):
        when = at + timedelta(hours=hours)
        if state == CaseFileState.SUBMITTED:
            case_file = perform(case_file, "submit", actor=applicant, at=when)
            continue
        caseworker = caseworker or bursary_staff(Role.CASEWORKER)
        if state == CaseFileState.UNDER_REVIEW:
            case_file = perform(case_file, "start_review", actor=caseworker, at=when)
        else:
            case_file = propose(
                case_file=case_file,
                actor=caseworker,
                outcome=Outcome.GRANT,
                amount=amount,
                at=when,
            )
    return case_file


def granted_bursary(*, head: User, **file: Any) -> CaseFile:
    """Voted on 18 December 2026, in a session of its own."""
    case_file = bursary_file(until=CaseFileState.PROPOSED, **file)
    session = planned_session(actor=head, held_on=date(2026, 12, 18))
    (item,) = add_to_agenda(session=session, case_files=[case_file], actor=head, at=LISTED_AT)
    close_session(
        session=session,
        actor=head,
        deliberation=f"CP-2026-12-18/B{case_file.pk}",
        votes={item.pk: FOLLOW},
        at=CLOSED_AT,
    )
    return CaseFile.objects.get(pk=case_file.pk)


# --- Renewals

OPENED_AT = datetime(2027, 7, 1, 5, 0, tzinfo=UTC)
SENT_AT = datetime(2027, 9, 20, 9, 0, tzinfo=UTC)
PROPOSED_AT = datetime(2027, 9, 27, 9, 0, tzinfo=UTC)
VOTED_ON = date(2027, 10, 15)
VOTED_AT = datetime(2027, 10, 18, 9, 0, tzinfo=UTC)
SECOND_YEAR: dict[str, Any] = {
    "year_of_study": 2,
    "track": "zagreb",
    "faculty": "",
    "country": "",
    "has_other_aid": False,
    "other_aid": "",
}


def renewal_round(school_year: int = 2027, **fields: Any) -> RenewalRound:
    """Opens on 1 July of its year, to send back before 15 October."""
    row: dict[str, Any] = {
        "programme": SLUG,
        "school_year": school_year,
        "opens_on": date(school_year, 7, 1),
        "due_on": date(school_year, 10, 15),
        **fields,
    }
    return RenewalRound.objects.create(**row)


def opened_renewal(*, head: User, **file: Any) -> Renewal:
    """A bursary granted in 2026, asked about 2027-2028."""
    case_file = granted_bursary(head=head, **file)
    renewal_round()
    open_renewals(on=OPENED_AT.date(), at=OPENED_AT)
    return Renewal.objects.select_related("case_file").get(case_file=case_file)


def sent(
    renewal: Renewal, situation: StudySituation = StudySituation.CONTINUES, **answers: Any
) -> Renewal:
    """Sent back by its beneficiary, the answers as they are unless said otherwise."""
    applicant = renewal.case_file.applicant
    assert applicant is not None
    graduated = situation == StudySituation.GRADUATED
    return send_renewal(
        renewal=renewal,
        actor=applicant,
        sent=SentRenewal(
            situation=situation,
            graduated_on=date(2027, 9, 10) if graduated else None,
            certificate=stored_pdf(applicant, name="certificat.pdf"),
            answers={**SECOND_YEAR, **answers} if situation == StudySituation.CONTINUES else None,
        ),
        at=SENT_AT,
    )


def proposed(
    renewal: Renewal, *, caseworker: User | None = None, amount: Decimal = Decimal(2500)
) -> Renewal:
    return propose_renewal(
        renewal=sent(renewal),
        actor=caseworker or bursary_staff(Role.CASEWORKER),
        outcome=Outcome.GRANT,
        amount=amount,
        at=PROPOSED_AT,
    )


def renewed(renewal: Renewal, *, head: User, **proposal: Any) -> Renewal:
    """Granted by the vote of 15 October 2027, recorded three days later."""
    return grant_renewal(
        renewal=proposed(renewal, **proposal),
        actor=head,
        decided_on=VOTED_ON,
        deliberation="CP-2027-10-15/B02",
        at=VOTED_AT,
    )


def refused(renewal: Renewal, *, head: User) -> Renewal:
    """Refused by the same vote, though an amount was proposed."""
    return refuse_renewal(
        renewal=proposed(renewal),
        actor=head,
        decided_on=VOTED_ON,
        deliberation="CP-2027-10-15/B03",
        reason="Année non validée.",
        at=VOTED_AT,
    )
