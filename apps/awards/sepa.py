"""The transfer file of banks (ISO 20022, pain.001), made and checked before anything is kept.

The file is built by sepaxml, and validated against the schema that comes with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from django.conf import settings
from sepaxml import SepaTransfer
from sepaxml.validation import ValidationError as SchemaError
from text_unidecode import unidecode

from apps.awards.iban import compact_iban, why_not_iban
from apps.core import clock

# The 2019 version of the credit transfer message.
SCHEMA = "pain.001.001.09"
_NAMESPACE = f"{{urn:iso:std:iso:20022:tech:xsd:{SCHEMA}}}"
_ROOT = "CstmrCdtTrfInitn"
# The letters that every bank of the area reads (EPC217-08).
_UNREADABLE = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]+")
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")
_LONGEST_NAME = 70
_LONGEST_DESCRIPTION = 140


if TYPE_CHECKING:
    from xmlschema import XMLSchema


@dataclass(frozen=True, kw_only=True)
class Debtor:
    """Who pays: the council's account, as its treasury gave it."""

    name: str
    iban: str
    bic: str


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """One payment: euros, to whom, on which account (whole), for what."""

    identifier: str
    holder: str
    iban: str
    amount: Decimal
    description: str


def debtor() -> Debtor:
    """The account of settings.DEBTOR (environment DEBTOR_NAME, DEBTOR_IBAN, DEBTOR_BIC)."""
    return Debtor(
        name=settings.DEBTOR["name"],
        iban=compact_iban(settings.DEBTOR["iban"]),
        bic=settings.DEBTOR["bic"].replace(" ", "").upper(),
    )


def why_not_transfer_file() -> str:
    """Why no transfer file can be made, in French; "" when the council's account is set."""
    account = debtor()
    missing = [
        label
        for label, value in (
            ("le nom", account.name),
            ("l’IBAN", account.iban),
            ("le BIC", account.bic),
        )
        if not value
    ]
    if missing:
        return (
            f"Le fichier SEPA ne peut pas être établi : il manque {' et '.join(missing)} du compte "
            "payeur. Demandez à l’administrateur du portail de les renseigner."
        )
    if reason := why_not_iban(account.iban):
        return f"Le fichier SEPA ne peut pas être établi. Compte payeur : {reason}"
    if not _BIC.fullmatch(account.bic):
        return "Le fichier SEPA ne peut pas être établi : le BIC du compte payeur est faux."
    return ""


def readable(text: str, longest: int) -> str:
    """`text` in the letters of the transfer area: « Zoé & Cie » becomes « Zoe Cie »."""
    plain = _UNREADABLE.sub(" ", unidecode(text))
    return " ".join(plain.split())[:longest].strip() or "-"


def transfer_file(
    *,
    payer: Debtor,
    number: str,
    created_at: datetime,
    execution_on: date,
    transfers: Sequence[Transfer],
) -> bytes:
    """The XML of a batch, the same for the same arguments.

    Raises sepaxml's ValidationError (SchemaError here) when it breaks its schema.
    """
    sepa = SepaTransfer(
        {
            "name": readable(payer.name, _LONGEST_NAME),
            "IBAN": payer.iban,
            "BIC": payer.bic,
            "batch": True,
            "currency": "EUR",
        },
        schema=SCHEMA,
    )
    for transfer in transfers:
        sepa.add_payment(
            {
                "name": readable(transfer.holder, _LONGEST_NAME),
                "IBAN": transfer.iban,
                "amount": int(transfer.amount * 100),
                "execution_date": execution_on,
                "description": readable(transfer.description, _LONGEST_DESCRIPTION),
                "endtoend_id": transfer.identifier,
            }
        )
    return _settle(sepa.export(validate=False), number=number, created_at=created_at)


def _settle(xml: bytes, *, number: str, created_at: datetime) -> bytes:
    """The file with our number and instant in place of sepaxml's random ones, checked.

    The number makes a file sent twice recognisable: banks refuse a message they have seen.
    """
    document = ET.fromstring(xml)  # noqa: S314 - made by sepaxml just now
    local = created_at.astimezone(clock.PARIS).replace(tzinfo=None)
    for path, text in (
        (("GrpHdr", "MsgId"), number),
        (("GrpHdr", "CreDtTm"), local.isoformat(timespec="seconds")),
        (("PmtInf", "PmtInfId"), number),
    ):
        found = document.find("/".join(f"{_NAMESPACE}{tag}" for tag in (_ROOT, *path)))
        if found is None:
            raise SchemaError(f"{path[-1]} is missing.")
        found.text = text
    settled = ET.tostring(document, encoding="utf-8", xml_declaration=True)
    if error := next(_schema().iter_errors(settled.decode()), None):
        raise SchemaError(str(error.reason))
    return settled


@lru_cache(maxsize=1)
def _schema() -> XMLSchema:
    """The schema that comes with sepaxml, read once a process: that takes half a second."""
    import xmlschema  # noqa: PLC0415 - slow to import, and for this file only

    return xmlschema.XMLSchema(str(files("sepaxml") / "schemas" / f"{SCHEMA}.xsd"))
