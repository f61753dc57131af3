from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.accounts.models import User
from apps.awards.models import AgendaItem
from apps.core import clock
from apps.core.consistency import check_everything, last_run
from tests.factories.awards import active_file
from tests.factories.files import StoredFileFactory
from tests.factories.notifications import OutgoingEmailFactory
from tests.support.client import PortalClient
from tests.support.text import plain

pytestmark = pytest.mark.django_db


def found() -> dict[str, list[str]]:
    """Sentences of the checks that found something."""
    run = check_everything(at=clock.now())
    return {label: [plain(text) for text in them] for label, them in run.found.items() if them}


def by_hand(sql: str, *values: object) -> None:
    """As no code of ours would write it: the triggers are away."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET session_replication_role = origin")


def test_nothing_is_found_where_all_went_by_the_verbs(head: User) -> None:
    active_file(actor=head)
    StoredFileFactory()
    assert found() == {}
    output = StringIO()
    call_command("check_consistency", stdout=output)
    assert output.getvalue().splitlines()[-1] == "Rien ne se contredit."


def test_lost_and_cut_files_are_found() -> None:
    lost, cut = StoredFileFactory(), StoredFileFactory()
    lost.file.storage.delete(lost.file.name)
    with cut.file.storage.open(cut.file.name, "wb") as content:
        content.write(b"%PDF")
    assert sorted(found()["Fichiers attendus sur le disque"]) == sorted(
        [f"{lost.file.name} manque.", f"{cut.file.name} a 4 octets au lieu de {cut.size}."]
    )


def test_state_that_its_story_does_not_tell_is_found(head: User) -> None:
    case_file = active_file(actor=head)
    by_hand("UPDATE casefiles_casefile SET state = 'granted' WHERE id = %s", case_file.pk)
    assert found() == {
        "État d’un dossier et son dernier passage": [
            f"{case_file.reference} est « granted », son histoire dit « active »."
        ]
    }


def test_award_that_is_not_planned_to_the_euro_is_found(head: User) -> None:
    case_file = active_file(actor=head)
    by_hand("DELETE FROM awards_instalment WHERE case_file_id = %s AND rank = 1", case_file.pk)
    (sentence,) = found()["Montant accordé et échéancier"]
    assert sentence.startswith(f"{case_file.reference} : ")


def test_overspent_envelope_is_found(head: User) -> None:
    case_file = active_file(actor=head)
    year = case_file.instalments.earliest("rank").budget_year
    by_hand(
        "INSERT INTO awards_envelope (programme, year, is_fictitious) VALUES (%s, %s, false)",
        *(case_file.programme, year),
    )
    (sentence,) = found()["Enveloppe votée et sommes engagées"]
    assert sentence.endswith("engagés de plus que votés.")


def test_file_left_behind_by_a_closed_session_is_found(head: User) -> None:
    case_file = active_file(actor=head)
    item = AgendaItem.objects.get(case_file=case_file)
    by_hand(
        "UPDATE awards_agendaitem SET status = 'listed', annex_number = NULL WHERE id = %s", item.pk
    )
    assert list(found()) == ["Commission close et ses dossiers"]


def test_email_that_nothing_will_send_is_found() -> None:
    email = OutgoingEmailFactory()
    assert found() == {}
    by_hand("DELETE FROM procrastinate_jobs")
    assert found() == {
        "Courriels en attente et leur envoi": [
            f"Le courriel {email.pk} attend, et rien ne l’enverra."
        ]
    }


def test_command_fails_and_names_what_it_found() -> None:
    for _ in range(21):
        OutgoingEmailFactory()
    by_hand("DELETE FROM procrastinate_jobs")
    output = StringIO()
    with pytest.raises(CommandError, match="21 contradictions trouvées"):
        call_command("check_consistency", stdout=output)
    lines = [plain(line) for line in output.getvalue().splitlines()]
    assert "Courriels en attente et leur envoi : 21" in lines
    assert "et 1 autres." in lines


def test_readiness_tells_of_contradictions_and_stays_green(client: PortalClient) -> None:
    """A contradiction is for people to look at: no supervisor may close the portal for it."""
    OutgoingEmailFactory()
    by_hand("DELETE FROM procrastinate_jobs")
    check_everything(at=clock.now())
    response = client.get("/readyz/")
    assert response.status_code == 200
    assert response.content == b"ok, but 1 contradictions (manage.py check_consistency)\n"


def test_last_run_is_kept() -> None:
    assert last_run() is None
    at = clock.now() - timedelta(hours=3)
    check_everything(at=at)
    run = last_run()
    assert run is not None
    assert (run.at, run.count) == (at, 0)
