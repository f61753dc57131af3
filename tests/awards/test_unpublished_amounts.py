"""Acts of the archive whose source does not give the amount: granted, and in no sum."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from apps.accounts.models import User
from apps.awards.agenda import add_to_agenda
from apps.awards.agreements import activate_agreement, prepare_agreement
from apps.awards.enums import Vote
from apps.awards.models import AgendaItem, AwardTerms, Commitment, Envelope, Instalment, Session
from apps.awards.sessions import close_session
from apps.awards.votes import CastVote
from apps.casefiles.enums import CaseFileState, Outcome
from apps.casefiles.models import CaseFile, Decision
from apps.casefiles.proposals import propose
from apps.casefiles.transitions import MoveRefusedError
from tests.factories.awards import FOLLOW, archived_proposal, planned_session, voted_envelope
from tests.factories.casefiles import installation_file, stored_pdf
from tests.support.client import PortalClient
from tests.support.pdf import stored_pdf_text
from tests.support.text import page_text, plain

pytestmark = pytest.mark.django_db

AT = datetime(2023, 9, 29, 8, 0, tzinfo=UTC)


def examined(
    *amounts: int | None, head: User, agent: User, vote: CastVote = FOLLOW
) -> tuple[Session, list[CaseFile]]:
    """A sitting of 2023 that voted on acts of these amounts, None where nobody published it."""
    session = planned_session(actor=head, held_on=date(2023, 9, 29))
    files = [archived_proposal(agent=agent, at=AT, amount=amount) for amount in amounts]
    items = add_to_agenda(session=session, case_files=files, actor=head, at=AT)
    close_session(
        session=session,
        actor=head,
        deliberation="numéro non donné",
        votes={item.pk: vote for item in items},
        at=AT,
    )
    session.refresh_from_db()
    return session, [CaseFile.objects.get(pk=file.pk) for file in files]


def test_act_is_granted_and_plans_no_payment(head: User, caseworker: User) -> None:
    AwardTerms.objects.create(
        programme="installation",
        valid_during=(date(2020, 1, 1), None),
        commitment_months=60,
        source="Texte fictif",
    )

    _, (act,) = examined(None, head=head, agent=caseworker)

    assert (act.state, act.granted_amount) == (CaseFileState.GRANTED, None)
    assert act.amount_label == "montant non publié"
    assert not Instalment.objects.exists()
    assert Commitment.objects.get().months == 60


def test_envelope_says_what_its_figures_leave_out(head: User, caseworker: User) -> None:
    voted_envelope(50_000, actor=head, year=2023)
    voted_envelope(50_000, actor=head, year=2024)

    examined(None, 35000, None, head=head, agent=caseworker)

    figures = Envelope.objects.order_by("year").with_figures().with_unpublished()
    assert [
        (envelope.committed, envelope.remaining, envelope.unpublished) for envelope in figures
    ] == [(35_000, 15_000, 2), (0, 50_000, 0)]


def test_sums_say_how_many_amounts_they_lack(head: User, caseworker: User) -> None:
    session, _ = examined(None, 35000, None, head=head, agent=caseworker)

    listed = Session.objects.with_totals().get()
    assert (listed.granted_total, listed.unpublished_count) == (35000, 2)  # type: ignore[attr-defined]
    assert session.report is not None
    report = plain(stored_pdf_text(session.report))
    assert "3 accords pour 35 000 € et 2 montants non publiés" in report
    assert report.count("Accorder, montant non") == 2


def test_pages_of_the_desk_never_show_a_zero(
    client: PortalClient, head: User, caseworker: User
) -> None:
    envelope = voted_envelope(50_000, actor=head, year=2023)
    session, (act,) = examined(None, head=head, agent=caseworker)
    client.force_login(head)

    def read(name: str, *args: Any) -> str:
        return page_text(client.get(reverse(f"admin:{name}", args=args)))

    assert "Total accordé 1 montant non publié" in read("awards_session_change", session.pk)
    assert "1 montant non publié" in read("awards_session_changelist")
    assert "1 aide de 2023 a un montant non publié." in read("awards_envelope_change", envelope.pk)
    assert "0 € et 1 montant non publié" in read("awards_envelope_changelist")
    page = read("casefiles_casefile_change", act.pk)
    assert "Décision : accorder, montant non publié" in page
    # Signed and paid elsewhere, proven by its vote: nothing of that is asked here.
    assert "Activer la convention Le montant de cet acte ancien n’est pas publié" in page
    assert "Préparer la convention" not in page
    assert "Il manque" not in page


def test_vote_against_leaves_a_plain_refusal(head: User, caseworker: User) -> None:
    against = CastVote(vote=Vote.REFUSE, reason="Hors du Loiret.")

    _, (act,) = examined(None, head=head, agent=caseworker, vote=against)

    decision = Decision.objects.get()
    assert (act.state, decision.outcome) == (CaseFileState.REJECTED, Outcome.REJECT)
    assert (decision.amount, decision.is_amount_unpublished) == (None, False)


def test_agreement_asks_for_an_amount(head: User, caseworker: User) -> None:
    _, (act,) = examined(None, head=head, agent=caseworker)

    with pytest.raises(MoveRefusedError, match="n’est pas publié"):
        prepare_agreement(case_file=act, actor=caseworker)
    with pytest.raises(MoveRefusedError, match="n’est pas publié"):
        activate_agreement(
            case_file=act, actor=head, signed_on=date(2023, 10, 2), scan=stored_pdf(head)
        )


def test_living_request_is_never_granted_without_its_amount(caseworker: User) -> None:
    case_file = installation_file(until=CaseFileState.UNDER_REVIEW)

    with pytest.raises(MoveRefusedError, match="Seul un acte ancien"):
        propose(
            case_file=case_file,
            actor=caseworker,
            outcome=Outcome.GRANT,
            is_amount_unpublished=True,
        )


def test_known_amount_is_never_called_unpublished(caseworker: User) -> None:
    act = archived_proposal(agent=caseworker, at=AT, amount=None)

    with pytest.raises(IntegrityError, match='"decision_outcome_is_complete"'):
        Decision.objects.filter(case_file=act).update(amount=Decimal(1))


def test_database_refuses_a_living_decision_without_its_amount() -> None:
    case_file = installation_file(until=CaseFileState.PROPOSED)
    decisions = Decision.objects.filter(case_file=case_file)

    with pytest.raises(IntegrityError, match="is no act of the archive"), transaction.atomic():
        decisions.update(amount=None, is_amount_unpublished=True)
    with pytest.raises(IntegrityError, match='"decision_outcome_is_complete"'):
        decisions.update(amount=None)


def test_database_keeps_what_the_commission_was_told(head: User, caseworker: User) -> None:
    act = archived_proposal(agent=caseworker, at=AT, amount=None)
    session = planned_session(actor=head, held_on=date(2023, 9, 29))
    add_to_agenda(session=session, case_files=[act], actor=head, at=AT)

    with pytest.raises(DatabaseError, match="Cannot update"):
        AgendaItem.objects.update(is_amount_unpublished=False)
