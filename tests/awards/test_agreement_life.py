"""An agreement from its PDF to its signature: who, when, what is told, what is kept."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from apps.accounts.models import User
from apps.awards.agreement_terms import AgreementTerms
from apps.awards.agreements import (
    activate_agreement,
    prepare_agreement,
    refuse_return,
    return_agreement,
    send_agreement,
)
from apps.awards.enums import AgreementStatus
from apps.awards.models import Agreement, AwardTerms
from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError, StaleCaseFileError, perform
from apps.notifications.models import OutgoingEmail
from tests.factories.awards import decided_file
from tests.factories.bank_details import (
    PREPARED_AT,
    RETURNED_AT,
    SENT_AT,
    returned_agreement,
    sent_agreement,
)
from tests.factories.casefiles import installation_file, stored_pdf
from tests.support.pdf import stored_pdf_text
from tests.support.text import plain
from tests.support.threads import race, winners

SIGNED = date(2026, 12, 22)


def labels(case_file: CaseFile) -> list[str]:
    return [event.label for event in case_file.events.filter(kind="award_followed")]


@pytest.mark.django_db
def test_prepare_freezes_the_decision_and_shows_nothing_yet(head: User) -> None:
    AwardTerms.objects.create(
        programme="installation",
        valid_during=(date(2020, 1, 1), None),
        commitment_months=60,
        source="Texte fictif",
    )
    case_file = decided_file(actor=head)
    OutgoingEmail.objects.all().delete()

    agreement = prepare_agreement(case_file=case_file, actor=head, at=PREPARED_AT)

    terms = AgreementTerms.from_json(agreement.terms)
    assert terms.amount == case_file.granted_amount == Decimal(37000)
    assert sum(line.amount for line in terms.lines) == Decimal(37000)
    assert [(row.label, row.amount, row.year) for row in terms.instalments] == [
        ("Versement unique", Decimal(37000), 2026)
    ]
    assert terms.engagement is not None
    assert (terms.engagement.duration, terms.engagement.starts_on) == ("5 ans", date(2027, 1, 4))
    assert [row.label for row in terms.engagement.repayments] == [
        "Avant le premier jour",
        "Après 1 an",
        *(f"Après {years} ans" for years in (2, 3, 4)),
        "À la fin de l’engagement",
    ]
    assert terms.engagement.repayments[0].amount == Decimal(37000)
    assert terms.engagement.repayments[-1].amount == Decimal(0)
    assert agreement.status == AgreementStatus.PREPARED
    assert not agreement.is_shown_to_beneficiary
    assert not OutgoingEmail.objects.exists()
    assert not case_file.events.public().filter(kind="award_followed").exists()


@pytest.mark.django_db
def test_pdf_says_amount_promise_payments_and_how_to_pay_back(head: User) -> None:
    AwardTerms.objects.create(
        programme="installation",
        valid_during=(date(2020, 1, 1), None),
        commitment_months=60,
        source="Texte fictif",
    )
    agreement = sent_agreement(actor=head)
    assert agreement.document is not None
    text = plain(stored_pdf_text(agreement.document))

    for words in (
        agreement.case_file.reference,
        "CP-2026-12-18/D07",
        "une aide de 37 000 €",
        "5 ans à compter du premier jour d’exercice",
        "montant versé × durée restante ÷ durée totale",
        "Promesse : Devenir maître de stage dans les 5 ans",
        "Versement unique",
        "Après 4 ans",
    ):
        assert words in text


@pytest.mark.django_db
def test_pdf_says_that_no_length_is_fixed_when_none_is(head: User) -> None:
    agreement = sent_agreement(actor=head)
    assert agreement.document is not None
    text = plain(stored_pdf_text(agreement.document))

    assert "durée non fixée" in text
    assert "Aucun montant à rembourser n’est calculé à l’avance." in text


@pytest.mark.django_db
def test_terms_stay_when_the_person_moves(head: User) -> None:
    agreement = sent_agreement(actor=head)
    CaseFile.objects.update(postal_address="9 rue Neuve")

    terms = AgreementTerms.from_json(Agreement.objects.get(pk=agreement.pk).terms)
    assert terms.address == "12 rue de la Démo\n45000 Orléans"
    assert AgreementTerms.from_json(terms.to_json()) == terms


@pytest.mark.django_db
def test_send_writes_a_link_and_never_the_content(head: User, caseworker: User) -> None:
    case_file = decided_file(actor=head)
    prepare_agreement(case_file=case_file, actor=caseworker)
    OutgoingEmail.objects.all().delete()

    agreement = send_agreement(case_file=case_file, actor=caseworker, at=SENT_AT)

    assert (agreement.status, agreement.sent_by) == (AgreementStatus.SENT, caseworker)
    email = OutgoingEmail.objects.get()
    assert (email.kind, email.to) == ("agreement-sent", case_file.email)
    assert f"/mon-espace/dossiers/{case_file.reference}/convention/" in email.text
    words = email.text.replace(case_file.reference, "").replace(case_file.applicant_name, "")
    assert "37" not in words
    assert labels(case_file) == ["Convention préparée", "Convention envoyée"]


@pytest.mark.django_db
def test_person_without_account_is_told_of_a_letter(head: User) -> None:
    case_file = decided_file(actor=head)
    CaseFile.objects.update(applicant=None, channel=Channel.POST, filed_by=head)
    prepare_agreement(case_file=case_file, actor=head)
    send_agreement(case_file=case_file, actor=head)

    email = OutgoingEmail.objects.get(kind="agreement-sent")
    assert "Vous la recevez par courrier" in email.text
    assert "/convention/" not in email.text


@pytest.mark.django_db
def test_nobody_is_written_to_about_the_archive(head: User) -> None:
    case_file = decided_file(actor=head)
    CaseFile.objects.update(applicant=None, channel=Channel.ARCHIVE, filed_by=head)
    OutgoingEmail.objects.all().delete()
    prepare_agreement(case_file=case_file, actor=head)
    send_agreement(case_file=case_file, actor=head)

    assert not OutgoingEmail.objects.exists()


@pytest.mark.django_db
def test_beneficiary_hands_in_and_the_head_checks(head: User) -> None:
    agreement = returned_agreement(actor=head)
    assert (agreement.status, agreement.returned_by) == (
        AgreementStatus.RETURNED,
        agreement.case_file.applicant,
    )
    assert agreement.copies.get().file == agreement.scan

    active = activate_agreement(
        case_file=agreement.case_file, actor=head, signed_on=SIGNED, at=RETURNED_AT
    )

    agreement.refresh_from_db()
    assert active.state == CaseFileState.ACTIVE
    assert (agreement.status, agreement.signed_on, agreement.checked_by) == (
        AgreementStatus.SIGNED,
        SIGNED,
        head,
    )


@pytest.mark.django_db
def test_copy_signed_by_both_replaces_the_beneficiary_s_and_both_are_kept(head: User) -> None:
    agreement = returned_agreement(actor=head)
    both = stored_pdf(head)

    activate_agreement(
        case_file=agreement.case_file, actor=head, signed_on=SIGNED, scan=both, at=RETURNED_AT
    )

    agreement.refresh_from_db()
    assert agreement.scan == both
    assert agreement.copies.count() == 2


@pytest.mark.django_db
def test_refused_copy_keeps_its_reason_and_another_may_come(head: User) -> None:
    agreement = returned_agreement(actor=head)
    case_file, applicant = agreement.case_file, agreement.case_file.applicant
    assert applicant is not None
    OutgoingEmail.objects.all().delete()

    refuse_return(case_file=case_file, actor=head, reason=" La page 2 manque. ", at=RETURNED_AT)

    agreement.refresh_from_db()
    assert (agreement.status, agreement.scan) == (AgreementStatus.REFUSED, None)
    refused = agreement.copies.last_refused()
    assert refused is not None
    assert (refused.refusal, refused.refused_by) == ("La page 2 manque.", head)
    email = OutgoingEmail.objects.get()
    assert email.kind == "agreement-refused"
    assert "page 2" not in email.text

    return_agreement(case_file=case_file, actor=applicant, scan=stored_pdf(applicant))
    agreement.refresh_from_db()
    assert (agreement.status, agreement.copies.count()) == (AgreementStatus.RETURNED, 2)


@pytest.mark.django_db
def test_agreement_on_paper_is_recorded_at_once(head: User) -> None:
    case_file = decided_file(actor=head)
    prepare_agreement(case_file=case_file, actor=head, at=PREPARED_AT)

    active = activate_agreement(
        case_file=case_file, actor=head, signed_on=SIGNED, scan=stored_pdf(head), at=RETURNED_AT
    )

    agreement = Agreement.objects.get(case_file=active)
    assert (agreement.status, agreement.sent_at, agreement.returned_at) == (
        AgreementStatus.SIGNED,
        RETURNED_AT,
        RETURNED_AT,
    )


@pytest.mark.django_db
def test_activate_without_a_signed_copy_is_refused(head: User) -> None:
    agreement = sent_agreement(actor=head)
    with pytest.raises(MoveRefusedError, match="La convention signée n’est pas au dossier"):
        activate_agreement(
            case_file=agreement.case_file, actor=head, signed_on=SIGNED, at=RETURNED_AT
        )


@pytest.mark.django_db
def test_each_verb_out_of_turn_says_why(head: User) -> None:
    case_file = decided_file(actor=head)
    applicant = case_file.applicant
    assert applicant is not None

    def refusal(verb: Any, **options: Any) -> str:
        with pytest.raises(MoveRefusedError) as error:
            verb(**{"case_file": case_file, "actor": head, **options})
        return error.value.reasons[0]

    scan = stored_pdf(applicant)
    handing_in = partial(return_agreement, scan=scan)
    assert refusal(send_agreement) == "Préparez d’abord la convention."
    assert refusal(handing_in, actor=applicant) == "La convention n’est pas encore envoyée."
    assert "Aucun exemplaire signé" in refusal(refuse_return, reason="Illisible.")
    prepare_agreement(case_file=case_file, actor=head)
    assert refusal(handing_in, actor=applicant) == "La convention n’est pas encore envoyée."
    send_agreement(case_file=case_file, actor=head)
    assert refusal(send_agreement) == "La convention est déjà envoyée."
    return_agreement(case_file=case_file, actor=applicant, scan=scan)
    assert "Votre exemplaire signé est arrivé" in refusal(handing_in, actor=applicant)
    assert refusal(prepare_agreement) == "Un exemplaire signé attend d’être vérifié."
    assert "Dites ce qui ne va pas" in refusal(refuse_return, reason="  ")
    activate_agreement(case_file=case_file, actor=head, signed_on=SIGNED, at=RETURNED_AT)
    for verb in (prepare_agreement, send_agreement, handing_in):
        assert refusal(verb) == "La convention est déjà signée."


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("head", True),
        ("caseworker", True),
        ("foreign_caseworker", False),
        ("accountant", False),
        ("auditor", False),
        ("committee_member", False),
        ("other_applicant", False),
    ],
)
def test_who_prepares_and_takes_in(
    head: User, request: pytest.FixtureRequest, who: str, allowed: bool
) -> None:
    person = request.getfixturevalue(who)
    case_file = decided_file(actor=head)
    sent = sent_agreement(actor=head).case_file
    for verb, about in ((prepare_agreement, case_file), (return_agreement, sent)):
        options = {"scan": stored_pdf(person)} if verb is return_agreement else {}
        if allowed:
            verb(case_file=about, actor=person, **options)
            continue
        with pytest.raises(MoveRefusedError):
            verb(case_file=about, actor=person, **options)


@pytest.mark.django_db
def test_what_is_not_granted_has_no_agreement(head: User) -> None:
    with pytest.raises(MoveRefusedError, match="pour une aide accordée"):
        prepare_agreement(case_file=installation_file(until=CaseFileState.PROPOSED), actor=head)


@pytest.mark.django_db
def test_cancelled_decision_forgets_the_agreement_that_nobody_signed(head: User) -> None:
    case_file = sent_agreement(actor=head).case_file

    perform(case_file, "cancel_decision", actor=head, comment="Erreur de montant.")

    assert not Agreement.objects.exists()


@pytest.mark.django_db
def test_page_opened_before_another_copy_came_cannot_activate(head: User) -> None:
    agreement = sent_agreement(actor=head)
    case_file = CaseFile.objects.get(pk=agreement.case_file_id)
    shown = case_file.version
    return_agreement(case_file=case_file, actor=head, scan=stored_pdf(head))

    with pytest.raises(StaleCaseFileError):
        activate_agreement(
            case_file=case_file,
            actor=head,
            signed_on=SIGNED,
            expected_version=shown,
            at=RETURNED_AT,
        )


@pytest.mark.django_db(transaction=True)
def test_two_tabs_hand_in_one_copy(head: User) -> None:
    case_file = sent_agreement(actor=head).case_file
    applicant = case_file.applicant
    assert applicant is not None
    scans = [stored_pdf(applicant) for _ in range(2)]

    outcomes = race(
        *(
            partial(return_agreement, case_file=case_file, actor=applicant, scan=scan)
            for scan in scans
        )
    )

    assert len(winners(outcomes)) == 1
    assert Agreement.objects.get().copies.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_head_activates_while_another_refuses_one_of_both_holds(
    head: User, other_head: User
) -> None:
    case_file = returned_agreement(actor=head).case_file

    outcomes = race(
        partial(
            activate_agreement, case_file=case_file, actor=head, signed_on=SIGNED, at=RETURNED_AT
        ),
        partial(refuse_return, case_file=case_file, actor=other_head, reason="Illisible."),
    )

    assert len(winners(outcomes)) == 1
    state = CaseFile.objects.get(pk=case_file.pk).state
    status = Agreement.objects.get().status
    assert (state, status) in (
        (CaseFileState.ACTIVE, AgreementStatus.SIGNED),
        (CaseFileState.GRANTED, AgreementStatus.REFUSED),
    )
