"""The files before a jury, and what a juror meets of them. The only doors to them.

`files_before` is the guichet's, `files_of_juror` a juror's: both leave out what a conflict of
interests hides from the person, so that its address answers « not found » like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from apps.accounts.models import User
from apps.casefiles.concealment import not_concealed_from
from apps.casefiles.enums import CaseFileState as S
from apps.casefiles.models import CaseFile
from apps.casefiles.models.casefile import CaseFileQuerySet
from apps.casefiles.programmes import programmes
from apps.juries.enums import PhaseKind, ReviewStatus, ScoresShown
from apps.juries.models import Assignment, Juror, Jury, Phase, Review

# Found fit to be judged, and not given up since.
ADMITTED_STATES = (
    *(S.UNDER_REVIEW, S.PROPOSED, S.SCHEDULED),
    *(S.GRANTED, S.REJECTED, S.ACTIVE, S.COMPLETED, S.TERMINATED),
)
# A correction asked while jurors read does not take the file from them.
CORRECTED_STATES = (S.SUBMITTED, S.INCOMPLETE)


def admitted_files(jury: Jury) -> CaseFileQuerySet:
    """Every file that goes before this jury, in the order of arrival."""
    is_read = Exists(Assignment.objects.filter(case_file=OuterRef("pk")))
    return (
        CaseFile.objects.filter(campaign_id=jury.pk)
        .filter(Q(state__in=ADMITTED_STATES) | (Q(state__in=CORRECTED_STATES) & is_read))
        .order_by("submitted_at", "pk")
    )


def files_before(jury: Jury, user: User) -> CaseFileQuerySet:
    """Those that `user` may meet: no conflict of interests, not their own."""
    return admitted_files(jury).filter(not_concealed_from(user)).exclude(applicant=user)


def with_detail(files: CaseFileQuerySet, programme: str) -> CaseFileQuerySet:
    """With what the programme tells of each file: no query more."""
    return files.select_related(programmes[programme].detail_related_name, "commune")


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What a juror meets on a day; the phase's settings, and what they allow."""

    phase: Phase | None

    @property
    def kind(self) -> str:
        return self.phase.kind if self.phase else ""

    @property
    def is_reading(self) -> bool:
        return self.kind == PhaseKind.READING

    @property
    def is_meeting(self) -> bool:
        return self.kind == PhaseKind.MEETING

    @property
    def is_anonymous(self) -> bool:
        """Between two phases nothing more is shown than in the strictest."""
        return self.phase is None or self.phase.is_anonymous

    @property
    def shows_juror_names(self) -> bool:
        return self.phase is not None and self.phase.shows_juror_names

    @property
    def shows_ranking(self) -> bool:
        """The ranking tells everybody's marks."""
        return (
            self.is_meeting
            and self.phase is not None
            and (self.phase.scores_shown == ScoresShown.ALL)
        )

    def shows_others_marks(self, own: Review | None) -> bool:
        """Whether the other jurors' marks of a file are shown, given one's own review of it."""
        if self.phase is None:
            return False
        if self.phase.scores_shown == ScoresShown.AFTER_OWN:
            return own is not None and own.status == ReviewStatus.FINAL
        return self.phase.scores_shown == ScoresShown.ALL


def sight_on(jury: Jury, on: date) -> Sight:
    """The settings that hold on a day: one query."""
    return Sight(phase=jury.phases.current(on).first())


def files_of_juror(juror: Juror, sight: Sight) -> CaseFileQuerySet:
    """What a juror may open: what they are asked to read; in the meeting, every file.

    Nothing before the reading begins.
    """
    files = files_before(juror.jury, juror.user)
    if sight.is_meeting:
        return files
    if sight.is_reading:
        return files.filter(jury_assignments__juror=juror)
    return files.none()
