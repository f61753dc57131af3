"""A person asks to be forgotten: what may go goes, the law keeps the rest, the guichet answers."""

from __future__ import annotations

import pytest
from django.urls import reverse

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError
from apps.notifications.models import OutgoingEmail
from apps.privacy.enums import RequestStatus
from apps.privacy.models import DataPack, ErasureRequest
from apps.privacy.requests import ask_erasure, handle_request
from tests.factories.awards import decided_file
from tests.factories.casefiles import START, installation_file
from tests.support.client import PortalClient
from tests.support.text import plain

pytestmark = pytest.mark.django_db
MY_DATA = "/compte/donnees/"


def test_everything_goes_when_nothing_was_decided(applicant: User, head: User) -> None:
    draft = installation_file(until=CaseFileState.DRAFT, applicant=applicant)
    asked = ask_erasure(applicant, message=" Merci. ", at=START)
    assert ask_erasure(applicant, message="Encore", at=START) == asked

    done = handle_request(request=asked, actor=head, answer="Bonne suite.", at=START)

    assert (done.status, done.erased_count, done.kept_count) == (RequestStatus.DONE, 1, 0)
    draft.refresh_from_db()
    applicant.refresh_from_db()
    assert draft.erased_at == START
    assert (applicant.is_active, applicant.first_name) == (False, "")
    assert applicant.email == f"efface-{applicant.pk}@compte.invalid"
    [email] = OutgoingEmail.objects.filter(kind="erasure-answered")
    assert email.to == "alice@exemple.fr"
    assert "Votre compte est fermé" in plain(email.text)


def test_a_decision_keeps_the_file_and_the_account(applicant: User, head: User) -> None:
    granted = decided_file(actor=head, applicant=applicant)
    asked = ask_erasure(applicant, message="", at=START)

    done = handle_request(request=asked, actor=head, answer="", at=START)

    assert (done.erased_count, done.kept_count) == (0, 1)
    assert CaseFile.objects.get(pk=granted.pk).applicant == applicant
    applicant.refresh_from_db()
    assert applicant.is_active


def test_one_agent_answers_once_and_never_themselves(
    applicant: User, head: User, caseworker: User
) -> None:
    asked = ask_erasure(applicant, message="", at=START)
    with pytest.raises(MoveRefusedError, match="responsable"):
        handle_request(request=asked, actor=caseworker, answer="", at=START)
    handle_request(request=asked, actor=head, answer="", at=START)
    with pytest.raises(MoveRefusedError, match="déjà traitée"):
        handle_request(request=asked, actor=head, answer="", at=START)
    own = ask_erasure(head, message="", at=START)
    with pytest.raises(MoveRefusedError, match="une autre personne"):
        handle_request(request=own, actor=head, answer="", at=START)


def test_my_data_says_what_is_kept_and_takes_both_wishes(
    client: PortalClient, applicant: User
) -> None:
    case_file = installation_file(until=CaseFileState.DRAFT, applicant=applicant)
    assert client.get(MY_DATA).status_code == 302
    client.force_login(applicant)

    page = plain(client.get(MY_DATA).content.decode())
    assert case_file.reference in page
    assert "Peut être effacée maintenant" in page

    assert client.post(reverse("privacy:ask_copy")).status_code == 302
    assert client.post(reverse("privacy:ask_copy")).status_code == 302
    assert DataPack.objects.count() == 1
    too_long = client.post(reverse("privacy:ask_to_erase"), {"message": "x" * 2001})
    assert too_long.status_code == 422
    assert "x" * 2001 in too_long.content.decode()
    client.post(reverse("privacy:ask_to_erase"), {"message": "Je pars."})
    [asked] = ErasureRequest.objects.all()
    assert asked.message == "Je pars."
    page = plain(client.get(MY_DATA).content.decode())
    assert "Votre copie se prépare" in page
    assert "Votre demande d’effacement est notée" in page


def test_head_of_another_programme_erases_nothing(applicant: User, foreign_head: User) -> None:
    draft = installation_file(until=CaseFileState.DRAFT, applicant=applicant)
    asked = ask_erasure(applicant, message="", at=START)

    with pytest.raises(MoveRefusedError, match="dispositifs dont vous n’êtes pas responsable"):
        handle_request(request=asked, actor=foreign_head, answer="", at=START)

    draft.refresh_from_db()
    assert draft.erased_at is None
