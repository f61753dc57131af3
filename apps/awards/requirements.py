"""What commissions and agreements add to the table of moves (casefiles.requirements)."""

from __future__ import annotations

from collections import defaultdict
from operator import attrgetter

from apps.awards.agenda import standing_items
from apps.awards.agreement_rules import why_not_sign_act
from apps.awards.enums import (
    UNSETTLED_STATUSES,
    AgreementStatus,
    InstalmentStatus,
    ItemStatus,
    SessionStatus,
)
from apps.awards.models import Agreement
from apps.casefiles.consequences import follows
from apps.casefiles.enums import Channel
from apps.casefiles.models import CaseFile, CaseFileEvent
from apps.casefiles.requirements import requires


@requires("schedule", on_page=True)
def _is_on_an_agenda(case_file: CaseFile) -> list[str]:
    listed = case_file.agenda_items.listed().filter(session__status=SessionStatus.PLANNED)
    return [] if listed.exists() else ["Choisissez d’abord une commission à venir."]


@requires("grant", "reject")
def _was_voted_in_a_session(case_file: CaseFile) -> list[str]:
    """Examined, and the decision names the deliberation: only the closing writes both."""
    decision = case_file.decision
    item = next(iter(standing_items(case_file)), None)
    if item is None or decision is None:
        return ["Ce dossier n’est à l’ordre du jour d’aucune commission."]
    if item.status == ItemStatus.LISTED or not decision.deliberation:
        session = item.session
        return [f"Le vote s’enregistre en clôturant « {session} » ({session.day_label})."]
    return []


@requires("activate", on_page=True)
def _agreement_is_signed(case_file: CaseFile) -> list[str]:
    signed = Agreement.objects.filter(case_file=case_file, status=AgreementStatus.SIGNED)
    return [] if signed.exists() else ["La convention signée n’est pas au dossier."]


@requires("activate")
def _amount_is_known(case_file: CaseFile) -> list[str]:
    reason = why_not_sign_act(case_file)
    return [reason] if reason else []


@requires("complete")
def _every_payment_is_settled(case_file: CaseFile) -> list[str]:
    """Paid or cancelled, each of them. The archive's were paid outside the portal."""
    ranks: dict[str, list[str]] = defaultdict(list)
    followed = case_file.instalments.all() if case_file.channel != Channel.ARCHIVE else ()
    for payment in sorted(followed, key=attrgetter("rank")):
        if payment.status in UNSETTLED_STATUSES:
            ranks[InstalmentStatus(payment.status).label].append(str(payment.rank))
    count = sum(map(len, ranks.values()))
    if not count:
        return []
    where = ", ".join(f"« {label} » (n° {', '.join(them)})" for label, them in ranks.items())
    payments = "versements" if count > 1 else "versement"
    return [f"Il reste {count} {payments} à payer ou à annuler : {where}."]


@requires("cancel_decision")
def _no_agreement_is_signed(case_file: CaseFile) -> list[str]:
    agreement: Agreement | None = getattr(case_file, "agreement", None)
    if agreement is not None and agreement.copies.exists():
        return ["Une convention signée est au dossier : la décision ne peut plus être annulée."]
    return []


@follows("cancel_decision")
def _forget_the_agreement(case_file: CaseFile, event: CaseFileEvent) -> None:
    """Nobody has signed it: a new decision has an agreement of its own. Its history stays."""
    Agreement.objects.filter(case_file=case_file).delete()


@follows("adjourn", "return_to_review", "withdraw")
def _leaves_the_agenda(case_file: CaseFile, event: CaseFileEvent) -> None:
    """Whoever moves a listed file takes it off its agenda; an examined line stays as voted."""
    for item in case_file.agenda_items.listed():
        item.status = ItemStatus.REMOVED
        item.save(update_fields=["status"])
