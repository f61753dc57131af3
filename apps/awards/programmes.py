"""What a programme tells of its awards: the questions that come after the decision.

Every programme is an AwardedProgramme. It answers; it never moves a file, pays or plans.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django import forms

from apps.awards.compatibility import AidPeriod
from apps.awards.schedule import PlannedInstalment
from apps.casefiles.amounts import AmountBreakdown
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import Programme, programmes


@dataclass(frozen=True, kw_only=True)
class Attester:
    """The third person who confirms a fact by a signed link: a tutor, a faculty."""

    name: str
    email: str
    capacity: str  # « maître de stage »


@dataclass(frozen=True, kw_only=True)
class PlannedPromise:
    """Something promised in return for a part of the award, `amount` euros of it.

    `keep_within_years` counts from the first day of practice.
    """

    kind: str
    label: str
    amount: Decimal
    keep_within_years: int
    source: str


@dataclass(frozen=True, kw_only=True)
class PlaceZone:
    """The class of the place in one zoning (territory.Zoning, ZoneClass), as the file froze it."""

    zoning: str
    zone_class: str


@dataclass(frozen=True, kw_only=True)
class WrittenProof:
    """A piece written on the portal itself, as a PDF and its file's name."""

    name: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class PlannedRenewal:
    """One more school year of the same award: what it is called, and what proves it."""

    label: str  # « Année universitaire 2027-2028 »: of the amendment and its instalment
    certificate: str  # « Certificat de scolarité 2027-2028 »


class AwardedProgramme(Programme):
    """A programme whose aids are paid and followed to their end."""

    # The questions asked again for each school year; None for an aid that is not renewed.
    renewal_form: ClassVar[type[forms.Form] | None] = None
    # Whether the time to begin the practice runs from the diploma, and not from the decision.
    practice_follows_graduation: ClassVar[bool] = False
    # Relations of the file that `aid_period` reads beside the detail: lists read them at once.
    period_reads: ClassVar[tuple[str, ...]] = ()

    def schedule(
        self, case_file: CaseFile, *, amount: Decimal, decided_on: date
    ) -> Sequence[PlannedInstalment]:
        """The instalments of an award of `amount` euros, decided that day: their sum is it.

        By default one payment of the whole, on the budget of the decision's year, once the
        agreement is signed.
        """
        return (
            PlannedInstalment(label="Versement unique", amount=amount, budget_year=decided_on.year),
        )

    def practice_starts_on(self, case_file: CaseFile) -> date | None:
        """The first day of practice as announced; the real one is recorded by staff."""
        return None

    def promises(self, case_file: CaseFile) -> Sequence[PlannedPromise]:
        """What is promised beside the practice itself, and the euros that hang on it."""
        return ()

    def place_zone(self, case_file: CaseFile) -> PlaceZone | None:
        """The zone that opened the aid, None when zones play no part: a new zoning is compared."""
        return None

    def obligations(self, case_file: CaseFile) -> Sequence[str]:
        """What the agreement asks of the beneficiary, one French sentence each."""
        return ()

    def aid_period(self, case_file: CaseFile) -> AidPeriod | None:
        """When the aid runs, for those that may not run together; None when it is unknown."""
        return None

    def declared_aids(self, case_file: CaseFile) -> frozenset[str]:
        """Codes of the aids from elsewhere that the applicant says they have."""
        return frozenset()

    def renewal(self, case_file: CaseFile, *, school_year: int) -> PlannedRenewal | None:
        """The school year that begins in `school_year`; None when the award is not renewed."""
        return None

    def renewal_initial(self, case_file: CaseFile) -> Mapping[str, Any]:
        """The last answers known, by the names of `renewal_form`'s fields, as plain JSON."""
        return {}

    def renewal_suggested(self, former: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the page fills in beforehand, given last year's answers."""
        return former

    def renewal_amount(
        self, case_file: CaseFile, *, answers: Mapping[str, Any], granted: Decimal, on: date
    ) -> AmountBreakdown:
        """What the rules of a day give for one more year, `granted` euros being given already.

        `maximum` is what may be given at most, what is left of a cap included.
        """
        return AmountBreakdown(lines=(), minimum=None, maximum=None, is_set=False)

    def proof_form(self, case_file: CaseFile, *, rank: int) -> type[forms.Form] | None:
        """What is asked on the page in place of a file, for the instalment `rank`; None: a file."""
        return None

    def written_proof(
        self, case_file: CaseFile, *, rank: int, answers: Mapping[str, Any], at: datetime
    ) -> WrittenProof:
        """Keep the valid answers of `proof_form`, and give them as the piece of the payment."""
        raise NotImplementedError

    def attester(self, case_file: CaseFile) -> Attester | None:
        """Who confirms the instalments whose proof is an attestation."""
        return None


def awarded(case_file: CaseFile) -> AwardedProgramme:
    """The programme of a file. Raises TypeError for one that is no AwardedProgramme."""
    programme = programmes[case_file.programme]
    if not isinstance(programme, AwardedProgramme):
        raise TypeError(f"{case_file.programme} is not an AwardedProgramme")
    return programme
