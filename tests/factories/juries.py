"""A jury over files of a known programme."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import Campaign, CaseFile, DocumentKind
from apps.casefiles.programmes import programmes
from apps.juries.declarations import declare
from apps.juries.enums import AssignmentOrigin, PhaseKind
from apps.juries.models import (
    Assignment,
    Criterion,
    Declaration,
    Juror,
    Jury,
    Phase,
    Ranking,
    Review,
)
from apps.juries.money import start_line
from apps.juries.programmes import JudgedProgramme, Passage
from apps.juries.rankings import agree_ranking
from apps.juries.reviews import Written, save_review
from apps.programmes.installation.programme import InstallationAid
from tests.factories.accounts import UserFactory
from tests.factories.casefiles import installation_file, staff_member

OPENED_AT = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
READING_AT = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
MEETING_AT = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
THEMES = (("sante", "E-santé"), ("solidarite", "Solidarité territoriale"))


class JudgedInstallation(InstallationAid, JudgedProgramme):
    """The installation aid, as if a jury judged it: the tests need no call of their own."""

    def title_of(self, case_file: CaseFile) -> str:
        return f"Projet {case_file.installation_detail.address}"

    def theme_of(self, case_file: CaseFile) -> str:
        return THEMES[0][0] if case_file.installation_detail.is_first_installation else THEMES[1][0]

    def themes(self, campaign: Campaign) -> Sequence[tuple[str, str]]:
        return THEMES

    def organisation_of(self, case_file: CaseFile) -> str:
        return case_file.installation_detail.structure_name

    def amount_asked(self, case_file: CaseFile) -> Decimal | None:
        return case_file.computed_amount

    def reading_view(self, case_file: CaseFile) -> Sequence[Passage]:
        return (
            Passage(heading="Porteur", label="Nom", value=case_file.applicant_name),
            *self.anonymous_view(case_file),
        )

    def anonymous_view(self, case_file: CaseFile) -> Sequence[Passage]:
        address = case_file.installation_detail.address
        return (Passage(heading="Projet", label="Lieu", value=address),)

    def is_anonymous_piece(self, kind: DocumentKind) -> bool:
        return kind.slug == "diplome"


@contextmanager
def judged_installation() -> Iterator[None]:
    """From now on the installation aid goes before a jury."""
    former = programmes._programmes["installation"]
    programmes._programmes["installation"] = JudgedInstallation()
    try:
        yield
    finally:
        programmes._programmes["installation"] = former


def open_campaign(label: str = "Campagne 2026") -> Campaign:
    campaign: Campaign = Campaign.objects.create(
        programme="installation",
        label=label,
        opens_on=date(2026, 11, 1),
        closes_on=date(2026, 11, 10),
    )
    return campaign


def campaign_file(campaign: Campaign, *, title: str = "1 rue de la Démo", **file: Any) -> CaseFile:
    """A file of the campaign that the guichet found fit to be judged."""
    file = {"until": CaseFileState.UNDER_REVIEW, "address": title, **file}
    case_file = installation_file(**file)
    CaseFile.objects.filter(pk=case_file.pk).update(campaign=campaign)
    return CaseFile.objects.get(pk=case_file.pk)


def add_criteria(campaign: Campaign) -> list[Criterion]:
    """Two criteria, on different scales: the first counts twice."""
    return [
        Criterion.objects.create(
            campaign=campaign, label="Utilité", weight=Decimal(2), highest=5, position=1
        ),
        Criterion.objects.create(
            campaign=campaign, label="Faisabilité", weight=Decimal(1), highest=10, position=2
        ),
    ]


def make_jury(campaign: Campaign, *, head: User | None = None, **phase: Any) -> Jury:
    """With its three phases: reading from 11 November, meeting from 1 December."""
    jury = Jury.objects.create(
        campaign=campaign, created_by=head or staff_member(Role.HEAD), created_at=OPENED_AT
    )
    for kind, first, last in (
        (PhaseKind.ELIGIBILITY, date(2026, 11, 1), date(2026, 11, 10)),
        (PhaseKind.READING, date(2026, 11, 11), date(2026, 11, 30)),
        (PhaseKind.MEETING, date(2026, 12, 1), date(2026, 12, 15)),
    ):
        Phase.objects.create(jury=jury, kind=kind, starts_on=first, ends_on=last, **phase)
    return jury


def seat(jury: Jury, *, name: str = "Juré", user: User | None = None, **fields: Any) -> Juror:
    """A member of the commission who sits in the jury."""
    grants = [(Role.COMMITTEE_MEMBER, jury.campaign.programme)]
    juror: Juror = Juror.objects.create(
        jury=jury,
        user=user or UserFactory(last_name=name, grants=grants),
        added_by=jury.created_by,
        added_at=OPENED_AT,
        **fields,
    )
    return juror


def assign(juror: Juror, case_file: CaseFile) -> Assignment:
    return Assignment.objects.create(
        juror=juror,
        case_file=case_file,
        origin=AssignmentOrigin.BY_HAND,
        assigned_by=juror.jury.created_by,
        assigned_at=OPENED_AT,
    )


def declared(juror: Juror, case_file: CaseFile, *, conflict: bool = False) -> Declaration:
    return Declaration.objects.create(
        juror=juror, case_file=case_file, has_conflict=conflict, declared_at=READING_AT
    )


def given_review(juror: Juror, case_file: CaseFile, *marks: int, **written: Any) -> Review:
    """A reading asked, declared free and given: the highest marks unless said otherwise."""
    if not juror.assignments.filter(case_file=case_file).exists():
        assign(juror, case_file)
    declare(juror=juror, case_file=case_file, has_conflict=False, at=READING_AT)
    criteria = list(juror.jury.campaign.criteria.all())
    values = marks or [item.highest for item in criteria]
    given = {item.pk: mark for item, mark in zip(criteria, values, strict=True)}
    return save_review(
        juror=juror,
        case_file=case_file,
        written=Written(marks={} if written.get("is_abstention") else given, **written),
        is_final=True,
        at=READING_AT,
    )


def agreed_ranking(jury: Jury, juror: Juror, *, head: User) -> Ranking:
    """Every file for what it asks, as `head` wrote it down; `juror` alone was there."""
    scenario = start_line(jury=jury, name="Essai", actor=head, at=MEETING_AT)
    return agree_ranking(
        jury=jury,
        scenario=scenario,
        met_on=MEETING_AT.date(),
        place="",
        present={juror.pk},
        refusal_reason="",
        actor=head,
        at=MEETING_AT,
    )
