from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.casefiles.eligibility import Answer, Eligibility, Finding

SEVERITY = [Answer.YES, Answer.CHECK, Answer.NO]
findings = st.builds(
    Finding,
    rule=st.text(max_size=20),
    answer=st.sampled_from(Answer),
    explanation=st.text(max_size=40),
    source=st.text(max_size=40),
    what_would_change=st.text(max_size=40),
)
eligibilities = st.builds(Eligibility, findings=st.lists(findings, max_size=6).map(tuple))


def finding(answer: Answer) -> Finding:
    return Finding(rule="Zone", answer=answer, explanation="Ormes.", source="Arrêté")


@pytest.mark.parametrize(
    ("answers", "expected", "label"),
    [
        ([], Answer.YES, "Éligible"),
        ([Answer.YES, Answer.YES], Answer.YES, "Éligible"),
        ([Answer.YES, Answer.CHECK], Answer.CHECK, "À vérifier"),
        ([Answer.CHECK, Answer.NO, Answer.YES], Answer.NO, "Non éligible"),
    ],
)
def test_answer_is_the_most_severe(answers: list[Answer], expected: Answer, label: str) -> None:
    eligibility = Eligibility(findings=tuple(finding(answer) for answer in answers))
    assert eligibility.answer is expected
    assert eligibility.answer.label == label


@given(eligibilities)
def test_only_a_no_blocks(eligibility: Eligibility) -> None:
    assert bool(eligibility.blocking) == (eligibility.answer is Answer.NO)
    assert all(item.answer is Answer.NO for item in eligibility.blocking)


@given(eligibilities, findings)
def test_one_more_rule_never_makes_the_answer_milder(
    eligibility: Eligibility, more: Finding
) -> None:
    after = Eligibility(findings=(*eligibility.findings, more))
    assert SEVERITY.index(after.answer) >= SEVERITY.index(eligibility.answer)


@given(eligibilities)
def test_answers_survive_being_frozen(eligibility: Eligibility) -> None:
    frozen = json.loads(json.dumps(eligibility.to_json()))
    assert Eligibility.from_json(frozen) == eligibility
