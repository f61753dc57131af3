"""Background jobs of awards. Each may run twice: what was asked is not asked again."""

from __future__ import annotations

from procrastinate.contrib.django import app

from apps.awards import renewals
from apps.awards.attestation_reminders import ask_attestations
from apps.awards.budget_ledger import fold_entries
from apps.awards.commitment_proofs import follow_proofs, followed_commitments
from apps.awards.promises import promises_to_remind, remind_of_promise
from apps.awards.proofs import advance_all
from apps.core import clock


@app.periodic(cron="45 4 * * *")
@app.task(name="awards.fold_budget", queueing_lock="awards.fold_budget", pass_context=False)
def fold_budget(timestamp: int) -> None:
    """One entry for each budget, however many payments the day brought."""
    fold_entries()


@app.periodic(cron="0 5 * * *")
@app.task(name="awards.follow_renewals", queueing_lock="awards.follow_renewals", pass_context=False)
def follow_renewals(timestamp: int) -> None:
    """Open the renewals of the day, and remind those whose last day is near."""
    renewals.open_renewals(on=clock.today(), at=clock.now())
    renewals.remind_renewals(on=clock.today(), at=clock.now())


@app.periodic(cron="30 5 * * *")
@app.task(name="awards.advance_instalments", queueing_lock="awards.advance_instalments")
def advance_instalments(timestamp: int) -> None:
    """Ask the proofs whose time has come, remind, and let due payments be due."""
    advance_all(at=clock.now())


@app.periodic(cron="15 5 * * *")
@app.task(
    name="awards.follow_commitments",
    queueing_lock="awards.follow_commitments",
    pass_context=False,
)
def follow_commitments(timestamp: int) -> None:
    """Ask for the proofs that come due and remind of late ones: a transaction each."""
    for commitment in followed_commitments():
        follow_proofs(commitment=commitment, at=clock.now())


@app.periodic(cron="25 5 * * *")
@app.task(
    name="awards.remind_of_promises",
    queueing_lock="awards.remind_of_promises",
    pass_context=False,
)
def remind_of_promises(timestamp: int) -> None:
    """Remind of the promises whose day comes near: a transaction each."""
    at = clock.now()
    for promise in promises_to_remind(clock.paris_date(at)):
        remind_of_promise(promise=promise, at=at)


@app.periodic(cron="10 6 * * *")
@app.task(
    name="awards.ask_attestations", queueing_lock="awards.ask_attestations", pass_context=False
)
def send_attestation_links(timestamp: int) -> None:
    """The months that are over, and reminders to whoever attests them."""
    ask_attestations(at=clock.now())
