"""Fictitious students: bursaries in several states, and a renewal at each of its steps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from apps.accounts.models import User
from apps.awards.enums import RenewalStatus, StudySituation
from apps.awards.models import Renewal, RenewalRound
from apps.awards.programmes import awarded
from apps.awards.renewal_decisions import grant_renewal, propose_renewal, return_renewal
from apps.awards.renewals import SentRenewal, open_renewals, record_graduation, send_renewal
from apps.casefiles.documents import add_documents, document_rows
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import CaseFileState as S
from apps.casefiles.enums import Outcome
from apps.casefiles.forms import all_tasks
from apps.casefiles.models import CaseFile
from apps.casefiles.proposals import propose
from apps.casefiles.transitions import perform
from apps.core import clock
from apps.demo.files import fill, stored_piece
from apps.demo.people import create_applicant
from apps.demo.sittings import hold_session

# Their accounts come after those of the installation aid.
FIRST_NUMBER = 201
_REVIEWED = (S.UNDER_REVIEW, S.PROPOSED, S.GRANTED)
# Days since the sitting that granted last year's bursaries, and since the round of this year.
GRANTED_DAYS_AGO, ROUND_DAYS_AGO, ROUND_DAYS_LEFT = 340, 60, 12


@dataclass(frozen=True, kw_only=True)
class Student:
    """One bursary: where it stands, `age` days after it was sent, and its renewal if any."""

    state: S
    age: int
    track: str = "zagreb"
    year_of_study: int = 1
    amount: Decimal = Decimal(3000)
    answers: dict[str, str] = field(default_factory=dict)
    changed: dict[str, Any] = field(default_factory=dict)  # what the renewal says otherwise
    renewal: RenewalStatus | None = None
    is_returned: bool = False
    is_graduate: bool = False


STUDENTS = (
    Student(state=S.DRAFT, age=2),
    Student(
        state=S.SUBMITTED,
        age=5,
        track="iasi",
        year_of_study=2,
        answers={"course": "dentaire"},
    ),
    Student(
        state=S.UNDER_REVIEW,
        age=18,
        track="europe-autre",
        answers={"faculty": "Faculté fictive", "country": "Espagne"},
    ),
    Student(
        state=S.PROPOSED,
        age=27,
        track="france-interne",
        year_of_study=2,
        amount=Decimal(10000),
        answers={"faculty": "Tours"},
    ),
    Student(state=S.GRANTED, age=400, renewal=RenewalStatus.TO_DO),
    Student(state=S.GRANTED, age=402, renewal=RenewalStatus.TO_DO, is_returned=True),
    Student(
        state=S.GRANTED,
        age=404,
        renewal=RenewalStatus.SENT,
        changed={"has_other_aid": True, "other_aid": "Bourse d’un employeur, 800 € par an"},
    ),
    Student(
        state=S.GRANTED, age=406, track="iasi", amount=Decimal(9000), renewal=RenewalStatus.SENT
    ),
    Student(state=S.GRANTED, age=408, renewal=RenewalStatus.PROPOSED),
    Student(state=S.GRANTED, age=410, renewal=RenewalStatus.GRANTED),
    Student(
        state=S.GRANTED,
        age=412,
        track="france-interne",
        year_of_study=3,
        amount=Decimal(15000),
        answers={"faculty": "Tours"},
        is_graduate=True,
    ),
)


def load_students(*, staff: dict[str, User], now: datetime) -> list[CaseFile]:
    """Play every student through the verbs that people use; dates are relative to `now`."""
    played = [
        (student, _apply(student, number, staff["agente"], now=now))
        for number, student in sorted(enumerate(STUDENTS), key=lambda item: -item[1].age)
    ]
    granted = [case_file for student, case_file in played if student.state == S.GRANTED]
    hold_session(granted, staff["responsable"], held_at=now - timedelta(days=GRANTED_DAYS_AGO))
    opened_at = now - timedelta(days=ROUND_DAYS_AGO)
    for student, case_file in played:
        if student.is_graduate:
            record_graduation(
                case_file=case_file,
                actor=staff["agente"],
                graduated_on=clock.paris_date(opened_at - timedelta(days=20)),
                at=opened_at - timedelta(days=5),
            )
    _open_round(opened_at, now=now)
    for student, case_file in played:
        if student.renewal:
            _renew(student, Renewal.objects.get(case_file=case_file), staff, now=now)
    return [case_file for _, case_file in played]


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


def _renew(student: Student, renewal: Renewal, staff: dict[str, User], *, now: datetime) -> None:
    """Send the year back, then as far as the student's renewal goes."""
    agent, head = staff["agente"], staff["responsable"]
    if student.renewal == RenewalStatus.TO_DO and not student.is_returned:
        return
    renewal = _send(renewal, student.changed, at=now - timedelta(days=30))
    if student.is_returned:
        reason = "Le certificat est celui de l’an dernier : envoyez celui de cette année."
        return_renewal(renewal=renewal, actor=agent, reason=reason, at=now - timedelta(days=26))
        return
    if student.renewal == RenewalStatus.SENT:
        return
    propose_renewal(
        renewal=renewal,
        actor=agent,
        outcome=Outcome.GRANT,
        amount=student.amount,
        at=now - timedelta(days=20),
    )
    if student.renewal == RenewalStatus.GRANTED:
        decided_at = now - timedelta(days=8)
        grant_renewal(
            renewal=renewal,
            actor=head,
            decided_on=clock.paris_date(decided_at),
            deliberation=f"DEMO-{clock.paris_date(decided_at):%Y%m%d}-R",
            at=decided_at,
        )


def _send(renewal: Renewal, changed: dict[str, Any], *, at: datetime) -> Renewal:
    case_file = renewal.case_file
    applicant = case_file.applicant
    if applicant is None:
        raise ValueError(f"{case_file.reference} has no applicant to renew it.")
    programme = awarded(case_file)
    answers = programme.renewal_suggested(programme.renewal_initial(case_file))
    return send_renewal(
        renewal=renewal,
        actor=applicant,
        sent=SentRenewal(
            situation=StudySituation.CONTINUES,
            certificate=stored_piece("Certificat de scolarité", "certificat", applicant, at=at),
            answers={**answers, **changed},
        ),
        at=at,
    )
