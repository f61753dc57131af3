"""An agent reads, at the desk, the e-mails about the files of their programmes."""

from __future__ import annotations

import pytest

from apps.accounts.models import User
from apps.casefiles.models import CaseFile
from apps.notifications.models import OutgoingEmail
from tests.factories.casefiles import installation_file
from tests.factories.notifications import OutgoingEmailFactory
from tests.support.client import PortalClient

pytestmark = pytest.mark.django_db
LIST = "/admin/notifications/outgoingemail/"


@pytest.fixture
def case_file(applicant: User) -> CaseFile:
    """A request, whose receipt was queued."""
    return installation_file(applicant=applicant)


def test_agent_of_another_programme_reads_no_email_of_the_file(
    client: PortalClient, case_file: CaseFile, foreign_caseworker: User, caseworker: User
) -> None:
    email = OutgoingEmail.objects.get(related_reference=case_file.reference)
    for person, shown, status in ((caseworker, True, 200), (foreign_caseworker, False, 302)):
        client.force_login(person)
        assert (case_file.reference in client.get(LIST).text) is shown
        assert client.get(f"{LIST}{email.pk}/change/").status_code == status


def test_emails_about_no_file_are_read_by_every_agent(
    client: PortalClient, foreign_caseworker: User
) -> None:
    OutgoingEmailFactory(subject="Votre chambre est réservée")
    client.force_login(foreign_caseworker)
    assert "Votre chambre est réservée" in client.get(LIST).text
