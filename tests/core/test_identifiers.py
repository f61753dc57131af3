from __future__ import annotations

import string
from itertools import combinations, pairwise, product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.iso7064.mod_37_36 import checksum

from apps.core.identifiers import make_reference, normalise_reference, why_not_rpps

CHARACTERS = string.digits + string.ascii_uppercase
references = st.builds(
    make_reference,
    prefix=st.text(string.ascii_uppercase, min_size=3, max_size=3),
    year=st.integers(min_value=2017, max_value=2199),
    number=st.integers(min_value=1, max_value=9_999_999),
)


@pytest.mark.parametrize(
    ("number", "reference"),
    [(1, "INS-2026-00001-L"), (2, "INS-2026-00002-J"), (100000, "INS-2026-100000-J")],
)
def test_make_reference_is_stable(number: int, reference: str) -> None:
    """Printed on letters: the same number gives the same reference for ever."""
    assert make_reference("INS", 2026, number) == reference


@pytest.mark.parametrize(
    "typed",
    [
        *("INS-2026-00001-L", "ins-2026-00001-l", "INS202600001L", " INS 2026 00001 L "),
        *("INS-2026-00001-L\n", "INS\u20112026\u201100001\u2011L", "ins 2026-00001l"),
    ],
)
def test_normalise_forgives_case_spaces_and_hyphens(typed: str) -> None:
    assert normalise_reference(typed) == "INS-2026-00001-L"


@pytest.mark.parametrize(
    "typed",
    [
        *("", "INS", "INS-2026-00001", "INS-2026-00001-M", "INS-2026-1-L", "2026-00001-L"),
        *("INS-2026-00001-L-X", "INS-26-00001-L", "'; DROP TABLE", "INS-2026-0000१-L"),
    ],
)
def test_normalise_refuses_what_is_not_a_reference(typed: str) -> None:
    assert normalise_reference(typed) is None


@given(references)
def test_reference_is_read_back_as_it_is_printed(reference: str) -> None:
    assert normalise_reference(reference) == reference
    assert normalise_reference(reference.lower().replace("-", " ")) == reference


@given(references, st.data())
def test_one_wrong_character_is_always_caught(reference: str, data: st.DataObject) -> None:
    places = [place for place, character in enumerate(reference) if character != "-"]
    place = data.draw(st.sampled_from(places))
    wrong = data.draw(st.sampled_from(CHARACTERS.replace(reference[place], "")))
    assert normalise_reference(reference[:place] + wrong + reference[place + 1 :]) is None


@given(references, st.data())
def test_two_neighbours_swapped_are_caught_unless_they_follow_each_other(
    reference: str, data: st.DataObject
) -> None:
    plain = reference.replace("-", "")
    place = data.draw(st.integers(min_value=0, max_value=len(plain) - 2))
    gap = CHARACTERS.index(plain[place]) - CHARACTERS.index(plain[place + 1])
    assume(gap % 36 not in {0, 1, 35})
    swapped = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
    assert normalise_reference(swapped) is None


def test_check_character_misses_one_swap_in_630_and_no_wrong_character() -> None:
    """Every case: a first character leaves each of the 36 remainders, and what follows a
    difference keeps it."""
    missed = [
        (before, first, second)
        for before, (first, second) in product(CHARACTERS, combinations(CHARACTERS, 2))
        if checksum(before + first + second) == checksum(before + second + first)
    ]
    following = {*pairwise(CHARACTERS), ("0", "Z")}
    assert {before for before, _, _ in missed} == set(CHARACTERS)
    assert {(first, second) for _, first, second in missed} == following
    assert len(missed) == 36
    for before in CHARACTERS:
        assert len({checksum(before + character) for character in CHARACTERS}) == 36
        assert len({checksum(other + before) for other in CHARACTERS}) == 36


def test_swap_that_is_missed_is_known() -> None:
    assert normalise_reference("INS-2026-00780-5") == "INS-2026-00780-5"
    assert normalise_reference("INS-2026-00870-5") == "INS-2026-00870-5"
    assert normalise_reference("INS-2026-07080-5") is None


@given(st.text(max_size=40))
def test_normalise_never_fails_on_what_people_type(typed: str) -> None:
    found = normalise_reference(typed)
    assert found is None or normalise_reference(found) == found


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("10100000009", "La clé de contrôle de ce numéro RPPS est inhabituelle : vérifiez-le."),
        # Printed by the ANS's own documentation, with a wrong key: a warning, never a block.
        ("10001766123", "La clé de contrôle de ce numéro RPPS est inhabituelle : vérifiez-le."),
        ("1000", "Un numéro RPPS compte 11 chiffres."),
        ("1010000000٨", "Un numéro RPPS compte 11 chiffres."),
        ("1000176612A", "Un numéro RPPS compte 11 chiffres."),
        ("", "Un numéro RPPS compte 11 chiffres."),
    ],
)
def test_rpps_that_looks_wrong_says_why(typed: str, reason: str) -> None:
    assert why_not_rpps(typed) == reason


@given(st.text(string.digits, min_size=10, max_size=10))
def test_rpps_has_exactly_one_usual_key(digits: str) -> None:
    usual = [key for key in string.digits if not why_not_rpps(digits + key)]
    assert len(usual) == 1
    assert why_not_rpps(f" {digits[:5]} {digits[5:]}{usual[0]} ") == ""
