"""What growth stands on, made once: staff, sittings, envelopes, and the words of each aid."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.enums import SessionStatus
from apps.awards.models import Envelope, EnvelopeVote, Session
from apps.casefiles.amounts import AmountBreakdown, AmountLine
from apps.casefiles.eligibility import Answer, Eligibility, Finding
from apps.casefiles.event_chain import GENESIS
from apps.casefiles.models import Campaign, DocumentKind
from apps.core.dates import add_months
from apps.files.models import StoredFile
from apps.juries.models import Juror, Jury
from apps.programmes.innovation.choices import QuestionKind
from apps.programmes.innovation.models import Call, QuestionSet
from apps.programmes.innovation.questions import QuestionFact

SQL = Path(__file__).parent / "sql"
YEARS = 10
CASEWORKERS = 100
STAFF = (
    (Role.HEAD, 2),
    (Role.ACCOUNTANT, 2),
    (Role.AUDITOR, 1),
    (Role.EDITOR, 1),
    (Role.CASEWORKER, CASEWORKERS),
)
AMOUNTS = {
    "installation": (10_000, 15_000, 22_000, 37_000),
    "bourse-etudes": (6_000, 7_200, 9_600, 12_000),
    "stage-rural": (180, 400, 600, 1_200),
    "innovation": (8_000, 20_000, 30_000, 50_000),
}
# More than ten years of a region: a vote for each year that leaves room for a million files.
VOTED = Decimal("9999999999.00")


@transaction.atomic
def prepare(at: datetime) -> None:
    """The schema « growth » with its functions and tables, and the rows that files point to."""
    with connection.cursor() as cursor:
        tools = (SQL / "1_tools.sql").read_text(encoding="utf-8")
        cursor.execute(tools.replace(":first_digest", rf"\x{GENESIS.hex()}"))
    head = _staff()
    _sessions(at, head)
    _envelopes(at, head)
    _calls(at, head)
    _tiers()


def _staff() -> User:
    rows = []
    for role, count in STAFF:
        for rank in range(1, count + 1):
            user = User.objects.create(
                email=f"{role.value}{rank}@croissance.exemple.fr",
                password="!",
                first_name=f"Agent {rank}",
                last_name=role.label,
                is_staff=True,
            )
            user.role_grants.create(role=role)
            rows.append((role.value, rank, user.pk))
    User.objects.create_superuser(email="root1@croissance.exemple.fr", password=None)
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO growth.staff VALUES (%s, %s, %s)", rows)
    return User.objects.get(email="head1@croissance.exemple.fr")


def _sessions(at: datetime, head: User) -> None:
    """A sitting each month, on the 15th: those held are closed."""
    month = date(at.year - YEARS, at.month, 15)
    while month <= add_months(at.date(), 2):
        is_held = month < at.date()
        closed_at = datetime.combine(month, time(16), UTC)
        report = is_held and StoredFile.objects.create(
            file=f"croissance/releve-{month:%Y-%m}",
            original_name="releve.pdf",
            content_type="application/pdf",
            size=1,
            sha256="0" * 64,
            page_count=1,
            scan_status="not_scanned",
            created_at=closed_at,
        )
        Session.objects.create(
            label=f"Commission du {month:%d/%m/%Y}",
            held_on=month,
            status=SessionStatus.CLOSED if is_held else SessionStatus.PLANNED,
            deliberation=f"CP-{month:%Y-%m}" if is_held else "",
            closed_by=head if is_held else None,
            closed_at=closed_at if is_held else None,
            report=report or None,
            is_fictitious=True,
        )
        month = add_months(month, 1)


def _envelopes(at: datetime, head: User) -> None:
    for programme in AMOUNTS:
        for year in range(at.year - YEARS, at.year + 4):
            envelope = Envelope.objects.create(programme=programme, year=year, is_fictitious=True)
            EnvelopeVote.objects.create(
                envelope=envelope,
                rank=1,
                amount=VOTED,
                source="Croissance",
                recorded_by=head,
                recorded_at=at,
            )


def _calls(at: datetime, head: User) -> None:
    """A call for projects each year, its two questions and its three jurors."""
    readers = list(User.objects.filter(role_grants__role=Role.CASEWORKER).order_by("pk")[:3])
    questions = [_question(1, "Que ferez-vous ?"), _question(2, "Combien de personnes ?")]
    for year in range(at.year - YEARS + 1, at.year + 1):
        opens_at = datetime(year, 1, 1, 8, tzinfo=UTC)
        campaign = Campaign.objects.create(
            programme="innovation",
            label=f"Appel {year}",
            opens_on=date(year, 1, 1),
            closes_on=date(year, 12, 31),
        )
        call = Call.objects.create(
            campaign=campaign,
            year=year,
            opens_at=opens_at,
            closes_at=datetime(year, 12, 31, 20, tzinfo=UTC),
            published_at=opens_at,
            is_fictitious=True,
        )
        asked = QuestionSet.objects.create(
            call=call, version=1, questions=questions, published_at=opens_at, published_by=head
        )
        jury = Jury.objects.create(campaign=campaign, created_by=head, created_at=opens_at)
        seats = [
            Juror.objects.create(jury=jury, user=user, added_by=head, added_at=opens_at)
            for user in readers
        ]
        jurors = [(campaign.pk, rank, seat.pk) for rank, seat in enumerate(seats)]
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO growth.call VALUES (%s, %s, %s)", [year, campaign.pk, asked.pk]
            )
            cursor.executemany("INSERT INTO growth.juror VALUES (%s, %s, %s)", jurors)


def _question(number: int, label: str) -> dict[str, Any]:
    question = QuestionFact(
        name=f"q{number}",
        label=label,
        help_text="",
        kind=QuestionKind.LONG_TEXT.value,
        options=(),
        max_length=None,
        is_required=True,
    )
    return question.to_json()


def _tiers() -> None:
    with connection.cursor() as cursor:
        for programme, amounts in AMOUNTS.items():
            for tier, amount in enumerate(amounts, start=1):
                cursor.execute(
                    "INSERT INTO growth.tier VALUES (%s, %s, %s, %s, %s)",
                    [programme, tier, amount, _computation(amount), _assessment()],
                )
            kinds = DocumentKind.objects.asked_by(programme).order_by("-is_required", "pk")[:3]
            for rank, kind in enumerate(kinds, start=1):
                cursor.execute(
                    "INSERT INTO growth.piece VALUES (%s, %s, %s, %s, %s)",
                    [programme, rank, kind.pk, kind.slug, kind.label],
                )


def _computation(amount: int) -> str:
    lines = tuple(
        AmountLine(
            label=label,
            amount=Decimal(part),
            rate_code="croissance",
            source="Croissance",
            valid_from=date(2016, 1, 1),
        )
        for label, part in (("Forfait", amount - 100), ("Majoration", 100))
    )
    breakdown = AmountBreakdown(lines=lines, minimum=None, maximum=None, is_set=True)
    return json.dumps(breakdown.to_json())


def _assessment() -> str:
    findings = tuple(
        Finding(rule=rule, answer=Answer.YES, explanation="Oui.", source="Croissance")
        for rule in ("lieu", "profession", "cumul")
    )
    return json.dumps(Eligibility(findings=findings).to_json())
