"""Files of the rural internship allowance, made by the verbs that people use."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.agreements import activate_agreement
from apps.awards.attestation_links import send_link
from apps.awards.models import AttestationLink
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import Outcome
from apps.casefiles.models import CaseFile
from apps.casefiles.proposals import propose, record_decision
from apps.casefiles.transitions import perform
from apps.notifications.models import OutgoingEmail
from apps.programmes.internships.models import DurationBand
from apps.territory.models import Commune, Density
from tests.factories.accounts import UserFactory
from tests.factories.casefiles import (
    START,
    join_documents,
    reference_rows,
    staff_member,
    stored_pdf,
)
from tests.factories.territory import CommuneFactory

SLUG = "stage-rural"
# From mid-November to the end of January: half a month, two whole ones, two budgets.
FIRST_DAY, LAST_DAY = date(2026, 11, 16), date(2027, 1, 31)
# The first of the month after: November may be confirmed, December not yet.
ASKED_AT = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)


def rural_commune(**fields: Any) -> Commune:
    commune: Commune = CommuneFactory(**{"density": Density.SCATTERED, **fields})
    return commune


def duration_band(**fields: Any) -> DurationBand:
    return DurationBand.objects.create(
        **{
            "from_days": 30,
            "monthly_amount": Decimal(150),
            "valid_during": DateRange(date(2023, 1, 1), None),
            "source": "Délibération d’essai",
            **fields,
        }
    )


def fill_internship(case_file: CaseFile, **answers: Any) -> None:
    """Answer every question of the allowance; `answers` override the usual ones."""
    values: dict[str, Any] = {
        "school": "Université d’Orléans",
        "course": "Médecine",
        "study_year": 4,
        "host_name": "Maison de santé Démo",
        "host_address": "1 rue de la Démo",
        "starts_on": FIRST_DAY,
        "ends_on": LAST_DAY,
        "tutor_name": "Thomas Tuteur",
        "tutor_email": "tuteur@exemple.fr",
        "tutor_phone": "+33238000000",
        "has_school_aid": False,
        "has_employer_aid": False,
        "has_department_bursary": False,
        **answers,
    }
    case_file.commune = values.pop("commune", None) or rural_commune()
    case_file.postal_address = "12 rue de la Démo\n45000 Orléans"
    case_file.save(update_fields=["commune", "postal_address"])
    detail = case_file.internship_detail
    for name, value in values.items():
        setattr(detail, name, value)
    detail.save(update_fields=list(values))


def proposed_internship(
    *,
    applicant: User | None = None,
    caseworker: User | None = None,
    amount: Decimal | None = None,
    at: datetime = START,
    **answers: Any,
) -> CaseFile:
    """A file whose grant is proposed; `amount` is the computed one unless said otherwise."""
    reference_rows()
    applicant = applicant or UserFactory(first_name="Alice", last_name="Martin")
    caseworker = caseworker or staff_member(Role.CASEWORKER, SLUG)
    case_file = start_case_file(programme=SLUG, applicant=applicant, at=at)
    fill_internship(case_file, **answers)
    case_file = CaseFile.objects.get(pk=case_file.pk)
    join_documents(case_file, applicant, at=at)
    case_file = perform(case_file, "submit", actor=applicant, at=at + timedelta(hours=1))
    case_file = perform(case_file, "start_review", actor=caseworker, at=at + timedelta(hours=2))
    return propose(
        case_file=case_file,
        actor=caseworker,
        outcome=Outcome.GRANT,
        amount=amount or case_file.computed_amount,
        reason="Montant fixé au cas par cas." if amount else "",
        at=at + timedelta(hours=3),
    )


def granted_internship(*, head: User | None = None, at: datetime = START, **file: Any) -> CaseFile:
    """A file granted by delegation, the day after its request."""
    return record_decision(
        case_file=proposed_internship(at=at, **file),
        name="grant_by_delegation",
        actor=head or staff_member(Role.HEAD, SLUG),
        decided_on=(at + timedelta(days=1)).date(),
        at=at + timedelta(days=1),
    )


def active_internship(*, head: User | None = None, at: datetime = START, **file: Any) -> CaseFile:
    """Granted, and its agreement signed two days after the request."""
    head = head or staff_member(Role.HEAD, SLUG)
    case_file = granted_internship(head=head, at=at, **file)
    return activate_agreement(
        case_file=case_file,
        actor=head,
        signed_on=(at + timedelta(days=2)).date(),
        scan=stored_pdf(head),
        at=at + timedelta(days=2),
    )


def sent_link(case_file: CaseFile, *, at: datetime = ASKED_AT) -> tuple[AttestationLink, str]:
    """A link sent to whoever attests, and its token as the e-mail bears it."""
    link = send_link(case_file=case_file, at=at)
    sent = OutgoingEmail.objects.filter(kind="awards-attestation", to=link.email).latest("pk")
    found = re.search(r"/presence/([^/]+)/", sent.text)
    assert found
    return link, found.group(1)
