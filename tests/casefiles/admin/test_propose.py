"""Propose a decision: the computed amount, another one explained, or a refusal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState, Outcome
from apps.casefiles.models import CaseFile
from tests.casefiles.admin.addresses import desk, make_move, state_of
from tests.factories.casefiles import installation_file
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db

REVIEW = CaseFileState.UNDER_REVIEW


def send(client: PortalClient, case_file: CaseFile, **data: str) -> Any:
    return make_move(client, case_file, "propose", **data)


def test_propose_offers_the_computed_amount(client: PortalClient, caseworker: User) -> None:
    case_file = installation_file(until=REVIEW, caseworker=caseworker)
    client.force_login(caseworker)

    html = client.get(desk("move", case_file, "propose")).content.decode()
    send(client, case_file, outcome="grant", amount="37 000", reason="")

    assert 'value="37000"' in html
    decision = CaseFile.objects.get(pk=case_file.pk).decision
    assert decision is not None
    assert (decision.amount, decision.proposed_by) == (Decimal(37000), caseworker)


def test_propose_another_amount_asks_why_beside_the_reason(
    client: PortalClient, caseworker: User
) -> None:
    case_file = installation_file(until=REVIEW, caseworker=caseworker)
    client.force_login(caseworker)

    refused = send(client, case_file, outcome="grant", amount="12 500,50", reason="")
    made = send(client, case_file, outcome="grant", amount="12 500,50", reason="Partiel")

    text = page_text(refused)
    assert "Motif : Expliquez l’écart avec le montant calculé, 37 000 €." in text
    assert 'value="12 500,50"' in refused.content.decode()
    assert made.status_code == 302
    decision = CaseFile.objects.get(pk=case_file.pk).decision
    assert decision is not None
    assert decision.amount == Decimal("12500.50")


def test_propose_unset_amount_outside_the_range_is_refused_beside_the_amount(
    client: PortalClient, caseworker: User
) -> None:
    case_file = installation_file(
        until=REVIEW,
        caseworker=caseworker,
        profession="medecin-specialiste",
        specialty="Démo",
        supervisor="non",
    )
    client.force_login(caseworker)

    response = send(client, case_file, outcome="grant", amount="36000", reason="Exprès")

    assert "Montant : Le montant se situe entre 7 000 € et 35 000 €." in page_text(response)
    assert state_of(case_file) == REVIEW


def test_propose_to_refuse_needs_a_reason_and_no_amount(
    client: PortalClient, caseworker: User
) -> None:
    case_file = installation_file(until=REVIEW, caseworker=caseworker)
    client.force_login(caseworker)

    refused = send(client, case_file, outcome="reject", amount="", reason="")
    made = send(client, case_file, outcome="reject", amount="nul", reason="Hors zone.")

    assert "Indiquez le motif du refus" in page_text(refused)
    assert made.status_code == 200  # an amount that is none is pointed at
    made = send(client, case_file, outcome="reject", amount="37000", reason="Hors zone.")
    assert made.status_code == 302
    decision = CaseFile.objects.get(pk=case_file.pk).decision
    assert decision is not None
    assert (decision.outcome, decision.amount) == (Outcome.REJECT, None)
