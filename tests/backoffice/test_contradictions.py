"""What the nightly comparison found is told to the administrators and to the auditors of all."""

from __future__ import annotations

import pytest

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.core import clock, consistency
from apps.core.consistency import check_everything, tell_contradictions
from apps.notifications.models import OutgoingEmail
from tests.factories.accounts import UserFactory
from tests.support.client import PortalClient
from tests.support.text import plain

pytestmark = pytest.mark.django_db
PAGE = "/admin/controle/"


@pytest.fixture
def reader(db: None) -> User:
    user: User = UserFactory(grants=((Role.AUDITOR, ""),), email="audit@exemple.fr")
    return user


@pytest.fixture
def _broken(monkeypatch: pytest.MonkeyPatch) -> None:
    sentences = [f"Le dossier {number} se contredit." for number in range(25)]
    monkeypatch.setattr(consistency, "_checks", {"Dossiers et dates": lambda: sentences})


def test_before_the_first_run_the_page_says_so(client: PortalClient, reader: User) -> None:
    client.force_login(reader)
    assert "Aucun contrôle n’est gardé" in client.get(PAGE).content.decode()
    assert "Pas encore cherchées" in client.get("/admin/").content.decode()


def test_nothing_found_is_said_and_nobody_is_written_to(
    client: PortalClient, reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consistency, "_checks", {"Dossiers et dates": lambda: ()})
    tell_contradictions(check_everything(at=clock.now()))
    client.force_login(reader)
    assert "Rien ne se contredit" in client.get(PAGE).content.decode()
    assert not OutgoingEmail.objects.exists()


@pytest.mark.usefixtures("_broken")
def test_what_was_found_is_a_figure_a_page_and_one_email(
    client: PortalClient, reader: User, superuser: User
) -> None:
    run = check_everything(at=clock.now())
    tell_contradictions(run)
    tell_contradictions(run)

    told = OutgoingEmail.objects.filter(kind="contradictions-found")
    assert {email.to for email in told} == {reader.email, superuser.email}
    assert told.count() == 2
    assert "données : 25." in plain(told[0].text)
    assert "Le dossier 3" not in told[0].text
    for person in (reader, superuser):
        client.force_login(person)
        first = plain(client.get("/admin/").content.decode())
        assert "Contradictions entre les données" in first
        page = plain(client.get(PAGE).content.decode())
        assert "Le dossier 19 se contredit." in page
        assert "Le dossier 20 se contredit." not in page
        assert "25 en tout" in page


def test_who_reads_some_programmes_only_is_refused(client: PortalClient, head: User) -> None:
    auditor_of_one = UserFactory(grants=((Role.AUDITOR, "installation"),))
    for person in (auditor_of_one, head):
        client.force_login(person)
        assert client.get(PAGE).status_code == 403
        assert "Contradictions" not in client.get("/admin/").content.decode()
