"""The account of an award: when it is asked, who opens it, what is kept of it."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from functools import partial
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.conf import settings as project
from django.core.management import CommandError, call_command
from pytest_django import Settings

from apps.accounts.models import User
from apps.awards.agreements import refuse_return
from apps.awards.bank_details import ASKED_LATER, open_rib, reveal_iban, why_not_give
from apps.awards.enums import InstalmentStatus
from apps.awards.models import BankDetails, BankDetailsAccess, Instalment
from apps.casefiles.enums import Channel
from apps.casefiles.models import CaseFile, CaseFileEvent
from apps.casefiles.transitions import MoveRefusedError
from apps.files.models import StoredFile
from apps.notifications.models import OutgoingEmail
from tests.factories.awards import decided_file
from tests.factories.bank_details import (
    FRENCH_IBAN,
    GERMAN_IBAN,
    bank_details,
    give_account,
    returned_agreement,
    sent_agreement,
)
from tests.support.threads import race, winners

LATER = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
_S = InstalmentStatus


def applicant_of(case_file: CaseFile) -> User:
    assert case_file.applicant is not None
    return case_file.applicant


def pay(case_file: CaseFile, *, until: InstalmentStatus) -> None:
    rows = Instalment.objects.filter(case_file=case_file)
    for status in (_S.DUE, _S.VALIDATED, _S.EXPORTED, _S.PAID):
        paid = {"paid_on": LATER.date(), "treasury_number": "M-1"} if status == _S.PAID else {}
        rows.update(status=status, **paid)
        if status == until:
            return


@pytest.mark.django_db
def test_account_is_asked_once_the_signed_agreement_is_in(head: User) -> None:
    granted = decided_file(actor=head)
    assert why_not_give(applicant_of(granted), granted) == ASKED_LATER
    sent = sent_agreement(actor=head)
    assert why_not_give(applicant_of(sent.case_file), sent.case_file) == ASKED_LATER
    returned = returned_agreement(actor=head)
    assert why_not_give(applicant_of(returned.case_file), returned.case_file) == ""
    refuse_return(case_file=returned.case_file, actor=head, reason="Illisible.")
    returned.case_file.refresh_from_db()  # as the next page does, with its agreement
    assert why_not_give(applicant_of(returned.case_file), returned.case_file) == ASKED_LATER


@pytest.mark.django_db
def test_account_is_kept_encrypted_and_shown_masked(head: User) -> None:
    details = bank_details(actor=head)

    assert (details.country, details.last4, details.holder) == ("FR", "2606", "Alice Démo")
    assert details.masked == str(details) == "FR•• •••• •••• 2606"
    assert details.channel == Channel.ONLINE
    assert "2004" not in details.ciphertext


@pytest.mark.django_db
def test_number_is_nowhere_but_in_its_own_row(head: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    details = bank_details(actor=head)
    give_account(details.case_file, by=applicant_of(details.case_file), iban=GERMAN_IBAN)

    history = apps.get_model("awards", "BankDetailsHistory")
    assert [row.last4 for row in history.objects.order_by("pgh_id")] == ["2606", "3000"]
    assert not any(field.name == "ciphertext" for field in history._meta.fields)
    written = [
        *(email.text + email.html + email.subject for email in OutgoingEmail.objects.all()),
        *(str(event.payload) + event.comment for event in CaseFileEvent.objects.all()),
        *(record.getMessage() for record in caplog.records),
    ]
    for text in written:
        assert "2606" not in text
        assert FRENCH_IBAN[4:12] not in text.replace(" ", "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("until", "who", "reason"),
    [
        (_S.VALIDATED, "applicant", ""),
        (_S.EXPORTED, "applicant", "Un versement est chez le payeur"),
        (_S.EXPORTED, "head", "La personne donne elle-même ses coordonnées"),
        (_S.PAID, "applicant", "Un versement a déjà été fait sur ce compte."),
        (_S.PAID, "head", ""),
        (_S.VALIDATED, "head", "La personne donne elle-même ses coordonnées"),
        (_S.PAID, "other_applicant", "Il faut le rôle"),
    ],
)
def test_who_may_change_the_account_and_until_when(
    head: User, other_applicant: User, until: InstalmentStatus, who: str, reason: str
) -> None:
    case_file = bank_details(actor=head).case_file
    pay(case_file, until=until)
    people = {"applicant": case_file.applicant, "head": head, "other_applicant": other_applicant}

    answer = why_not_give(people[who], case_file)

    assert answer.startswith(reason)
    assert bool(answer) == bool(reason)


@pytest.mark.django_db
def test_change_needs_a_new_rib_deletes_the_former_and_is_told_to_both_addresses(
    head: User,
) -> None:
    details = bank_details(actor=head)
    former = details.rib
    applicant = applicant_of(details.case_file)
    User.objects.filter(pk=applicant.pk).update(email="nouvelle@exemple.fr")
    OutgoingEmail.objects.all().delete()
    case_file = CaseFile.objects.get(pk=details.case_file_id)

    changed = give_account(case_file, by=applicant_of(case_file), iban=GERMAN_IBAN, at=LATER)

    assert (changed.pk, changed.masked) == (details.pk, "DE•• •••• •••• 3000")
    assert not StoredFile.objects.filter(pk=former.pk).exists()
    emails = OutgoingEmail.objects.filter(kind="bank-details-recorded")
    assert {email.to for email in emails} == {case_file.email, "nouvelle@exemple.fr"}
    assert all("modifiées" in email.subject and "pas vous" in email.text for email in emails)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("iban", "holder", "reason"),
    [
        ("FR1420041010050500013M02607", "Alice Démo", "Cet IBAN contient une erreur"),
        (FRENCH_IBAN, "  ", "Indiquez le titulaire du compte."),
    ],
)
def test_bad_account_is_refused(head: User, iban: str, holder: str, reason: str) -> None:
    case_file = returned_agreement(actor=head).case_file
    with pytest.raises(MoveRefusedError, match=reason):
        give_account(case_file, by=applicant_of(case_file), iban=iban, holder=holder)
    assert not BankDetails.objects.exists()


@pytest.mark.django_db
def test_agent_types_in_the_account_of_somebody_without_an_account(
    head: User, caseworker: User
) -> None:
    case_file = returned_agreement(actor=head).case_file
    CaseFile.objects.update(applicant=None, channel=Channel.POST, filed_by=head)
    case_file = CaseFile.objects.get(pk=case_file.pk)

    assert give_account(case_file, by=caseworker).channel == Channel.POST


@pytest.mark.django_db
def test_accountant_opens_the_number_and_the_look_is_recorded(head: User, accountant: User) -> None:
    details = bank_details(actor=head)

    assert reveal_iban(details, actor=accountant, purpose="Lot 12", at=LATER) == FRENCH_IBAN
    assert open_rib(details, actor=accountant, purpose="Contrôle", at=LATER) == details.rib

    looks = BankDetailsAccess.objects.order_by("id")
    assert [(look.seen, look.person, look.purpose, look.masked) for look in looks] == [
        ("iban", accountant, "Lot 12", "FR•• •••• •••• 2606"),
        ("rib", accountant, "Contrôle", "FR•• •••• •••• 2606"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "who",
    [
        *("head", "caseworker", "auditor", "committee_member", "superuser", "applicant"),
        *("foreign_head", "other_applicant"),
    ],
)
def test_nobody_else_opens_it(head: User, request: pytest.FixtureRequest, who: str) -> None:
    details = bank_details(actor=head)
    for look in (reveal_iban, open_rib):
        with pytest.raises(MoveRefusedError, match=r"Il faut le rôle .*Comptable"):
            look(details, actor=request.getfixturevalue(who), purpose="Voir", at=LATER)
    assert not BankDetailsAccess.objects.exists()


@pytest.mark.django_db
def test_look_without_a_purpose_is_refused(head: User, accountant: User) -> None:
    with pytest.raises(MoveRefusedError, match="Dites pourquoi"):
        reveal_iban(bank_details(actor=head), actor=accountant, purpose=" ", at=LATER)


@pytest.mark.django_db
def test_number_copied_to_another_file_does_not_open(head: User, accountant: User) -> None:
    first, second = bank_details(actor=head), bank_details(actor=head)
    BankDetails.objects.filter(pk=second.pk).update(ciphertext=first.ciphertext)
    second.refresh_from_db()

    with pytest.raises(MoveRefusedError, match="ne s’ouvre avec aucune clé"):
        reveal_iban(second, actor=accountant, purpose="Lot 12", at=LATER)


def rotation(**options: int) -> str:
    output = StringIO()
    call_command("rotate_encryption_keys", stdout=output, **options)
    return output.getvalue().strip()


@pytest.mark.django_db
def test_rotation_is_done_once_and_the_old_key_may_go(
    head: User, accountant: User, settings: Settings
) -> None:
    details = [bank_details(actor=head) for _ in range(3)]
    old, new = project.FIELD_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [new, old]

    assert rotation(batch=2) == "Encrypted again: 3. Already done: 0."
    assert rotation(batch=2) == "Encrypted again: 0. Already done: 3."
    settings.FIELD_ENCRYPTION_KEYS = [new]
    for row in BankDetails.objects.all():
        assert reveal_iban(row, actor=accountant, purpose="Contrôle", at=LATER) == FRENCH_IBAN
    assert len(details) == 3


@pytest.mark.django_db
def test_rotation_names_what_no_key_opens(head: User, accountant: User, settings: Settings) -> None:
    details = bank_details(actor=head)
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(CommandError, match=details.case_file.reference):
        rotation()
    with pytest.raises(MoveRefusedError, match="Prévenez l’administrateur"):
        reveal_iban(details, actor=accountant, purpose="Lot 12", at=LATER)


@pytest.mark.django_db(transaction=True)
def test_number_is_read_and_changed_while_keys_rotate(
    head: User, accountant: User, settings: Settings
) -> None:
    first, second = bank_details(actor=head), bank_details(actor=head)
    old, new = project.FIELD_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [new, old]

    outcomes = race(
        partial(rotation, batch=1),
        partial(reveal_iban, first, actor=accountant, purpose="Lot 12", at=LATER),
        partial(
            give_account,
            second.case_file,
            by=applicant_of(second.case_file),
            iban=GERMAN_IBAN,
            at=LATER,
        ),
    )

    assert len(winners(outcomes)) == 3
    assert outcomes[1] == FRENCH_IBAN
    settings.FIELD_ENCRYPTION_KEYS = [new]
    numbers = [
        reveal_iban(row, actor=accountant, purpose="Contrôle", at=LATER)
        for row in BankDetails.objects.order_by("pk")
    ]
    assert numbers == [FRENCH_IBAN, GERMAN_IBAN]


@pytest.mark.django_db(transaction=True)
def test_two_tabs_give_two_accounts_the_last_one_holds_whole(head: User, accountant: User) -> None:
    case_file = returned_agreement(actor=head).case_file
    applicant = applicant_of(case_file)

    outcomes = race(
        *(
            partial(give_account, case_file, by=applicant, iban=iban)
            for iban in (FRENCH_IBAN, GERMAN_IBAN)
        )
    )

    assert len(winners(outcomes)) == 2
    details = BankDetails.objects.get()
    number = reveal_iban(details, actor=accountant, purpose="Contrôle", at=LATER)
    assert (number[:2], number[-4:]) == (details.country, details.last4)
    assert StoredFile.objects.filter(original_name="rib.pdf").count() == 1
