"""The commissions of the demo town: plainly fictitious sittings."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from apps.accounts.models import User
from apps.awards.agenda import add_to_agenda
from apps.awards.enums import Vote
from apps.awards.models import Session
from apps.awards.sessions import close_session, plan_session
from apps.awards.votes import CastVote
from apps.casefiles.models import CaseFile
from apps.core import clock
from apps.core.dates import format_date


def hold_session(case_files: list[CaseFile], head: User, *, held_at: datetime) -> None:
    """Plan a sitting, put these files on its agenda, and follow each proposal."""
    held_on = clock.paris_date(held_at)
    session = plan_sitting(head, held_on)
    items = add_to_agenda(
        session=session, case_files=case_files, actor=head, at=held_at - timedelta(days=12)
    )
    close_session(
        session=session,
        actor=head,
        deliberation=f"DEMO-{held_on:%Y%m%d}",
        votes={item.pk: CastVote(vote=Vote.FOLLOW) for item in items},
        at=held_at,
    )


def plan_sitting(head: User, held_on: date) -> Session:
    return plan_session(
        label=f"Commission permanente du {format_date(held_on)} (démonstration)",
        held_on=held_on,
        actor=head,
        place="Hôtel du Département",
        is_fictitious=True,
    )
