"""What the shared engine may expect of every programme.

Each programme runs it in its own folder:

    class TestInstallation(ProgrammeContract):
        slug = "installation"

        def answer_everything(self, case_file: CaseFile) -> None:
            fill_installation(case_file)
"""

from __future__ import annotations

import json
import re
from abc import abstractmethod
from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar

import pytest
from django.db.models import OneToOneField
from django.test import Client

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.documents import document_rows
from apps.casefiles.drafts import open_fields, start_case_file
from apps.casefiles.eligibility import Answer
from apps.casefiles.enums import CaseFileState, Channel, DecisionRoute, LetterKind, Outcome
from apps.casefiles.forms import all_answers, all_tasks
from apps.casefiles.lifecycle import TRANSITIONS
from apps.casefiles.models import CaseFile, DocumentKind, Rate
from apps.casefiles.programmes import Programme, programmes
from apps.casefiles.proposals import propose, record_decision
from apps.casefiles.requirements import unmet_requirements
from apps.casefiles.task_list import TaskStatus
from apps.casefiles.transitions import perform
from apps.core.money import format_euros
from tests.factories.awards import CLOSED_AT, decided_in_session
from tests.factories.casefiles import START, join_documents, reference_rows, staff_member
from tests.support.pdf import stored_pdf_text

TODAY = date(2026, 11, 22)
# A change of rate that every frozen amount must survive.
OTHER_AMOUNT = Decimal("4321.09")


@pytest.mark.django_db
class ProgrammeContract:
    """Subclasses name the programme and answer all its questions."""

    slug: ClassVar[str]

    @abstractmethod
    def answer_everything(self, case_file: CaseFile) -> None:
        """Fill a new draft so that it may be sent and is not refused by any rule."""

    @property
    def programme(self) -> Programme:
        return programmes[self.slug]

    @pytest.fixture(autouse=True)
    def _reference_rows(self, db: None) -> None:
        reference_rows()

    @pytest.fixture
    def empty(self, applicant: User) -> CaseFile:
        """A draft as it is begun without any answer."""
        return start_case_file(programme=self.slug, applicant=applicant, at=START)

    @pytest.fixture
    def full(self, empty: CaseFile) -> CaseFile:
        self.answer_everything(empty)
        case_file = CaseFile.objects.get(pk=empty.pk)
        assert case_file.applicant is not None
        join_documents(case_file, case_file.applicant, at=START)
        return CaseFile.objects.get(pk=empty.pk)

    @pytest.fixture
    def sent(self, full: CaseFile) -> CaseFile:
        assert full.applicant is not None
        return perform(full, "submit", actor=full.applicant, at=START + timedelta(hours=1))

    # --- What it says of itself

    def test_it_is_registered_with_words_for_people(self) -> None:
        programme = self.programme
        assert programme.slug == self.slug
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", programme.slug)
        assert re.fullmatch(r"[A-Z]{3}", programme.reference_prefix)
        assert programme.label[0].isupper()
        assert programme.summary.endswith(".")
        assert programme.decided_by in DecisionRoute
        assert 0 < programme.minutes_to_apply <= 60

    def test_its_own_fields_live_in_a_detail_row_that_is_the_file_s(self, empty: CaseFile) -> None:
        relation = CaseFile._meta.get_field(self.programme.detail_related_name)
        field = relation.remote_field
        assert isinstance(field, OneToOneField)
        assert field.primary_key
        assert getattr(empty, self.programme.detail_related_name).pk == empty.pk

    @pytest.mark.parametrize("page", ["", "simulateur/", "demande/"])
    def test_its_public_pages_are_open_to_anyone(self, client: Client, page: str) -> None:
        response = client.get(f"/aides/{self.slug}/{page}")
        assert response.status_code == 200
        assert self.programme.label in response.text

    def test_its_pieces_say_what_is_accepted(self) -> None:
        kinds = list(DocumentKind.objects.filter(programme=self.slug))
        assert kinds, "Add fixtures/reference/programmes/<slug>.yaml."
        for kind in kinds:
            assert kind.label
            assert kind.help_text, kind.slug
            assert kind.example, kind.slug

    # --- A draft without answers: nothing is guessed, nothing fails

    def test_empty_draft_has_every_page_to_do(self, empty: CaseFile) -> None:
        tasks = all_tasks(empty)
        assert len({task.slug for task in tasks}) == len(tasks)
        for task in self.programme.tasks(empty):
            assert task.status(empty) is TaskStatus.TODO, task.slug
            assert set(task.missing(empty)) <= set(task.fields), task.slug

    def test_empty_draft_is_neither_eligible_nor_refused(self, empty: CaseFile) -> None:
        assert self.programme.assess(empty, on=TODAY).answer is Answer.CHECK
        assert self.programme.compute_amount(empty, on=TODAY).total is None
        assert self.programme.facts(empty) is not None

    def test_empty_draft_cannot_be_sent_and_says_what_is_missing(self, empty: CaseFile) -> None:
        reasons = unmet_requirements(empty, TRANSITIONS["submit"])
        for task in self.programme.tasks(empty):
            assert f"Il reste à terminer : {task.label}." in reasons

    # --- Its questions

    def test_every_question_has_one_answer_in_words(self, full: CaseFile) -> None:
        """« task.field » names a point in a request for corrections: it must lead somewhere."""
        keys = [answer.key for answer in all_answers(full)]
        asked = [f"{task.slug}.{name}" for task in all_tasks(full) for name in task.fields]
        assert len(set(keys)) == len(keys)
        assert set(keys) == set(asked)
        assert all(answer.label for answer in all_answers(full))

    def test_every_required_question_is_answered_in_words(self, full: CaseFile) -> None:
        values = {answer.key: answer.value for answer in all_answers(full)}
        for task in all_tasks(full):
            for name in task.required(task.get_instance(full)):
                assert values[f"{task.slug}.{name}"], f"{task.slug}.{name}"

    def test_every_page_shows_a_label_for_each_question(self, full: CaseFile) -> None:
        for task in all_tasks(full):
            form = task.form_class(instance=task.get_instance(full))
            for field in form:
                assert field.label, f"{task.slug}.{field.name}"
                assert str(field)

    def test_draft_is_open_and_a_sent_request_is_not(self, full: CaseFile, applicant: User) -> None:
        assert all(open_fields(full, task) for task in all_tasks(full))
        sent = perform(full, "submit", actor=applicant, at=START + timedelta(hours=1))
        assert not any(open_fields(sent, task) for task in all_tasks(sent))

    # --- Once sent: frozen

    def test_full_draft_is_sent_with_its_rules_frozen(self, sent: CaseFile) -> None:
        assert sent.state == CaseFileState.SUBMITTED
        assert sent.reference.startswith(f"{self.programme.reference_prefix}-2026-")
        assert sent.eligibility is not None
        assert not sent.eligibility.blocking
        breakdown = sent.breakdown
        assert breakdown is not None
        assert breakdown == self.programme.compute_amount(sent, on=TODAY)
        assert sent.computed_amount == breakdown.total
        assert all(line.source and line.rate_code for line in breakdown.lines)
        assert sent.letters.get().kind == LetterKind.RECEIPT

    def test_later_rates_change_neither_the_request_nor_the_decision(self, sent: CaseFile) -> None:
        before = sent.breakdown
        Rate.objects.filter(programme=self.slug).update(amount=OTHER_AMOUNT)

        granted = self.decide(sent)

        assert granted.breakdown == before
        assert granted.decision is not None
        assert granted.decision.frozen_breakdown == before

    def test_facts_of_the_decision_are_plain_and_printable(self, sent: CaseFile) -> None:
        facts = self.programme.facts(sent)
        assert json.loads(json.dumps(facts)) == facts
        for label, value in facts.get("printed", ()):
            assert isinstance(label, str)
            assert isinstance(value, str)
            assert label
            assert value

    # --- From the desk to the letter

    def decide(self, sent: CaseFile, outcome: Outcome = Outcome.GRANT) -> CaseFile:
        """The whole way to the decision, by the programme's own route."""
        caseworker = staff_member(Role.CASEWORKER, self.slug)
        head = staff_member(Role.HEAD, self.slug)
        at = START + timedelta(hours=2)
        case_file = perform(sent, "start_review", actor=caseworker, at=at)
        case_file = propose(
            case_file=case_file,
            actor=caseworker,
            outcome=outcome,
            amount=self.amount_to_propose(case_file) if outcome == Outcome.GRANT else None,
            reason="" if outcome == Outcome.GRANT else "Conditions non réunies.",
            at=at,
        )
        if self.programme.decided_by == DecisionRoute.DELEGATION:
            name = "grant" if outcome == Outcome.GRANT else "reject"
            return record_decision(
                case_file=case_file,
                name=f"{name}_by_delegation",
                actor=head,
                decided_on=CLOSED_AT.date(),
                at=CLOSED_AT,
            )
        return decided_in_session(case_file, actor=head, listed_at=at)

    @staticmethod
    def amount_to_propose(case_file: CaseFile) -> Decimal | None:
        """The computed amount; while a rate is unset, the lowest of the published range."""
        if case_file.computed_amount is not None:
            return case_file.computed_amount
        bounds = case_file.breakdown.bounds if case_file.breakdown else None
        return bounds[0] if bounds else Decimal(1000)

    def test_granted_request_has_its_letter_with_amount_and_facts(self, sent: CaseFile) -> None:
        granted = self.decide(sent)

        assert granted.state == CaseFileState.GRANTED
        assert granted.granted_amount == self.amount_to_propose(sent)
        letter = stored_pdf_text(granted.letters.get(kind=LetterKind.DECISION).file)
        assert granted.granted_amount is not None
        assert format_euros(granted.granted_amount) in letter
        for label, _ in self.programme.facts(granted).get("printed", ()):
            assert label in letter

    def test_rejected_request_has_its_letter_with_the_reason(self, sent: CaseFile) -> None:
        rejected = self.decide(sent, Outcome.REJECT)

        assert (rejected.state, rejected.granted_amount) == (CaseFileState.REJECTED, None)
        letter = stored_pdf_text(rejected.letters.get(kind=LetterKind.DECISION).file)
        assert "Conditions non réunies." in letter

    def test_request_typed_in_at_the_desk_asks_for_its_paper(self, full: CaseFile) -> None:
        """The scan of the paper form is one more piece, indispensable to nobody else."""
        online = {row.kind.slug for row in document_rows(full)}
        CaseFile.objects.filter(pk=full.pk).update(channel=Channel.POST, filed_by=full.applicant)
        at_desk = {row.kind.slug for row in document_rows(CaseFile.objects.get(pk=full.pk))}
        assert len(at_desk - online) == 1
        assert online <= at_desk

    def test_number_that_nobody_bears_finds_no_file(self, sent: CaseFile) -> None:
        assert list(self.programme.find_by_number("00000000000")) == []
