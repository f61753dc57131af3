"""Fictitious placements of the demo town: months confirmed and paid, one to settle, one late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from apps.accounts.models import User
from apps.awards.agreements import activate_agreement
from apps.awards.attestation_links import send_link
from apps.awards.attestations import Presences, attest
from apps.awards.bank_details import give_bank_details
from apps.awards.enums import InstalmentStatus, Presence
from apps.awards.models import Instalment
from apps.casefiles.documents import add_documents, document_rows
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import CaseFileState as S
from apps.casefiles.enums import Outcome
from apps.casefiles.forms import all_tasks
from apps.casefiles.models import CaseFile
from apps.casefiles.proposals import propose, record_decision
from apps.casefiles.transitions import perform
from apps.core import clock
from apps.core.dates import add_months
from apps.demo.agreements import fictitious_iban
from apps.demo.files import Player, fill, stored_piece
from apps.demo.payments import pay_together
from apps.demo.people import Account, create_account
from apps.programmes.internships.amounts import total_amount
from apps.territory.models import Commune, Density

SLUG = "stage-rural"
# Within the published range: no band is set, and the demo sets none.
MONTHLY = Decimal(100)
_REACHED = {
    S.DRAFT: (),
    S.SUBMITTED: ("submit",),
    S.UNDER_REVIEW: ("submit", "start_review"),
    S.PROPOSED: ("submit", "start_review", "propose"),
    S.GRANTED: ("submit", "start_review", "propose", "grant"),
    S.ACTIVE: ("submit", "start_review", "propose", "grant", "sign"),
    S.REJECTED: ("submit", "start_review", "refuse", "reject"),
}


@dataclass(frozen=True, kw_only=True)
class Placement:
    """One file: its state, when it was begun, and the months of its placement.

    `begins` counts months from the current one; `answers` are those of the tutor, in order: the
    next month that is over waits for one, and was reminded of as often as `reminders` says.
    """

    state: S
    age: int
    course: str
    begins: int
    months: int = 2
    answers: tuple[Presences, ...] = ()
    reminders: int = 0


WHOLE = Presences(presence=Presence.WHOLE)
PART = Presences(presence=Presence.PART, days=12, comment="Stage commencé le 19.")
PLACEMENTS = (
    Placement(
        state=S.ACTIVE, age=150, course="Médecine", begins=-4, months=6, answers=(WHOLE,) * 3
    ),
    Placement(
        state=S.ACTIVE,
        age=120,
        course="Maïeutique",
        begins=-3,
        months=4,
        answers=(WHOLE, PART),
    ),
    Placement(
        state=S.ACTIVE,
        age=130,
        course="Pharmacie",
        begins=-3,
        months=3,
        answers=(WHOLE,),
        reminders=2,
    ),
    Placement(state=S.GRANTED, age=40, course="Kinésithérapie", begins=1),
    Placement(state=S.REJECTED, age=60, course="Médecine", begins=-1),
    Placement(state=S.PROPOSED, age=20, course="Soins infirmiers", begins=1, months=3),
    Placement(state=S.UNDER_REVIEW, age=12, course="Odontologie", begins=2),
    Placement(state=S.SUBMITTED, age=3, course="Orthophonie", begins=2),
    Placement(state=S.DRAFT, age=1, course="Médecine", begins=3),
)


def load_internships(player: Player) -> int:
    """Play every placement, and return how many files they are."""
    rural = list(Commune.objects.filter(density__gte=Density.RURAL_TOWN).order_by("pk"))
    for number, placement in enumerate(PLACEMENTS, start=1):
        _play(player, number, placement, player.random.choice(rural))
    _pay_confirmed(player)
    return len(PLACEMENTS)


def _play(player: Player, number: int, placement: Placement, commune: Commune) -> None:
    student = create_account(Account(f"stagiaire{number}", f"Stagiaire {number}"))
    begun = player.instant(placement.age)
    case_file = start_case_file(programme=SLUG, applicant=student, at=begun, is_fictitious=True)
    answers = _answers(placement, number, commune, on=clock.paris_date(player.now))
    for task in all_tasks(case_file):
        fill(case_file, task, answers, student, at=begun)
    case_file = CaseFile.objects.get(pk=case_file.pk)
    for rank, step in enumerate(_REACHED[placement.state], start=1):
        at = min(begun + timedelta(days=rank), player.now - timedelta(minutes=10))
        case_file = _step(case_file, step, student, player.staff, at=at)
    if placement.state == S.ACTIVE:
        _give_account(case_file, student, at=begun + timedelta(days=len(_REACHED[S.ACTIVE])))
        _confirm(case_file, placement, now=player.now)


def _answers(placement: Placement, number: int, commune: Commune, *, on: date) -> dict[str, Any]:
    first = add_months(on.replace(day=1), placement.begins)
    last = add_months(first, placement.months) - timedelta(days=1)
    return {
        "first_name": f"Stagiaire {number}",
        "last_name": "Démo",
        "email": f"stagiaire{number}@demo.example",
        "phone": "02 38 00 00 00",
        "postal_address": "1 rue de la Démonstration\n45000 Orléans",
        "school": "École fictive",
        "course": placement.course,
        "study_year": 3,
        "commune": commune.label,
        "host_name": "Maison de santé fictive",
        "host_address": "2 place de la Démonstration",
        "starts_on": first.isoformat(),
        "ends_on": last.isoformat(),
        "tutor_name": f"Tuteur {number} Démo",
        "tutor_email": f"tuteur{number}@demo.example",
        "tutor_phone": "",
        "has_school_aid": "non",
        "has_employer_aid": "non",
        "has_department_bursary": "non",
    }


def _step(
    case_file: CaseFile, step: str, student: User, staff: dict[str, User], *, at: datetime
) -> CaseFile:
    agent, head = staff["agente"], staff["responsable"]
    if step == "submit":
        for row in document_rows(case_file):
            files = [stored_piece(row.kind.label, row.kind.slug, student, at=at)]
            add_documents(case_file=case_file, kind=row.kind, files=files, by=student, at=at)
        return perform(case_file, "submit", actor=student, at=at)
    if step == "start_review":
        return perform(case_file, "start_review", actor=agent, at=at)
    if step in ("propose", "refuse"):
        return _propose(case_file, agent, refused=step == "refuse", at=at)
    if step == "sign":
        return activate_agreement(
            case_file=case_file,
            actor=head,
            signed_on=clock.paris_date(at),
            scan=stored_piece("Convention signée", "convention", head, at=at),
            at=at,
        )
    return record_decision(
        case_file=case_file,
        name=f"{step}_by_delegation",
        actor=head,
        decided_on=clock.paris_date(at),
        at=at,
    )


def _propose(case_file: CaseFile, agent: User, *, refused: bool, at: datetime) -> CaseFile:
    """An amount within the range: each file is a case of its own while no band is set."""
    amount = total_amount(MONTHLY, case_file.internship_detail.months)
    return propose(
        case_file=case_file,
        actor=agent,
        outcome=Outcome.REJECT if refused else Outcome.GRANT,
        amount=None if refused else amount,
        reason="La convention de stage n’est pas signée par l’école."
        if refused
        else "Montant de démonstration, dans la fourchette publiée.",
        at=at,
    )


def _give_account(case_file: CaseFile, student: User, *, at: datetime) -> None:
    give_bank_details(
        case_file=case_file,
        actor=student,
        iban=fictitious_iban(case_file.pk),
        holder=case_file.applicant_name,
        rib=stored_piece("RIB", "rib", student, at=at),
        at=at,
    )


def _confirm(case_file: CaseFile, placement: Placement, *, now: datetime) -> None:
    """A link when each month is over, and the tutor's answer two days later.

    The first month without an answer is reminded of, a week later each time.
    """
    reminders = placement.reminders
    for month, answer in zip_longest(case_file.instalments.order_by("rank"), placement.answers):
        if month.due_on is None:
            return
        asked_at = datetime.combine(month.due_on + timedelta(days=2), time(8), tzinfo=clock.PARIS)
        if asked_at > now:
            return
        link = send_link(case_file=case_file, at=asked_at)
        if answer is not None:
            given_at = min(asked_at + timedelta(days=2), now)
            attest(link=link, instalment_id=month.pk, answer=answer, at=given_at)
            continue
        for week in range(1, reminders + 1):
            send_link(case_file=case_file, at=min(asked_at + timedelta(days=7 * week), now))
        reminders = 0


def _pay_confirmed(player: Player) -> None:
    """One batch at the beginning of last month; what was confirmed since is to validate."""
    this_month = clock.paris_date(player.now).replace(day=1)
    at = datetime.combine(add_months(this_month, -1), time(9), tzinfo=clock.PARIS)
    confirmed = Instalment.objects.filter(
        case_file__programme=SLUG, status=InstalmentStatus.DUE, attestation__given_at__lt=at
    )
    pay_together(list(confirmed.order_by("pk")), player.staff["comptable"], at=at)
