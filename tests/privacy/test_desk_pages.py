"""The guichet's pages on personal data: who reads them, what they say, what they ask."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from apps.accounts.models import User
from apps.casefiles.models import CaseFile, FileLook, LookKind
from apps.privacy.enums import DeletionCause
from apps.privacy.erasure import erase_case_file
from apps.privacy.models import ErasureRequest, RetentionPeriod
from apps.privacy.requests import ask_erasure
from apps.privacy.rounds import run_retention
from tests.factories.casefiles import START, installation_file
from tests.support.client import PortalClient
from tests.support.text import plain

pytestmark = pytest.mark.django_db
PERIODS = "/admin/privacy/retentionperiod/"
RULE = f"{PERIODS}regle/demande.installation.refusee/"


def test_the_table_lists_every_rule_with_its_default(client: PortalClient, auditor: User) -> None:
    client.force_login(auditor)
    page = plain(client.get(PERIODS).content.decode())
    assert "2 ans après le refus" in page
    assert "À valider par le DPO" in page
    assert "Aucun passage n’a encore eu lieu." in page
    assert RULE not in page

    run_retention(at=START)
    assert "Dernier passage" in plain(client.get(PERIODS).content.decode())


def test_the_head_sets_a_length_and_a_wrong_one_is_told(client: PortalClient, head: User) -> None:
    client.force_login(head)
    values = {"length": "deux", "unit": "year", "source": "", "is_validated": "on"}
    wrong = client.post(RULE, values)
    assert wrong.status_code == 422
    page = plain(wrong.content.decode())
    assert "Écrivez un nombre entier" in page
    assert 'value="deux"' in page
    assert "Dites quel texte" in page

    right = client.post(RULE, {**values, "length": "4", "source": "Avis du DPO"})
    assert right.status_code == 302
    period = RetentionPeriod.objects.get(rule="demande.installation.refusee")
    assert (period.length, period.unit, period.is_validated) == (4, "year", True)
    assert "4 ans après le refus" in plain(client.get(PERIODS).content.decode())

    client.post(RULE, {"length": "", "unit": "year", "source": ""})
    period.refresh_from_db()
    assert (period.length, period.unit) == (None, "")


def test_who_may_not_is_refused(client: PortalClient, caseworker: User, editor: User) -> None:
    client.force_login(caseworker)
    assert client.get(RULE).status_code == 403
    assert client.get(f"{PERIODS}regle/nimporte-quoi/").status_code == 403
    assert client.get("/admin/casefiles/filelook/").status_code == 403
    client.force_login(editor)
    assert client.get(PERIODS).status_code == 403


def test_the_auditor_reads_who_looked_by_person_and_by_file(
    client: PortalClient, auditor: User, caseworker: User
) -> None:
    case_file = installation_file()
    client.force_login(caseworker)
    page = reverse("admin:casefiles_casefile_change", args=[case_file.pk])
    client.get(page)
    client.get(page)
    document = case_file.documents.first()
    opened = reverse("admin:casefiles_casefile_document", args=[case_file.pk, document.pk])
    assert b"".join(client.get(opened).streaming_content).startswith(b"%PDF")
    client.get("/admin/casefiles/casefile/?q=martin")
    kinds = FileLook.objects.order_by("pk").values_list("kind", "detail", "case_file")
    assert list(kinds) == [(LookKind.PAGE, "", case_file.pk), (LookKind.SEARCH, "Dossiers", None)]

    client.force_login(auditor)
    looks = "/admin/casefiles/filelook/"
    everything = plain(client.get(looks).content.decode())
    for words in ("Page du dossier", "Recherche", "Pièce", "Instructrice"):
        assert words in everything
    by_file = plain(client.get(f"{looks}?dossier={case_file.reference}").content.decode())
    assert "Pièce" in by_file
    assert "Recherche</td>" not in by_file
    assert "Aucune consultation" in client.get(f"{looks}?personne=inconnu").content.decode()
    assert client.get(f"{looks}?page=zzz&dossier=%00").status_code == 200


def test_looks_ask_as_much_for_one_as_for_three(
    client: PortalClient, auditor: User, django_assert_num_queries: Any
) -> None:
    client.force_login(auditor)
    case_file = installation_file()
    client.get("/admin/casefiles/filelook/")  # what a first page asks once
    for _ in range(3):
        FileLook.objects.create(user=auditor, case_file=case_file, kind=LookKind.PAGE, at=START)
        with django_assert_num_queries(5):
            client.get("/admin/casefiles/filelook/")


def test_the_register_of_processing_comes_from_the_tables(
    client: PortalClient, auditor: User
) -> None:
    client.force_login(auditor)
    page = plain(client.get("/admin/privacy/deletionrecord/traitements/").content.decode())
    for words in ("Demandes d’aide", "Logements des étudiants", "Conventions et versements"):
        assert words in page
    assert "adresse postale" in page


def test_the_register_is_searched_by_a_whole_reference(
    client: PortalClient, auditor: User, head: User, applicant: User
) -> None:
    asked = ask_erasure(applicant, message="Bonjour", at=START)
    client.force_login(head)
    handle = reverse("admin:privacy_erasurerequest_handle", args=[asked.pk])
    assert "Son compte sera fermé" in plain(client.get(handle).content.decode())
    assert client.post(handle, {"answer": "Au revoir."}).status_code == 302
    assert ErasureRequest.objects.get().status == "done"
    assert client.get(handle).status_code == 403

    client.force_login(auditor)
    page = client.get("/admin/privacy/deletionrecord/").content.decode()
    assert "Compte" in page
    assert "1 effacement" in plain(page)
    nothing = client.get("/admin/privacy/deletionrecord/?q=INS-2026-00001-L")
    assert "0 effacement" in plain(nothing.content.decode())
    answered = client.get(f"/admin/privacy/erasurerequest/{asked.pk}/change/").content.decode()
    assert "Demande du 2 novembre 2026" in plain(answered)
    assert "2 novembre 2026 à 10 h 00" in plain(answered)


def test_where_nothing_may_go_the_head_only_answers(client: PortalClient, head: User) -> None:
    applicant = installation_file().applicant
    assert applicant is not None
    asked = ask_erasure(applicant, message="", at=START)
    client.force_login(head)
    handle = reverse("admin:privacy_erasurerequest_handle", args=[asked.pk])
    page = plain(client.get(handle).content.decode())
    assert "Gardée : la demande est en cours." in page
    assert "Rien ne peut être effacé aujourd’hui." in page
    assert "Effacer et répondre" not in page
    assert client.post(handle, {"answer": ""}).status_code == 302
    asked.refresh_from_db()
    assert (asked.status, asked.erased_count, asked.kept_count) == ("done", 0, 1)


def test_an_erased_file_still_opens_at_the_desk(
    client: PortalClient, head: User, paid_file: CaseFile
) -> None:
    erase_case_file(
        paid_file, rule="essai", label="Essai", cause=DeletionCause.PERIOD, at=paid_file.closed_at
    )
    client.force_login(head)

    page = client.get(reverse("admin:casefiles_casefile_change", args=[paid_file.pk]))

    assert page.status_code == 200
    words = plain(page.content.decode())
    assert "Les données de ce dossier ont été effacées le" in words
    assert "Quatrelivres" not in words
    assert "35 000 €" in words
    assert client.get(f"/admin/casefiles/casefile/?q={paid_file.reference}").status_code == 200
