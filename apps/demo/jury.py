"""The jury of the demo's running call: six jurors, two conflicts of interests, marks on most files.

Made for every campaign of a judged programme with files that wait for a jury.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import Campaign, CaseFile
from apps.core import clock
from apps.demo.people import JURORS, create_account
from apps.juries.declarations import declare
from apps.juries.enums import PhaseKind, ScoresShown
from apps.juries.models import Criterion, Juror, Jury
from apps.juries.programmes import judged_slugs
from apps.juries.readings import draw_readings
from apps.juries.reviews import Written, save_review
from apps.juries.setup import PlannedPhase, plan_phases, seat_juror, set_up_jury

SEED = 45
READINGS = 3
# Days from now at which a phase begins: the reading is on, most of it is done.
ELIGIBILITY_FROM, READING_FROM, MEETING_FROM, MEETING_TO = -20, -12, 8, 15
# What each juror gives, in tenths of each criterion's scale: harsh ones and mild ones.
HABITS = (9, 6, 7, 4, 8, 5)
# One reading in so many is not given yet, one is an abstention.
MISSING_EVERY, ABSTENTION_EVERY = 7, 25
_CRITERIA = (
    ("Accès aux soins des habitants", Decimal(3), 5),
    ("Caractère innovant", Decimal(2), 5),
    ("Faisabilité et budget", Decimal(2), 10),
    ("Suite après l’aide", Decimal(1), 5),
)


def load_juries(*, staff: Mapping[str, User], now: datetime) -> None:
    """Set up and play the jury of each campaign whose files wait for one."""
    waiting = CaseFile.objects.filter(
        state=CaseFileState.UNDER_REVIEW, campaign__programme__in=judged_slugs()
    )
    campaigns = Campaign.objects.filter(pk__in=waiting.values("campaign")).order_by("pk")
    for campaign in campaigns:
        _play_jury(campaign, head=staff["responsable"], now=now)


def _play_jury(campaign: Campaign, *, head: User, now: datetime) -> None:
    if not campaign.criteria.exists():
        Criterion.objects.bulk_create(
            Criterion(
                campaign=campaign, label=label, weight=weight, highest=highest, position=place
            )
            for place, (label, weight, highest) in enumerate(_CRITERIA, start=1)
        )
    opened_at = now + timedelta(days=READING_FROM)
    jury = set_up_jury(campaign=campaign, reviews_per_file=READINGS, actor=head, at=opened_at)
    plan_phases(jury=jury, phases=_phases(now), actor=head)
    people = User.objects.in_bulk([item.email for item in JURORS], field_name="email")
    seats = [
        seat_juror(
            jury=jury,
            user=people.get(account.email) or create_account(account),
            actor=head,
            at=opened_at,
        )
        for account in JURORS
    ]
    _declare_conflicts(jury, seats, at=opened_at)
    draw_readings(jury=jury, seed=SEED, actor=head, at=opened_at)
    for place, juror in enumerate(seats):
        _read(juror, tenths=HABITS[place], at=now - timedelta(days=len(seats) - place))


def _phases(now: datetime) -> list[PlannedPhase]:
    """One after the other, in days from now."""
    today = clock.paris_date(now)
    starts = (ELIGIBILITY_FROM, READING_FROM, MEETING_FROM, MEETING_TO + 1)
    return [
        PlannedPhase(
            kind=kind,
            starts_on=today + timedelta(days=starts[place]),
            ends_on=today + timedelta(days=starts[place + 1] - 1),
            scores_shown=ScoresShown.ALL if kind == PhaseKind.MEETING else ScoresShown.OWN,
            shows_juror_names=False,
            is_anonymous=False,
        )
        for place, kind in enumerate(PhaseKind)
    ]


def _declare_conflicts(jury: Jury, seats: list[Juror], *, at: datetime) -> None:
    """Two jurors, a file each."""
    files = CaseFile.objects.filter(campaign_id=jury.pk, state=CaseFileState.UNDER_REVIEW)
    reasons = ("Démo : un proche travaille dans cet organisme", "Démo : membre du bureau")
    for juror, case_file, reason in zip(seats, files.order_by("pk"), reasons, strict=False):
        declare(juror=juror, case_file=case_file, has_conflict=True, reason=reason, at=at)


def _read(juror: Juror, *, tenths: int, at: datetime) -> None:
    """Declare and mark what was asked, a few readings left out."""
    criteria = list(juror.jury.campaign.criteria.all())
    for assignment in juror.assignments.select_related("case_file").order_by("pk"):
        case_file = assignment.case_file
        if assignment.pk % MISSING_EVERY == 0:
            continue
        declare(juror=juror, case_file=case_file, has_conflict=False, at=at)
        # Projects differ by up to two tenths, whoever reads them.
        level = max(0, min(10, tenths + case_file.pk % 5 - 2))
        save_review(
            juror=juror,
            case_file=case_file,
            written=Written(
                marks={item.pk: round(item.highest * level / 10) for item in criteria},
                is_abstention=assignment.pk % ABSTENTION_EVERY == 0,
                jury_comment="Démo : projet clair, budget à préciser.",
                owner_comment="Démo : précisez la suite donnée après l’aide.",
            ),
            is_final=True,
            at=at,
        )
