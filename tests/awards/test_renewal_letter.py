"""The letter of a year: what it says, where it is kept, and whom nothing is written to."""

from __future__ import annotations

import re

import pytest
import time_machine

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.models import Renewal
from apps.awards.renewal_decisions import grant_renewal
from apps.casefiles.enums import Channel, LetterKind
from apps.casefiles.models import CaseFile, Letter
from apps.casefiles.transitions import MoveRefusedError
from apps.notifications.models import OutgoingEmail
from tests.factories.bursaries import (
    VOTED_AT,
    VOTED_ON,
    bursary_staff,
    opened_renewal,
    proposed,
    refused,
    renewed,
)
from tests.support.client import PortalClient
from tests.support.pdf import pdf_tags, pdf_text
from tests.support.text import page_text, plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(db: None) -> User:
    return bursary_staff(Role.HEAD)


@pytest.fixture
def renewal(head: User) -> Renewal:
    return opened_renewal(head=head)


def content(letter: Letter | None) -> bytes:
    assert letter is not None
    with letter.file.file.open() as stored:
        return bytes(stored.read())


def words(letter: Letter | None) -> str:
    return re.sub(r"\s+", " ", plain(pdf_text(content(letter))))


def test_granted_year_has_its_letter_with_the_amount_and_the_total(
    renewal: Renewal, head: User
) -> None:
    letter = renewed(renewal, head=head).letter

    text = words(letter)
    assert "Bourse d’études : année 2027-2028 accordée" in text
    assert "Vous avez envoyé le 20 septembre 2027 votre renouvellement" in text
    assert "Par délibération n° CP-2027-10-15/B02 du 15 octobre 2027" in text
    assert "vous accorde 2 500 € pour cette année" in text
    assert "votre aide atteint 5 500 €" in text
    assert "Quelle année d’études ? 2" in text
    assert "Vous n’avez rien à signer de plus." in text
    assert "Vous avez deux mois à compter de la réception de cette lettre." in text
    assert {"/H1", "/H2"} <= set(pdf_tags(content(letter)))


def test_refused_year_has_its_letter_with_the_reason_and_no_amount(
    renewal: Renewal, head: User
) -> None:
    text = words(refused(renewal, head=head).letter)

    assert "Bourse d’études : année 2027-2028 refusée" in text
    assert "n’accorde pas d’aide pour cette année" in text
    assert "Pourquoi ce refus Année non validée." in text
    assert "€" not in text
    assert "La suite" not in text
    assert "Vous avez deux mois à compter de la réception de cette lettre." in text


def test_letter_stands_with_the_others_and_its_owner_alone_opens_it(
    renewal: Renewal, head: User, client: PortalClient, other_applicant: User
) -> None:
    letter = renewed(renewal, head=head).letter
    assert letter is not None
    page = f"/mon-espace/dossiers/{renewal.case_file.reference}/"
    with time_machine.travel(VOTED_AT):
        client.force_login(renewal.case_file.applicant)
        shown = client.get(page)
        assert page_text(shown).count("Lettre de décision 2027-2028 (PDF)") == 3
        opened = client.get(f"{page}courriers/{letter.pk}/")
        assert opened.getvalue().startswith(b"%PDF")
        assert "decision-2027-2028-BRS-" in opened["Content-Disposition"]
        client.force_login(other_applicant)
        assert client.get(f"{page}courriers/{letter.pk}/").status_code == 404
    assert [kind for (kind,) in Letter.objects.values_list("kind").order_by("pk")] == [
        *(LetterKind.RECEIPT, LetterKind.DECISION, LetterKind.DECISION),
    ]


def test_email_of_the_decision_has_a_link_and_no_amount(renewal: Renewal, head: User) -> None:
    renewed(renewal, head=head)

    (email,) = OutgoingEmail.objects.filter(kind="renewal-decided")
    assert f"/mon-espace/dossiers/{renewal.case_file.reference}/" in email.text
    assert "€" not in email.text


def test_decision_that_is_undone_leaves_no_letter(renewal: Renewal, head: User) -> None:
    before = Letter.objects.count()
    with pytest.raises(MoveRefusedError, match="Indiquez le numéro"):
        grant_renewal(
            renewal=proposed(renewal),
            actor=head,
            decided_on=VOTED_ON,
            deliberation="",
            at=VOTED_AT,
        )
    assert Letter.objects.count() == before


def test_act_of_the_archive_gets_neither_letter_nor_email(renewal: Renewal, head: User) -> None:
    proposed(renewal)
    CaseFile.objects.filter(pk=renewal.case_file_id).update(channel=Channel.ARCHIVE, filed_by=head)

    decided = grant_renewal(
        renewal=renewal, actor=head, decided_on=VOTED_ON, deliberation="CP-1", at=VOTED_AT
    )

    assert decided.letter is None
    assert not OutgoingEmail.objects.filter(kind="renewal-decided").exists()
