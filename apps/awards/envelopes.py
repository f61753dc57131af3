"""The envelopes: record what is voted, and refuse what would commit more than that.

`check_envelopes` is for whoever adds instalments (a grant, an amendment of an award): call it once
they are written, in their transaction. The order of locks is always session, case files by
primary key, envelopes by primary key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Max

from apps.accounts.models import User
from apps.awards.models import Envelope, EnvelopeVote, Instalment
from apps.awards.models.envelope import FIRST_YEAR, LAST_YEAR
from apps.awards.permissions import why_not_manage_envelope
from apps.awards.programmes import awarded
from apps.awards.schedule import PlannedInstalment
from apps.casefiles.consequences import follows
from apps.casefiles.models import CaseFile, CaseFileEvent
from apps.casefiles.programmes import programmes
from apps.casefiles.requirements import requires
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from apps.core.money import format_euros

# Euros by budget year.
Asked = Mapping[int, Decimal]


class StaleEnvelopeError(MoveRefusedError):
    """A vote was recorded after the envelope was shown to this person."""

    def __init__(self) -> None:
        super().__init__(
            "Cette enveloppe a changé depuis que vous avez ouvert cette page. "
            "Relisez-la avant de continuer."
        )


def lock_envelopes(wanted: Iterable[str]) -> list[Envelope]:
    """Every envelope of these programmes, locked by primary key, inside the caller's transaction.

    All their years: an award may spread over several, and whoever locks fewer cannot cross it.
    """
    return list(
        Envelope.objects.select_for_update(of=("self",), no_key=True)
        .filter(programme__in=set(wanted))
        .order_by("pk")
    )


def asked_by(instalments: Iterable[Instalment | PlannedInstalment]) -> dict[int, Decimal]:
    """What these instalments ask of each year's budget, in euros."""
    asked: dict[int, Decimal] = defaultdict(Decimal)
    for instalment in instalments:
        asked[instalment.budget_year] += instalment.amount
    return dict(asked)


def check_envelopes(programme: str, *, asked: Asked) -> None:
    """Refuse instalments, just written, that a year's envelope does not cover.

    `asked` is what they add, by budget year (`asked_by`); it is part of what the envelope's row
    counts as committed. A year without an envelope is not limited. Locks the programme's
    envelopes, so that of two awards at the same moment the second sees the first. Raises
    MoveRefusedError with a reason for each year that lacks money.
    """
    lock_envelopes([programme])
    refusals = [
        reason
        for envelope in envelopes_of(programme, asked)
        if (reason := why_not_commit(envelope, asked[envelope.year], counted=True))
    ]
    if refusals:
        raise MoveRefusedError(*refusals)


def envelopes_of(programme: str, asked: Asked) -> Iterable[Envelope]:
    """The envelopes of these years, where there are some, with their figures: one query."""
    return Envelope.objects.filter(programme=programme, year__in=asked).with_figures()


def why_not_commit(envelope: Envelope, asked: Decimal, *, counted: bool = False) -> str:
    """Why an envelope (read by with_figures) does not cover `asked` euros; "" when it does.

    `counted`: they are already written, and part of what it has committed.
    """
    committed = envelope.committed - asked if counted else envelope.committed
    missing = committed + asked - envelope.voted
    if missing <= 0:
        return ""
    return (
        f"{envelope.programme_label}, enveloppe {envelope.year} : "
        f"{format_euros(envelope.voted)} votés, {format_euros(committed)} déjà engagés. "
        f"{format_euros(asked)} demandés : il manque {format_euros(missing)}."
    )


@follows("grant", "grant_by_delegation")
def _fits_its_envelopes(case_file: CaseFile, event: CaseFileEvent) -> None:
    """After planning.py: the instalments of the award are there. Raises MoveRefusedError."""
    check_envelopes(case_file.programme, asked=asked_by(case_file.instalments.all()))


@requires("grant_by_delegation")
def _envelopes_suffice(case_file: CaseFile) -> list[str]:
    """Said before the click; a vote says it on the page that closes its session."""
    decision = case_file.decision
    if decision is None or decision.amount is None:
        return []
    planned = awarded(case_file).schedule(
        case_file, amount=decision.amount, decided_on=clock.today()
    )
    asked = asked_by(planned)
    return [
        reason
        for envelope in envelopes_of(case_file.programme, asked)
        if (reason := why_not_commit(envelope, asked[envelope.year]))
    ]


@transaction.atomic
def record_vote(
    *,
    programme: str,
    year: int,
    amount: Decimal,
    actor: User,
    voted_on: date | None = None,
    deliberation: str = "",
    source: str = "",
    reason: str = "",
    is_fictitious: bool = False,
    expected_votes: int | None = None,
    at: datetime | None = None,
) -> Envelope:
    """Record the budget of a year (its first vote), or an amendment, negative to take back.

    `expected_votes` is the number of votes that the person was shown: a second click, or a
    colleague's vote in between, is refused. `is_fictitious` counts with the first vote. Raises
    MoveRefusedError, and then changes nothing.
    """
    at = at or clock.now()
    if refusal := why_not_manage_envelope(actor, programme):
        raise MoveRefusedError(refusal)
    envelope = _locked_or_new(programme, year, is_fictitious=is_fictitious)
    last = envelope.votes.aggregate(last=Max("rank"))["last"] or 0
    if expected_votes is not None and expected_votes != last:
        raise StaleEnvelopeError
    if refusal := _why_not_vote(envelope, amount, rank=last + 1, reason=reason):
        raise MoveRefusedError(refusal)
    EnvelopeVote.objects.create(
        envelope=envelope,
        rank=last + 1,
        amount=amount,
        voted_on=voted_on,
        deliberation=deliberation.strip(),
        source=source.strip(),
        reason=reason.strip(),
        recorded_by=actor,
        recorded_at=at,
    )
    return envelope


def _locked_or_new(programme: str, year: int, *, is_fictitious: bool) -> Envelope:
    if programme not in programmes:
        raise MoveRefusedError("Ce dispositif n’existe pas.")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise MoveRefusedError("Écrivez l’exercice en quatre chiffres.")
    envelopes = Envelope.objects.select_for_update(of=("self",), no_key=True)
    if found := envelopes.filter(programme=programme, year=year).first():
        return found
    try:
        with transaction.atomic():
            return Envelope.objects.create(
                programme=programme, year=year, is_fictitious=is_fictitious
            )
    except IntegrityError as error:  # somebody recorded it at the same moment
        raise StaleEnvelopeError from error


def _why_not_vote(envelope: Envelope, amount: Decimal, *, rank: int, reason: str) -> str:
    if amount == 0:
        return "Indiquez un montant."
    if rank == 1 and amount < 0:
        return "Le premier vote ouvre l’enveloppe : son montant est positif."
    if rank > 1 and not reason.strip():
        return "Dites pourquoi l’enveloppe change."
    figures = Envelope.objects.with_figures().get(pk=envelope.pk)
    if figures.voted + amount < figures.committed:
        return (
            f"{format_euros(figures.committed)} sont déjà engagés sur {envelope.year} : "
            f"l’enveloppe ne peut pas descendre à {format_euros(figures.voted + amount)}."
        )
    return ""
