"""What follows the award of a demo student: the first year proven and paid, the next one, the end.

Through the verbs that people use; the agreement itself is in agreements.py.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.accounts.models import User
from apps.awards.commitments import record_first_day
from apps.awards.enums import InstalmentStatus, RenewalStatus, StudySituation
from apps.awards.models import Instalment, Renewal
from apps.awards.programmes import awarded
from apps.awards.proofs import accept_proof, give_proof
from apps.awards.renewal_decisions import (
    grant_renewal,
    propose_renewal,
    refuse_renewal,
    return_renewal,
)
from apps.awards.renewals import SentRenewal, record_graduation, send_renewal
from apps.casefiles.enums import Outcome
from apps.casefiles.models import CaseFile
from apps.core import clock
from apps.demo.files import stored_piece
from apps.demo.student_scenarios import Student

_REFUSED_BECAUSE = "L’année n’est pas validée, d’après le relevé de notes."
_GRADUATED_DAYS_AGO, _PRACTISES_SINCE_DAYS = 80, 20


def prove_first_year(
    case_file: CaseFile, *, until: InstalmentStatus, agent: User, signed_at: datetime
) -> Instalment:
    """The certificate: asked with the agreement, then given and accepted as far as `until`."""
    instalment = case_file.instalments.get(rank=1)
    if until == InstalmentStatus.AWAITED:
        return instalment
    student, given_at = _student(case_file), signed_at + timedelta(days=3)
    paper = stored_piece("Certificat de scolarité", "certificat", student, at=given_at)
    instalment = give_proof(instalment=instalment, files=[paper], by=student, at=given_at)
    if until == InstalmentStatus.RECEIVED:
        return instalment
    return accept_proof(instalment=instalment, by=agent, at=given_at + timedelta(days=2))


def graduate(case_file: CaseFile, agent: User, *, now: datetime) -> None:
    """The diploma, then the first day of practice: what is owed begins to run."""
    graduated_at = now - timedelta(days=_GRADUATED_DAYS_AGO)
    record_graduation(
        case_file=case_file,
        actor=agent,
        graduated_on=clock.paris_date(graduated_at),
        at=graduated_at + timedelta(days=8),
    )
    started_at = now - timedelta(days=_PRACTISES_SINCE_DAYS)
    record_first_day(
        commitment=case_file.commitment,
        actor=agent,
        started_on=clock.paris_date(started_at),
        at=started_at + timedelta(days=2),
    )


def renew(student: Student, renewal: Renewal, staff: dict[str, User], *, now: datetime) -> None:
    """Send the year back, then as far as the student's renewal goes."""
    agent = staff["agente"]
    if student.renewal == RenewalStatus.TO_DO and not student.is_returned:
        return
    renewal = _send(student, renewal, at=now - timedelta(days=30))
    if student.is_returned:
        reason = "Le certificat est celui de l’an dernier : envoyez celui de cette année."
        return_renewal(renewal=renewal, actor=agent, reason=reason, at=now - timedelta(days=26))
        return
    if student.renewal == RenewalStatus.SENT:
        return
    is_refused = student.renewal == RenewalStatus.REFUSED
    renewal = propose_renewal(
        renewal=renewal,
        actor=agent,
        outcome=Outcome.REJECT if is_refused else Outcome.GRANT,
        amount=None if is_refused else student.amount,
        reason=_REFUSED_BECAUSE if is_refused else "",
        at=now - timedelta(days=20),
    )
    if student.renewal != RenewalStatus.PROPOSED:
        _decide(renewal, staff["responsable"], at=now - timedelta(days=8))


def _decide(renewal: Renewal, head: User, *, at: datetime) -> None:
    """Follow what was proposed, as a commission that has just sat."""
    decided_on = clock.paris_date(at)
    decide = refuse_renewal if renewal.outcome == Outcome.REJECT else grant_renewal
    decide(
        renewal=renewal,
        actor=head,
        decided_on=decided_on,
        deliberation=f"DEMO-{decided_on:%Y%m%d}-R",
        at=at,
    )


def _send(student: Student, renewal: Renewal, *, at: datetime) -> Renewal:
    case_file = renewal.case_file
    person, programme = _student(case_file), awarded(case_file)
    answers = programme.renewal_suggested(programme.renewal_initial(case_file))
    return send_renewal(
        renewal=renewal,
        actor=person,
        sent=SentRenewal(
            situation=StudySituation.CONTINUES,
            certificate=stored_piece("Certificat de scolarité", "certificat", person, at=at),
            answers={**answers, **student.changed},
        ),
        at=at,
    )


def _student(case_file: CaseFile) -> User:
    if case_file.applicant is None:
        raise ValueError(f"{case_file.reference} has no applicant to act for it.")
    return case_file.applicant
