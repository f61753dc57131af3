"""Fictitious students: bursaries in every state, and a renewal at each of its steps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from apps.accounts.models import User
from apps.awards.enums import InstalmentStatus
from apps.awards.models import Renewal, RenewalRound
from apps.awards.renewals import open_renewals
from apps.casefiles.documents import add_documents, document_rows
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import CaseFileState as S
from apps.casefiles.enums import Outcome
from apps.casefiles.forms import all_tasks
from apps.casefiles.models import CaseFile
from apps.casefiles.proposals import propose
from apps.casefiles.transitions import perform
from apps.core import clock
from apps.demo.agreements import play_agreement
from apps.demo.files import fill, stored_piece
from apps.demo.payments import pay_together
from apps.demo.people import create_applicant
from apps.demo.sittings import hold_session
from apps.demo.student_awards import graduate, prove_first_year, renew
from apps.demo.student_scenarios import STUDENTS, Student

# Their accounts come after those of the installation aid.
FIRST_NUMBER = 201
_REVIEWED = (S.UNDER_REVIEW, S.PROPOSED, S.GRANTED)
# Days since the sittings of last year and of this autumn, since last year's payments, and since
# the round of this year.
SITTINGS_DAYS_AGO = (340, 33)
PAID_DAYS_AGO = 300
ROUND_DAYS_AGO, ROUND_DAYS_LEFT = 60, 12

Played = tuple[Student, CaseFile]


def load_students(*, staff: dict[str, User], now: datetime) -> list[CaseFile]:
    """Play every student through the verbs that people use; dates are relative to `now`."""
    played = [
        (student, _apply(student, number, staff["agente"], now=now))
        for number, student in sorted(enumerate(STUDENTS), key=lambda item: -item[1].age)
    ]
    granted = [item for item in played if item[0].state == S.GRANTED]
    _hold_sittings(granted, staff["responsable"], now=now)
    _sign_and_pay(granted, staff, now=now)
    for student, case_file in granted:
        if student.is_graduate:
            graduate(case_file, staff["agente"], now=now)
    _open_round(now - timedelta(days=ROUND_DAYS_AGO), now=now)
    for student, case_file in granted:
        if student.renewal:
            renew(student, Renewal.objects.get(case_file=case_file), staff, now=now)
    return [case_file for _, case_file in played]


def _hold_sittings(granted: Iterable[Played], head: User, *, now: datetime) -> None:
    """Each file at the first sitting after its proposal."""
    of_last_year, of_autumn = SITTINGS_DAYS_AGO
    for days_ago in SITTINGS_DAYS_AGO:
        case_files = [
            case_file
            for student, case_file in granted
            if days_ago == (of_last_year if student.age > of_last_year else of_autumn)
        ]
        hold_session(case_files, head, held_at=now - timedelta(days=days_ago))


def _sign_and_pay(granted: Iterable[Played], staff: dict[str, User], *, now: datetime) -> None:
    """Agreements and certificates as far as each student goes, then one batch for last year."""
    agent, to_pay = staff["agente"], []
    for student, case_file in granted:
        signed_at = play_agreement(
            student.agreement, case_file, head=staff["responsable"], agent=agent, now=now
        )
        if signed_at and student.first_year:
            first = prove_first_year(
                case_file, until=student.first_year, agent=agent, signed_at=signed_at
            )
            if student.first_year == InstalmentStatus.PAID:
                to_pay.append(first)
    pay_together(to_pay, staff["comptable"], at=now - timedelta(days=PAID_DAYS_AGO))


def _school_year(day: date) -> int:
    return day.year if day.month >= 9 else day.year - 1


def _open_round(opened_at: datetime, *, now: datetime) -> None:
    opens_on = clock.paris_date(opened_at)
    RenewalRound.objects.create(
        programme="bourse-etudes",
        school_year=_school_year(clock.paris_date(now)),
        opens_on=opens_on,
        due_on=clock.paris_date(now + timedelta(days=ROUND_DAYS_LEFT)),
    )
    open_renewals(on=opens_on, at=opened_at)


def _apply(student: Student, number: int, agent: User, *, now: datetime) -> CaseFile:
    """From the first answer to a proposal, as far as the student goes."""
    applicant = create_applicant(FIRST_NUMBER + number)
    sent_at = now - timedelta(days=student.age, hours=2)
    case_file = start_case_file(
        programme="bourse-etudes",
        applicant=applicant,
        at=sent_at - timedelta(days=1),
        is_fictitious=True,
    )
    answers = _answers(student, applicant, year=_school_year(clock.paris_date(sent_at)))
    tasks = all_tasks(case_file)
    for task in tasks[:2] if student.state == S.DRAFT else tasks:
        fill(case_file, task, answers, applicant, at=case_file.created_at)
    if student.state == S.DRAFT:
        return case_file
    for row in document_rows(case_file):
        piece = stored_piece(row.kind.label, row.kind.slug, applicant, at=sent_at)
        add_documents(case_file=case_file, kind=row.kind, files=[piece], by=applicant, at=sent_at)
    case_file = perform(case_file, "submit", actor=applicant, at=sent_at)
    if student.state in _REVIEWED:
        begun = sent_at + timedelta(days=4)
        case_file = perform(case_file, "start_review", actor=agent, at=begun)
    if student.state in (S.PROPOSED, S.GRANTED):
        case_file = propose(
            case_file=case_file,
            actor=agent,
            outcome=Outcome.GRANT,
            amount=student.amount,
            at=sent_at + timedelta(days=9),
        )
    return case_file


def _answers(student: Student, applicant: User, *, year: int) -> dict[str, Any]:
    return {
        "first_name": applicant.first_name,
        "last_name": applicant.last_name,
        "email": applicant.email,
        "phone": "02 38 00 00 00",
        "postal_address": "3 rue de la Démonstration\n45000 Orléans",
        "course": "medecine",
        "school_year": year,
        "year_of_study": student.year_of_study,
        "track": student.track,
        "has_other_aid": "non",
        "commits": "oui",
        **student.answers,
    }
