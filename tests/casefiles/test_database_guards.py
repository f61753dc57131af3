"""The database defends itself: what breaks an invariant is refused, whoever writes it.

Each constraint of the case file has at least one row below that violates it and nothing else
would stop (`.update()` and `bulk_create` go straight to SQL).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pgtrigger
import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F

from apps.casefiles.enums import EventKind, Outcome
from apps.casefiles.models import (
    Campaign,
    CaseFile,
    CaseFileEvent,
    CaseFileOpening,
    ChangeItem,
    ChangeRequest,
    CoEditor,
    Decision,
    Document,
    DocumentKind,
    DocumentPromise,
    EventHead,
    FileLook,
    FollowUpCode,
    Letter,
    LogSeal,
    Message,
    Note,
    Rate,
    ReferenceCounter,
)
from tests.casefiles.conftest import World
from tests.factories.awards import CLOSED_AT
from tests.factories.casefiles import START, stored_pdf

pytestmark = pytest.mark.django_db

Violation = Callable[[World], object]


def file_with(state: str, **values: Any) -> Violation:
    """Write `values` on the file that is in `state`."""
    return lambda world: CaseFile.objects.filter(pk=world.files[state].pk).update(**values)


def decision_with(state: str, **values: Any) -> Violation:
    return lambda world: Decision.objects.filter(case_file=world.files[state]).update(**values)


def copy_of(model: type[models.Model], **values: Any) -> Violation:
    """Insert again the last row of `model`, with `values` changed."""

    def insert(world: World) -> object:
        row: Any = model._default_manager.order_by("-pk").first()
        row.pk = None
        for name, value in values.items():
            setattr(row, name, value)
        return model._default_manager.bulk_create([row])

    return insert


def event_with(**values: Any) -> Violation:
    def insert(world: World) -> object:
        return CaseFileEvent.objects.create(
            **{
                "case_file": world.files["submitted"],
                "kind": EventKind.MOVED,
                "at": START,
                "transition": "dismiss",
                "from_state": "submitted",
                "to_state": "dismissed",
                "comment": "Doublon.",
                **values,
            }
        )

    return insert


def unchained_event(**values: Any) -> Violation:
    """Written by a program that copies rows in, with the trigger that chains them switched off."""

    def insert(world: World) -> object:
        with pgtrigger.ignore("casefiles.CaseFileEvent:chained"), transaction.atomic():
            return event_with(**{"sequence": 99, "salt": UUID(int=1), **values})(world)

    return insert


def new(model: type[models.Model], **values: Any) -> Violation:
    """Insert a row; a value that is a function is asked the world."""

    def insert(world: World) -> object:
        return model._default_manager.create(
            **{name: value(world) if callable(value) else value for name, value in values.items()}
        )

    return insert


def twice(violation: Violation) -> Violation:
    """The second one is too many."""

    def insert(world: World) -> object:
        violation(world)
        return violation(world)

    return insert


def submitted(world: World) -> CaseFile:
    return world.files["submitted"]


def agent(world: World) -> Any:
    return world.staff["caseworker"]


def kind(world: World) -> DocumentKind:
    return DocumentKind.objects.order_by("pk")[0]


def correction(world: World) -> ChangeRequest:
    return ChangeRequest.objects.get(case_file=world.files["incomplete"])


ARCHIVED: dict[str, Any] = {"channel": "archive", "applicant": None, "filed_by": F("owner")}
FUTURE = START + timedelta(days=3650)
RATE = {
    "programme": "essai",
    "code": "base:essai",
    "label": "Essai",
    "amount": Decimal(1000),
    "valid_during": DateRange(date(2026, 1, 1), None),
    "source": "Délibération d’essai",
}
MESSAGE = {
    "case_file": submitted,
    "author": agent,
    "is_from_staff": True,
    "body": "Bonjour.",
    "sent_at": START,
}
PROMISE = {
    "case_file": submitted,
    "kind": kind,
    "reason": "En cours.",
    "expected_on": date(2027, 1, 1),
    "made_at": START,
}

SEAL = {
    "sealed_on": START.date(),
    "sealed_at": START,
    **dict.fromkeys(("files", "events", "faults"), 0),
    **dict.fromkeys(("digest", "previous_digest"), "0" * 64),
}

VIOLATIONS: dict[str, list[Violation]] = {
    "campaign_label_unique": [
        twice(new(Campaign, programme="essai", label="2026", opens_on=date(2026, 1, 1)))
    ],
    "co_editor_invited_once": [
        lambda world: [
            CoEditor.objects.create(
                case_file=world.files["draft"],
                email=email,
                invited_by=world.staff["superuser"],
                invited_at=START,
            )
            for email in ("avec@example.org", "Avec@example.org")
        ]
    ],
    "co_editor_accepts_with_an_account": [
        lambda world: CoEditor.objects.create(
            case_file=world.files["draft"],
            email="avec@example.org",
            invited_by=world.staff["superuser"],
            invited_at=START,
            accepted_at=START,
        )
    ],
    "campaign_dates_ordered": [
        new(
            Campaign,
            programme="essai",
            label="2026",
            opens_on=date(2026, 1, 2),
            closes_on=date(2026, 1, 1),
        )
    ],
    "casefile_state_known": [],  # the trigger is first: test_state_moves_only_along_the_table
    "casefile_channel_known": [file_with("submitted", channel="fax")],
    "casefile_online_has_applicant": [file_with("submitted", applicant=None)],
    "casefile_desk_has_agent": [file_with("submitted", channel="desk")],
    "casefile_one_open_per_person": [
        lambda world: CaseFile.objects.filter(pk=world.files["draft"].pk).update(
            applicant=world.files["scheduled"].applicant
        ),
    ],
    "casefile_submitted_at_matches_state": [
        file_with("draft", submitted_at=F("created_at")),
        file_with("submitted", submitted_at=None, legal_due_on=None),
        file_with("granted", submitted_at=None),
    ],
    "casefile_decided_at_matches_state": [
        file_with("submitted", decided_at=FUTURE),
        file_with("granted", decided_at=None),
        file_with("rejected", decided_at=None),
        file_with("active", decided_at=None),
    ],
    "casefile_closed_at_matches_state": [
        file_with("submitted", closed_at=FUTURE),
        file_with("active", closed_at=FUTURE),
        file_with("rejected", closed_at=None),
        file_with("withdrawn", closed_at=None),
        file_with("completed", closed_at=None),
    ],
    "casefile_granted_amount_matches_state": [
        file_with("granted", granted_amount=None),
        file_with("granted", granted_amount=0),
        file_with("active", granted_amount=-1),
        file_with("terminated", granted_amount=None),
        file_with("submitted", granted_amount=1000),
        file_with("rejected", granted_amount=1000),
        # An old act without its amount stays as it was decided, and names nobody.
        file_with(
            "active", channel="archive", applicant=None, filed_by=F("owner"), granted_amount=None
        ),
        file_with("granted", channel="archive", filed_by=F("owner"), granted_amount=None),
        file_with(
            "granted", channel="archive", applicant=None, filed_by=F("owner"), granted_amount=0
        ),
    ],
    "casefile_in_review_has_owner": [
        file_with("under_review", owner=None),
        file_with("proposed", owner=None),
        file_with("scheduled", owner=None),
    ],
    "casefile_dates_ordered": [
        # A file was sent after it was begun, and decided after it was sent.
        file_with("submitted", submitted_at=F("created_at") - timedelta(seconds=1)),
        file_with("granted", decided_at=F("submitted_at") - timedelta(seconds=1)),
    ],
    "casefile_clock_runs_only_while_pending": [
        file_with("granted", legal_due_on=date(2027, 1, 1)),
        file_with("submitted", clock_stopped_on=date(2026, 12, 1)),
    ],
    "casefile_computed_amount_positive": [file_with("submitted", computed_amount=-1)],
    "opening_unique": [
        twice(new(CaseFileOpening, case_file=submitted, user=agent, since=START, seen_at=START))
    ],
    "change_request_one_open": [copy_of(ChangeRequest)],
    "change_request_dates_ordered": [
        lambda world: ChangeRequest.objects.update(
            answered_at=F("requested_at") - timedelta(seconds=1)
        )
    ],
    "change_item_unique": [copy_of(ChangeItem)],
    "change_item_target_known": [copy_of(ChangeItem, target="person")],
    "change_item_has_reason": [copy_of(ChangeItem, key="vous.phone", reason="")],
    "decision_one_standing": [copy_of(Decision)],
    "decision_outcome_known": [],  # decision_outcome_is_complete is first
    "decision_outcome_is_complete": [
        decision_with("proposed", amount=None),
        decision_with("proposed", amount=0),
        decision_with("proposed", outcome="maybe"),
        decision_with("proposed", outcome=Outcome.REJECT, reason="Hors zone."),
        decision_with("proposed", outcome=Outcome.REJECT, amount=None, reason=""),
    ],
    "decision_two_persons": [decision_with("granted", decided_by=F("proposed_by"))],
    "decision_two_persons_schedule": [decision_with("granted", scheduled_by=F("proposed_by"))],
    "decision_taken_is_complete": [
        decision_with("granted", decided_at=None),
        decision_with("granted", decided_by=None),
        decision_with("proposed", deliberation="D07"),
        decision_with("proposed", decided_on=date(2026, 12, 18)),
        decision_with("proposed", decided_at=CLOSED_AT),
    ],
    "decision_by_vote_has_deliberation": [decision_with("granted", deliberation="")],
    "decision_route_known": [decision_with("proposed", route="lottery")],
    "document_kind_unique": [copy_of(DocumentKind)],
    "document_status_known": [
        lambda world: Document.objects.update(status="lost", reviewed_at=FUTURE)
    ],
    "document_reviewed_at_matches_status": [
        lambda world: Document.objects.update(reviewed_at=START),
        lambda world: Document.objects.update(status="accepted"),
    ],
    "document_refusal_has_reason": [
        lambda world: Document.objects.update(status="refused", reviewed_at=FUTURE)
    ],
    "document_dates_ordered": [
        lambda world: Document.objects.update(removed_at=F("added_at") - timedelta(seconds=1))
    ],
    "promise_unique": [twice(new(DocumentPromise, **PROMISE))],
    "promise_has_reason": [new(DocumentPromise, **{**PROMISE, "reason": ""})],
    "event_kind_known": [event_with(kind="gossip", transition="")],
    "event_move_names_transition": [
        event_with(transition=""),
        event_with(transition="teleport"),
        event_with(kind=EventKind.ASSIGNED),
    ],
    "event_move_has_states": [event_with(from_state=""), event_with(to_state="limbo")],
    "event_comment_required": [event_with(comment="")],
    "follow_up_code_expires_later": [
        new(FollowUpCode, case_file=submitted, digest="0", created_at=START, expires_at=START)
    ],
    "event_sequence_unique": [unchained_event(sequence=1)],
    "event_sealed_once_erased": [
        unchained_event(salt=None),
        unchained_event(text_digest=b"x" * 32),
        unchained_event(salt=None, text_digest=b"x" * 32),
    ],
    "event_head_sealed_before_end": [
        lambda world: EventHead.objects.filter(case_file=submitted(world)).update(sealed_count=99)
    ],
    "log_seal_digest_form": [
        new(LogSeal, **{**SEAL, "digest": "0"}),
        new(LogSeal, **{**SEAL, "previous_digest": "G" * 64}),
    ],
    "file_look_kind_known": [new(FileLook, case_file=submitted, user=agent, kind="peek", at=START)],
    "file_look_page_names_file": [new(FileLook, user=agent, kind="page", at=START)],
    "casefile_erased_names_nobody": [file_with("granted", erased_at=START)],
    "letter_kind_known": [
        new(
            Letter,
            case_file=submitted,
            kind="poem",
            file=lambda world: stored_pdf(),
            issued_at=START,
        )
    ],
    "message_not_empty": [new(Message, **{**MESSAGE, "body": ""})],
    "message_read_is_complete": [
        new(Message, **MESSAGE, read_at=START),
        new(Message, **MESSAGE, read_by=agent),
        new(Message, **MESSAGE, read_by=agent, read_at=START - timedelta(seconds=1)),
    ],
    "note_not_empty": [new(Note, case_file=submitted, author=agent, body="", written_at=START)],
    "rate_no_overlap": [
        twice(new(Rate, **RATE)),
        lambda world: (
            Rate.objects.create(**RATE),
            Rate.objects.create(
                **{**RATE, "valid_during": DateRange(date(2025, 1, 1), date(2026, 1, 2))}
            ),
        ),
    ],
    "rate_amount_positive": [new(Rate, **{**RATE, "amount": -1})],
    "rate_has_a_start": [
        new(Rate, **{**RATE, "valid_during": DateRange(None, date(2026, 1, 1))}),
        new(Rate, **{**RATE, "valid_during": DateRange(empty=True)}),
        new(Rate, **{**RATE, "valid_during": DateRange(None, None)}),
    ],
    "rate_has_a_source": [new(Rate, **{**RATE, "source": ""})],
    "reference_counter_unique": [
        twice(new(ReferenceCounter, prefix="ESS", year=2026, last_number=1))
    ],
}
CASES = [
    pytest.param(name, violation, id=f"{name}-{number}")
    for name, violations in VIOLATIONS.items()
    for number, violation in enumerate(violations, start=1)
]


@pytest.mark.parametrize(("name", "violation"), CASES)
def test_row_that_breaks_the_constraint_is_refused(
    world: World, name: str, violation: Violation
) -> None:
    with pytest.raises(IntegrityError, match=f'"{name}"'):
        violation(world)


def test_every_constraint_has_a_row_that_breaks_it() -> None:
    declared = {
        constraint.name
        for model in apps.get_app_config("casefiles").get_models()
        for constraint in model._meta.constraints
    }
    assert set(VIOLATIONS) == declared
