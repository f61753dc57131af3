"""Where a commitment stands on a day, for the desk and for the beneficiary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from apps.awards.clawbacks import Quote, quote
from apps.awards.enums import ProofStatus
from apps.awards.models import (
    Clawback,
    Commitment,
    CommitmentPause,
    CommitmentProof,
    CommitmentTransfer,
    Promise,
)


@dataclass(frozen=True, kw_only=True)
class CommitmentStanding:
    """`quote`: what would come back if the practice stopped on `on`; None once it is over."""

    on: date
    last_day: date | None
    quote: Quote | None
    pauses: Sequence[CommitmentPause]
    proofs: Sequence[CommitmentProof]
    promises: Sequence[Promise]
    transfers: Sequence[CommitmentTransfer]
    clawbacks: Sequence[Clawback]
    today: date

    @property
    def next_proof(self) -> CommitmentProof | None:
        """The first that is still to be given."""
        return next((proof for proof in self.proofs if proof.status == ProofStatus.AWAITED), None)

    @property
    def is_paused(self) -> bool:
        return any(
            pause.first_day <= self.today
            and (pause.last_day is None or self.today <= pause.last_day)
            for pause in self.pauses
        )


def standing_of(commitment: Commitment, *, on: date, today: date) -> CommitmentStanding:
    """Nine queries, however many rows there are."""
    pauses = list(commitment.pauses.all())
    return CommitmentStanding(
        on=on,
        last_day=commitment.ended_on or commitment.last_day,
        quote=quote(commitment.case_file, on=on) if commitment.is_open else None,
        pauses=pauses,
        proofs=list(commitment.proofs.select_related("file")),
        promises=list(commitment.promises.select_related("file", "supervisor")),
        transfers=list(commitment.transfers.select_related("from_commune", "to_commune")),
        clawbacks=list(commitment.case_file.clawbacks.all()),
        today=today,
    )
