"""Account numbers: good ones as people type them, bad ones with what is wrong in words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban as standard
from stdnum import numdb

from apps.awards.iban import SEPA_LENGTHS, compact_iban, mask_iban, spaced_iban, why_not_iban
from tests.support.text import plain


@pytest.mark.parametrize(
    "typed",
    [
        "FR1420041010050500013M02606",
        "fr14 2004 1010 0505 0001 3m02 606",
        " IBAN : FR76 3000 6000 0112 3456 7890 189 ",
        "FR76-3000-6000-0112-3456-7890-189",
        "DE89 3704 0044 0532 0130 00",
        "BE68 5390 0754 7034",
        "LU28 0019 4006 4475 0000",
        "IT60 X054 2811 1010 0000 0123 456",
    ],
)
def test_account_of_a_sepa_country_is_accepted_as_typed(typed: str) -> None:
    assert why_not_iban(typed) == ""
    assert standard.is_valid(compact_iban(typed), check_country=False)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "Indiquez l’IBAN du compte"),
        ("FR14 2004 1010 0505 0001 3M02 607", "Cet IBAN contient une erreur"),
        # Two digits that changed places.
        ("FR14 2004 1010 0505 0001 3M02 660", "Cet IBAN contient une erreur"),
        ("FR14 2004 1010 0505 0001 3M02 6", "compte 27 caractères : il en manque 2."),
        ("FR14 2004 1010 0505 0001 3M02 6066", "compte 27 caractères : il y en a 1 de trop."),
        ("20041010050500013M02606", "C’est l’ancien numéro de compte, sans le pays."),
        ("US64 SVBK US6S 3300 9588 79", "ne reçoit pas de virement européen"),
        ("FR14 2004 1010 0505 0001 3M02 6é6", "retirez « É »"),
        ("mon compte", "Un IBAN commence par deux lettres, puis deux chiffres"),
        ("Crédit Agricole", "retirez « É »"),
    ],
)
def test_bad_account_says_what_is_wrong(typed: str, reason: str) -> None:
    assert reason in plain(why_not_iban(typed))


def test_lengths_are_those_of_the_standard() -> None:
    database = numdb.get("iban")
    for country, length in SEPA_LENGTHS.items():
        structure = database.info(f"{country}00")[0][1]["bban"]
        assert sum(int(part) for part in re.findall(r"(\d+)!", structure)) + 4 == length


@given(st.text(max_size=60))
def test_nothing_that_can_be_typed_makes_the_check_fail(typed: str) -> None:
    reason = why_not_iban(typed)
    assert (reason == "") == (
        compact_iban(typed)[:2] in SEPA_LENGTHS
        and standard.is_valid(compact_iban(typed), check_country=False)
    )


NUMBERS = st.builds(
    lambda country, body: country + "76" + body[: SEPA_LENGTHS[country] - 4],
    st.sampled_from(sorted(SEPA_LENGTHS)),
    st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=30, max_size=30),
)


@given(NUMBERS)
def test_mask_shows_the_country_and_the_last_four_only(number: str) -> None:
    masked = mask_iban(country=number[:2], last4=number[-4:])
    assert re.sub(r"[• ]", "", masked) == number[:2] + number[-4:]
    assert masked.startswith(f"{number[:2]}••")


@given(NUMBERS)
def test_number_by_fours_is_the_same_number(number: str) -> None:
    assert compact_iban(spaced_iban(number)) == number
