"""Bursary files in every state, made by the verbs that people use."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.agenda import add_to_agenda
from apps.awards.sessions import close_session
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import CaseFileState, Outcome
from apps.casefiles.models import CaseFile
from apps.casefiles.proposals import propose
from apps.casefiles.transitions import perform
from tests.factories.accounts import UserFactory
from tests.factories.awards import CLOSED_AT, FOLLOW, LISTED_AT, planned_session
from tests.factories.casefiles import ORDER, START, join_documents, reference_rows, staff_member

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
