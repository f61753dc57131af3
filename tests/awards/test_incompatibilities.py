"""Aids that do not go together, against awards really made.

Two allowances for rural internships have dates, so that they meet or not; the installation aid
has none.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from pytest_django.fixtures import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.awards.compatibility import AidPeriod
from apps.awards.enums import OutsideAid
from apps.awards.incompatibilities import (
    aids_to_declare,
    clashes_of,
    cumulation_findings,
    why_not_cumulate,
)
from apps.awards.models import Incompatibility
from apps.casefiles.drafts import start_case_file
from apps.casefiles.eligibility import Answer
from apps.casefiles.enums import CaseFileState, Channel, Outcome
from apps.casefiles.models import CaseFile
from apps.casefiles.proposals import propose, withdraw_proposal
from apps.casefiles.transitions import MoveRefusedError, perform
from tests.factories.accounts import UserFactory
from tests.factories.awards import decided_file, scheduled_file, terminated_file
from tests.factories.casefiles import START, fill_installation, installation_file, join_documents
from tests.factories.incompatibilities import rule_against, rule_between
from tests.factories.internships import (
    FIRST_DAY,
    LAST_DAY,
    SLUG,
    fill_internship,
    granted_internship,
    proposed_internship,
)
from tests.support.text import plain

pytestmark = pytest.mark.django_db

LATER = START + timedelta(days=7)
AFTER = {"starts_on": date(2027, 3, 1), "ends_on": date(2027, 4, 30)}


@pytest.fixture(autouse=True)
def _at_the_start() -> Any:
    with time_machine.travel(LATER):
        yield


@pytest.fixture
def twice() -> Incompatibility:
    """The allowance is not given twice for the same days."""
    return rule_between(SLUG, SLUG)


@pytest.fixture
def never() -> Incompatibility:
    """The installation aid and the allowance never go together."""
    return rule_between("installation", SLUG, only_while_overlapping=False)


def draft_of(applicant: User, **answers: Any) -> CaseFile:
    """An allowance asked for, complete and not sent."""
    draft = start_case_file(programme=SLUG, applicant=applicant, at=LATER)
    fill_internship(draft, **answers)
    draft = CaseFile.objects.get(pk=draft.pk)
    join_documents(draft, applicant, at=LATER)
    return draft


def typed_in(agent: User, **identity: str) -> CaseFile:
    """A draft of the installation aid for somebody without an account."""
    draft = start_case_file(
        programme="installation",
        applicant=None,
        filed_by=agent,
        channel=Channel.DESK,
        identity={"first_name": "Alice", "last_name": "Martin", **identity},
        at=LATER,
    )
    fill_installation(draft)
    return CaseFile.objects.get(pk=draft.pk)


def test_second_allowance_on_the_same_days_is_not_sent(
    applicant: User, twice: Incompatibility
) -> None:
    granted = allowance(applicant)
    draft = draft_of(applicant)

    with pytest.raises(MoveRefusedError) as refusal:
        perform(draft, "submit", actor=applicant, at=LATER)

    assert [plain(reason) for reason in refusal.value.reasons] == [
        (
            f"Vous avez « {granted_label()} » (dossier {granted.reference}, du 16 novembre 2026 au "
            "31 janvier 2027). Les deux aides ne se cumulent pas aux mêmes dates."
        )
    ]


def allowance(applicant: User, **answers: Any) -> CaseFile:
    return granted_internship(applicant=applicant, amount=Decimal(300), **answers)


def granted_label() -> str:
    (_, label) = aids_to_declare(SLUG, on=LATER.date())[0]
    return label


def test_second_allowance_for_other_days_is_sent_and_says_so(
    applicant: User, twice: Incompatibility
) -> None:
    allowance(applicant)

    sent = perform(draft_of(applicant, **AFTER), "submit", actor=applicant, at=LATER)

    assert sent.eligibility is not None
    finding = sent.eligibility.findings[-1]
    assert finding.answer is Answer.YES
    assert plain(finding.explanation) == "Rien de connu à votre nom aux mêmes dates."


def test_without_a_rule_nothing_is_said(
    applicant: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    allowance(applicant)
    draft = draft_of(applicant)

    with django_assert_num_queries(1):
        assert clashes_of(draft) == []
    assert perform(draft, "submit", actor=applicant, at=LATER).state == CaseFileState.SUBMITTED


@pytest.mark.parametrize("number", [1, 3])
def test_rules_and_awards_are_two_queries(
    applicant: User,
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(number):
        allowance(applicant)
    rule_between(SLUG, SLUG)
    draft = draft_of(applicant)
    draft = CaseFile.objects.select_related("internship_detail").get(pk=draft.pk)

    with django_assert_num_queries(2):
        assert len(clashes_of(draft)) == number


def test_rule_is_read_from_both_sides(head: User, applicant: User, never: Incompatibility) -> None:
    installed = decided_file(actor=head, applicant=applicant)
    draft = draft_of(applicant)
    assert [clash.award.reference for clash in clashes_of(draft) if clash.award] == [
        installed.reference
    ]

    other = UserFactory()
    granted = allowance(other)
    asked = installation_file(until=CaseFileState.DRAFT, applicant=other)
    assert [clash.award.reference for clash in clashes_of(asked) if clash.award] == [
        granted.reference
    ]


def test_unknown_dates_are_to_check_and_block_nothing(head: User, applicant: User) -> None:
    rule_between("installation", SLUG)
    decided_file(actor=head, applicant=applicant)
    draft = draft_of(applicant)

    assert [clash.answer for clash in clashes_of(draft)] == [Answer.CHECK]
    sent = perform(draft, "submit", actor=applicant, at=LATER)
    assert sent.eligibility is not None
    assert sent.eligibility.answer is Answer.CHECK


@pytest.mark.parametrize("state", ["proposed", "scheduled", "rejected"])
def test_only_awards_really_made_count(
    head: User, applicant: User, never: Incompatibility, state: str
) -> None:
    if state == "rejected":
        decided_file(actor=head, applicant=applicant, outcome=Outcome.REJECT)
    elif state == "scheduled":
        scheduled_file(actor=head, applicant=applicant)
    else:
        installation_file(until=CaseFileState.PROPOSED, applicant=applicant)

    assert clashes_of(draft_of(applicant)) == []


def test_cancelled_decision_no_longer_counts(
    head: User, applicant: User, never: Incompatibility
) -> None:
    granted = decided_file(actor=head, applicant=applicant)
    draft = draft_of(applicant)
    assert len(clashes_of(draft)) == 1

    withdraw_proposal(case_file=granted, actor=head, comment="Erreur.", name="cancel_decision")

    assert clashes_of(draft) == []


def test_broken_award_counts_until_the_day_it_ended(
    head: User, applicant: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The installation aid gives no dates; here it runs from the first day of practice."""
    monkeypatch.setattr(
        "apps.programmes.installation.programme.InstallationAid.aid_period",
        lambda self, case_file: AidPeriod(first_day=date(2027, 1, 4)),
        raising=False,
    )
    rule_between("installation", SLUG)
    broken = terminated_file(actor=head, applicant=applicant)
    assert broken.closed_at is not None
    ended_on = broken.closed_at.date()

    before = draft_of(applicant, starts_on=date(2027, 1, 4), ends_on=date(2027, 2, 28))
    assert [clash.answer for clash in clashes_of(before)] == [Answer.NO]
    detail = before.internship_detail
    detail.starts_on, detail.ends_on = ended_on + timedelta(days=1), ended_on + timedelta(days=60)
    detail.save(update_fields=["starts_on", "ends_on"])
    assert clashes_of(before) == []


def test_rules_are_those_of_the_day_of_the_request(
    head: User, applicant: User, twice: Incompatibility
) -> None:
    allowance(applicant)
    Incompatibility.objects.update(valid_during=(date(2020, 1, 1), START.date()))

    assert clashes_of(draft_of(applicant)) == []


@pytest.mark.parametrize(
    ("identity", "answers"),
    [
        ({"email": "Alice@Exemple.fr"}, [Answer.NO]),
        ({"email": "ALICE@exemple.fr", "first_name": "alicé", "last_name": "MARTIN"}, [Answer.NO]),
        # A name alone, or an address alone, may be somebody else's.
        ({"email": "autre@exemple.fr"}, [Answer.CHECK]),
        ({"email": ""}, [Answer.CHECK]),
        ({"email": "alice@exemple.fr", "first_name": "Paul"}, [Answer.CHECK]),
        ({"email": "paul@exemple.fr", "first_name": "Paul"}, []),
        ({"email": "", "first_name": "", "last_name": ""}, []),
        ({"email": "", "first_name": "Ali", "last_name": "Mar"}, []),
    ],
)
def test_person_without_an_account_is_known_by_name_and_address(
    caseworker: User,
    applicant: User,
    never: Incompatibility,
    identity: dict[str, str],
    answers: list[Answer],
) -> None:
    allowance(applicant)

    assert [clash.answer for clash in clashes_of(typed_in(caseworker, **identity))] == answers


def test_agent_reads_which_award_forbids_the_request_typed_in(
    caseworker: User, applicant: User, never: Incompatibility
) -> None:
    granted = allowance(applicant)
    draft = typed_in(caseworker, email="alice@exemple.fr")
    join_documents(draft, caseworker, at=LATER)

    with pytest.raises(MoveRefusedError) as refusal:
        perform(draft, "submit", actor=caseworker, at=LATER)

    (reason,) = refusal.value.reasons
    assert granted.reference in reason
    assert "du 16 novembre 2026 au 31 janvier 2027" in plain(reason)


def test_applicant_reads_nothing_of_a_file_that_is_not_on_their_account(
    applicant: User, caseworker: User, twice: Incompatibility
) -> None:
    """Same name and address on another account: the guichet reads it, the applicant does not."""
    double = UserFactory(first_name="Alice", last_name="Martin")
    allowance(double)
    CaseFile.objects.update(email=applicant.email)

    sent = perform(draft_of(applicant), "submit", actor=applicant, at=LATER)

    assert sent.eligibility is not None
    assert plain(sent.eligibility.findings[-1].explanation) == (
        "Rien de connu à votre nom aux mêmes dates."
    )
    assert [clash.answer for clash in clashes_of(sent)] == [Answer.NO]


def test_declared_aid_from_elsewhere(applicant: User) -> None:
    rule_against("installation", OutsideAid.HEALTH_AGENCY)
    draft = installation_file(until=CaseFileState.DRAFT, applicant=applicant)
    assert clashes_of(draft) == []

    draft.installation_detail.has_other_aid = True

    assert [plain(reason) for reason in why_not_cumulate(draft)] == [
        (
            "Ne se cumule pas avec « aide de l’ARS ou de l’Assurance maladie », que la personne "
            "déclare."
        )
    ]


def test_act_of_the_archive_is_as_it_was_voted(never: Incompatibility, caseworker: User) -> None:
    archived = start_case_file(
        programme="installation", applicant=None, filed_by=caseworker, channel=Channel.ARCHIVE
    )
    assert clashes_of(archived) == []


def _under_review(applicant: User, agent: User, **answers: Any) -> CaseFile:
    sent = perform(draft_of(applicant, **answers), "submit", actor=applicant, at=LATER)
    return perform(sent, "start_review", actor=agent, at=LATER)


def test_grant_is_not_proposed_beside_an_award_and_a_refusal_is(
    applicant: User, head: User, twice: Incompatibility, internship_caseworker: User
) -> None:
    reviewed = _under_review(UserFactory(), internship_caseworker)
    granted = allowance(applicant)
    CaseFile.objects.filter(pk=reviewed.pk).update(applicant=applicant)
    options: dict[str, Any] = {"case_file": reviewed, "actor": internship_caseworker, "at": LATER}

    with pytest.raises(MoveRefusedError, match=granted.reference):
        propose(outcome=Outcome.GRANT, amount=Decimal(300), reason="Accord.", **options)
    refused = propose(
        outcome=Outcome.REJECT, amount=None, reason="Forfait déjà accordé.", **options
    )

    assert refused.state == CaseFileState.PROPOSED


def test_award_made_since_the_proposal_forbids_the_decision(
    applicant: User, twice: Incompatibility
) -> None:
    proposed = proposed_internship(applicant=UserFactory(), amount=Decimal(300))
    granted = allowance(applicant)
    CaseFile.objects.filter(pk=proposed.pk).update(applicant=applicant)

    assert [clash.blocks for clash in clashes_of(CaseFile.objects.get(pk=proposed.pk))] == [True]
    with pytest.raises(MoveRefusedError, match=granted.reference):
        perform(proposed, "grant_by_delegation", actor=_head_of_internships(), at=LATER)


def _head_of_internships() -> User:
    user: User = UserFactory(grants=[("head", SLUG)])
    return user


@pytest.fixture
def internship_caseworker() -> User:
    user: User = UserFactory(grants=[("caseworker", SLUG)])
    return user


def test_simulation_reads_answers_and_what_the_account_has(
    applicant: User, twice: Incompatibility, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rule_against(SLUG, OutsideAid.SCHOOL)
    granted = allowance(applicant)
    asked: dict[str, Any] = {
        "programme": SLUG,
        "on": LATER.date(),
        "answers": {OutsideAid.SCHOOL: True, SLUG: None},
        "period": AidPeriod(first_day=FIRST_DAY, last_day=LAST_DAY),
    }

    with django_assert_num_queries(1):
        school, same = cumulation_findings(**asked)
    assert (school.answer, same.answer) == (Answer.NO, Answer.CHECK)
    assert school.rule == "Aide de l’école"

    with django_assert_num_queries(2):
        _, same = cumulation_findings(**asked, applicant=applicant)
    assert same.answer is Answer.NO
    assert granted.reference in same.explanation


def test_simulation_without_a_rule_says_nothing() -> None:
    assert cumulation_findings(programme=SLUG, on=LATER.date(), answers={SLUG: True}) == ()


def test_question_offers_the_aids_of_the_table(twice: Incompatibility) -> None:
    rule_against(SLUG, OutsideAid.EMPLOYER)
    codes = [code for code, _ in aids_to_declare(SLUG, on=LATER.date())]
    assert codes == [OutsideAid.EMPLOYER, SLUG]
