"""Commissions and what comes after them, made by the verbs that people use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.agenda import add_to_agenda
from apps.awards.agreements import activate_agreement
from apps.awards.clawbacks import terminate_award
from apps.awards.enums import Vote
from apps.awards.envelopes import record_vote
from apps.awards.models import AgendaItem, Envelope, Session
from apps.awards.sessions import close_session, plan_session
from apps.awards.votes import CastVote
from apps.casefiles.corrections import Point, request_changes
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import CaseFileState, ChangeTarget, Channel, Outcome
from apps.casefiles.models import CaseFile
from apps.casefiles.proposals import propose
from apps.casefiles.transitions import perform
from tests.factories.casefiles import (
    START,
    aided_commune,
    installation_file,
    reference_rows,
    staff_member,
    stored_pdf,
)
from tests.factories.settlement import settle

HELD_ON = date(2026, 12, 18)
# When files are put on the agenda, and when the votes are recorded.
LISTED_AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CLOSED_AT = datetime(2026, 12, 18, 16, 0, tzinfo=UTC)
FOLLOW = CastVote(vote=Vote.FOLLOW)


def planned_session(*, actor: User | None = None, held_on: date = HELD_ON) -> Session:
    return plan_session(
        label="Commission permanente de décembre",
        held_on=held_on,
        place="Hôtel du Département, Orléans",
        actor=actor or staff_member(Role.HEAD),
    )


def listed_item(
    *, session: Session, actor: User, at: datetime = LISTED_AT, **file: Any
) -> AgendaItem:
    """A proposal made by some caseworker, put on the agenda by `actor`."""
    case_file = installation_file(until=CaseFileState.PROPOSED, **file)
    (item,) = add_to_agenda(session=session, case_files=[case_file], actor=actor, at=at)
    return item


def decided_in_session(
    case_file: CaseFile, *, actor: User, listed_at: datetime = LISTED_AT
) -> CaseFile:
    """The proposal as the commission votes it, in a session of its own."""
    session = planned_session(actor=actor)
    (item,) = add_to_agenda(session=session, case_files=[case_file], actor=actor, at=listed_at)
    close_session(
        session=session,
        actor=actor,
        deliberation="CP-2026-12-18/D07",
        votes={item.pk: FOLLOW},
        at=CLOSED_AT,
    )
    return CaseFile.objects.get(pk=case_file.pk)


def voted_envelope(
    amount: int, *, actor: User, programme: str = "installation", year: int = HELD_ON.year
) -> Envelope:
    """The budget of a year, of that many euros."""
    return record_vote(
        programme=programme,
        year=year,
        amount=Decimal(amount),
        voted_on=date(year - 1, 12, 12),
        deliberation=f"BP-{year}",
        actor=actor,
        at=START,
    )


def archived_proposal(*, agent: User, at: datetime, amount: int | None = 35000) -> CaseFile:
    """An act published long ago, taken back into the desk: nobody is named.

    Without `amount`, its source does not give it.
    """
    reference_rows()
    case_file = start_case_file(
        programme="installation",
        applicant=None,
        filed_by=agent,
        channel=Channel.ARCHIVE,
        initial={
            "profession": "masseur-kinesitherapeute",
            "commune": aided_commune(),
            "is_first_installation": True,
        },
        at=at,
    )
    for name in ("submit", "start_review"):
        case_file = perform(case_file, name, actor=agent, at=at)
    return propose(
        case_file=case_file,
        actor=agent,
        outcome=Outcome.GRANT,
        amount=None if amount is None else Decimal(amount),
        is_amount_unpublished=amount is None,
        at=at,
    )


def decided_file(*, actor: User, outcome: Outcome = Outcome.GRANT, **file: Any) -> CaseFile:
    """A file granted (or rejected) in a session of its own, followed by the commission."""
    case_file = installation_file(until=CaseFileState.PROPOSED, outcome=outcome, **file)
    return decided_in_session(case_file, actor=actor)


def active_file(*, actor: User, **file: Any) -> CaseFile:
    """A granted file whose agreement was signed on the day of the sitting."""
    return activate_agreement(
        case_file=decided_file(actor=actor, **file),
        actor=actor,
        signed_on=HELD_ON,
        scan=stored_pdf(actor),
        at=CLOSED_AT + timedelta(days=10),
    )


def completed_file(*, actor: User, **file: Any) -> CaseFile:
    """Paid; nothing was promised: no commitment stands in the way."""
    case_file = active_file(actor=actor, **({"supervisor": "non"} | file))
    settle(case_file, at=CLOSED_AT + timedelta(days=17))
    return perform(case_file, "complete", actor=actor, at=datetime(2032, 1, 5, 9, 0, tzinfo=UTC))


def incomplete_file(*, actor: User, **file: Any) -> CaseFile:
    """A file whose applicant is asked to correct one answer."""
    return request_changes(
        case_file=installation_file(**file),
        actor=actor,
        points=[
            Point(
                target=ChangeTarget.ANSWER,
                key="exercice.starts_on",
                label="Début d’exercice",
                reason="La date ne correspond pas au bail.",
            )
        ],
        due_on=HELD_ON,
        at=START + timedelta(days=1),
    )


def dismissed_file(*, actor: User, **file: Any) -> CaseFile:
    return perform(
        installation_file(**file),
        "dismiss",
        actor=actor,
        comment="Demande déjà déposée.",
        at=START + timedelta(days=2),
    )


def withdrawn_file(*, actor: User, **file: Any) -> CaseFile:
    """`actor` has no part in it: the applicant withdraws."""
    case_file = installation_file(**file)
    return perform(case_file, "withdraw", actor=case_file.applicant, at=START + timedelta(days=2))


def scheduled_file(*, actor: User, **file: Any) -> CaseFile:
    item = listed_item(session=planned_session(actor=actor), actor=actor, **file)
    return CaseFile.objects.get(pk=item.case_file_id)


def terminated_file(*, actor: User, **file: Any) -> CaseFile:
    """Nothing was paid: nothing comes back."""
    return terminate_award(
        case_file=active_file(actor=actor, **file),
        actor=actor,
        stops_on=HELD_ON,
        comment="Départ du territoire.",
        at=CLOSED_AT + timedelta(days=400),
    )


_BUILDERS: dict[CaseFileState, Callable[..., CaseFile]] = {
    CaseFileState.INCOMPLETE: incomplete_file,
    CaseFileState.DISMISSED: dismissed_file,
    CaseFileState.WITHDRAWN: withdrawn_file,
    CaseFileState.SCHEDULED: scheduled_file,
    CaseFileState.GRANTED: decided_file,
    CaseFileState.REJECTED: partial(decided_file, outcome=Outcome.REJECT),
    CaseFileState.ACTIVE: active_file,
    CaseFileState.COMPLETED: completed_file,
    CaseFileState.TERMINATED: terminated_file,
}


def file_in(state: CaseFileState, *, actor: User, **file: Any) -> CaseFile:
    """A file of the installation aid in any state; `actor` is a head who proposed nothing."""
    if builder := _BUILDERS.get(state):
        return builder(actor=actor, **file)
    return installation_file(until=state, **file)
