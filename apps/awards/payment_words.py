"""What a beneficiary reads of the payments to come. Pure: plain values in, sentences out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from apps.awards.enums import InstalmentStatus, ProofKind
from apps.core.dates import MONTHS, format_date
from apps.core.money import NO_BREAK_SPACE, format_euros
from apps.core.words import lower_first

_S = InstalmentStatus
_WORDS: dict[str, str] = {
    _S.PLANNED: "À venir",
    _S.AWAITED: "Justificatif attendu",
    _S.RECEIVED: "Justificatif en cours de contrôle",
    _S.DUE: "En préparation",
    _S.VALIDATED: "En préparation",
    _S.EXPORTED: "Transmis au payeur",
    _S.CANCELLED: "Annulé",
}


def status_words(status: str, paid_on: date | None) -> str:
    """Where a payment stands: « En préparation », « Versé le 5 janvier 2027 »."""
    if paid_on is not None:
        return f"Versé le {format_date(paid_on)}"
    return _WORDS[status]


def next_payment(
    *, amount: Decimal, due_on: date | None, proof_kind: str, proof_label: str, is_proven: bool
) -> str:
    """« Prochain versement : 6 000 € en novembre 2027, après votre certificat de scolarité. »"""
    when = f" en {MONTHS[due_on.month - 1]}{NO_BREAK_SPACE}{due_on.year}" if due_on else ""
    after = "" if is_proven else _after(proof_kind, proof_label)
    return f"Prochain versement\u00a0: {format_euros(amount)}{when}{after}."


def _after(proof_kind: str, proof_label: str) -> str:
    if proof_kind == ProofKind.PIECE:
        return f", après votre {lower_first(proof_label)}"
    if proof_kind == ProofKind.ATTESTATION:
        return f", après réception de l’attestation ({lower_first(proof_label)})"
    return ""
