"""What a programme whose files go before a jury tells of them. It answers; it judges nothing.

Lists hold hundreds of files: every answer about one file reads the file, its detail row
(`detail_related_name`) and its commune, and makes no query.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.awards.programmes import AwardedProgramme
from apps.casefiles.models import Campaign, CaseFile, DocumentKind
from apps.casefiles.programmes import programmes


@dataclass(frozen=True, kw_only=True)
class Passage:
    """One question of the file with its answer, as a juror reads it; `heading` groups them."""

    heading: str
    label: str
    value: str


class JudgedProgramme(AwardedProgramme):
    """A programme whose campaigns may have a jury."""

    @abstractmethod
    def title_of(self, case_file: CaseFile) -> str:
        """The project's title: names nobody, for it is read in anonymous phases too."""

    @abstractmethod
    def theme_of(self, case_file: CaseFile) -> str:
        """Code of its theme, one of `themes`; "" for none."""

    @abstractmethod
    def themes(self, campaign: Campaign) -> Sequence[tuple[str, str]]:
        """The themes of a campaign: code and label."""

    @abstractmethod
    def organisation_of(self, case_file: CaseFile) -> str:
        """Who carries the project; hidden in an anonymous phase."""

    @abstractmethod
    def amount_asked(self, case_file: CaseFile) -> Decimal | None:
        """What is asked of the council, in euros; None while it is unset."""

    @abstractmethod
    def reading_view(self, case_file: CaseFile) -> Sequence[Passage]:
        """Everything a juror reads of the file, in order."""

    @abstractmethod
    def anonymous_view(self, case_file: CaseFile) -> Sequence[Passage]:
        """The same without who asks: no organisation, number, address nor person."""

    def is_anonymous_piece(self, kind: DocumentKind) -> bool:
        """Whether a piece of this kind names nobody: others stay closed in an anonymous phase."""
        return False

    def envelope_year(self, campaign: Campaign) -> int:
        """The budget year that the ranking is read against."""
        return campaign.opens_on.year

    def insiders(self, campaign: Campaign) -> Iterable[tuple[int, int]]:
        """(case file, account) of everybody who has a part in a file: they never judge it."""
        return CaseFile.objects.filter(campaign=campaign, applicant__isnull=False).values_list(
            "pk", "applicant_id"
        )


def judged(campaign: Campaign) -> JudgedProgramme:
    """The programme of a campaign. Raises TypeError for one that has no jury."""
    programme = programmes[campaign.programme]
    if not isinstance(programme, JudgedProgramme):
        raise TypeError(f"{campaign.programme} is not a JudgedProgramme")
    return programme


def judged_slugs() -> list[str]:
    """The programmes whose campaigns may have a jury, in the order of registration."""
    return [item.slug for item in programmes if isinstance(item, JudgedProgramme)]
