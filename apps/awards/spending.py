"""What the votes of a sitting would commit, year by year, before anything is decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from apps.awards.enums import Vote
from apps.awards.envelopes import why_not_commit
from apps.awards.models import AgendaItem, Envelope
from apps.awards.programmes import awarded
from apps.casefiles.enums import Outcome
from apps.casefiles.programmes import programmes


@dataclass(frozen=True, kw_only=True)
class YearShare:
    """What the grants of a sitting ask of one programme's budget of one year, in euros.

    Without an envelope, nothing limits that year: the page says so.
    """

    programme: str
    year: int
    asked: Decimal
    envelope: Envelope | None

    @property
    def label(self) -> str:
        return programmes[self.programme].label

    @property
    def why_not(self) -> str:
        return why_not_commit(self.envelope, self.asked) if self.envelope else ""

    @property
    def left_after(self) -> Decimal | None:
        """Negative when money is missing, None without an envelope."""
        return self.envelope.remaining - self.asked if self.envelope else None


def spending(items: Iterable[AgendaItem], *, on: date) -> list[YearShare]:
    """The shares of a sitting's grants, `on` being the day of its decisions: one query.

    A line without a vote counts as if the proposal were followed: what is shown first is the
    most that the sitting may commit.
    """
    asked: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for item in items:
        if not _may_grant(item) or item.proposed_amount is None:
            continue
        programme = awarded(item.case_file)
        for instalment in programme.schedule(
            item.case_file, amount=item.proposed_amount, decided_on=on
        ):
            asked[programme.slug, instalment.budget_year] += instalment.amount
    envelopes = _envelopes(sorted(asked))
    return [
        YearShare(programme=slug, year=year, asked=euros, envelope=envelopes.get((slug, year)))
        for (slug, year), euros in sorted(asked.items())
    ]


def _may_grant(item: AgendaItem) -> bool:
    return item.proposed_outcome == Outcome.GRANT and item.vote in ("", Vote.FOLLOW)


def _envelopes(wanted: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Envelope]:
    if not wanted:
        return {}
    asked = Q()
    for slug, year in wanted:
        asked |= Q(programme=slug, year=year)
    found = Envelope.objects.filter(asked).with_figures()
    return {(envelope.programme, envelope.year): envelope for envelope in found}
