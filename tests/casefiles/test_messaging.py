from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.accounts.models import User
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import Channel
from apps.casefiles.messaging import edit_note, mark_read, send_message, write_note
from apps.casefiles.models import CaseFile, Message
from apps.core.consistency import check_everything
from apps.notifications.models import OutgoingEmail
from tests.factories.casefiles import installation_file

pytestmark = pytest.mark.django_db

SENT = datetime(2026, 11, 3, 10, 0, tzinfo=UTC)
READ = datetime(2026, 11, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
def case_file(applicant: User) -> CaseFile:
    return installation_file(applicant=applicant)


def contradictions() -> list[str]:
    return check_everything(at=READ).found["Dossier avec un message à lire"]


def emails(kind: str) -> list[str]:
    return list(OutgoingEmail.objects.filter(kind=kind).values_list("to", flat=True))


def test_message_of_the_guichet_is_announced_without_its_text(
    case_file: CaseFile, caseworker: User
) -> None:
    message = send_message(
        case_file=case_file, author=caseworker, body=" Il manque une page. ", at=SENT
    )

    assert message.is_from_staff
    assert message.body == "Il manque une page."
    announced = OutgoingEmail.objects.get(kind="casefile-message")
    assert announced.to == "alice@exemple.fr"
    assert "Il manque une page" not in announced.text + announced.html + announced.subject
    assert "Il manque une page" not in str(case_file.events.last().payload)


def test_message_of_the_applicant_sends_no_email(case_file: CaseFile, applicant: User) -> None:
    message = send_message(case_file=case_file, author=applicant, body="Voici.", at=SENT)

    assert not message.is_from_staff
    assert emails("casefile-message") == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [("  \n ", "Écrivez un message."), ("a" * 5001, "Votre message dépasse 5000 caractères.")],
)
def test_message_that_cannot_be_sent_says_why(
    case_file: CaseFile, applicant: User, body: str, reason: str
) -> None:
    with pytest.raises(ValidationError, match=reason):
        send_message(case_file=case_file, author=applicant, body=body)

    assert not case_file.messages.exists()


def test_message_of_a_stranger_is_denied(
    case_file: CaseFile, other_applicant: User, foreign_caseworker: User, auditor: User
) -> None:
    for stranger in (other_applicant, foreign_caseworker, auditor):
        with pytest.raises(PermissionDenied):
            send_message(case_file=case_file, author=stranger, body="Bonjour")


def test_mark_read_keeps_who_and_when_for_the_other_side_only(
    case_file: CaseFile, applicant: User, caseworker: User
) -> None:
    question = send_message(case_file=case_file, author=applicant, body="Une question", at=SENT)
    answer = send_message(case_file=case_file, author=caseworker, body="Une réponse", at=SENT)

    assert mark_read(case_file=case_file, reader=applicant, at=READ) == 1
    assert mark_read(case_file=case_file, reader=applicant, at=READ) == 0

    answer.refresh_from_db()
    question.refresh_from_db()
    assert (answer.read_at, answer.read_by) == (READ, applicant)
    assert question.read_at is None

    assert mark_read(case_file=case_file, reader=caseworker, at=READ) == 1
    question.refresh_from_db()
    assert (question.read_at, question.read_by) == (READ, caseworker)


def test_file_is_flagged_as_long_as_the_guichet_has_something_to_read(
    case_file: CaseFile, applicant: User, caseworker: User
) -> None:
    def is_flagged() -> bool:
        case_file.refresh_from_db()
        return case_file.has_unread_message

    send_message(case_file=case_file, author=caseworker, body="Bonjour.", at=SENT)
    assert not is_flagged()
    first = send_message(case_file=case_file, author=applicant, body="Bonjour.", at=SENT)
    assert is_flagged()
    later = send_message(case_file=case_file, author=applicant, body="Merci.", at=READ)
    mark_read(case_file=case_file, reader=applicant, at=READ)
    Message.objects.filter(pk=first.pk).update(read_at=READ, read_by=caseworker)
    assert is_flagged()
    mark_read(case_file=case_file, reader=caseworker, at=READ)
    assert not is_flagged()

    Message.objects.filter(pk=later.pk).update(read_at=None, read_by=None)
    assert is_flagged()
    later.delete()
    assert not is_flagged()


def test_flag_that_no_message_explains_is_a_contradiction(
    case_file: CaseFile, applicant: User
) -> None:
    send_message(case_file=case_file, author=applicant, body="Bonjour.", at=SENT)
    flagged = CaseFile.objects.filter(pk=case_file.pk)
    assert contradictions() == []
    flagged.update(has_unread_message=False)
    assert contradictions() == [
        f"{case_file.reference} a un message à lire, mais manque parmi les messages à lire."
    ]
    Message.objects.all().delete()
    flagged.update(has_unread_message=True)
    assert contradictions() == [
        f"{case_file.reference} est parmi les messages à lire, mais tous ses messages sont lus."
    ]


def test_mark_read_by_a_reader_without_a_part_marks_nothing(
    case_file: CaseFile, applicant: User, auditor: User
) -> None:
    send_message(case_file=case_file, author=applicant, body="Une question", at=SENT)

    assert mark_read(case_file=case_file, reader=auditor, at=READ) == 0


def test_note_is_private_and_keeps_its_former_texts(
    case_file: CaseFile, caseworker: User, other_caseworker: User, applicant: User
) -> None:
    note = write_note(case_file=case_file, author=caseworker, body="À rappeler.", at=SENT)
    with pytest.raises(PermissionDenied):
        edit_note(note=note, author=other_caseworker, body="Rien à faire.")
    with pytest.raises(PermissionDenied):
        write_note(case_file=case_file, author=applicant, body="Bonjour")

    edit_note(note=note, author=caseworker, body="Rappelé.", at=READ)

    assert note.events.order_by("pgh_id").values_list("body", flat=True)[0] == "À rappeler."
    assert not case_file.events.public().filter(at=SENT).exists()


def test_message_that_nobody_could_read_is_refused(caseworker: User) -> None:
    """A request made by phone, without an account."""
    case_file = start_case_file(
        programme="installation", applicant=None, filed_by=caseworker, channel=Channel.PHONE
    )

    with pytest.raises(ValidationError, match="Cette personne n’a pas de compte"):
        send_message(case_file=case_file, author=caseworker, body="Bonjour")
