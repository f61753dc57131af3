"""The sheet of a batch: what the treasury reads, and what it sends back filled in.

One file for both ways: the last columns are empty when it leaves. French sheets: semicolons,
decimal comma, UTF-8 with its mark. Pure: plain values, no ORM.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from apps.core import sheets
from apps.core.money import format_euros
from apps.core.sheets import Line, SheetError, safe

_SENT = (
    *("Identifiant", "Dossier", "Dispositif", "Exercice", "Objet"),
    *("Titulaire", "IBAN", "Montant"),
)
_FILLED = ("Numéro du payeur", "Payé le", "Motif de rejet")
HEADINGS = (*_SENT, *_FILLED)
_DATES = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")
LONGEST_FILE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Payment:
    """One line as it leaves: euros, and the whole account number."""

    identifier: str
    reference: str
    programme: str
    budget_year: int
    label: str
    holder: str
    iban: str
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the treasury says of one line: paid under a number, or sent back with a reason."""

    identifier: str
    treasury_number: str = ""
    paid_on: date | None = None
    rejected_because: str = ""


def write_sheet(payments: Iterable[Payment]) -> str:
    return sheets.write([HEADINGS, *map(_cells, payments)])


def _cells(payment: Payment) -> Sequence[object]:
    return (
        payment.identifier,
        payment.reference,
        safe(payment.programme),
        payment.budget_year,
        safe(payment.label),
        safe(payment.holder),
        payment.iban,
        sheets.number(payment.amount),
        *("" for _ in _FILLED),
    )


def read_return(content: bytes, *, amounts: dict[str, Decimal]) -> list[Answer]:
    """The filled lines of a sheet that came back; those left empty say nothing yet.

    `amounts` are the lines that were sent, by identifier: an unknown one or another amount is a
    fault. Raises SheetError with every fault and its line.
    """
    lines = _lines(content)
    columns = _columns(lines[0]) if lines else []
    missing = [name for name in ("Identifiant", *_FILLED[:2]) if _key(name) not in columns]
    if missing:
        raise SheetError(
            f"Il manque la colonne « {' », « '.join(missing)} ». "
            "Renvoyez le fichier CSV du bordereau, complété."
        )
    answers: list[Answer] = []
    faults: list[str] = []
    for line in lines[1:]:
        cells = {name: cell for name, cell in zip(columns, line.cells, strict=False) if name}
        try:
            answer = _answer(cells, amounts)
        except SheetError as error:
            faults += [f"Ligne {line.number} : {reason}" for reason in error.reasons]
        else:
            answers += [answer] if answer else []
    twice = {item.identifier for item in answers if _count(answers, item.identifier) > 1}
    faults += [f"{identifier} figure deux fois." for identifier in sorted(twice)]
    if faults:
        raise SheetError(*faults)
    if not answers:
        raise SheetError("Aucune ligne n’est remplie : ni numéro du payeur, ni motif de rejet.")
    return answers


def _count(answers: Sequence[Answer], identifier: str) -> int:
    return sum(answer.identifier == identifier for answer in answers)


def _lines(content: bytes) -> list[Line]:
    if len(content) > LONGEST_FILE:
        raise SheetError("Ce fichier dépasse 1 Mo : ce n’est pas un bordereau.")
    return sheets.read(sheets.decode(content))


def _columns(heading: Line) -> list[str]:
    return [_key(name) for name in heading.cells]


def _key(name: str) -> str:
    """« Numéro du payeur » as whatever a sheet made of it: no accents, no capitals."""
    decomposed = unicodedata.normalize("NFD", name.strip().lower())
    return "".join(letter for letter in decomposed if letter.isalnum())


def _answer(cells: dict[str, str], amounts: dict[str, Decimal]) -> Answer | None:
    identifier = cells.get(_key("Identifiant"), "").upper()
    number = cells.get(_key("Numéro du payeur"), "")
    paid = cells.get(_key("Payé le"), "")
    rejected = cells.get(_key("Motif de rejet"), "")
    if identifier not in amounts:
        raise SheetError(f"« {identifier[:40]} » n’est pas une ligne de ce bordereau.")
    if amount := cells.get(_key("Montant"), ""):
        _check_amount(amount, amounts[identifier])
    if not (number or paid or rejected):
        return None
    if rejected and (number or paid):
        raise SheetError("un versement est payé ou rejeté, pas les deux.")
    if rejected:
        return Answer(identifier=identifier, rejected_because=rejected)
    if not number or not paid:
        raise SheetError("il faut le numéro du payeur et la date du paiement.")
    return Answer(identifier=identifier, treasury_number=number, paid_on=_day(paid))


def _check_amount(typed: str, sent: Decimal) -> None:
    plain = "".join(typed.split()).replace("€", "").replace(",", ".")
    try:
        is_same = Decimal(plain) == sent
    except InvalidOperation:
        is_same = False
    if not is_same:
        raise SheetError(
            f"le montant « {typed[:40]} » n’est pas celui transmis, {format_euros(sent)}."
        )


def _day(typed: str) -> date:
    for form in _DATES:
        try:
            return datetime.strptime(typed, form).date()  # noqa: DTZ007 - a day without an hour
        except ValueError:
            continue
    raise SheetError(f"« {typed[:40]} » n’est pas une date, par exemple 05/01/2027.")
