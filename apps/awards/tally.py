"""What a set of votes amounts to: the sentence before the closing, the table after it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from apps.awards.enums import Vote
from apps.casefiles.enums import Outcome
from apps.core.money import format_euros


@dataclass(frozen=True, kw_only=True)
class Line:
    """One proposal with its vote (empty: not voted yet).

    `outcome` is what the vote decides, None when adjourned or not voted; `amount` is the
    proposed one, in euros, None for a rejection or when it was never published.
    """

    reference: str
    vote: str
    outcome: Outcome | None
    amount: Decimal | None
    has_letter: bool
    has_email: bool


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Counts of files; `amount` is what the grants add up to, in euros.

    Of those grants, `unpublished` have an amount that nobody knows: they are no zeros in the sum.
    """

    granted: int
    amount: Decimal
    unpublished: int
    rejected: int
    adjourned: int
    not_voted: int
    letters: int
    emails: int
    without_email: tuple[str, ...]  # references: their letter is printed and posted

    @property
    def total(self) -> int:
        return self.granted + self.rejected + self.adjourned + self.not_voted

    @property
    def amount_label(self) -> str:
        return total_label(self.amount, unpublished=self.unpublished)

    @property
    def outcome(self) -> str:
        """« 2 accords pour 72 000 €, 1 refus, 1 ajournement »; nothing is said of zeros."""
        joined = " pour " if self.amount else ", "
        grants = f"{_count(self.granted, 'accord')}{joined}{self.amount_label}"
        parts = (
            (self.granted, grants),
            (self.rejected, f"{self.rejected} refus"),
            (self.adjourned, _count(self.adjourned, "ajournement")),
            (self.not_voted, f"{self.not_voted} sans vote"),
        )
        return ", ".join(words for number, words in parts if number)


def total_label(amount: Decimal, *, unpublished: int) -> str:
    """« 29 650 € et 26 montants non publiés »: a sum says what it could not add up."""
    unknown = f"{_count(unpublished, 'montant')} non publié{'s' if unpublished > 1 else ''}"
    parts = ((amount or not unpublished, format_euros(amount)), (unpublished, unknown))
    return " et ".join(words for said, words in parts if said)


def sum_label(amounts: Iterable[Decimal | None]) -> str:
    """The same for a list of grants, None being an amount that was never published."""
    amounts = tuple(amounts)
    known = sum((amount for amount in amounts if amount is not None), Decimal(0))
    return total_label(known, unpublished=amounts.count(None))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number > 1 else ''}"


def count_votes(lines: Iterable[Line]) -> Tally:
    """A letter is written for each decision, an e-mail queued where an address is known.

    An adjourned file stays an inner matter, and an act of the archive was told long ago: nobody
    is written to.
    """
    lines = tuple(lines)
    granted = [line for line in lines if line.outcome == Outcome.GRANT]
    rejected = [line for line in lines if line.outcome == Outcome.REJECT]
    letters = [line for line in (*granted, *rejected) if line.has_letter]
    return Tally(
        granted=len(granted),
        amount=sum((line.amount for line in granted if line.amount is not None), Decimal(0)),
        unpublished=sum(line.amount is None for line in granted),
        rejected=len(rejected),
        adjourned=sum(line.vote == Vote.ADJOURN for line in lines),
        not_voted=sum(not line.vote for line in lines),
        letters=len(letters),
        emails=sum(line.has_email for line in letters),
        without_email=tuple(line.reference for line in letters if not line.has_email),
    )
