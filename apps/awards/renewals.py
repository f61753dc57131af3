"""The yearly renewal of an award: opened for everybody, sent back by each, closed when pointless.

renewal_decisions.py has what the guichet decides. Locks: the case file, then its renewals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.awards.enums import WAITING_RENEWALS, RenewalStatus, StudySituation
from apps.awards.models import AwardTerms, Commitment, Graduation, Renewal, RenewalRound
from apps.awards.programmes import awarded
from apps.awards.renewal_answers import compare
from apps.casefiles.consequences import follows
from apps.casefiles.enums import CaseFileState, Channel, EventKind
from apps.casefiles.events import record_event
from apps.casefiles.models import CaseFile, CaseFileEvent
from apps.casefiles.notifications import write_to_applicant
from apps.casefiles.permissions import why_not_applicant_or_agent, why_not_caseworker
from apps.casefiles.requirements import requires
from apps.casefiles.transitions import MoveRefusedError, lock
from apps.core import clock
from apps.core.dates import add_months
from apps.files.models import StoredFile

# One reminder, this many days before the last one.
REMIND_DAYS_BEFORE = 14
RENEWABLE_STATES = (CaseFileState.GRANTED, CaseFileState.ACTIVE)


@dataclass(frozen=True, kw_only=True)
class SentRenewal:
    """What the beneficiary says of the year to come; `answers` only while studies go on."""

    situation: StudySituation
    certificate: StoredFile | None = None  # None: the one that was sent before
    graduated_on: date | None = None
    answers: Mapping[str, Any] | None = None


def open_renewals(*, on: date, at: datetime) -> int:
    """Open what the rounds of this day ask, one file after another; how many were opened.

    Side effects: a renewal and an e-mail for each file. May run twice, or stop half-way: what is
    open already is left alone.
    """
    opened = 0
    for round_ in RenewalRound.objects.open_on(on):
        for pk in _files_to_renew(round_):
            opened += _open(pk, round_, at=at)
    return opened


def _files_to_renew(round_: RenewalRound) -> list[int]:
    """Awards under way without diploma, and without this year's renewal; never of the archive."""
    return list(
        CaseFile.objects.filter(
            programme=round_.programme, state__in=RENEWABLE_STATES, graduation__isnull=True
        )
        .exclude(channel=Channel.ARCHIVE)
        .exclude(renewals__school_year=round_.school_year)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


@transaction.atomic
def _open(pk: int, round_: RenewalRound, *, at: datetime) -> bool:
    case_file = lock(CaseFile(pk=pk))
    planned = awarded(case_file).renewal(case_file, school_year=round_.school_year)
    known = case_file.renewals.filter(school_year=round_.school_year).exists()
    if planned is None or known or case_file.state not in RENEWABLE_STATES:
        return False
    renewal = Renewal.objects.create(
        case_file=case_file,
        school_year=round_.school_year,
        opened_at=at,
        due_on=round_.due_on,
    )
    tell_story(renewal, "Renouvellement ouvert", actor=None, at=at)
    write_to_renew("renewal-opened", renewal)
    return True


def remind_renewals(*, on: date, at: datetime) -> int:
    """Write once to those who have not answered and whose last day is near; how many were."""
    near = on + timedelta(days=REMIND_DAYS_BEFORE)
    waiting = Renewal.objects.filter(
        status=RenewalStatus.TO_DO, reminded_at=None, due_on__gte=on, due_on__lte=near
    )
    return sum(_remind(pk, at=at) for pk in list(waiting.values_list("pk", flat=True)))


@transaction.atomic
def _remind(pk: int, *, at: datetime) -> bool:
    renewal = (
        Renewal.objects.select_for_update(of=("self",))
        .select_related("case_file")
        .filter(pk=pk, status=RenewalStatus.TO_DO, reminded_at=None)
        .first()
    )
    if renewal is None or not write_to_renew("renewal-reminder", renewal):
        return False
    renewal.reminded_at = at
    renewal.save(update_fields=["reminded_at"])
    return True


def lock_renewal(renewal: Renewal) -> Renewal:
    """The file, then its renewal, locked and fresh, inside the caller's transaction."""
    case_file = lock(renewal.case_file)
    locked = Renewal.objects.select_for_update(of=("self",)).get(pk=renewal.pk)
    locked.case_file = case_file
    return locked


def why_not_send(user: User, renewal: Renewal) -> str:
    """Why this person cannot send the renewal now, or an empty string."""
    if renewal.case_file.state not in RENEWABLE_STATES:
        return "Cette aide n’est plus en cours."
    if renewal.status != RenewalStatus.TO_DO:
        return "Ce renouvellement est déjà envoyé. Écrivez un message au guichet."
    return why_not_applicant_or_agent(user, renewal.case_file)


@transaction.atomic
def send_renewal(
    *, renewal: Renewal, actor: User, sent: SentRenewal, at: datetime | None = None
) -> Renewal:
    """Send the year's answers and certificate to the guichet.

    Side effects: the answers beside last year's, an event, an e-mail that says it is received.
    Raises MoveRefusedError, and then changes nothing.
    """
    at = at or clock.now()
    locked = lock_renewal(renewal)
    certificate = sent.certificate or locked.certificate
    if reason := why_not_send(actor, locked) or _why_not_sent(sent, certificate, at=at):
        raise MoveRefusedError(reason)
    programme = awarded(locked.case_file)
    former = programme.renewal_initial(locked.case_file)
    form_class = programme.renewal_form
    answers = dict(former if sent.answers is None else sent.answers)
    locked.status = RenewalStatus.SENT
    locked.situation, locked.graduated_on = sent.situation, sent.graduated_on
    locked.answers = answers
    locked.comparison = (
        compare(form_class.base_fields, former=former, answers=answers) if form_class else []
    )
    locked.certificate, locked.return_reason = certificate, ""
    locked.sent_by, locked.sent_at = actor, at
    locked.save(
        update_fields=[
            *("status", "situation", "graduated_on", "answers", "comparison"),
            *("certificate", "return_reason", "sent_by", "sent_at"),
        ]
    )
    tell_story(locked, "Renouvellement envoyé", actor=actor, at=at)
    write_to_renew("renewal-received", locked)
    return locked


def _why_not_sent(sent: SentRenewal, certificate: StoredFile | None, *, at: datetime) -> str:
    if certificate is None:
        return "Joignez le justificatif."
    if sent.situation == StudySituation.GRADUATED:
        if sent.graduated_on is None:
            return "Indiquez la date du diplôme."
        if sent.graduated_on > clock.paris_date(at):
            return "La date du diplôme est à venir."
    return ""


@transaction.atomic
def close_renewal(
    *, renewal: Renewal, actor: User, reason: str, at: datetime | None = None
) -> Renewal:
    """Set aside a renewal that has no object any more; the beneficiary reads the reason.

    Raises MoveRefusedError, and then changes nothing.
    """
    at = at or clock.now()
    locked = lock_renewal(renewal)
    if refusal := why_not_close(actor, locked):
        raise MoveRefusedError(refusal)
    if not reason.strip():
        raise MoveRefusedError("Dites pourquoi : la personne le lit.")
    _close(locked, reason=reason.strip(), actor=actor, at=at)
    return locked


def why_not_close(user: User, renewal: Renewal) -> str:
    if not renewal.is_waiting:
        return f"Ce renouvellement est à l’état « {renewal.get_status_display()} »."
    return why_not_caseworker(user, renewal.case_file)


def _close(renewal: Renewal, *, reason: str, actor: User | None, at: datetime) -> None:
    renewal.status, renewal.reason = RenewalStatus.CLOSED, reason
    renewal.save(update_fields=["status", "reason"])
    tell_story(renewal, "Renouvellement sans objet", actor=actor, at=at, comment=reason)


def why_not_record_graduation(user: User, case_file: CaseFile) -> str:
    """Why this person cannot record a diploma on this file, or an empty string."""
    if not awarded(case_file).practice_follows_graduation:
        return "Ce dispositif ne suit pas d’études."
    if case_file.state not in RENEWABLE_STATES:
        return "Un diplôme s’enregistre pour une aide en cours."
    if hasattr(case_file, "graduation"):
        return "Le diplôme est déjà enregistré."
    return why_not_caseworker(user, case_file)


@transaction.atomic
def record_graduation(
    *, case_file: CaseFile, actor: User, graduated_on: date, at: datetime | None = None
) -> Graduation:
    """Record the end of the studies.

    Side effects: renewals that still wait are closed, no other is opened, and the practice owed
    has its last day to begin, when the programme's terms give a delay. The commitment itself
    starts with the first day of practice. Raises MoveRefusedError, and then changes nothing.
    """
    at = at or clock.now()
    locked = lock(case_file)
    if reason := why_not_record_graduation(actor, locked):
        raise MoveRefusedError(reason)
    if graduated_on > clock.paris_date(at):
        raise MoveRefusedError("La date du diplôme est à venir.")
    graduation = Graduation.objects.create(
        case_file=locked, graduated_on=graduated_on, recorded_by=actor, recorded_at=at
    )
    for renewal in _waiting(locked):
        _close(renewal, reason="Le diplôme est obtenu.", actor=actor, at=at)
    _set_last_day_to_begin(locked, graduated_on)
    record_event(
        locked,
        EventKind.AWARD_FOLLOWED,
        actor=actor,
        at=at,
        payload={"label": "Diplôme enregistré"},
    )
    return graduation


def _set_last_day_to_begin(case_file: CaseFile, graduated_on: date) -> None:
    """By the terms in force when the award was decided: those the agreement shows."""
    decision = case_file.decision
    decided_on = (decision and decision.decided_on) or graduated_on
    terms = AwardTerms.objects.in_force(case_file.programme, decided_on)
    commitment = Commitment.objects.select_for_update(of=("self",)).filter(case_file=case_file)
    waiting = commitment.filter(started_on=None).first()
    if waiting and terms and terms.start_within_months:
        waiting.begins_by = add_months(graduated_on, terms.start_within_months)
        waiting.save(update_fields=["begins_by"])


def _waiting(case_file: CaseFile) -> list[Renewal]:
    renewals = list(case_file.renewals.select_for_update(of=("self",)).waiting().order_by("pk"))
    for renewal in renewals:
        renewal.case_file = case_file
    return renewals


@follows("terminate")
def _nothing_more_to_renew(case_file: CaseFile, event: CaseFileEvent) -> None:
    for renewal in _waiting(case_file):
        _close(renewal, reason="L’aide a pris fin.", actor=event.actor, at=event.at)


@follows("cancel_decision")
def _never_granted(case_file: CaseFile, event: CaseFileEvent) -> None:
    """A year that was granted keeps the decision (see the requirement below)."""
    case_file.renewals.waiting().delete()


@requires("cancel_decision")
def _no_year_was_added(case_file: CaseFile) -> list[str]:
    if case_file.amendments.exists():
        return ["Une année de plus a été accordée : la décision ne peut plus être annulée."]
    return []


@requires("complete", on_page=True)
def _no_renewal_waits(case_file: CaseFile) -> list[str]:
    if any(item.status in WAITING_RENEWALS for item in case_file.renewals.all()):
        return ["Un renouvellement attend encore une réponse."]
    return []


def tell_story(
    renewal: Renewal,
    words: str,
    *,
    actor: User | None,
    at: datetime,
    comment: str = "",
    is_public: bool = True,
) -> None:
    """A line in the file's story: « Renouvellement envoyé, 2027-2028 »."""
    record_event(
        renewal.case_file,
        EventKind.AWARD_FOLLOWED,
        actor=actor,
        at=at,
        comment=comment,
        payload={"label": f"{words}, {renewal.year_label}", "renewal": renewal.pk},
        is_public=is_public,
    )


def write_to_renew(kind: str, renewal: Renewal) -> bool:
    """Queue an e-mail about a renewal: its year, its last day, no amount."""
    context = {"school_year": renewal.year_label, "due_on": renewal.due_on}
    return write_to_applicant(kind, renewal.case_file, context)
