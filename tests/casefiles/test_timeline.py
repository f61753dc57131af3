from __future__ import annotations

import pytest

from apps.accounts.models import User
from apps.casefiles.enums import LetterKind
from apps.casefiles.messaging import send_message
from apps.casefiles.models import CaseFile
from apps.casefiles.timeline import Entry, build_timeline, issued_letters
from tests.factories.awards import decided_file, dismissed_file
from tests.factories.casefiles import START, ask_corrections, installation_file

pytestmark = pytest.mark.django_db


def story(case_file: CaseFile) -> list[Entry]:
    return build_timeline(case_file, case_file.events.public())


def test_timeline_of_a_sent_file_leaves_the_drafting_out(applicant: User) -> None:
    case_file = installation_file(applicant=applicant)

    entries = story(case_file)

    assert [(entry.label, entry.by) for entry in entries] == [
        ("Dossier commencé", "vous"),
        ("Demande déposée", "vous"),
    ]
    (letter,) = entries[1].letters
    assert letter.label == "Accusé de réception"
    assert letter.pk == case_file.letters.get(kind=LetterKind.RECEIPT).pk


def test_timeline_hides_the_discussion_before_the_vote(head: User) -> None:
    case_file = decided_file(actor=head)

    entries = story(case_file)

    assert [(entry.label, entry.by) for entry in entries] == [
        ("Dossier commencé", "vous"),
        ("Demande déposée", "vous"),
        ("Dossier pris en charge", "le guichet"),
        ("Inscrit en commission", "le guichet"),
        ("Aide accordée", "le guichet"),
    ]
    assert [letter.label for letter in issued_letters(entries)] == [
        "Lettre de décision",
        "Accusé de réception",
    ]


def test_timeline_tells_why_corrections_are_asked(applicant: User, caseworker: User) -> None:
    case_file = ask_corrections(installation_file(applicant=applicant), by=caseworker)

    last = story(case_file)[-1]

    assert (last.label, last.by) == ("Corrections demandées", "le guichet")
    assert last.comment == "Deux points à revoir avant l’étude."


def test_timeline_tells_why_a_file_is_dismissed(head: User) -> None:
    last = story(dismissed_file(actor=head))[-1]

    assert (last.label, last.comment) == ("Classé sans suite", "Demande déjà déposée.")


def test_timeline_says_which_way_a_message_went(applicant: User, caseworker: User) -> None:
    case_file = installation_file(applicant=applicant)
    send_message(case_file=case_file, author=applicant, body="Bonjour", at=START)
    send_message(case_file=case_file, author=caseworker, body="Bonjour", at=START)

    labels = [entry.label for entry in story(case_file)]

    assert labels.count("Message envoyé") == 1
    assert labels.count("Message reçu") == 1
