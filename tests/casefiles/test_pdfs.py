"""The two letters of a file, as their reader has them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from apps.accounts.models import User
from apps.casefiles.documents import document_rows, promise_document, remove_document
from apps.casefiles.enums import CaseFileState, LetterKind, Outcome
from apps.casefiles.models import CaseFile, Rate
from apps.casefiles.transitions import perform
from tests.factories.awards import decided_file
from tests.factories.casefiles import START, installation_file
from tests.support.pdf import pdf_tags, pdf_text
from tests.support.text import plain

pytestmark = pytest.mark.django_db


def content(case_file: CaseFile, kind: LetterKind) -> bytes:
    with case_file.letters.get(kind=kind).file.file.open() as stored:
        read: bytes = stored.read()
    return read


def letter(case_file: CaseFile, kind: LetterKind) -> str:
    return plain(pdf_text(content(case_file, kind)))


def test_receipt_says_what_the_law_asks(applicant: User) -> None:
    """CRPA R112-11-1: date, service, what silence means and from when, appeal."""
    case_file = installation_file(applicant=applicant, at=START)

    text = letter(case_file, LetterKind.RECEIPT)

    for sentence in (
        "Cap Loiret Santé, guichet unique Département du Loiret 45945 Orléans 02 38 25 45 45",
        "Alice Martin 12 rue de la Démo 45000 Orléans",
        "Orléans, le 2 novembre 2026",
        f"Référence : {case_file.reference}",
        "Accusé de réception",
        "Aide à l’installation",
        "Le guichet a reçu votre demande le 2 novembre 2026 à 11 h.",
        "Si votre demande est complète, l’absence de réponse au 2 janvier 2027 vaut refus",
        "S’il manque une pièce indispensable, nous vous la demandons.",
        "Un refus né du silence se conteste jusqu’au 2 mars 2027.",
        "Un refus écrit se conteste dans les deux mois qui suivent sa réception.",
        "Ou saisissez le tribunal administratif d’Orléans (www.telerecours.fr).",
        "http://127.0.0.1:8000/suivi/",
    ):
        assert sentence in text


def test_receipt_lists_pieces_received_and_announced(applicant: User) -> None:
    draft = installation_file(until=CaseFileState.DRAFT, applicant=applicant)
    lease = next(row for row in document_rows(draft) if row.kind.slug == "bail")
    remove_document(document=lease.documents[0], by=applicant)
    promise_document(
        case_file=draft,
        kind=lease.kind,
        reason="Il se signe bientôt.",
        expected_on=date(2026, 12, 12),
        by=applicant,
        at=START,
    )
    case_file = perform(draft, "submit", actor=applicant, at=START)

    text = letter(case_file, LetterKind.RECEIPT)

    assert (
        "Reçues avec votre demande : • Diplôme d’État • Attestation d’inscription à l’Ordre"
    ) in text
    assert ("Bail, promesse de bail ou titre de propriété : attendue le 12 décembre 2026") in text


def test_decision_to_grant_gives_lines_facts_and_what_comes_next(head: User) -> None:
    text = letter(decided_file(actor=head), LetterKind.DECISION)

    for sentence in (
        "Aide à l’installation : demande accordée",
        (
            "Par délibération n° CP-2026-12-18/D07 du 18 décembre 2026, la commission permanente "
            "du conseil départemental du Loiret vous accorde une aide de 37 000 €"
        ),
        "Masseur-kinésithérapeute Montant constaté dans les aides votées en 2023 35 000 €",
        "Promesse de devenir maître de stage sous 5 ans",
        "Total 37 000 €",
        "Zone zone intermédiaire",
        "Le guichet vous propose une convention.",
        "Vous avez promis de devenir maître de stage dans les 5 ans",
        "Vous avez deux mois à compter de la réception de cette lettre.",
        "tribunal administratif d’Orléans (www.telerecours.fr)",
        "Hélène Responsable Responsable du guichet unique santé, Département du Loiret",
    ):
        assert sentence in text
    assert "Pourquoi ce montant" not in text


def test_decision_on_another_amount_says_why_and_prints_no_lines(head: User) -> None:
    text = letter(decided_file(actor=head, amount=Decimal(20000)), LetterKind.DECISION)

    assert "vous accorde une aide de 20 000 €" in text
    assert "Pourquoi ce montant Temps partiel." in text
    assert "37 000 €" not in text


def test_decision_to_refuse_gives_the_reason_and_no_next_steps(head: User) -> None:
    text = letter(decided_file(actor=head, outcome=Outcome.REJECT), LetterKind.DECISION)

    assert "Aide à l’installation : demande refusée" in text
    assert (
        "la commission permanente du conseil départemental du Loiret n’accorde pas l’aide que "
        "vous avez demandée."
    ) in text
    assert "Pourquoi ce refus Lieu hors des zones aidées." in text
    assert "La suite" not in text
    assert "article L411-2" in text


def test_decision_of_the_past_keeps_its_lines_when_rates_change(head: User) -> None:
    case_file = decided_file(actor=head)
    before = content(case_file, LetterKind.DECISION)

    Rate.objects.filter(code="base:masseur-kinesitherapeute").update(amount=Decimal(99000))

    assert content(CaseFile.objects.get(pk=case_file.pk), LetterKind.DECISION) == before
    decision = CaseFile.objects.get(pk=case_file.pk).decision
    assert decision is not None
    assert decision.frozen_breakdown is not None
    assert decision.frozen_breakdown.total == Decimal(37000)


def test_letters_are_tagged_for_screen_readers(head: User) -> None:
    case_file = decided_file(actor=head)

    assert pdf_tags(content(case_file, LetterKind.RECEIPT)).count("/H1") == 1
    tags = pdf_tags(content(case_file, LetterKind.DECISION))
    assert tags.count("/H1") == 1
    assert {"/Table", "/TH", "/Caption"} <= set(tags)


def test_what_people_typed_stays_text(applicant: User) -> None:
    applicant.first_name = "#Alice *[x]*"
    applicant.save(update_fields=["first_name"])

    text = letter(installation_file(applicant=applicant), LetterKind.RECEIPT)

    assert "#Alice *[x]* Martin" in text
