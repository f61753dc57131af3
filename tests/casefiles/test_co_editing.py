"""Several people write one draft: invited, never senders, and sent away at once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from apps.accounts.models import User
from apps.casefiles.co_editing import (
    accept_invitation,
    invitation_address,
    invite_co_editor,
    read_invitation,
    revoke_co_editor,
)
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile, CoEditor
from apps.casefiles.transitions import MoveRefusedError, perform
from apps.notifications.models import OutgoingEmail
from tests.factories.accounts import UserFactory
from tests.factories.casefiles import START, installation_file
from tests.factories.innovation import proposal_file
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(applicant: User) -> CaseFile:
    return proposal_file(until=CaseFileState.DRAFT, applicant=applicant)


@pytest.fixture
def friend() -> User:
    user: User = UserFactory(email="avec@example.org")
    return user


def joined(draft: CaseFile, friend: User) -> CoEditor:
    assert draft.applicant is not None
    invited = invite_co_editor(case_file=draft, email=friend.email, by=draft.applicant, at=START)
    return accept_invitation(invited=invited, by=friend, at=START)


def space(case_file: CaseFile, page: str = "") -> str:
    return f"/mon-espace/dossiers/{case_file.reference}/{page}"


def test_applicant_invites_and_the_link_opens_the_draft(
    client: PortalClient, draft: CaseFile, applicant: User, friend: User
) -> None:
    client.force_login(applicant)
    response = client.post(space(draft, "co-redacteurs/"), {"email": "Avec@example.org"})
    assert response.status_code == 302
    written = OutgoingEmail.objects.get(kind="casefile-co-editor")
    assert written.to == "Avec@example.org"
    found = re.search(r"/mon-espace/invitations/\S+/", written.text)
    assert found
    client.force_login(friend)
    assert draft.reference in page_text(client.get(found[0]))

    response = client.post(found[0], follow=True)

    assert "Vous remplissez cette demande à plusieurs" in page_text(response)
    assert not mail.outbox


def test_link_opens_nothing_for_another_account(
    client: PortalClient, draft: CaseFile, applicant: User, other_applicant: User
) -> None:
    invited = invite_co_editor(case_file=draft, email="avec@example.org", by=applicant, at=START)
    client.force_login(other_applicant)

    response = client.post(invitation_address(invited))

    assert "pour une autre adresse" in page_text(response)
    assert client.get(space(draft)).status_code == 404


def test_link_is_no_more_than_its_signature(client: PortalClient, applicant: User) -> None:
    assert read_invitation("faux") is None
    client.force_login(applicant)
    assert client.get("/mon-espace/invitations/faux/").status_code == 404


def test_co_editor_writes_and_never_sends(
    client: PortalClient, draft: CaseFile, friend: User
) -> None:
    joined(draft, friend)
    client.force_login(friend)

    page = client.get(space(draft, "etapes/contacts/"))
    saved = client.post(
        space(draft, "etapes/contacts/"),
        {
            "legal_name": "Dominique Démo",
            "legal_role": "Maire",
            "contact_name": "Alex Démo",
            "contact_email": "projet@example.org",
            "pause": "oui",
        },
    )

    assert page.status_code == 200
    assert saved.status_code == 302
    draft.innovation_detail.refresh_from_db()
    assert draft.innovation_detail.legal_name == "Dominique Démo"
    assert client.get(space(draft, "pieces/")).status_code == 200
    assert client.get(space(draft, "verification/")).status_code == 200
    with pytest.raises(MoveRefusedError):
        perform(draft, "submit", actor=friend, at=START)
    for page_of_the_applicant in ("co-redacteurs/", "retrait/", "messages/"):
        assert client.get(space(draft, page_of_the_applicant)).status_code == 404


def test_rights_end_with_the_invitation_and_with_the_draft(
    client: PortalClient, draft: CaseFile, applicant: User, friend: User
) -> None:
    invited = joined(draft, friend)
    client.force_login(applicant)
    client.post(space(draft, "co-redacteurs/retirer/"), {"invitation": str(invited.pk)})
    client.force_login(friend)

    assert client.get(space(draft)).status_code == 404
    assert client.get(invitation_address(invited)).status_code == 404
    with pytest.raises(ValidationError, match="retirée"):
        accept_invitation(invited=invited, by=friend, at=START)


def test_a_sent_request_is_the_applicant_s_alone(
    client: PortalClient, applicant: User, friend: User
) -> None:
    sent = proposal_file(applicant=applicant)
    CoEditor.objects.create(
        case_file=sent,
        email=friend.email,
        invited_by=applicant,
        invited_at=START,
        user=friend,
        accepted_at=START,
    )
    client.force_login(friend)

    assert client.get(space(sent)).status_code == 404
    with pytest.raises(ValidationError, match="envoyée"):
        invite_co_editor(case_file=sent, email="x@example.org", by=applicant, at=START)


@pytest.mark.parametrize(
    ("email", "reason"),
    [("AVEC@example.org", "déjà invitée"), ("", "propre adresse")],
)
def test_invitations_that_make_no_sense(
    draft: CaseFile, applicant: User, email: str, reason: str
) -> None:
    invite_co_editor(case_file=draft, email="avec@example.org", by=applicant, at=START)

    with pytest.raises(ValidationError, match=reason):
        invite_co_editor(case_file=draft, email=email or applicant.email, by=applicant, at=START)


def test_ten_people_at_most(draft: CaseFile, applicant: User) -> None:
    for number in range(10):
        invite_co_editor(case_file=draft, email=f"a{number}@example.org", by=applicant, at=START)

    with pytest.raises(ValidationError, match="10 corédacteurs au plus"):
        invite_co_editor(case_file=draft, email="b@example.org", by=applicant, at=START)


def test_a_programme_says_whether_it_is_filled_in_by_several(applicant: User) -> None:
    alone = installation_file(until=CaseFileState.DRAFT, applicant=applicant)

    with pytest.raises(ValidationError, match="se remplit seul"):
        invite_co_editor(case_file=alone, email="avec@example.org", by=applicant, at=START)


def test_revoking_twice_changes_nothing(draft: CaseFile, applicant: User, friend: User) -> None:
    invited = joined(draft, friend)

    assert revoke_co_editor(case_file=draft, pk=invited.pk, by=applicant, at=START) is not None
    assert revoke_co_editor(case_file=draft, pk=invited.pk, by=applicant, at=START) is None


# --- Saved as it is typed


def typed(page: Any, **changes: str) -> dict[str, str]:
    seen = re.search(r'name="seen" value="(\w+)"', page.text)
    assert seen
    return {
        "seen": seen[1],
        "autosave": "oui",
        "owner_kind": "association",
        "organisation": "Association Démo",
        "siret": "00000000000000",
        "rna": "W452000000",
        **changes,
    }


def test_a_page_is_saved_as_it_is_typed(
    client: PortalClient, draft: CaseFile, applicant: User
) -> None:
    client.force_login(applicant)
    address = space(draft, "etapes/organisme/")
    page = client.get(address)

    answer = client.post(address, typed(page, organisation="Association Neuve"))

    assert answer.json()["words"].startswith("Enregistré à ")
    draft.innovation_detail.refresh_from_db()
    assert draft.innovation_detail.organisation == "Association Neuve"
    again = client.post(address, typed(page, organisation="Encore", seen=answer.json()["seen"]))
    assert again.status_code == 200


def test_what_holds_is_kept_beside_what_does_not(
    client: PortalClient, draft: CaseFile, applicant: User
) -> None:
    client.force_login(applicant)
    address = space(draft, "etapes/organisme/")

    answer = client.post(address, typed(client.get(address), organisation="Neuve", siret="123"))

    assert "Une réponse est à corriger" in answer.json()["words"]
    draft.innovation_detail.refresh_from_db()
    assert draft.innovation_detail.organisation == "Neuve"
    assert draft.innovation_detail.siret == "00000000000000"


def test_two_people_on_one_page_are_told_and_nothing_is_lost(
    client: PortalClient, draft: CaseFile, applicant: User, friend: User
) -> None:
    joined(draft, friend)
    address = space(draft, "etapes/organisme/")
    client.force_login(applicant)
    mine = typed(client.get(address), organisation="Mienne")
    client.force_login(friend)
    client.post(address, typed(client.get(address), organisation="Sienne"))
    client.force_login(applicant)

    told = client.post(address, mine)
    del mine["autosave"]
    page = client.post(address, mine)

    assert told.status_code == 409
    assert "Une autre personne a changé cette page" in told.json()["words"]
    assert "Une autre personne a changé cette page" in page_text(page)
    assert "Mienne" in page.text
    draft.innovation_detail.refresh_from_db()
    assert draft.innovation_detail.organisation == "Sienne"
    kept = client.post(address, {**typed(page, organisation="Mienne"), "pause": "oui"})
    assert kept.status_code in (200, 302)
    draft.innovation_detail.refresh_from_db()
    assert draft.innovation_detail.organisation == "Mienne"


def test_two_people_on_two_pages_do_not_disturb_each_other(
    client: PortalClient, draft: CaseFile, applicant: User, friend: User
) -> None:
    joined(draft, friend)
    client.force_login(applicant)
    mine = typed(client.get(space(draft, "etapes/organisme/")), organisation="Mienne")
    client.force_login(friend)
    client.post(space(draft, "etapes/contacts/"), {"legal_name": "Dominique Démo", "pause": "oui"})
    client.force_login(applicant)

    answer = client.post(space(draft, "etapes/organisme/"), mine)

    assert answer.status_code == 200
    draft.innovation_detail.refresh_from_db()
    assert draft.innovation_detail.legal_name == "Dominique Démo"
    assert draft.innovation_detail.organisation == "Mienne"


def test_shared_draft_is_found_again_in_one_s_space(
    client: PortalClient, draft: CaseFile, friend: User
) -> None:
    joined(draft, friend)
    client.force_login(friend)

    text = page_text(client.get("/mon-espace/"))

    assert f"Demande {draft.reference}" in text
    assert f"Vous la remplissez avec {draft.applicant_name}." in text
