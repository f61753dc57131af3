"""Background jobs: the nightly round, and the copies that people ask for."""

from __future__ import annotations

from procrastinate.contrib.django import app

from apps.core import clock
from apps.privacy import packs, rounds


@app.periodic(cron="10 3 * * *")
@app.task(name="privacy.run_retention", queueing_lock="privacy.run_retention")
def run_retention(timestamp: int) -> None:
    """What has had its time goes; a second run on the same night finds nothing left."""
    run = rounds.run_retention(at=clock.now())
    rounds.finish(run, at=clock.now())


@app.task(name="privacy.make_pack", queue="files")
def make_pack(*, pack_id: str) -> None:
    packs.make_pack(pack_id, at=clock.now())
