"""What the demo town lacks to show every page of the back office."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Model
from django.urls import reverse

from apps.accounts.models import User
from apps.awards.agreements import prepare_agreement
from apps.awards.clawbacks import terminate_award
from apps.awards.commitment_proofs import give_proof
from apps.awards.enums import ProofKind
from apps.awards.envelopes import record_vote
from apps.awards.models import Agreement, Attestation, CommitmentProof
from apps.awards.proofs import give_proof as give_payment_proof
from apps.awards.scenarios import create_scenario
from apps.casefiles.enums import CaseFileState
from apps.casefiles.messaging import write_note
from apps.casefiles.models import Campaign, CaseFile
from apps.core import clock
from apps.portal.models import PagePart, PageText
from apps.programmes.installation.models import ZoneRule
from apps.territory.models import ZoneClass
from tests.factories.accounts import UserFactory
from tests.factories.awards import HELD_ON, active_file, decided_file, listed_item, planned_session
from tests.factories.casefiles import stored_pdf
from tests.factories.commitments import pay_all, running_commitment
from tests.factories.incompatibilities import rule_between
from tests.factories.internships import (
    SLUG,
    duration_band,
    granted_internship,
    proposed_internship,
)
from tests.factories.payments import due, instalment, planned

Beginning = tuple[str, str]


def furnish(*, head: User, caseworker: User) -> list[Beginning]:
    """One of everything that the town does not hold; files to begin at, by the name of what
    their page shows."""
    today = clock.today()
    PageText.objects.create(part=PagePart.HOST, body="Hébergé ici")
    Campaign.objects.create(programme="installation", label="Campagne", opens_on=today)
    ZoneRule.objects.create(
        profession="pharmacien",
        zones=[ZoneClass.UNDERSERVED],
        valid_during=(date(2020, 1, 1), None),
        source="Délibération fictive",
    )
    duration_band()
    record_vote(  # what is granted below stays within it
        programme="installation",
        year=HELD_ON.year,
        amount=Decimal(900_000),
        actor=head,
        reason="Budget supplémentaire fictif",
        source="Démo",
    )
    create_scenario(name="Prudent", programme="installation", year=today.year, actor=head)
    review = CaseFile.objects.filter(
        state=CaseFileState.UNDER_REVIEW, programme="installation"
    ).first()
    assert review is not None
    note = write_note(case_file=review, author=caseworker, body="Rappeler lundi.")
    return [
        ("casefiles_casefile_note_change", _act("casefiles_casefile_note_change", review, note)),
        *_sessions(head),
        *_commitments(head, caseworker),
        *_payments(head),
        _clash(),
        *_agreements(head, caseworker),
        *_attestations(),
        *_files_of_each_programme(),
    ]


def _commitments(head: User, caseworker: User) -> list[Beginning]:
    """One with a proof to check and another awaited, one broken."""
    checked = running_commitment(actor=head, months=None)
    awaited, given = (
        CommitmentProof.objects.create(
            commitment=checked,
            due_on=clock.today() - timedelta(days=days),
            asked_at=clock.now(),
        )
        for days in (30, 60)
    )
    give_proof(proof=given, actor=caseworker, file=stored_pdf(caseworker))
    broken = active_file(actor=head)
    pay_all(broken)
    terminate_award(
        case_file=broken,
        actor=head,
        stops_on=clock.today(),
        comment="Départ.",
        amount=Decimal(10000),
    )
    return [
        ("awards_commitment_fulfil", _act("awards_commitment_fulfil", checked)),
        ("awards_agreement_complete", _act("awards_agreement_complete", checked.case_file)),
        ("awards_commitment_proof", _act("awards_commitment_proof", checked, awaited)),
        ("awards_commitment_proof to check", _act("awards_commitment_proof", checked, given)),
        ("awards_commitment_change proven", _page("awards_commitment", checked)),
        ("casefiles_casefile_change paid back", _file(broken)),
    ]


def _payments(head: User) -> list[Beginning]:
    """One whose paper is to check, one whose paper may be asked for, one to validate."""
    given = instalment(planned(proof=ProofKind.PIECE), actor=head)
    person = given.case_file.applicant
    assert person is not None
    give_payment_proof(instalment=given, files=[stored_pdf(person)], by=person)
    in_a_year = clock.today() + timedelta(days=365)
    asked = instalment(planned(proof=ProofKind.PIECE, due_on=in_a_year), actor=head)
    (payable,) = due(actor=head)
    return [
        (f"awards_instalment_change {name}", _page("awards_instalment", row))
        for name, row in (("to check", given), ("to ask", asked), ("to validate", payable))
    ]


def _clash() -> Beginning:
    """Two allowances for the same days, which a new rule forbids: the head may allow both."""
    person = UserFactory()
    granted_internship(applicant=person, amount=Decimal(300))
    proposed = proposed_internship(applicant=person, amount=Decimal(300))
    rule_between(SLUG, SLUG)
    return "casefiles_casefile_change clashing", _file(proposed)


def _sessions(head: User) -> list[Beginning]:
    """One without a file, one that is held today."""
    today = clock.today()
    empty = planned_session(actor=head, held_on=today + timedelta(days=90))
    item = listed_item(
        session=planned_session(actor=head, held_on=today), actor=head, at=clock.now()
    )
    return [
        ("awards_session_change empty", _page("awards_session", empty)),
        ("awards_session_change today", _page("awards_session", item.session)),
    ]


def _attestations() -> list[Beginning]:
    """A month that was not whole: somebody decides what it is worth."""
    (row,) = Attestation.objects.filter(presence="part", settled_at=None)[:1]
    return [("awards_attestation_settle", _act("awards_attestation_settle", row))]


def _agreements(head: User, caseworker: User) -> list[Beginning]:
    """One of each state: what may be done with it is on its file's page."""
    prepare_agreement(case_file=decided_file(actor=head), actor=caseworker, at=clock.now())
    rows = Agreement.objects.order_by("status", "pk").distinct("status")
    return [
        (f"casefiles_casefile_change agreement {row.status}", _file(row.case_file)) for row in rows
    ]


def _files_of_each_programme() -> list[Beginning]:
    """Active ones: they have the most to show."""
    rows = CaseFile.objects.filter(state=CaseFileState.ACTIVE).order_by("programme", "pk")
    return [
        (f"casefiles_casefile_change active {row.programme}", _file(row))
        for row in rows.distinct("programme")
    ]


def _file(case_file: CaseFile) -> str:
    return _page("casefiles_casefile", case_file)


def _page(model: str, row: Model) -> str:
    return _act(f"{model}_change", row)


def _act(name: str, *rows: Model) -> str:
    return reverse(f"admin:{name}", args=[row.pk for row in rows])
