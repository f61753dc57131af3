"""What follows the convention in the demo town: a first day, a pause, a promise proven."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from apps.accounts.models import User
from apps.awards.commitments import add_pause, fulfil, record_first_day
from apps.awards.enums import PauseKind
from apps.awards.models import Commitment
from apps.awards.promises import keep_promise, prove_promise
from apps.casefiles.models import CaseFile
from apps.core import clock
from apps.core.pdf import render_pdf
from apps.files.storage import store_bytes
from apps.lookups.supervisors.models import Accreditation, Profession, Supervisor
from apps.territory.models import Commune

_SUPERVISORS = (
    ("Maud", Profession.GENERAL_PRACTITIONER, "45234", 730, 2),
    ("Basile", Profession.GENERAL_PRACTITIONER, "45248", 120, 1),
    ("Solène", Profession.MIDWIFE, "45089", -60, 1),
)


def load_supervisors(on: date) -> None:
    """Three fictitious supervisors: one accredited for long, one not for long, one no more."""
    for first_name, profession, insee_code, days_left, places in _SUPERVISORS:
        supervisor = Supervisor.objects.create(
            first_name=first_name,
            last_name="Démo",
            profession=profession,
            commune=Commune.objects.get(pk=insee_code),
            structure="Maison de santé fictive",
            source="Personne fictive de la démonstration",
            is_fictitious=True,
        )
        end = on + timedelta(days=days_left)
        Accreditation.objects.create(
            supervisor=supervisor,
            valid_during=(end - timedelta(days=3 * 365), end),
            places_per_semester=places,
            source="Université fictive",
        )


def follow_commitment(case_file: CaseFile, agent: User, *, signed_at: datetime) -> None:
    """The practice began ten days after the signature; a pause, then the promise was proven."""
    commitment = Commitment.objects.filter(case_file=case_file).first()
    if commitment is None:
        return
    at = signed_at + timedelta(days=12)
    started_on = clock.paris_date(signed_at + timedelta(days=10))
    commitment = record_first_day(commitment=commitment, actor=agent, started_on=started_on, at=at)
    add_pause(
        commitment=commitment,
        actor=agent,
        first_day=started_on + timedelta(days=60),
        last_day=started_on + timedelta(days=73),
        kind=PauseKind.PARENTAL,
        at=at + timedelta(days=55),
    )
    for promise in commitment.promises.open():
        paper = store_bytes(
            render_pdf("demo/pdf/piece.typ", {"title": promise.label}),
            name=f"preuve-{case_file.reference}-fictive.pdf",
            content_type="application/pdf",
            uploaded_by=agent,
            at=at + timedelta(days=90),
        )
        prove_promise(promise=promise, actor=agent, file=paper, at=at + timedelta(days=90))


def end_commitment(case_file: CaseFile, *, agent: User, head: User, at: datetime) -> None:
    """The promise was kept, and the head says why nothing more is owed: no text sets a length."""
    commitment = Commitment.objects.get(case_file=case_file)
    for promise in commitment.promises.open():
        keep_promise(
            promise=promise,
            actor=agent,
            supervisor=Supervisor.objects.filter(
                profession=Profession.GENERAL_PRACTITIONER
            ).first(),
            at=at,
        )
    fulfil(
        commitment=commitment,
        actor=head,
        comment="Toujours en exercice, maître de stage agréé : rien d’autre n’était demandé.",
        at=at,
    )
