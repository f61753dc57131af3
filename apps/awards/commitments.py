"""The life of a commitment: its first day, its pauses, its place, its end.

Everything locks the file first, then the commitment. Breach is in clawbacks.py, since it is
reckoned before it is agreed to.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.accounts.models import User
from apps.awards.enums import ClawbackStatus, CommitmentStatus, PauseKind, ProofStatus
from apps.awards.models import (
    Commitment,
    CommitmentPause,
    CommitmentTransfer,
    Graduation,
    Promise,
)
from apps.awards.programmes import awarded
from apps.casefiles.enums import CaseFileState, EventKind
from apps.casefiles.events import record_event
from apps.casefiles.models import CaseFile
from apps.casefiles.permissions import (
    why_not_accountant_or_head,
    why_not_caseworker,
    why_not_head,
)
from apps.casefiles.requirements import requires
from apps.casefiles.transitions import MoveRefusedError, lock
from apps.core import clock
from apps.core.dates import add_years, format_date
from apps.territory.models import Commune

_OVERLAP = "Une pause existe déjà sur ces jours."


def lock_commitment(commitment: Commitment) -> Commitment:
    """The file's row, then the commitment's, locked and fresh, inside the caller's transaction.

    Raises MoveRefusedError while the agreement is not active.
    """
    case_file = lock(commitment.case_file)
    locked = (
        Commitment.objects.select_for_update(of=("self",))
        .prefetch_related("pauses")
        .get(pk=commitment.pk)
    )
    locked.case_file = case_file
    if case_file.state != CaseFileState.ACTIVE:
        raise MoveRefusedError("Un engagement se suit tant que la convention est active.")
    return locked


def require(*reasons: str) -> None:
    """Raises MoveRefusedError with the reasons that are not empty."""
    if said := [reason for reason in reasons if reason]:
        raise MoveRefusedError(*said)


def _tell(commitment: Commitment, label: str, *, actor: User, at: datetime) -> None:
    """One line in the story of the file, which the beneficiary reads too."""
    record_event(
        commitment.case_file,
        EventKind.AWARD_FOLLOWED,
        actor=actor,
        at=at,
        payload={"label": label},
    )


def why_not_begin(case_file: CaseFile) -> str:
    """Why no practice can be recorded yet, in French; "" when it can. One query for a course."""
    if not awarded(case_file).practice_follows_graduation:
        return ""
    if Graduation.objects.filter(case_file=case_file).exists():
        return ""
    return "Le diplôme n’est pas enregistré, et l’exercice vient après lui."


def _why_not_started_on(case_file: CaseFile, day: date, *, today: date) -> str:
    if day > today:
        return "Le premier jour d’exercice est à venir."
    graduation = Graduation.objects.filter(case_file=case_file).first()
    if graduation and day < graduation.graduated_on:
        return f"Le diplôme est du {format_date(graduation.graduated_on)} : l’exercice vient après."
    return ""


@transaction.atomic
def record_first_day(
    *, commitment: Commitment, actor: User, started_on: date, at: datetime | None = None
) -> Commitment:
    """The person began to practise that day: the clock of the commitment runs.

    Side effects: the promises get their day, an event. Raises MoveRefusedError.
    """
    at = at or clock.now()
    locked = lock_commitment(commitment)
    require(why_not_caseworker(actor, locked.case_file), why_not_begin(locked.case_file))
    require(_why_not_started_on(locked.case_file, started_on, today=clock.paris_date(at)))
    if locked.status != CommitmentStatus.WAITING:
        raise MoveRefusedError("Le premier jour d’exercice est déjà enregistré.")
    locked.status, locked.started_on = CommitmentStatus.RUNNING, started_on
    locked.save(update_fields=["status", "started_on"])
    _date_promises(locked)
    day = format_date(started_on)
    _tell(locked, f"Premier jour d’exercice enregistré : le {day}", actor=actor, at=at)
    return locked


@transaction.atomic
def correct_first_day(
    *, commitment: Commitment, actor: User, started_on: date, at: datetime | None = None
) -> Commitment:
    """The recorded day was wrong: end, proofs to come and promises move with it. Head only.

    Side effects: the proofs that nobody gave yet are asked anew by the new dates, an event.
    """
    at = at or clock.now()
    locked = lock_commitment(commitment)
    require(why_not_head(actor, locked.case_file))
    require(_why_not_started_on(locked.case_file, started_on, today=clock.paris_date(at)))
    if locked.status != CommitmentStatus.RUNNING:
        raise MoveRefusedError("L’engagement n’est pas en cours.")
    if any(pause.first_day < started_on for pause in locked.pauses.all()):
        raise MoveRefusedError("Une pause commence avant ce jour : corrigez-la d’abord.")
    locked.started_on = started_on
    locked.save(update_fields=["started_on"])
    locked.proofs.filter(status=ProofStatus.AWAITED).delete()
    _date_promises(locked)
    day = format_date(started_on)
    _tell(locked, f"Premier jour d’exercice corrigé : le {day}", actor=actor, at=at)
    return locked


def _date_promises(commitment: Commitment) -> None:
    """Their years run from the first day of practice; what is settled stays as it was."""
    if commitment.started_on is None:
        return
    for promise in Promise.objects.select_for_update(of=("self",)).filter(
        pk__in=commitment.promises.open().values("pk")
    ):
        promise.due_on = add_years(commitment.started_on, promise.keep_within_years)
        promise.save(update_fields=["due_on"])


def why_not_pause(
    commitment: Commitment,
    *,
    first_day: date,
    last_day: date | None,
    but: CommitmentPause | None = None,
) -> str:
    """Why these days cannot be a pause, in French; "" when they can. `but`: the one changed."""
    if commitment.status != CommitmentStatus.RUNNING or commitment.started_on is None:
        return "L’engagement n’est pas en cours."
    if last_day is not None and last_day < first_day:
        return "Le dernier jour suit le premier."
    if first_day < commitment.started_on:
        return f"L’engagement commence le {format_date(commitment.started_on)}."
    end = commitment.last_day
    if end is not None and first_day > end:
        return f"L’engagement se termine le {format_date(end)}."
    for pause in commitment.pauses.all():
        if pause != but and _overlap(pause, first_day, last_day):
            return _OVERLAP
    return ""


def _overlap(pause: CommitmentPause, first_day: date, last_day: date | None) -> bool:
    return (last_day is None or pause.first_day <= last_day) and (
        pause.last_day is None or first_day <= pause.last_day
    )


def _days(first_day: date, last_day: date | None) -> DateRange:
    return DateRange(first_day, last_day and last_day + timedelta(days=1))


@transaction.atomic
def add_pause(
    *,
    commitment: Commitment,
    actor: User,
    first_day: date,
    last_day: date | None,
    kind: PauseKind,
    at: datetime | None = None,
) -> CommitmentPause:
    """Stop the clock from one day to another, both included: the end moves by as many days.

    Side effects: an event that does not say why. Raises MoveRefusedError.
    """
    at = at or clock.now()
    locked = lock_commitment(commitment)
    require(why_not_caseworker(actor, locked.case_file))
    require(why_not_pause(locked, first_day=first_day, last_day=last_day))
    pause = CommitmentPause.objects.create(
        commitment=locked,
        days=_days(first_day, last_day),
        kind=kind,
        recorded_by=actor,
        recorded_at=at,
    )
    _tell(locked, f"Pause de l’engagement {_period(first_day, last_day)}", actor=actor, at=at)
    return pause


@transaction.atomic
def change_pause(
    *,
    pause: CommitmentPause,
    actor: User,
    first_day: date,
    last_day: date | None,
    at: datetime | None = None,
) -> CommitmentPause:
    """Give a pause its end, or right its days. Raises MoveRefusedError."""
    at = at or clock.now()
    locked = lock_commitment(pause.commitment)
    require(why_not_caseworker(actor, locked.case_file))
    fresh = _lock_pause(pause)
    others = why_not_pause(locked, first_day=first_day, last_day=last_day, but=fresh)
    require(others)
    fresh.days = _days(first_day, last_day)
    fresh.save(update_fields=["days"])
    _tell(locked, f"Pause de l’engagement {_period(first_day, last_day)}", actor=actor, at=at)
    return fresh


@transaction.atomic
def remove_pause(*, pause: CommitmentPause, actor: User, at: datetime | None = None) -> None:
    """Take back a pause that was not one: the end comes back. Its history stays."""
    at = at or clock.now()
    locked = lock_commitment(pause.commitment)
    require(why_not_caseworker(actor, locked.case_file))
    fresh = _lock_pause(pause)
    if locked.status != CommitmentStatus.RUNNING:
        raise MoveRefusedError("L’engagement n’est pas en cours.")
    period = _period(fresh.first_day, fresh.last_day)
    fresh.delete()
    _tell(locked, f"Pause retirée : {period}", actor=actor, at=at)


def _lock_pause(pause: CommitmentPause) -> CommitmentPause:
    fresh = CommitmentPause.objects.select_for_update(of=("self",)).filter(pk=pause.pk).first()
    if fresh is None:
        raise MoveRefusedError("Cette pause a déjà été retirée.")
    return fresh


def _period(first_day: date, last_day: date | None) -> str:
    if last_day is None:
        return f"à partir du {format_date(first_day)}"
    return f"du {format_date(first_day)} au {format_date(last_day)}"


@transaction.atomic
def transfer(
    *,
    commitment: Commitment,
    actor: User,
    commune: Commune,
    since: date,
    at: datetime | None = None,
) -> CommitmentTransfer:
    """The person goes on in another commune of the territory. Outside of it is a breach.

    Side effects: the commitment's place, an event. Raises MoveRefusedError.
    """
    at = at or clock.now()
    locked = lock_commitment(commitment)
    require(why_not_caseworker(actor, locked.case_file))
    require(_why_not_transfer(locked, commune, since, today=clock.paris_date(at)))
    moved = CommitmentTransfer.objects.create(
        commitment=locked,
        from_commune=locked.commune,
        to_commune=commune,
        since=since,
        recorded_by=actor,
        recorded_at=at,
    )
    locked.commune = commune
    locked.save(update_fields=["commune"])
    where = f"{commune.name}, depuis le {format_date(since)}"
    _tell(locked, f"Nouveau lieu d’exercice : {where}", actor=actor, at=at)
    return moved


def _why_not_transfer(commitment: Commitment, commune: Commune, since: date, *, today: date) -> str:
    if commitment.status != CommitmentStatus.RUNNING or commitment.started_on is None:
        return "L’engagement n’est pas en cours."
    if commune.pk == commitment.commune_id:
        return f"{commune.name} est déjà le lieu d’exercice."
    if since > today:
        return "Cette date est à venir."
    last = commitment.transfers.last()
    if since < (last.since if last else commitment.started_on):
        return "Cette date précède le dernier changement connu."
    return ""


def why_not_fulfil(commitment: Commitment, *, on: date) -> list[str]:
    """Every reason against the end of a commitment kept, in French. Two queries."""
    if commitment.status != CommitmentStatus.RUNNING:
        return ["L’engagement n’est pas en cours."]
    reasons = []
    if commitment.months is not None:
        end = commitment.last_day
        if end is None:
            reasons.append("Une pause n’a pas de fin.")
        elif on <= end:
            reasons.append(f"L’engagement se termine le {format_date(end)}.")
    if commitment.proofs.filter(status__in=(ProofStatus.AWAITED, ProofStatus.GIVEN)).exists():
        reasons.append("Un justificatif d’exercice reste à accepter.")
    if commitment.promises.open().exists():
        reasons.append("Une promesse reste à prouver.")
    return reasons


@transaction.atomic
def fulfil(
    *, commitment: Commitment, actor: User, comment: str = "", at: datetime | None = None
) -> Commitment:
    """The commitment was kept to its end. Without a length, somebody says why it is over.

    Side effects: an event. Raises MoveRefusedError.
    """
    at = at or clock.now()
    today = clock.paris_date(at)
    locked = lock_commitment(commitment)
    require(why_not_accountant_or_head(actor, locked.case_file))
    require(*why_not_fulfil(locked, on=today))
    if locked.months is None and not comment.strip():
        raise MoveRefusedError("Aucune durée n’est fixée : dites pourquoi l’engagement est fini.")
    locked.status, locked.ended_on = CommitmentStatus.FULFILLED, locked.last_day or today
    locked.save(update_fields=["status", "ended_on"])
    record_event(
        locked.case_file,
        EventKind.AWARD_FOLLOWED,
        actor=actor,
        at=at,
        comment=comment.strip(),
        payload={"label": "Engagement tenu"},
    )
    return locked


@requires("complete")
def _commitment_is_over(case_file: CaseFile) -> list[str]:
    """A file is closed once nothing is owed on either side."""
    reasons = []
    commitment: Commitment | None = getattr(case_file, "commitment", None)
    if commitment is not None and commitment.is_open:
        reasons.append("L’engagement n’est pas terminé.")
    if any(item.status == ClawbackStatus.ISSUED for item in case_file.clawbacks.all()):
        reasons.append("Un reversement n’est pas réglé.")
    return reasons
