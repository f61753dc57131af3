from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.awards.batch_csv import (
    HEADINGS,
    Answer,
    Payment,
    read_return,
    write_sheet,
)
from apps.core.sheets import SheetError

ONE, TWO = "PAY-2027-0001-001", "PAY-2027-0001-002"
AMOUNTS = {ONE: Decimal(37000), TWO: Decimal("1234.50")}
DAY = date(2027, 1, 5)


def payment(identifier: str = ONE, **values: object) -> Payment:
    return Payment(
        **{  # type: ignore[arg-type]
            "identifier": identifier,
            "reference": "INS-2026-00001-4",
            "programme": "Aide à l’installation",
            "budget_year": 2026,
            "label": "Versement unique",
            "holder": "Zoé Démo",
            "iban": "FR1420041010050500013M02606",
            "amount": AMOUNTS[identifier],
            **values,
        }
    )


def returned(*rows: str, heading: str = ";".join(HEADINGS)) -> bytes:
    return "\r\n".join(["\ufeff" + heading, *rows]).encode()


def row(identifier: str, amount: str, *filled: str) -> str:
    return ";".join([identifier, "", "", "", "", "", "", amount, *filled])


def test_sheet_reads_as_french_tools_expect() -> None:
    assert write_sheet([payment(), payment(TWO)]) == (
        "\ufeffIdentifiant;Dossier;Dispositif;Exercice;Objet;Titulaire;IBAN;Montant;"
        "Numéro du payeur;Payé le;Motif de rejet\r\n"
        "PAY-2027-0001-001;INS-2026-00001-4;Aide à l’installation;2026;Versement unique;Zoé Démo;"
        "FR1420041010050500013M02606;37000,00;;;\r\n"
        "PAY-2027-0001-002;INS-2026-00001-4;Aide à l’installation;2026;Versement unique;Zoé Démo;"
        "FR1420041010050500013M02606;1234,50;;;\r\n"
    )


def test_filled_sheet_is_read_back() -> None:
    sheet = write_sheet([payment(), payment(TWO)]).splitlines()
    filled = [sheet[0], sheet[1][:-3] + ";M-12;05/01/2027;", sheet[2][:-3] + ";;;Compte clos"]

    assert read_return("\r\n".join(filled).encode(), amounts=AMOUNTS) == [
        Answer(identifier=ONE, treasury_number="M-12", paid_on=DAY),
        Answer(identifier=TWO, rejected_because="Compte clos"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("typed", ["05/01/2027", "2027-01-05", "05.01.2027"])
def test_sheet_saved_by_any_tool_is_read(encoding: str, typed: str) -> None:
    content = f"IDENTIFIANT,Numero du payeur,payé le\n{ONE.lower()},M-1,{typed}\n"

    (answer,) = read_return(content.encode(encoding), amounts=AMOUNTS)

    assert (answer.treasury_number, answer.paid_on) == ("M-1", DAY)


def test_fault_is_named_by_its_line_in_the_file() -> None:
    with pytest.raises(SheetError, match=r"^Ligne 4"):
        read_return(
            returned("", row(ONE, "", "M-1", "05/01/2027", ""), row("PAY-1", "", "M-2", "", "")),
            amounts=AMOUNTS,
        )


def test_lines_left_empty_say_nothing_yet() -> None:
    (answer,) = read_return(
        returned(row(ONE, "37000,00", "M-1", "05/01/2027", ""), row(TWO, "1234,5", "", "", "")),
        amounts=AMOUNTS,
    )
    assert answer.identifier == ONE


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Il manque la colonne « Identifiant », « Numéro du payeur », « Payé le »."),
        (b"\x00\x01", "n’est pas un CSV"),
        (b"x" * 1_000_001, "dépasse 1 Mo"),
        (returned(row(ONE, "", "", "", "")), "Aucune ligne n’est remplie"),
        (returned(row("PAY-1", "", "M-1", "05/01/2027", "")), "Ligne 2 : « PAY-1 » n’est pas"),
        (returned(row(ONE, "36999", "M-1", "05/01/2027", "")), "n’est pas celui transmis"),
        (returned(row(ONE, "beaucoup", "M-1", "05/01/2027", "")), "n’est pas celui transmis"),
        (returned(row(ONE, "", "M-1", "", "")), "le numéro du payeur et la date"),
        (returned(row(ONE, "", "M-1", "31/02/2027", "")), "n’est pas une date"),
        (returned(row(ONE, "", "M-1", "05/01/2027", "Clos")), "pas les deux"),
        (
            returned(row(ONE, "", "M-1", "05/01/2027", ""), row(ONE, "", "M-2", "05/01/2027", "")),
            "figure deux fois",
        ),
    ],
)
def test_wrong_sheet_says_what_is_wrong(content: bytes, reason: str) -> None:
    with pytest.raises(SheetError) as error:
        read_return(content, amounts=AMOUNTS)
    assert reason in " ".join(str(error.value).split("\u00a0"))


@given(st.binary(max_size=300))
def test_any_nonsense_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(SheetError) as error:
        read_return(content, amounts=AMOUNTS)
    assert error.value.reasons
