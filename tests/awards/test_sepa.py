from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from pytest_django import Settings

from apps.awards.sepa import (
    SchemaError,
    Transfer,
    debtor,
    readable,
    transfer_file,
    why_not_transfer_file,
)
from tests.factories.payments import DEBTOR

AT = datetime(2027, 1, 4, 22, 30, tzinfo=UTC)
NAMESPACE = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


def transfer(**values: Any) -> Transfer:
    return Transfer(
        **{
            "identifier": "PAY-2027-0001-001",
            "holder": "Zoé Démo",
            "iban": "FR1420041010050500013M02606",
            "amount": Decimal("1234.5"),
            "description": "INS-2026-00001-4 Versement unique",
            **values,
        }
    )


@pytest.fixture(autouse=True)
def _council_s_account(settings: Settings) -> None:
    settings.DEBTOR = DEBTOR


def build(*transfers: Transfer) -> bytes:
    return transfer_file(
        payer=debtor(),
        number="PAY-2027-0001",
        created_at=AT,
        execution_on=date(2027, 1, 6),
        transfers=transfers,
    )


def found(xml: bytes, path: str) -> list[str | None]:
    document = ET.fromstring(xml)  # noqa: S314 - ours
    return [
        node.text
        for node in document.findall("/".join(f"p:{tag}" for tag in path.split("/")), NAMESPACE)
    ]


def test_file_says_who_pays_whom_how_much_and_when() -> None:
    xml = build(transfer(), transfer(identifier="PAY-2027-0001-002", amount=Decimal(37000)))

    head = "CstmrCdtTrfInitn/GrpHdr"
    assert found(xml, f"{head}/MsgId") == ["PAY-2027-0001"]
    assert found(xml, f"{head}/CreDtTm") == ["2027-01-04T23:30:00"]
    assert found(xml, f"{head}/NbOfTxs") == ["2"]
    assert found(xml, f"{head}/CtrlSum") == ["38234.50"]
    body = "CstmrCdtTrfInitn/PmtInf"
    assert found(xml, f"{body}/PmtInfId") == ["PAY-2027-0001"]
    assert found(xml, f"{body}/ReqdExctnDt/Dt") == ["2027-01-06"]
    assert found(xml, f"{body}/DbtrAcct/Id/IBAN") == [DEBTOR["iban"]]
    line = f"{body}/CdtTrfTxInf"
    assert found(xml, f"{line}/PmtId/EndToEndId") == ["PAY-2027-0001-001", "PAY-2027-0001-002"]
    assert found(xml, f"{line}/Amt/InstdAmt") == ["1234.50", "37000.00"]
    assert found(xml, f"{line}/Cdtr/Nm") == ["Zoe Demo", "Zoe Demo"]
    assert found(xml, f"{line}/CdtrAcct/Id/IBAN") == ["FR1420041010050500013M02606"] * 2


def test_same_batch_gives_the_same_file() -> None:
    assert build(transfer()) == build(transfer())


def test_file_that_breaks_its_schema_is_refused() -> None:
    with pytest.raises(SchemaError):
        build(transfer(iban="pas un compte"))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Zoé & Cie « Démo »", "Zoe Cie Demo"),
        ("Œuvre d’Élie", "OEuvre d'Elie"),
        ("<script>", "script"),
        ("日本", "Ri Ben"),
        ("€", "EUR"),
        ("&", "-"),
    ],
)
def test_names_are_written_in_the_letters_of_banks(text: str, written: str) -> None:
    assert readable(text, 70) == written


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"name": "", "iban": "", "bic": ""}, "il manque le nom et l’IBAN et le BIC"),
        ({"iban": "FR7700000000000000000000097"}, "Compte payeur"),
        ({"bic": "DEMO"}, "le BIC du compte payeur est faux"),
    ],
)
def test_without_a_right_account_the_refusal_says_what_is_missing(
    settings: Settings, values: dict[str, str], reason: str
) -> None:
    settings.DEBTOR = {**DEBTOR, **values}
    assert reason in why_not_transfer_file()


def test_fictitious_account_of_the_demo_is_right() -> None:
    assert why_not_transfer_file() == ""
