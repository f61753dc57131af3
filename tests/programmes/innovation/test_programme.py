"""The call as the engine, the jury and the treasury see it; last year's project taken up again."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.enums import InstalmentStatus
from apps.awards.models import Instalment
from apps.awards.programmes import awarded
from apps.casefiles.corrections import Point, request_changes
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import CaseFileState, ChangeTarget, Outcome
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes
from apps.casefiles.proposals import propose
from apps.casefiles.transitions import MoveRefusedError, perform
from apps.juries.models import Jury, RankedFile, Ranking
from apps.juries.programmes import judged
from apps.programmes.innovation.models import Indicator, YearReport
from apps.programmes.innovation.payments import reported_year
from tests.factories.awards import (
    CLOSED_AT,
    HELD_ON,
    decided_in_session,
)
from tests.factories.casefiles import START, join_documents, reference_rows, stored_pdf
from tests.factories.innovation import (
    CLOSES_AT,
    SLUG,
    THEMES,
    active_proposal,
    innovation_staff,
    proposal_file,
    running_call,
)
from tests.support.client import PortalClient
from tests.support.pdf import stored_pdf_text
from tests.support.text import page_text, plain

pytestmark = pytest.mark.django_db


def test_nothing_above_what_was_asked_is_proposed() -> None:
    caseworker = innovation_staff(Role.CASEWORKER)
    case_file = proposal_file(until=CaseFileState.UNDER_REVIEW, caseworker=caseworker)

    with pytest.raises(MoveRefusedError, match="l’aide ne peut pas dépasser"):
        propose(
            case_file=case_file,
            actor=caseworker,
            outcome=Outcome.GRANT,
            amount=Decimal(8001),
            reason="Plus.",
        )


def test_a_budget_that_does_not_add_up_is_not_sent() -> None:
    case_file = proposal_file(until=CaseFileState.DRAFT)
    assert case_file.applicant is not None
    join_documents(case_file, case_file.applicant, at=START)
    case_file.innovation_detail.budget_lines.filter(side="financement").delete()

    with pytest.raises(MoveRefusedError) as refused:
        perform(case_file, "submit", actor=case_file.applicant, at=START + timedelta(hours=1))

    assert [plain(reason) for reason in refused.value.reasons] == [
        "Année 1 : 7 500 € de dépenses et 5 000 € de recettes. Il manque 2 500 €.",
        "Année 2 : 4 500 € de dépenses et 3 000 € de recettes. Il manque 1 500 €.",
    ]


def test_a_correction_that_breaks_the_budget_is_not_sent_back() -> None:
    sent = proposal_file(until=CaseFileState.UNDER_REVIEW)
    assert sent.owner
    assert sent.applicant
    point = Point(
        target=ChangeTarget.ANSWER, key="budget.budget", label="Budget", reason="À revoir."
    )
    asked = request_changes(
        case_file=sent,
        actor=sent.owner,
        points=[point],
        due_on=START.date() + timedelta(days=40),
        at=START + timedelta(hours=3),
    )
    asked.innovation_detail.budget_lines.filter(side="financement").delete()

    with pytest.raises(MoveRefusedError, match="Il manque"):
        perform(asked, "resubmit", actor=sent.applicant, at=START + timedelta(hours=4))


def test_a_project_is_found_by_its_siret() -> None:
    case_file = proposal_file()

    assert list(programmes[SLUG].find_by_number("00000000000000")) == [case_file.pk]


def test_jury_reads_the_project_and_nobody_s_address(django_assert_num_queries: Any) -> None:
    sent = proposal_file()
    programme = judged(sent.campaign)  # type: ignore[arg-type] # it answers a call

    labels = [passage.label for passage in programme.reading_view(sent)]
    anonymous = [passage.label for passage in programme.anonymous_view(sent)]

    assert "Nom de l’organisme" in labels
    assert not {"Représentant légal", "Son adresse e-mail"} & set(labels)
    assert "Nom de l’organisme" not in anonymous
    assert anonymous[0] == "Titre du projet"
    assert dict(programme.themes(sent.campaign))[programme.theme_of(sent)] == THEMES[0]  # type: ignore[arg-type]
    assert programme.amount_asked(sent) == 8000
    row = CaseFile.objects.select_related("innovation_detail").get(pk=sent.pk)
    with django_assert_num_queries(0):
        assert programme.title_of(row) == "Des ateliers de prévention"
        assert programme.organisation_of(row) == "Association Démo"
        assert programme.theme_of(row)
        assert programme.amount_asked(row) == 8000


def test_whoever_wrote_a_project_never_judges_it(applicant: User) -> None:
    sent = proposal_file(applicant=applicant)
    assert sent.campaign

    assert list(judged(sent.campaign).insiders(sent.campaign)) == [(sent.pk, applicant.pk)]


# --- After the award


def test_year_without_aid_has_no_payment_and_keeps_its_number() -> None:
    case_file = proposal_file(
        duration_years=3, asked_1=Decimal(5000), asked_2=None, asked_3=Decimal(3000)
    )

    schedule = awarded(case_file).schedule(
        case_file, amount=Decimal(4000), decided_on=date(2026, 12, 18)
    )

    assert [(item.label, item.due_on, item.proof_label) for item in schedule] == [
        ("Année 1", None, ""),
        ("Année 3", date(2028, 12, 18), "Bilan et chiffres de l’année 2"),
    ]
    detail = case_file.innovation_detail
    assert [reported_year(detail, rank=rank) for rank in (1, 2)] == [0, 2]


@pytest.mark.parametrize(
    ("percent", "planned"),
    [
        (0, [("Année 1", "2500.00", 2026), ("Année 2", "1500.00", 2027)]),
        (
            20,
            [
                ("Année 1", "2000.00", 2026),
                ("Année 2", "1200.00", 2027),
                ("Solde, sur le bilan final", "800.00", 2028),
            ],
        ),
    ],
)
def test_aid_is_paid_year_by_year(percent: int, planned: list[tuple[str, str, int]]) -> None:
    running_call(balance_percent=percent)
    case_file = proposal_file()

    schedule = awarded(case_file).schedule(
        case_file, amount=Decimal(4000), decided_on=date(2026, 12, 18)
    )

    assert [(item.label, str(item.amount), item.budget_year) for item in schedule] == planned
    assert [item.proof_label for item in schedule][:2] == [
        "",
        "Bilan et chiffres de l’année 1",
    ]


def test_report_is_written_on_the_page_and_becomes_the_piece(
    client: PortalClient, head: User
) -> None:
    running_call()
    award = active_proposal(head)
    detail = award.innovation_detail
    people = Indicator.objects.create(proposal=detail, label="Personnes reçues", target=100)
    applicant = award.applicant
    assert applicant is not None
    client.force_login(applicant)
    page = f"/mon-espace/dossiers/{award.reference}/versements/2/"
    figure = f"indicator_{people.pk}"

    shown = client.get(page)
    refused = client.post(page, {"done": "", figure: "beaucoup"})
    sent = client.post(
        page, {"done": "Dix ateliers.", "learned": "Moins de chutes.", figure: "120"}
    )

    assert "Bilan et chiffres de l’année 1" in page_text(shown)
    assert "Personnes reçues Cible : 100" in page_text(shown)
    assert "Dites ce qui a été fait." in page_text(refused)
    assert "beaucoup" in refused.text
    assert sent.status_code == 302
    report = YearReport.objects.get()
    assert [(item.indicator, item.value) for item in report.figures.all()] == [(people, 120)]
    instalment = Instalment.objects.get(case_file=award, rank=2)
    assert instalment.status == InstalmentStatus.RECEIVED
    words = plain(stored_pdf_text(instalment.proofs.get().file))
    assert "Dix ateliers." in words
    assert "Moins de chutes." in words
    again = client.post(page, {"done": "Onze ateliers.", figure: "121"})
    assert again.status_code == 302
    report.refresh_from_db()
    assert (report.done, report.figures.get().value) == ("Onze ateliers.", 121)


def test_laureates_are_public_once_announced(client: PortalClient, head: User) -> None:
    call = running_call(announced_on=CLOSED_AT.date())
    award = active_proposal(head)
    detail = award.innovation_detail
    detail.public_outcome = "Moins de chutes."
    detail.save(update_fields=["public_outcome"])

    with time_machine.travel(CLOSED_AT - timedelta(days=1), tick=False):
        before = page_text(client.get("/innovation/2026/"))
    with time_machine.travel(CLOSED_AT, tick=False):
        after = page_text(client.get("/innovation/2026/"))
        listed = page_text(client.get("/innovation/"))

    assert call.year == 2026
    assert "Les lauréats" not in before
    laureate = "Des ateliers de prévention Association Démo E-santé"
    for text in (after, listed):
        assert f"2026 : 1 projet, 4 000 € {laureate}" in text
        assert "Ce que le projet a donné : Moins de chutes. 4 000 € sur 2 ans" in text


# --- Last year's project


def test_earlier_project_is_taken_up_in_the_new_call(applicant: User) -> None:
    running_call(year=2026)
    former = proposal_file(applicant=applicant, theme=THEMES[1])
    call = running_call(
        year=2027,
        opens_at=CLOSES_AT + timedelta(days=300),
        closes_at=CLOSES_AT + timedelta(days=365),
    )

    begun = start_case_file(
        programme=SLUG,
        applicant=applicant,
        at=call.opens_at,
        initial={"copy_of": former.reference},
    )

    detail = CaseFile.objects.get(pk=begun.pk).innovation_detail
    assert detail.title == "Des ateliers de prévention"
    assert (detail.theme.label, detail.theme.call_id) == (THEMES[1], call.pk)
    assert detail.has_contract is None
    assert detail.budget.total_asked == 8000
    assert set(detail.answers) == {fact.name for fact in detail.question_set.facts}
    assert detail.copied_from_id == former.pk


def test_another_person_s_project_is_never_taken_up(applicant: User, other_applicant: User) -> None:
    former = proposal_file(applicant=other_applicant)

    begun = start_case_file(
        programme=SLUG, applicant=applicant, at=START, initial={"copy_of": former.reference}
    )

    assert begun.innovation_detail.title == ""


# --- Around the jury and the call


def test_refusal_letter_says_what_the_jury_agreed() -> None:
    head = innovation_staff(Role.HEAD)
    running_call()
    case_file = proposal_file(until=CaseFileState.UNDER_REVIEW)
    caseworker = case_file.owner
    assert caseworker is not None
    assert case_file.campaign
    ranking = Ranking.objects.create(
        jury=Jury.objects.create(campaign=case_file.campaign, created_by=head, created_at=START),
        met_on=HELD_ON,
        year=2026,
        agreed_by=caseworker,
        agreed_at=CLOSED_AT,
        minutes=stored_pdf(head),
    )
    RankedFile.objects.create(
        ranking=ranking,
        case_file=case_file,
        rank=1,
        outcome="reject",
        reason="L’enveloppe ne suffit pas.",
        comment="Le jury salue l’idée et demande un partenaire de santé.",
    )
    case_file = propose(
        case_file=case_file,
        actor=caseworker,
        outcome=Outcome.REJECT,
        reason="L’enveloppe ne suffit pas.",
    )
    decided_in_session(case_file, actor=head)

    letter = plain(stored_pdf_text(case_file.letters.get(kind="decision").file))

    assert "L’enveloppe ne suffit pas." in letter
    assert "Le jury salue l’idée et demande un partenaire de santé." in letter


@pytest.mark.parametrize(
    ("days", "words"),
    [(40, ""), (1, "Aucun appel n’est ouvert en ce moment.")],
    ids=["while the call is open", "outside of it"],
)
def test_paper_project_is_taken_in_while_its_call_is_open(
    client: PortalClient, days: int, words: str
) -> None:
    reference_rows()
    call = running_call()
    with time_machine.travel(call.opens_at + timedelta(days=70), tick=False):
        client.force_login(innovation_staff(Role.CASEWORKER))
        day = call.opens_at.date() + timedelta(days=70 - days)
        typed = {
            "programme": SLUG,
            "channel": "post",
            "received_on_jour": day.day,
            "received_on_mois": day.month,
            "received_on_annee": day.year,
            "first_name": "Démo",
            "last_name": "Papier",
            "postal_address": "1 rue de la Démo\n45000 Orléans",
        }
        response = client.post("/admin/casefiles/casefile/add/", typed)

    assert bool(words) is (response.status_code == 200)
    assert words in (page_text(response) if words else "")
    assert CaseFile.objects.count() == (0 if words else 1)
