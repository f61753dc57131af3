"""The head's pages: from a campaign without a jury to its proposals on an agenda."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.models import CaseFile
from apps.juries.admin.pages import jury_url as url
from apps.juries.models import Assignment, Draw, Juror, Jury, Phase
from apps.notifications.models import OutgoingEmail
from tests.factories.juries import (
    assign,
    campaign_file,
    declared,
    open_campaign,
)
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("applicant", 302),
        ("committee_member", 403),
        ("foreign_head", 404),
        ("caseworker", 200),
        ("head", 200),
        ("auditor", 200),
    ],
)
def test_only_the_guichet_of_the_programme_follows_a_jury(
    client: PortalClient, jury: Jury, request: Any, person: str, status: int
) -> None:
    client.force_login(request.getfixturevalue(person))

    assert client.get(url(jury)).status_code == status


@pytest.mark.parametrize(
    "page", ["settings", "phases", "invite", "draw", "import", "ask", "start_line"]
)
def test_caseworker_reads_and_changes_nothing(
    client: PortalClient, jury: Jury, caseworker: User, page: str
) -> None:
    client.force_login(caseworker)

    assert client.get(url(jury, page)).status_code == 403


def test_jury_is_prepared_from_its_campaign(desk: PortalClient) -> None:
    campaign = open_campaign("Appel 2027")
    listed = desk.get(reverse("admin:juries_jury_changelist"))
    assert "Préparer le jury" in page_text(listed)

    address = reverse("admin:juries_jury_set_up", args=[campaign.pk])
    wrong = desk.post(address, {"reviews_per_file": "beaucoup"})
    assert "Écrivez un nombre de 1 à 20." in page_text(wrong)
    desk.post(address, {"reviews_per_file": "4", "files_per_juror": ""})

    jury = Jury.objects.get()
    assert (jury.reviews_per_file, jury.files_per_juror) == (4, None)
    assert "Aucun juré" in page_text(desk.get(url(jury)))


def phase_fields(kind: str, first: str, last: str, **more: str) -> dict[str, str]:
    typed = {"starts_on": first, "ends_on": last, "scores_shown": "own", **more}
    return {f"{kind}-{name}": value for name, value in typed.items()}


def test_phases_follow_each_other(desk: PortalClient, jury: Jury) -> None:
    good = {
        **phase_fields("eligibility", "2026-11-01", "2026-11-05"),
        **phase_fields("reading", "2026-11-06", "2026-11-20", is_anonymous="on"),
        **phase_fields("meeting", "2026-11-21", "2026-11-30", scores_shown="all"),
    }
    early = desk.post(url(jury, "phases"), {**good, "meeting-starts_on": "2026-11-10"})
    assert early.status_code == 409
    assert "Réunion : la phase commence après la fin de « lecture »." in page_text(early)
    lonely = desk.post(url(jury, "phases"), {**good, "meeting-ends_on": ""})
    assert "Indiquez les deux jours, ou aucun." in page_text(lonely)

    desk.post(url(jury, "phases"), good)

    rows = Phase.objects.order_by("starts_on").values_list("kind", "is_anonymous", "scores_shown")
    assert list(rows) == [
        ("eligibility", False, "own"),
        ("reading", True, "own"),
        ("meeting", False, "all"),
    ]


def test_juror_is_invited_by_address(desk: PortalClient, jury: Jury, caseworker: User) -> None:
    typed = {"email": "Marie.Demo@Exemple.fr", "first_name": "Marie", "last_name": "Démo"}
    desk.post(url(jury, "invite"), {**typed, "themes": ["sante"], "cap": "5"})

    seat = Juror.objects.get()
    assert (seat.user.email, seat.themes, seat.cap) == ("marie.demo@exemple.fr", ["sante"], 5)
    assert seat.user.has_role(Role.COMMITTEE_MEMBER, programme="installation")
    letter = OutgoingEmail.objects.get(kind="jury-invitation")
    assert "/jury/" in letter.text
    refused = desk.post(url(jury, "invite"), {**typed, "email": caseworker.email})
    assert "elle ne peut pas les juger" in page_text(refused)
    assert len(mail.outbox) == 0


def test_lots_are_drawn_with_their_seed(
    desk: PortalClient, jury: Jury, juror: Juror, other_juror: Juror, caseworker: User
) -> None:
    for _ in range(3):
        campaign_file(jury.campaign, caseworker=caseworker)
    assert "Il manque 9 lectures" in page_text(desk.get(url(jury)))

    nonsense = desk.post(url(jury, "draw"), {"seed": "-1"})
    assert "La graine est un nombre entier" in page_text(nonsense)
    desk.post(url(jury, "draw"), {"seed": "45"})

    assert Draw.objects.get().seed == 45
    assert Assignment.objects.count() == 6
    again = desk.post(url(jury, "draw"), {"seed": "45"})
    assert "aucune lecture à ajouter" in page_text(again)
    assert "graine 45" in page_text(desk.get(url(jury)))


def test_sheet_names_each_wrong_line(
    desk: PortalClient, jury: Jury, juror: Juror, other_juror: Juror, case_file: CaseFile
) -> None:
    declared(other_juror, case_file, conflict=True)
    lines = [
        "dossier;jure",
        f"{case_file.reference};{juror.user.email}",
        "INS-2020-00001-X;inconnu@exemple.fr",
        f"{case_file.reference};inconnu@exemple.fr",
        f"{case_file.reference};{other_juror.user.email}",
        "seul",
    ]
    unreadable = page_text(desk.post(url(jury, "import"), {"text": "\n".join(lines)}))
    assert "Ligne 6 : il faut une référence" in unreadable

    response = desk.post(url(jury, "import"), {"text": "\n".join(lines[:5])})
    text = page_text(response)
    assert "Ligne 3 : « INS-2020-00001-X » n’est pas devant ce jury." in text
    assert "Ligne 4 : « inconnu@exemple.fr » ne siège pas dans ce jury." in text
    assert "Ligne 5 : Camille Deuxième a déclaré un conflit d’intérêts" in text
    assert "inconnu@exemple.fr" in response.text
    assert not Assignment.objects.exists()

    desk.post(url(jury, "import"), {"text": "\r".join(lines[:2])})
    assert Assignment.objects.get().origin == "imported"


def test_reminder_leaves_once_a_day(
    desk: PortalClient, jury: Jury, juror: Juror, case_file: CaseFile
) -> None:
    assign(juror, case_file)
    for _ in range(2):
        response = desk.post(url(jury, "remind", juror.pk), follow=True)

    assert "a déjà reçu un rappel aujourd’hui" in page_text(response)
    letter = OutgoingEmail.objects.get(kind="jury-reminder")
    assert case_file.reference not in letter.text + letter.subject
