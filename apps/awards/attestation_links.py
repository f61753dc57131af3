"""The signed link by which a third person attests: sent, opened with a code, disowned, replaced.

A link alone shows nothing but a first name, an initial and a place; a code sent to the same
address opens the months that wait. Tokens and codes are kept as digests.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from apps.accounts.models import User
from apps.awards.enums import InstalmentStatus, ProofKind
from apps.awards.models import AttestationCode, AttestationLink, DesignatedAttester, Instalment
from apps.awards.programmes import Attester, awarded
from apps.casefiles.enums import CaseFileState, Channel, EventKind
from apps.casefiles.events import record_event
from apps.casefiles.models import CaseFile
from apps.casefiles.permissions import why_not_caseworker
from apps.casefiles.receipts import service
from apps.casefiles.transitions import MoveRefusedError, lock
from apps.core import clock
from apps.notifications.queue import queue_email

LINK_VALID_FOR = timedelta(days=30)
REMIND_AFTER = timedelta(days=7)
MAX_REMINDERS = 3
AWAITING_STATUSES = (InstalmentStatus.PLANNED, InstalmentStatus.AWAITED)


class LinkState(StrEnum):
    """What a link is worth on a day; its page says what to do in each case."""

    OPEN = "open"
    EXPIRED = "expired"
    DISOWNED = "disowned"  # « ce n’est pas moi »
    REPLACED = "replaced"  # somebody else attests now
    OVER = "over"  # the aid is no longer followed


def current_attester(case_file: CaseFile) -> Attester | None:
    """Who attests now: the person set by an agent, else the one the programme names."""
    designated: DesignatedAttester | None = getattr(case_file, "designated_attester", None)
    if designated is None:
        return awarded(case_file).attester(case_file)
    return Attester(name=designated.name, email=designated.email, capacity=designated.capacity)


def short_name(case_file: CaseFile) -> str:
    """« Alice M. »: what a third person may read of the beneficiary."""
    initial = case_file.last_name[:1].upper()
    return f"{case_file.first_name} {initial}." if initial else case_file.first_name


def months_due(case_file: CaseFile, *, on: date) -> QuerySet[Instalment]:
    """The instalments whose time is over and that nobody has attested yet, oldest first."""
    return case_file.instalments.filter(
        proof_kind=ProofKind.ATTESTATION,
        status__in=AWAITING_STATUSES,
        due_on__lt=on,
        attestation=None,
    ).order_by("rank")


def is_month_due(instalment: Instalment, *, on: date) -> bool:
    """Whether this row, read with its attestation, is one of `months_due`: no query."""
    return (
        instalment.proof_kind == ProofKind.ATTESTATION
        and instalment.status in AWAITING_STATUSES
        and instalment.due_on is not None
        and instalment.due_on < on
        and getattr(instalment, "attestation", None) is None
    )


def why_not_send(case_file: CaseFile, *, on: date) -> str:
    """Why no link can be sent now, in French; "" when it can."""
    if case_file.channel == Channel.ARCHIVE:
        return "Cet acte est repris des archives : on n’écrit à personne."
    if case_file.state != CaseFileState.ACTIVE:
        return "Une présence se confirme une fois la convention active."
    attester = current_attester(case_file)
    if attester is None:
        return "Personne n’est désigné pour confirmer la présence."
    if is_disowned(case_file, attester.email):
        return "Cette adresse n’est pas la bonne : indiquez d’abord qui confirme la présence."
    if not months_due(case_file, on=on).exists():
        return "Aucun mois n’attend de confirmation."
    return ""


def is_disowned(case_file: CaseFile, email: str) -> bool:
    """Whether somebody at this address said that it is not theirs to attest."""
    links = case_file.attestation_links.filter(email__iexact=email)
    return links.filter(disowned_at__isnull=False).exists()


@transaction.atomic
def send_link(
    *, case_file: CaseFile, actor: User | None = None, at: datetime | None = None
) -> AttestationLink:
    """Send whoever attests a new link to the months that wait; earlier links stay as they are.

    Side effects: the link, its e-mail, the months marked as awaited, one event. `actor` is the
    agent who asked for it, None for the job. Raises MoveRefusedError.
    """
    at = at or clock.now()
    locked = lock(case_file)
    on = clock.paris_date(at)
    if actor is not None and (reason := why_not_caseworker(actor, locked)):
        raise MoveRefusedError(reason)
    if reason := why_not_send(locked, on=on):
        raise MoveRefusedError(reason)
    attester = current_attester(locked)
    if attester is None:
        raise MoveRefusedError("Personne n’est désigné pour confirmer la présence.")
    is_reminder = locked.attestation_links.filter(email__iexact=attester.email).exists()
    token = secrets.token_urlsafe(32)
    link = AttestationLink.objects.create(
        case_file=locked,
        name=attester.name,
        email=attester.email,
        token_digest=token_digest(token),
        sent_at=at,
        expires_at=at + LINK_VALID_FOR,
    )
    for instalment in months_due(locked, on=on).select_for_update(of=("self",)):
        _await(instalment, at)
    _write(
        "awards-attestation",
        link,
        url=f"{settings.PUBLIC_URL}/presence/{token}/",
        until=clock.paris_date(link.expires_at),
        is_reminder=is_reminder,
    )
    record_event(
        locked,
        EventKind.AWARD_FOLLOWED,
        actor=actor,
        at=at,
        payload={"label": f"Présence à confirmer : lien envoyé à {attester.name}"},
    )
    return link


def _await(instalment: Instalment, at: datetime) -> None:
    if instalment.status == InstalmentStatus.PLANNED:
        instalment.status, instalment.asked_at = InstalmentStatus.AWAITED, at
        instalment.save(update_fields=["status", "asked_at"])


def token_digest(token: str) -> str:
    return salted_hmac("attestation:token", token, algorithm="sha256").hexdigest()


def find_link(token: str) -> AttestationLink | None:
    """The link of a token, whatever it is still worth; the same work for any nonsense."""
    return (
        AttestationLink.objects.select_related("case_file__commune")
        .filter(token_digest=token_digest(token))
        .first()
    )


def link_state(link: AttestationLink, *, at: datetime) -> LinkState:
    """A person who disowned an address, or was replaced, opens nothing by an older link."""
    case_file = link.case_file
    attester = current_attester(case_file)
    if is_disowned(case_file, link.email):
        return LinkState.DISOWNED
    if attester is None or not link.is_for(attester.email):
        return LinkState.REPLACED
    if case_file.state != CaseFileState.ACTIVE:
        return LinkState.OVER
    return LinkState.EXPIRED if link.is_expired(at) else LinkState.OPEN


@transaction.atomic
def send_code(link: AttestationLink, *, at: datetime | None = None) -> None:
    """Send a code to the address of an open link: one a minute at most, silently."""
    at = at or clock.now()
    locked = AttestationLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if link_state(link, at=at) != LinkState.OPEN:
        return
    if locked.codes.sent_just_now(at):
        return
    code = AttestationCode.objects.issue(purpose=_purpose(locked), at=at, link=locked)
    _write("awards-attestation-code", link, code=code)


@transaction.atomic
def check_code(link: AttestationLink, code: str, *, at: datetime | None = None) -> bool:
    """Whether this is the last code sent, fresh and unused. A code works once."""
    at = at or clock.now()
    latest = link.codes.select_for_update(of=("self",)).filter(used_at=None).first()
    return latest is not None and latest.take(code, purpose=_purpose(link), at=at)


@transaction.atomic
def disown(*, link: AttestationLink, at: datetime | None = None) -> None:
    """« Ce n’est pas moi »: nobody at this address is written to again about this file.

    Side effects: every link to that address is closed, one event for the guichet. Twice is once.
    """
    at = at or clock.now()
    case_file = lock(link.case_file)
    fresh = AttestationLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if link_state(fresh, at=at) not in (LinkState.OPEN, LinkState.EXPIRED):
        return
    fresh.disowned_at = at
    fresh.save(update_fields=["disowned_at"])
    record_event(
        case_file,
        EventKind.AWARD_FOLLOWED,
        actor=None,
        at=at,
        payload={"label": f"L’adresse de {link.name} n’est pas la bonne"},
        comment="La personne qui a reçu le lien dit qu’il ne lui est pas destiné.",
    )


@transaction.atomic
def designate_attester(
    *, case_file: CaseFile, actor: User, attester: Attester, at: datetime | None = None
) -> None:
    """Say who attests from now on; links sent to anybody else open nothing any more.

    Side effects: the row, one event. Raises MoveRefusedError.
    """
    at = at or clock.now()
    locked = lock(case_file)
    if reason := why_not_caseworker(actor, locked):
        raise MoveRefusedError(reason)
    if locked.email and attester.email.lower() == locked.email.lower():
        raise MoveRefusedError("Le bénéficiaire ne confirme pas sa propre présence.")
    if is_disowned(locked, attester.email):
        raise MoveRefusedError("Cette adresse a déjà été signalée comme n’étant pas la bonne.")
    DesignatedAttester.objects.update_or_create(
        case_file=locked,
        defaults={
            "name": attester.name,
            "email": attester.email,
            "capacity": attester.capacity,
            "set_by": actor,
            "set_at": at,
        },
    )
    record_event(
        locked,
        EventKind.AWARD_FOLLOWED,
        actor=actor,
        at=at,
        payload={"label": f"Présence à confirmer par {attester.name}"},
    )


def _purpose(link: AttestationLink) -> str:
    return f"attestation:code:{link.pk}"


def _write(kind: str, link: AttestationLink, **extra: object) -> None:
    case_file = link.case_file
    queue_email(
        kind,
        to=link.email,
        context={
            "name": link.name,
            "student": short_name(case_file),
            "reference": case_file.reference,
            "service": service(),
            **extra,
        },
        reference=case_file.reference,
    )
