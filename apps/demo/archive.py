"""The nine installation aids voted in 2023, as published: real acts, beneficiaries unnamed.

Source: « Le Plan Priorité Santé en action », Département du Loiret, end of 2023, l. 52-92. Three
were voted on 29 September 2023; for the six others the source gives no day. What it does not
say (address, start of practice, deliberation numbers) stays unset.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from apps.accounts.models import User
from apps.awards.agenda import add_to_agenda
from apps.awards.enums import Vote
from apps.awards.models import Session
from apps.awards.sessions import close_session, plan_session
from apps.awards.votes import CastVote
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import Channel, Outcome
from apps.casefiles.models import CaseFile
from apps.casefiles.proposals import propose
from apps.casefiles.transitions import perform
from apps.territory.models import Commune

FACTS = Path(settings.BASE_DIR) / "fixtures" / "reference" / "seed_facts.yaml"
DATED_SESSION = date(2023, 9, 29)
# The day of the published session stands for the day of recording of all nine acts.
RECORDED_AT = datetime(2023, 9, 29, 8, 0, tzinfo=UTC)
DELIBERATION = "numéro non donné par la source"


def load_archive(*, agent: User, head: User) -> list[CaseFile]:
    """Record the nine acts through the same moves as any file; returns them as decided.

    Two sessions: the one of 29 September 2023, and one without a date.
    """
    aids = yaml.safe_load(FACTS.read_text(encoding="utf-8"))["aids_2023"]
    dated = plan_session(
        label="Commission permanente du 29 septembre 2023", held_on=DATED_SESSION, actor=head
    )
    undated = undated_session("Commissions de 2023, antérieures au 29 septembre", actor=head)
    for session in (dated, undated):
        files = [
            _record(aid, agent=agent)
            for aid in aids
            if (aid["session"] == DATED_SESSION.isoformat()) == (session == dated)
        ]
        vote_as_published(session, files, head=head)
    return list(CaseFile.objects.filter(channel=Channel.ARCHIVE).order_by("pk"))


def _record(aid: dict[str, Any], *, agent: User) -> CaseFile:
    """One act, from its facts to a proposal to grant the amount that the rules give."""
    case_file = start_case_file(
        programme="installation",
        applicant=None,
        filed_by=agent,
        channel=Channel.ARCHIVE,
        initial={
            "profession": aid["profession"],
            "commune": Commune.objects.get(pk=aid["code_insee"]),
            "supervisor": "promesse" if aid["mentor_bonus"] else "",
            "is_first_installation": True,  # « aides à l’installation », S1 l. 95: first ones only
        },
        at=RECORDED_AT,
    )
    detail = case_file.installation_detail
    detail.structure_name = _capitalised(aid["place"] or "")
    detail.structure_kind = aid["place_type"] if aid["place_type"] != "commune" else ""
    detail.save(update_fields=["structure_name", "structure_kind"])
    case_file = perform(case_file, "submit", actor=agent, at=RECORDED_AT)
    case_file = perform(case_file, "start_review", actor=agent, at=RECORDED_AT)
    voted = Decimal(aid["amount"])
    if case_file.computed_amount != voted:
        raise ValueError(
            f"Aid {aid['n']} of 2023: computed {case_file.computed_amount}, voted {voted}"
        )
    return propose(
        case_file=case_file, actor=agent, outcome=Outcome.GRANT, amount=voted, at=RECORDED_AT
    )


def undated_session(label: str, *, actor: User) -> Session:
    return plan_session(
        label=label,
        held_on=None,
        undated_reason="La source ne donne pas le jour.",
        actor=actor,
    )


def vote_as_published(session: Session, files: list[CaseFile], *, head: User) -> None:
    """Close a past session: each of its acts was granted."""
    items = add_to_agenda(session=session, case_files=files, actor=head, at=RECORDED_AT)
    close_session(
        session=session,
        actor=head,
        deliberation=DELIBERATION,
        votes={item.pk: CastVote(vote=Vote.FOLLOW) for item in items},
        at=RECORDED_AT,
    )


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
