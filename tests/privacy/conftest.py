from __future__ import annotations

from datetime import timedelta

import pytest

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState
from apps.casefiles.messaging import send_message, write_note
from apps.casefiles.models import CaseFile, Message
from tests.factories.accounts import UserFactory
from tests.factories.awards import completed_file
from tests.factories.casefiles import START, installation_file
from tests.factories.innovation import proposal_file
from tests.factories.internships import active_internship, duration_band, sent_link


@pytest.fixture
def paid_file(head: User) -> CaseFile:
    """An award to its end, with messages, pieces, bank details and payments."""
    person = UserFactory(
        first_name="Zéphyrine",
        last_name="Quatrelivres",
        email="zephyrine.q@exemple.fr",
        phone="+33199001234",
    )
    case_file = completed_file(
        actor=head,
        applicant=person,
        address="77 impasse Introuvable",
        structure_name="Cabinet Introuvable",
    )
    CaseFile.objects.filter(pk=case_file.pk).update(
        phone="+33199001234", postal_address="77 impasse Introuvable"
    )
    send_message(case_file=case_file, author=person, body="Mon secret Introuvable", at=START)
    Message.objects.update(read_at=START + timedelta(hours=1), read_by=head)
    return CaseFile.objects.get(pk=case_file.pk)


@pytest.fixture
def small_town(paid_file: CaseFile, caseworker: User) -> None:
    """A file of three programmes, one paid, one with an attester, one with a note."""
    review = installation_file(until=CaseFileState.UNDER_REVIEW, caseworker=caseworker)
    write_note(case_file=review, author=caseworker, body="Rappeler Zéphyrine lundi.")
    duration_band()
    sent_link(active_internship())
    proposal_file()
