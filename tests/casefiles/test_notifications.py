"""Every e-mail of a case file, word for word: its subject, and the lines that count."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState
from apps.casefiles.messaging import send_message
from apps.casefiles.models import CaseFile
from apps.casefiles.notifications import (
    case_file_url,
    notify_follow_up_code,
    notify_message,
)
from apps.casefiles.transitions import perform
from apps.notifications.models import OutgoingEmail
from tests.casefiles.test_corrections import correct_address, send_lease
from tests.factories.awards import file_in
from tests.factories.casefiles import START, ask_corrections, installation_file
from tests.support.text import plain

pytestmark = pytest.mark.django_db

# What no e-mail may say: it waits behind the sign-in.
PRIVATE = (
    *("12 rue de la Démo", "Masseur", "kinésithérapeute", "37 000", "35 000"),
    *("Il manque le numéro", "La dernière page", "Lieu hors des zones", "Départ du territoire"),
    *("Demande déjà déposée", "Essai-sur-Loire"),
)


def last_email(case_file: CaseFile) -> OutgoingEmail:
    return OutgoingEmail.objects.filter(related_reference=case_file.reference).latest("pk")


def lines(email: OutgoingEmail) -> list[str]:
    return [plain(line) for line in email.text.splitlines() if line.strip()]


@pytest.fixture
def sent(applicant: User) -> CaseFile:
    return installation_file(applicant=applicant)


def test_receipt_carries_every_sentence_of_the_law(sent: CaseFile) -> None:
    """CRPA R112-11-1."""
    email = last_email(sent)

    assert email.kind == "casefile-receipt"
    assert email.to == "alice@exemple.fr"
    assert email.subject == f"Accusé de réception de votre demande {sent.reference}"
    assert lines(email)[:16] == [
        "Bonjour Alice Martin,",
        (
            f"Aide à l’installation, référence {sent.reference}. "
            "Le guichet a reçu votre demande le 2 novembre 2026 à 11 h."
        ),
        (
            "Si votre demande est complète, l’absence de réponse au 2 janvier 2027 vaut refus "
            "(article L231-4 du code des relations entre le public et l’administration)."
        ),
        (
            "S’il manque une pièce indispensable, nous vous la demandons. "
            "Le délai s’arrête jusqu’à sa réception."
        ),
        "Un refus né du silence se conteste jusqu’au 2 mars 2027.",
        "Un refus écrit se conteste dans les deux mois qui suivent sa réception.",
        "Écrivez d’abord au président du conseil départemental (recours gracieux).",
        "Ou saisissez le tribunal administratif d’Orléans (www.telerecours.fr).",
        "Service en charge :",
        "Cap Loiret Santé, guichet unique",
        "Département du Loiret",
        "45945 Orléans",
        "Téléphone : 02 38 25 45 45",
        (
            "Vous n’avez rien à faire pour l’instant. S’il manque quelque chose, le guichet vous "
            "écrit."
        ),
        (
            f"Votre dossier {sent.reference} : "
            f"http://127.0.0.1:8000/mon-espace/dossiers/{sent.reference}/"
        ),
        f"Une question ? Appelez le guichet au 02 38 25 45 45, avec la référence {sent.reference}.",
    ]


def test_changes_requested_says_by_when(sent: CaseFile, caseworker: User) -> None:
    email = last_email(ask_corrections(sent, by=caseworker))

    assert plain(email.subject) == (
        f"Corrections attendues pour le 30 novembre 2026, dossier {sent.reference}"
    )
    assert lines(email)[1:4] == [
        "Pour étudier votre demande (Aide à l’installation), le guichet a besoin de corrections.",
        (
            "Ouvrez votre dossier : chaque point à revoir y est expliqué. "
            "Envoyez vos corrections pour le 30 novembre 2026."
        ),
        "Il vous faut plus de temps ? Écrivez au guichet depuis votre dossier.",
    ]


def test_resubmitted_says_until_when_to_wait(
    sent: CaseFile, applicant: User, caseworker: User
) -> None:
    asked = ask_corrections(sent, by=caseworker)
    correct_address(asked, applicant)
    send_lease(asked, applicant)

    perform(asked, "resubmit", actor=applicant, at=START + timedelta(days=20))

    email = last_email(sent)
    assert email.subject == f"Corrections reçues, dossier {sent.reference}"
    assert lines(email)[1:3] == [
        (
            "Nous avons reçu vos corrections (Aide à l’installation). "
            "Le guichet reprend l’étude de votre dossier."
        ),
        "Vous n’avez rien à faire. Sans réponse le 2 janvier 2027, votre demande est refusée.",
    ]


@pytest.mark.parametrize(
    ("state", "subject", "body"),
    [
        (
            CaseFileState.SCHEDULED,
            "Votre demande passe en commission le 18 décembre 2026, dossier {}",
            [
                (
                    "La commission permanente du Département examine votre demande "
                    "(Aide à l’installation) le 18 décembre 2026."
                ),
                "Vous n’avez rien à faire. Nous vous écrivons dès que la décision est prise.",
            ],
        ),
        (
            CaseFileState.GRANTED,
            "La décision est prise, dossier {}",
            [
                "Le Département a pris sa décision sur votre demande (Aide à l’installation).",
                "Ouvrez votre dossier : vous y trouvez la lettre, et ce qui vient ensuite.",
            ],
        ),
        (
            CaseFileState.REJECTED,
            "La décision est prise, dossier {}",
            [
                "Le Département a pris sa décision sur votre demande (Aide à l’installation).",
                "Ouvrez votre dossier : vous y trouvez la lettre, et ce qui vient ensuite.",
            ],
        ),
        (
            CaseFileState.DISMISSED,
            "Votre dossier {} est classé",
            [
                (
                    "Le guichet a classé votre demande (Aide à l’installation) : "
                    "il n’y aura pas de décision."
                ),
                (
                    "Le motif est dans votre dossier. Vous pouvez écrire au guichet, "
                    "ou déposer une nouvelle demande."
                ),
            ],
        ),
        (
            CaseFileState.WITHDRAWN,
            "Votre demande {} est retirée",
            [
                (
                    "Votre demande (Aide à l’installation) est retirée. "
                    "Le guichet arrête de l’étudier."
                ),
                (
                    "Vous pouvez déposer une nouvelle demande quand vous voulez. "
                    "Ce retrait n’est pas de vous ? Appelez le guichet aujourd’hui."
                ),
            ],
        ),
        (
            CaseFileState.ACTIVE,
            "Votre convention est active, dossier {}",
            [
                "Votre convention (Aide à l’installation) est signée et active.",
                (
                    "L’aide est versée selon le calendrier de la convention. "
                    "Gardez vos justificatifs : le guichet vous les demandera."
                ),
            ],
        ),
        (
            CaseFileState.COMPLETED,
            "Votre dossier {} est terminé",
            [
                (
                    "Votre engagement est tenu et votre dossier (Aide à l’installation) "
                    "est terminé. Merci."
                ),
                "Vous n’avez plus rien à faire.",
            ],
        ),
        (
            CaseFileState.TERMINATED,
            "Votre convention est rompue, dossier {}",
            [
                "La convention de votre dossier (Aide à l’installation) est rompue.",
                "Le motif et la suite sont dans votre dossier. Lisez-les, puis appelez le guichet.",
            ],
        ),
    ],
)
def test_move_is_announced_without_its_content(
    head: User, state: CaseFileState, subject: str, body: list[str]
) -> None:
    case_file = file_in(state, actor=head)

    email = last_email(case_file)

    assert plain(email.subject) == subject.format(case_file.reference)
    assert lines(email)[1 : 1 + len(body)] == body


def test_message_of_the_guichet_is_announced(sent: CaseFile, caseworker: User) -> None:
    send_message(case_file=sent, author=caseworker, body="Il manque le numéro", at=START)

    email = last_email(sent)

    assert email.subject == f"Un message du guichet vous attend, dossier {sent.reference}"
    assert lines(email)[1:3] == [
        "Un message vous attend dans votre dossier (Aide à l’installation).",
        "Lisez-le et répondez dans votre dossier. Cet e-mail ne reçoit pas de réponse.",
    ]


def test_follow_up_code_is_in_the_body_only(sent: CaseFile) -> None:
    notify_follow_up_code(sent, "123456")

    email = last_email(sent)

    assert email.is_sensitive
    assert email.subject == "Votre code de suivi"
    assert lines(email)[1:4] == [
        f"Entrez ce code dans les 15 minutes pour lire où en est le dossier {sent.reference} :",
        "123456",
        "Vous ne l’avez pas demandé ? Ne le donnez à personne et oubliez ce message.",
    ]
    assert "/mon-espace/" not in email.text


@pytest.mark.parametrize("state", CaseFileState)
def test_no_email_says_more_than_name_reference_and_link(head: User, state: CaseFileState) -> None:
    file_in(state, actor=head)

    for email in OutgoingEmail.objects.all():
        for text in map(plain, (email.subject, email.text, email.html)):
            assert [words for words in PRIVATE if words in text] == []


def test_both_versions_say_the_same(sent: CaseFile) -> None:
    email = last_email(sent)

    html = plain(email.html)
    for line in lines(email)[1:8]:
        assert line.replace(sent.reference, f"<strong>{sent.reference}</strong>", 1) in html


def test_draft_given_up_writes_to_nobody(applicant: User) -> None:
    draft = installation_file(until=CaseFileState.DRAFT, applicant=applicant)

    perform(draft, "withdraw", actor=applicant)

    assert not OutgoingEmail.objects.exists()


def test_person_without_an_account_is_led_to_the_follow_up(sent: CaseFile) -> None:
    sent.applicant_id = None

    assert case_file_url(sent) == "http://127.0.0.1:8000/suivi/"


def test_person_without_an_address_is_written_to_by_post(sent: CaseFile) -> None:
    before = OutgoingEmail.objects.count()
    sent.email = ""

    notify_message(sent)

    assert OutgoingEmail.objects.count() == before
