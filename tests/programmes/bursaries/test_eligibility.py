"""Who may have a bursary: each rule by hand, then what holds for any answers."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.casefiles.eligibility import Answer, Finding
from apps.programmes.bursaries.eligibility import BursaryFacts, assess
from apps.programmes.bursaries.tracks import COURSES, TRACKS

YES, CHECK, NO = Answer.YES, Answer.CHECK, Answer.NO


def facts(**answers: object) -> BursaryFacts:
    values: dict[str, object] = {
        "course": "medecine",
        "track": "zagreb",
        "on": date(2026, 11, 2),
        "commits": True,
        "has_other_aid": False,
        **answers,
    }
    return BursaryFacts(**values)  # type: ignore[arg-type]


def rule(name: str, given: BursaryFacts) -> Finding:
    (finding,) = [finding for finding in assess(given).findings if finding.rule == name]
    return finding


@pytest.mark.parametrize(
    ("course", "track", "answer"),
    [
        ("medecine", "france-externe", YES),
        ("medecine", "europe-autre", YES),
        ("dentaire", "iasi", YES),
        ("dentaire", "france-externe", CHECK),
        ("dentaire", "zagreb", CHECK),
        ("autre", "iasi", CHECK),
    ],
)
def test_studies_are_those_the_source_names(course: str, track: str, answer: Answer) -> None:
    assert rule("Études", facts(course=course, track=track)).answer is answer


@pytest.mark.parametrize(
    ("track", "year", "answer"),
    [
        ("france-interne", 2019, YES),
        ("zagreb", 2021, NO),
        ("zagreb", 2022, YES),
        ("iasi", 2021, NO),
        ("europe-autre", 2026, CHECK),
        ("europe-autre", 2021, NO),
    ],
)
def test_european_faculties_are_open_since_autumn_2022(
    track: str, year: int, answer: Answer
) -> None:
    assert rule("Faculté", facts(track=track, on=date(year, 10, 1))).answer is answer


@pytest.mark.parametrize(("commits", "answer"), [(True, YES), (False, NO), (None, CHECK)])
def test_bursary_asks_to_practise_in_the_loiret(commits: bool | None, answer: Answer) -> None:
    found = rule("Engagement", facts(commits=commits))
    assert found.answer is answer
    assert "cinq ans" in found.source


@pytest.mark.parametrize(("other", "answer"), [(False, YES), (True, CHECK), (None, CHECK)])
def test_another_aid_is_checked_by_a_person(other: bool | None, answer: Answer) -> None:
    assert rule("Autres aides", facts(has_other_aid=other)).answer is answer


@given(
    st.builds(
        BursaryFacts,
        course=st.sampled_from(sorted(COURSES)),
        track=st.sampled_from(sorted(TRACKS)),
        on=st.dates(date(2017, 1, 1), date(2040, 1, 1)),
        commits=st.none() | st.booleans(),
        has_other_aid=st.none() | st.booleans(),
    )
)
def test_every_answer_has_its_reason_and_what_would_change_it(given_facts: BursaryFacts) -> None:
    eligibility = assess(given_facts)
    assert len({finding.rule for finding in eligibility.findings}) == 4
    for finding in eligibility.findings:
        assert finding.explanation.endswith(".")
        assert finding.source
        if finding.answer is NO:
            assert finding.what_would_change
