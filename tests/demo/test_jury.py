"""The demo's jury: six jurors, two conflicts, marks on most files, and a ranking to read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from apps.accounts.models import User
from apps.demo.jury import load_juries
from apps.demo.people import JURORS
from apps.juries.models import Criterion, Declaration, Draw, Juror, Jury, Review
from apps.juries.table import ranking_table
from tests.factories.juries import campaign_file, judged_installation, open_campaign

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def test_six_jurors_read_most_of_the_files(
    head: User, caseworker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.demo.jury.JURORS", _for_the_installation_aid())
    with judged_installation():
        campaign = open_campaign()
        for number in range(8):
            campaign_file(campaign, title=f"Projet {number}", caseworker=caseworker)

        load_juries(staff={"responsable": head}, now=NOW)

        jury = Jury.objects.get()
        assert (Juror.objects.count(), Draw.objects.get().seed) == (6, 45)
        assert Declaration.objects.conflicts().count() == 2
        assert Criterion.objects.filter(campaign=campaign).count() == 4
        given = Review.objects.final().count()
        assert 18 <= given < 24
        rows = ranking_table(jury, head)
        assert len(rows) == 8
        assert rows[0].standing.mean is not None
        assert sum(row.standing.missing for row in rows) == 24 - given


def test_nothing_waits_for_a_jury(head: User) -> None:
    load_juries(staff={"responsable": head}, now=NOW)

    assert not Jury.objects.exists()


def _for_the_installation_aid() -> tuple[object, ...]:
    return tuple(replace(account, programme="installation") for account in JURORS)
