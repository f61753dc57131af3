"""A request that an agent types in counts from the day it was received."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from apps.accounts.models import User
from apps.casefiles.documents import document_rows
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import Channel
from apps.casefiles.transitions import perform
from tests.factories.casefiles import (
    START,
    fill_installation,
    installation_file,
    join_documents,
    reference_rows,
)

pytestmark = pytest.mark.django_db


def test_letter_typed_in_later_was_received_when_it_came(caseworker: User) -> None:
    reference_rows()
    case_file = start_case_file(
        programme="installation",
        applicant=None,
        filed_by=caseworker,
        channel=Channel.POST,
        identity={"first_name": "Démo", "last_name": "Papier"},
        at=START,
    )
    fill_installation(case_file)
    join_documents(case_file, caseworker, at=START)

    sent = perform(case_file, "submit", actor=caseworker, at=START + timedelta(days=9))

    assert sent.applicant_name == "Démo Papier"
    assert sent.submitted_at == START
    assert sent.legal_due_on == date(2027, 1, 2)
    assert sent.events.get(transition="submit").at == START + timedelta(days=9)


def test_paper_form_is_a_piece_of_such_a_request_only(caseworker: User) -> None:
    online = installation_file()
    typed_in = start_case_file(
        programme="installation", applicant=None, filed_by=caseworker, channel=Channel.PHONE
    )

    assert "formulaire-papier" in [row.kind.slug for row in document_rows(typed_in)]
    assert "formulaire-papier" not in [row.kind.slug for row in document_rows(online)]
