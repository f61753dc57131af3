"""Calls and proposals in every state, made by the verbs that people use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.agreements import activate_agreement
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import CaseFileState, Outcome
from apps.casefiles.models import CaseFile
from apps.casefiles.proposals import propose
from apps.casefiles.transitions import perform
from apps.programmes.innovation.budget import BudgetRow
from apps.programmes.innovation.calls import create_call, publish_call
from apps.programmes.innovation.choices import QuestionKind
from apps.programmes.innovation.forms import EXPENSES, FUNDING, replace_lines
from apps.programmes.innovation.models import Call, Question
from tests.factories.accounts import UserFactory
from tests.factories.awards import (
    CLOSED_AT,
    HELD_ON,
    decided_in_session,
)
from tests.factories.casefiles import (
    START,
    join_documents,
    reference_rows,
    staff_member,
    stored_pdf,
)

SLUG = "innovation"
THEMES = ("E-santé", "Solidarité territoriale", "Mutations de l’exercice libéral")
OPENS_AT = datetime(2026, 10, 1, 7, 0, tzinfo=UTC)
# 30 November 2026 at 18 h in Paris.
CLOSES_AT = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
# Its key is right, and no organisation bears it.
SIRET = "00000000000000"


def innovation_staff(role: Role) -> User:
    return staff_member(role, SLUG)


def running_call(
    *,
    year: int = 2026,
    opens_at: datetime = OPENS_AT,
    closes_at: datetime = CLOSES_AT,
    questions: bool = True,
    **fields: Any,
) -> Call:
    """The published call of a year, with its three themes and two questions of its own."""
    call = create_call(year=year, opens_at=opens_at, closes_at=closes_at, themes=THEMES, **fields)
    if questions:
        Question.objects.create(call=call, position=1, label="Qu’est-ce qui est nouveau ?")
        Question.objects.create(
            call=call,
            position=2,
            label="Combien de personnes le projet touche-t-il ?",
            kind=QuestionKind.NUMBER,
        )
    return publish_call(call=call, by=None, at=opens_at)


def fill_proposal(case_file: CaseFile, **answers: Any) -> None:
    """Answer every question; `answers` override the usual ones.

    12 000 € over two years, 8 000 € of them asked; `theme` is the label of one of the call's.
    """
    detail = case_file.innovation_detail
    theme = answers.pop("theme", THEMES[0])
    values: dict[str, Any] = {
        "owner_kind": "association",
        "organisation": "Association Démo",
        "siret": SIRET,
        "rna": "W452000000",
        "legal_name": "Camille Démo",
        "legal_role": "Présidente",
        "contact_name": "Alex Démo",
        "contact_email": "projet@example.org",
        "title": "Des ateliers de prévention",
        "theme": detail.question_set.call.themes.get(label=theme),
        "summary": "Des ateliers ouverts à tous, dans trois quartiers.",
        "place": "Orléans",
        "serves_loiret": True,
        "duration_years": 2,
        "asked_1": Decimal(5000),
        "asked_2": Decimal(3000),
        "has_contract": True,
        "answers": {
            fact.name: "120" if fact.kind == QuestionKind.NUMBER else "Une réponse."
            for fact in detail.question_set.facts
        },
        **answers,
    }
    case_file.postal_address = "12 rue de la Démo\n45000 Orléans"
    case_file.save(update_fields=["postal_address"])
    for name, value in values.items():
        setattr(detail, name, value)
    detail.save(update_fields=list(values))
    asked = detail.asked
    other = (Decimal(2500), Decimal(1500), Decimal(0))
    costs = tuple(mine + theirs for mine, theirs in zip(asked, other, strict=True))
    replace_lines(
        detail,
        {
            EXPENSES: (BudgetRow(label="Animation des ateliers", amounts=costs),),
            FUNDING: (BudgetRow(label="Fonds propres", amounts=other),),
        },
    )


def proposal_file(
    *,
    until: CaseFileState = CaseFileState.SUBMITTED,
    applicant: User | None = None,
    call: Call | None = None,
    caseworker: User | None = None,
    at: datetime = START,
    **answers: Any,
) -> CaseFile:
    """A proposal walked to `until` (draft, submitted or under_review), an hour a step.

    Without a `call`, the one open at that instant takes it, or a new one.
    """
    reference_rows()
    call = call or Call.objects.receiving(at).first() or running_call()
    applicant = applicant or UserFactory()
    case_file = start_case_file(programme=SLUG, applicant=applicant, campaign=call.campaign, at=at)
    fill_proposal(case_file, **answers)
    if until == CaseFileState.DRAFT:
        return case_file
    join_documents(case_file, applicant, at=at)
    case_file = perform(case_file, "submit", actor=applicant, at=at + timedelta(hours=1))
    if until == CaseFileState.SUBMITTED:
        return case_file
    return perform(
        case_file,
        "start_review",
        actor=caseworker or innovation_staff(Role.CASEWORKER),
        at=at + timedelta(hours=2),
    )


def active_proposal(head: User, **answers: Any) -> CaseFile:
    """Voted on 18 December 2026, 4 000 € over two years; its agreement signed."""
    case_file = proposal_file(until=CaseFileState.UNDER_REVIEW, **answers)
    caseworker = case_file.owner
    assert caseworker is not None
    case_file = propose(
        case_file=case_file, actor=caseworker, outcome=Outcome.GRANT, amount=Decimal(4000)
    )
    return activate_agreement(
        case_file=decided_in_session(case_file, actor=head),
        actor=head,
        signed_on=HELD_ON,
        scan=stored_pdf(head),
        at=CLOSED_AT + timedelta(days=10),
    )
