"""The copy that a person asks for: everything of theirs, nothing of others, gone after a week."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse

from apps.accounts.models import User
from apps.casefiles.messaging import send_message
from apps.core import clock
from apps.files.disk import private_storage
from apps.notifications.models import OutgoingEmail
from apps.privacy.enums import PackStatus
from apps.privacy.models import DataPack
from apps.privacy.packs import ask_pack, forget_packs, make_pack, write_archive
from tests.factories.accounts import UserFactory
from tests.factories.casefiles import START, installation_file
from tests.support.client import PortalClient

pytestmark = pytest.mark.django_db


def archive_of(user: User) -> ZipFile:
    target = BytesIO()
    write_archive(target, user, at=START)
    return ZipFile(target)


def test_the_copy_holds_data_pages_files_and_letters(applicant: User, caseworker: User) -> None:
    case_file = installation_file(applicant=applicant, address="3 rue du Test")
    send_message(case_file=case_file, author=caseworker, body="Bonjour Alice", at=START)
    installation_file(applicant=UserFactory(), address="9 rue d’un Autre")

    archive = archive_of(applicant)

    folder = case_file.reference
    names = archive.namelist()
    assert {"LISEZ-MOI.html", "compte/donnees.json", f"{folder}/donnees.html"} <= set(names)
    data = json.loads(archive.read(f"{folder}/donnees.json"))
    assert data["installation.InstallationDetail"][0]["address"] == "3 rue du Test"
    assert data["casefiles.Message"][0]["body"] == "Bonjour Alice"
    page = archive.read(f"{folder}/donnees.html").decode()
    assert "3 rue du Test" in page
    files = [name for name in names if name.startswith(f"{folder}/fichiers/")]
    stored = case_file.documents.count() + case_file.letters.count()
    assert len(files) == stored > 1
    assert all(archive.read(name).startswith(b"%PDF") for name in files)
    everything = b"".join(archive.read(name) for name in names).decode(errors="replace")
    assert "9 rue d’un Autre" not in everything
    assert caseworker.last_name not in everything
    assert applicant.password not in everything


def test_a_copy_is_asked_once_made_once_and_told(applicant: User) -> None:
    pack = ask_pack(applicant, at=START)
    assert ask_pack(applicant, at=START) == pack

    make_pack(str(pack.pk), at=START)
    make_pack(str(pack.pk), at=START + timedelta(hours=1))

    pack.refresh_from_db()
    assert (pack.status, pack.ready_at) == (PackStatus.READY, START)
    assert pack.expires_at == START + timedelta(days=7)
    assert pack.size == private_storage().size(pack.file.name)
    [email] = OutgoingEmail.objects.filter(kind="data-pack-ready")
    assert email.to == applicant.email


def test_a_copy_goes_after_its_time(applicant: User) -> None:
    pack = ask_pack(applicant, at=START)
    make_pack(str(pack.pk), at=START)
    name = DataPack.objects.get(pk=pack.pk).file.name

    day = clock.paris_date(START)
    assert forget_packs(day - timedelta(days=1), START) == 0
    assert forget_packs(day, START) == 1

    pack.refresh_from_db()
    assert pack.status == PackStatus.GONE
    assert not private_storage().exists(name)


def test_only_the_person_downloads_their_copy(
    client: PortalClient, applicant: User, other_applicant: User
) -> None:
    now = clock.now()
    pack = ask_pack(applicant, at=now)
    make_pack(str(pack.pk), at=now)
    address = reverse("privacy:download", args=[pack.pk])

    assert client.get(address).status_code == 302
    client.force_login(other_applicant)
    assert client.get(address).status_code == 404
    client.force_login(applicant)
    response = client.get(address)
    assert response["Content-Disposition"].startswith("attachment")
    assert b"".join(response.streaming_content).startswith(b"PK")
    DataPack.objects.filter(pk=pack.pk).update(expires_at=now + timedelta(microseconds=1))
    assert client.get(address).status_code == 404
