"""The 29 bursaries of 2023: real acts, beneficiaries unnamed, amounts only where stated.

Source: « Le Plan Priorité Santé en action », Département du Loiret, end of 2023, l. 192-206. Three
have their amount; of the 26 others only bounds are known, which their files show as the range of
that day: their amount is « non publié » (docs/decisions/0029).
"""

from __future__ import annotations

from decimal import Decimal

from apps.accounts.models import User
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import Channel, Outcome
from apps.casefiles.models import CaseFile
from apps.casefiles.proposals import propose
from apps.casefiles.transitions import perform
from apps.demo.archive import RECORDED_AT, undated_session, vote_as_published
from apps.programmes.bursaries.published import BURSARIES_2023, PublishedBursary


def load_bursaries(*, agent: User, head: User) -> list[CaseFile]:
    """Record the acts through the same moves as any file, in a session without a date."""
    session = undated_session("Commissions de 2023 : bourses d’études", actor=head)
    files = [_record(bursary, agent=agent) for bursary in BURSARIES_2023]
    vote_as_published(session, files, head=head)
    return files


def _record(bursary: PublishedBursary, *, agent: User) -> CaseFile:
    """One act, from its facts to a proposal to grant what was voted."""
    case_file = start_case_file(
        programme="bourse-etudes",
        applicant=None,
        filed_by=agent,
        channel=Channel.ARCHIVE,
        initial={
            "course": bursary.course,
            "track": bursary.track,
            "year_of_study": bursary.year_of_study,
            "commits": True,  # S1, l. 184: every bursary asks for it
        },
        at=RECORDED_AT,
    )
    detail = case_file.bursary_detail
    detail.faculty = bursary.faculty
    detail.save(update_fields=["faculty"])
    for name in ("submit", "start_review"):
        case_file = perform(case_file, name, actor=agent, at=RECORDED_AT)
    return propose(
        case_file=case_file,
        actor=agent,
        outcome=Outcome.GRANT,
        amount=None if bursary.amount is None else Decimal(bursary.amount),
        is_amount_unpublished=bursary.amount is None,
        at=RECORDED_AT,
    )
