"""The reports that no payment waits for: asked, reminded, written, read at the desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.lifecycle import TRANSITIONS
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes
from apps.notifications.models import OutgoingEmail
from apps.programmes.innovation.models import Indicator, ReportRequest, YearReport
from apps.programmes.innovation.report_requests import ask_reports, due_reports
from tests.factories.innovation import active_proposal, innovation_staff, running_call
from tests.support.client import PortalClient
from tests.support.text import page_text, plain

pytestmark = pytest.mark.django_db

# Voted on 18 December 2026 for two years: the final report is due on 18 December 2028.
ASKED_AT = datetime(2028, 11, 3, 5, 35, tzinfo=UTC)


@pytest.fixture
def award(head: User) -> CaseFile:
    running_call()
    return active_proposal(head)


def page(award: CaseFile, year: int = 2) -> str:
    return f"/mon-espace/dossiers/{award.reference}/bilans/{year}/"


def kinds() -> list[str]:
    written = OutgoingEmail.objects.filter(kind__startswith="innovation-report").order_by("pk")
    return list(written.values_list("kind", flat=True))


def test_final_report_is_asked_once_then_reminded_three_times(award: CaseFile) -> None:
    assert ask_reports(at=ASKED_AT - timedelta(days=1)) == 0
    for days in range(0, 200, 5):
        ask_reports(at=ASKED_AT + timedelta(days=days))

    assert kinds() == ["innovation-report-asked", *["innovation-report-reminder"] * 3]
    request = ReportRequest.objects.get()
    assert (request.year, str(request.due_on), request.reminder_count) == (2, "2028-12-18", 3)
    asked = OutgoingEmail.objects.get(kind="innovation-report-asked")
    assert "bilan final, pour le 18 décembre 2028" in plain(asked.text)
    assert page(award) in asked.text
    story = plain(award.events.latest("pk").comment)
    assert story == "Bilan demandé : bilan final, pour le 18 décembre 2028"


def test_a_balance_paid_on_the_final_report_asks_for_it_itself(head: User) -> None:
    running_call(balance_percent=20)

    assert due_reports(active_proposal(head)) == []


def test_a_year_without_payment_is_reported_alone(head: User) -> None:
    running_call()
    award = active_proposal(head, duration_years=3, asked_2=None, asked_3=3000)

    assert [(due.year, due.title) for due in due_reports(award)] == [
        (1, "Bilan de l’année 1"),
        (3, "Bilan final"),
    ]


def test_nothing_is_asked_about_an_act_of_the_archive(award: CaseFile) -> None:
    CaseFile.objects.update(channel=Channel.ARCHIVE, filed_by=award.owner)

    assert ask_reports(at=ASKED_AT) == 0
    assert not ReportRequest.objects.exists()


def test_owner_writes_the_final_report_and_corrects_it(
    client: PortalClient, award: CaseFile
) -> None:
    assert award.applicant
    people = Indicator.objects.create(
        proposal=award.innovation_detail, label="Personnes reçues", target=100
    )
    figure = f"indicator_{people.pk}"
    ask_reports(at=ASKED_AT)
    with time_machine.travel(ASKED_AT, tick=False):
        client.force_login(award.applicant)
        space = page_text(client.get(f"/mon-espace/dossiers/{award.reference}/"))
        refused = client.post(page(award), {"done": "", figure: "beaucoup"})
        sent = client.post(page(award), {"done": "Vingt ateliers.", figure: "1 250,5"})
        again = client.get(page(award))
        client.post(page(award), {"done": "Trente ateliers.", figure: "1300"})
        after = page_text(client.get(f"/mon-espace/dossiers/{award.reference}/"))

    assert "Écrire votre bilan final" in space
    assert "Dites ce qui a été fait." in page_text(refused)
    assert "beaucoup" in refused.text
    assert sent.status_code == 302
    assert "Vingt ateliers." in again.text
    report = YearReport.objects.get()
    assert (report.year, report.done) == (2, "Trente ateliers.")
    assert report.figures.get().value == 1300
    assert "Écrire votre bilan final" not in after
    assert "Personnes reçues 100 1300" in after
    assert ask_reports(at=ASKED_AT + timedelta(days=30)) == 0


def test_a_report_is_not_written_before_its_time_nor_after_the_award(
    client: PortalClient, award: CaseFile
) -> None:
    assert award.applicant
    with time_machine.travel(ASKED_AT - timedelta(days=1), tick=False):
        client.force_login(award.applicant)
        early = client.get(page(award))
        pushed = client.post(page(award), {"done": "Déjà."})

    assert "Ce bilan s’écrit à partir du 3 novembre 2028." in page_text(early)
    assert pushed.status_code == 409
    assert not YearReport.objects.exists()
    assert client.get(page(award, year=1)).status_code == 404


def test_a_report_is_nobody_else_s(client: PortalClient, award: CaseFile, applicant: User) -> None:
    client.force_login(applicant)

    assert client.get(page(award)).status_code == 404


def test_award_is_closed_once_its_reports_are_given(award: CaseFile) -> None:
    programme, complete = programmes["innovation"], TRANSITIONS["complete"]
    assert list(programme.blockers(award, complete)) == ["Il manque un bilan\u00a0: bilan final."]

    detail = award.innovation_detail
    YearReport.objects.create(proposal=detail, year=2, done="Fait.", sent_at=ASKED_AT)

    assert list(programme.blockers(award, complete)) == []


def test_desk_reads_reports_and_indicators_beside_their_targets(
    client: PortalClient, award: CaseFile
) -> None:
    detail = award.innovation_detail
    people = Indicator.objects.create(proposal=detail, label="Personnes", unit="par an", target=100)
    for year, value in ((1, 80), (2, 120)):
        report = YearReport.objects.create(
            proposal=detail, year=year, done=f"Fait {year}.", sent_at=ASKED_AT
        )
        report.figures.create(indicator=people, value=value)
    client.force_login(innovation_staff(Role.CASEWORKER))

    text = page_text(client.get(f"/admin/casefiles/casefile/{award.pk}/change/"))

    assert "Indicateur Cible Année 1 Année 2 Personnes (par an) 100 80 120" in text
    assert "Bilan final, remis le 3 novembre 2028 Ce qui a été fait. Fait 2." in text


@pytest.mark.parametrize("awards", [1, 3])
def test_job_reads_each_award_in_four_queries(
    head: User, awards: int, django_assert_num_queries: Any
) -> None:
    running_call()
    for _ in range(awards):
        active_proposal(head)

    # The list, then for each award: savepoint, lock, instalments, reports, requests, release.
    with django_assert_num_queries(1 + 7 * awards):
        ask_reports(at=ASKED_AT - timedelta(days=90))
    assert CaseFile.objects.filter(state=CaseFileState.ACTIVE).count() == awards
