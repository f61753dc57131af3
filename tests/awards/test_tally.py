from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.awards.enums import Vote
from apps.awards.tally import Line, count_votes
from apps.casefiles.enums import Outcome


def line(
    reference: str = "INS-2026-00001-L",
    *,
    vote: str = "follow",
    outcome: Outcome | None = Outcome.GRANT,
    amount: int | None = 35000,
    has_letter: bool = True,
    has_email: bool = True,
) -> Line:
    return Line(
        reference=reference,
        vote=vote,
        outcome=outcome,
        amount=None if amount is None else Decimal(amount),
        has_letter=has_letter,
        has_email=has_email,
    )


REFUSED = line(vote="refuse", outcome=Outcome.REJECT)
ADJOURNED = line(vote="adjourn", outcome=None)
NOT_VOTED = line(vote="", outcome=None)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([line()], "1 accord pour 35\u00a0000\u00a0€"),
        ([line(), line(amount=8000)], "2 accords pour 43\u00a0000\u00a0€"),
        (
            [line(), line(amount=None), line(amount=None)],
            "3 accords pour 35\u00a0000\u00a0€ et 2 montants non publiés",
        ),
        ([line(amount=None)], "1 accord, 1 montant non publié"),
        ([REFUSED, REFUSED], "2 refus"),
        (
            [line(), REFUSED, ADJOURNED, ADJOURNED, NOT_VOTED],
            "1 accord pour 35\u00a0000\u00a0€, 1 refus, 2 ajournements, 1 sans vote",
        ),
        ([], ""),
    ],
)
def test_outcome_says_what_will_happen(lines: list[Line], sentence: str) -> None:
    assert count_votes(lines).outcome == sentence


def test_letter_without_address_is_to_be_posted() -> None:
    tally = count_votes([line(), line("INS-2026-00002-J", has_email=False), ADJOURNED])

    assert (tally.letters, tally.emails) == (2, 1)
    assert tally.without_email == ("INS-2026-00002-J",)


def test_act_of_the_archive_has_neither_letter_nor_email() -> None:
    tally = count_votes([line(has_letter=False, has_email=False)])

    assert (tally.granted, tally.letters, tally.emails, tally.without_email) == (1, 0, 0, ())


@given(
    st.lists(
        st.builds(
            line,
            vote=st.sampled_from(["", *Vote.values]),
            outcome=st.sampled_from([None, *Outcome]),
            amount=st.integers(min_value=1, max_value=37000),
            has_letter=st.booleans(),
            has_email=st.booleans(),
        ).filter(
            # What AgendaItem.outcome can give: a vote to follow decides, an adjournment does not.
            lambda item: (item.outcome is not None) == (item.vote in (Vote.FOLLOW, Vote.REFUSE))
        )
    )
)
def test_every_file_counts_once(lines: list[Line]) -> None:
    tally = count_votes(lines)

    assert tally.total == len(lines)
    assert tally.letters == tally.emails + len(tally.without_email)
    assert tally.letters <= tally.granted + tally.rejected
    assert 0 <= tally.amount <= 37000 * tally.granted
