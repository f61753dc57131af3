"""The head decides alone, by delegation: from the desk's own pages, never on their own proposal."""

from __future__ import annotations

from decimal import Decimal

import pytest

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.enums import CaseFileState, DecisionRoute, LetterKind
from apps.casefiles.models import CaseFile
from tests.casefiles.admin.addresses import desk, make_move, page_of
from tests.factories.accounts import UserFactory
from tests.factories.internships import SLUG, duration_band, proposed_internship
from tests.support.client import PortalClient
from tests.support.pdf import stored_pdf_text
from tests.support.text import page_text, plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def decider(db: None) -> User:
    user: User = UserFactory(first_name="Hélène", last_name="Décideuse", grants=[(Role.HEAD, SLUG)])
    return user


@pytest.fixture
def case_file(db: None) -> CaseFile:
    duration_band()
    return proposed_internship()


def decide(client: PortalClient, case_file: CaseFile, name: str = "grant_by_delegation") -> None:
    assert client.get(desk("move", case_file, name)).status_code == 200
    make_move(client, case_file, name, comment="Conforme.")


def test_head_grants_from_the_file_s_page(
    client: PortalClient, decider: User, case_file: CaseFile
) -> None:
    client.force_login(decider)
    page = page_text(client.get(page_of(case_file)))
    assert "Accorder par délégation" in page
    assert "commission" not in page.lower()

    decide(client, case_file)

    granted = CaseFile.objects.get(pk=case_file.pk)
    assert (granted.state, granted.granted_amount) == (CaseFileState.GRANTED, Decimal(375))
    assert granted.decision is not None
    assert (granted.decision.decided_by, granted.decision.route) == (
        decider,
        DecisionRoute.DELEGATION,
    )
    assert granted.instalments.count() == 3
    letter = plain(stored_pdf_text(granted.letters.get(kind=LetterKind.DECISION).file))
    assert "375 €" in letter
    assert "Commune du stage" in letter
    assert "délibération" not in letter


def test_head_who_proposed_does_not_decide(client: PortalClient, decider: User) -> None:
    duration_band()
    case_file = proposed_internship(caseworker=decider)
    client.force_login(decider)

    assert "une autre personne doit la prendre" in page_text(client.get(page_of(case_file)))
    decide(client, case_file)

    assert CaseFile.objects.get(pk=case_file.pk).state == CaseFileState.PROPOSED


def test_proposal_to_grant_is_not_refused_in_passing(
    client: PortalClient, decider: User, case_file: CaseFile
) -> None:
    client.force_login(decider)
    decide(client, case_file, "reject_by_delegation")
    assert CaseFile.objects.get(pk=case_file.pk).state == CaseFileState.PROPOSED


def test_head_sends_a_proposal_back(
    client: PortalClient, decider: User, case_file: CaseFile
) -> None:
    client.force_login(decider)
    decide(client, case_file, "return_to_review")
    assert CaseFile.objects.get(pk=case_file.pk).state == CaseFileState.UNDER_REVIEW


@pytest.mark.parametrize("persona", ["head", "caseworker", "auditor"])
def test_nobody_else_decides(
    client: PortalClient, request: pytest.FixtureRequest, case_file: CaseFile, persona: str
) -> None:
    """`head` and `caseworker` are those of another programme."""
    client.force_login(request.getfixturevalue(persona))
    make_move(client, case_file, "grant_by_delegation", comment="X")
    assert CaseFile.objects.get(pk=case_file.pk).state == CaseFileState.PROPOSED


def test_decided_file_shows_its_months_at_the_desk(
    client: PortalClient, decider: User, case_file: CaseFile
) -> None:
    client.force_login(decider)
    decide(client, case_file)
    page = page_text(client.get(page_of(case_file)))
    assert "Présences Confirmées par Thomas Tuteur" in page
    assert "Stage, du 16 au 30 novembre 2026 (75 €)" in page
