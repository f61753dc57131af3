"""Which aids go together: every case by hand, then what holds for any periods."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.awards.compatibility import (
    AidPeriod,
    Clash,
    OtherAward,
    Rule,
    find_clashes,
    findings,
    staff_sentence,
)
from apps.casefiles.eligibility import Answer
from tests.support.text import plain

YES, CHECK, NO = Answer.YES, Answer.CHECK, Answer.NO
AUTUMN = AidPeriod(first_day=date(2026, 9, 1), last_day=date(2026, 11, 30))
WINTER = AidPeriod(first_day=date(2026, 12, 1), last_day=date(2027, 2, 28))
YEAR = AidPeriod(first_day=date(2026, 9, 1), last_day=date(2027, 8, 31))
OPEN = AidPeriod(first_day=date(2027, 1, 1))


def rule(*, meets: bool = True, is_lifted: bool = False, other: str = "bourse") -> Rule:
    return Rule(
        pk=1,
        other=other,
        label="Bourse d’études",
        only_while_overlapping=meets,
        source="Texte fictif",
        is_lifted=is_lifted,
    )


def award(period: AidPeriod | None = YEAR, *, surely: bool = True) -> OtherAward:
    return OtherAward(
        pk=7,
        programme="bourse",
        reference="BRS-2026-00007-X",
        period=period,
        is_same_person=surely,
    )


def clashes(
    found: Rule,
    *awards: OtherAward,
    period: AidPeriod | None = WINTER,
    declared: frozenset[str] = frozenset(),
) -> list[Clash]:
    return find_clashes([found], period=period, declared=declared, awards=awards)


@pytest.mark.parametrize(
    ("asked", "other", "meets", "answer"),
    [
        (WINTER, YEAR, True, NO),
        (AUTUMN, WINTER, True, YES),
        (AUTUMN, OPEN, True, YES),
        (YEAR, OPEN, True, NO),
        (None, YEAR, True, CHECK),
        (WINTER, None, True, CHECK),
        (None, None, True, CHECK),
        # Never together, whatever the dates.
        (AUTUMN, WINTER, False, NO),
        (None, None, False, NO),
    ],
)
def test_award_and_dates(
    asked: AidPeriod | None, other: AidPeriod | None, meets: bool, answer: Answer
) -> None:
    found = clashes(rule(meets=meets), award(other), period=asked)
    assert [clash.answer for clash in found] == ([] if answer is YES else [answer])


def test_other_programme_s_award_is_no_business_of_the_rule() -> None:
    assert clashes(rule(other="autre"), award()) == []


def test_award_of_perhaps_another_person_is_checked_and_never_blocks() -> None:
    (clash,) = clashes(rule(meets=False), award(surely=False))
    assert (clash.answer, clash.blocks) == (CHECK, False)


@pytest.mark.parametrize(("meets", "answer"), [(True, CHECK), (False, NO)])
def test_declared_aid_has_no_dates(meets: bool, answer: Answer) -> None:
    (clash,) = clashes(rule(meets=meets), declared=frozenset({"bourse"}))
    assert (clash.answer, clash.award) == (answer, None)


def test_award_says_more_than_what_is_declared() -> None:
    assert clashes(rule(), award(AUTUMN), declared=frozenset({"bourse"})) == []
    homonym = clashes(rule(), award(surely=False), declared=frozenset({"bourse"}))
    assert [clash.award is None for clash in homonym] == [False, True]


def test_lifted_rule_still_shows_and_no_longer_blocks() -> None:
    (clash,) = clashes(rule(is_lifted=True), award())
    assert (clash.answer, clash.blocks) == (NO, False)


@pytest.mark.parametrize(
    ("clash", "words"),
    [
        (
            Clash(rule=rule(), answer=NO, award=award()),
            (
                "Ne se cumule pas aux mêmes dates avec « Bourse d’études », dossier "
                "BRS-2026-00007-X, du 1er septembre 2026 au 31 août 2027."
            ),
        ),
        (
            Clash(rule=rule(meets=False), answer=NO, award=award(OPEN)),
            (
                "Ne se cumule pas avec « Bourse d’études », dossier BRS-2026-00007-X, "
                "depuis le 1er janvier 2027."
            ),
        ),
        (
            Clash(rule=rule(), answer=CHECK, award=award(None)),
            (
                "À vérifier : ne se cumule pas aux mêmes dates avec « Bourse d’études », dossier "
                "BRS-2026-00007-X, à des dates inconnues."
            ),
        ),
        (
            Clash(rule=rule(), answer=CHECK, award=award(surely=False)),
            (
                "À vérifier : « Bourse d’études », dossier BRS-2026-00007-X, du 1er septembre 2026 "
                "au 31 août 2027. Même nom ou même adresse e-mail : est-ce la même personne ?"
            ),
        ),
        (
            Clash(rule=rule(meets=False), answer=NO),
            "Ne se cumule pas avec « Bourse d’études », que la personne déclare.",
        ),
        (
            Clash(rule=rule(), answer=CHECK),
            "À vérifier : la personne déclare « Bourse d’études », à des dates inconnues.",
        ),
    ],
)
def test_words_for_the_guichet(clash: Clash, words: str) -> None:
    assert plain(staff_sentence(clash)) == words


@pytest.mark.parametrize(
    ("clash", "answer", "words"),
    [
        (
            Clash(rule=rule(), answer=NO, award=award()),
            NO,
            (
                "Vous avez « Bourse d’études » (dossier BRS-2026-00007-X, du 1er septembre 2026 au "
                "31 août 2027). Les deux aides ne se cumulent pas aux mêmes dates."
            ),
        ),
        (
            Clash(rule=rule(meets=False), answer=NO),
            NO,
            "Vous avez « Bourse d’études ». Les deux aides ne se cumulent pas.",
        ),
        (
            Clash(rule=rule(), answer=CHECK),
            CHECK,
            "Vous avez « Bourse d’études ». Le guichet vérifie si les deux aides se cumulent.",
        ),
        (
            Clash(rule=rule(is_lifted=True), answer=NO, award=award(None)),
            YES,
            (
                "Vous avez « Bourse d’études » (dossier BRS-2026-00007-X). Le guichet admet les "
                "deux aides pour votre dossier."
            ),
        ),
    ],
)
def test_words_for_the_applicant(clash: Clash, answer: Answer, words: str) -> None:
    (found,) = findings([clash.rule], [clash], answers={})

    assert (found.answer, plain(found.explanation)) == (answer, words)
    assert (found.rule, found.source) == ("Bourse d’études", "Texte fictif")
    assert bool(found.what_would_change) == (answer is not YES)


@pytest.mark.parametrize(
    ("answers", "answer", "words"),
    [
        ({"bourse": None}, CHECK, "Dites-nous si vous avez « Bourse d’études »."),
        ({"bourse": False}, YES, "Rien de connu à votre nom aux mêmes dates."),
        ({}, YES, "Rien de connu à votre nom aux mêmes dates."),
    ],
)
def test_rule_speaks_without_a_clash(
    answers: dict[str, bool | None], answer: Answer, words: str
) -> None:
    (found,) = findings([rule()], [], answers=answers)
    assert (found.answer, plain(found.explanation)) == (answer, words)


def test_period_is_cut_when_the_award_ends_early() -> None:
    assert YEAR.cut_at(date(2026, 10, 5)) == AidPeriod(
        first_day=date(2026, 9, 1), last_day=date(2026, 10, 5)
    )
    assert OPEN.cut_at(date(2027, 3, 1)) == AidPeriod(
        first_day=date(2027, 1, 1), last_day=date(2027, 3, 1)
    )
    assert YEAR.cut_at(date(2030, 1, 1)) == YEAR
    assert YEAR.cut_at(date(2026, 8, 31)) is None


days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
periods = st.builds(
    lambda first, length: AidPeriod(
        first_day=first, last_day=None if length is None else first + timedelta(days=length)
    ),
    days,
    st.none() | st.integers(0, 700),
)


@given(periods, periods, days)
def test_periods_overlap_both_ways_and_on_a_common_day(
    one: AidPeriod, other: AidPeriod, day: date
) -> None:
    assert one.overlaps(other) == other.overlaps(one)
    on_day = AidPeriod(first_day=day, last_day=day)
    if one.overlaps(on_day) and other.overlaps(on_day):
        assert one.overlaps(other)


@given(periods, periods, st.booleans(), st.booleans())
def test_unsure_person_never_blocks_and_a_lifted_rule_neither(
    asked: AidPeriod, other: AidPeriod, meets: bool, is_lifted: bool
) -> None:
    unsure = clashes(rule(meets=meets), award(other, surely=False), period=asked)
    lifted = clashes(rule(meets=meets, is_lifted=is_lifted), award(other), period=asked)
    assert not any(clash.blocks for clash in unsure)
    assert any(clash.blocks for clash in lifted) == (
        not is_lifted and (not meets or asked.overlaps(other))
    )
