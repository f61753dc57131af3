from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.awards.enums import RenewalStatus
from apps.awards.models import Amendment, Attestation, Graduation, Renewal
from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.models import CaseFile
from apps.casefiles.reference_rows import load_reference_rows
from apps.demo.town import build_town

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def town(loiret: None) -> int:
    load_reference_rows()
    return build_town(seed=45, now=NOW)


def test_build_town_shows_every_state_and_the_published_acts(town: int) -> None:
    assert town == 73
    fictitious = CaseFile.objects.filter(is_fictitious=True)
    assert set(fictitious.values_list("state", flat=True)) == set(CaseFileState.values)
    archive = CaseFile.objects.filter(channel=Channel.ARCHIVE)
    assert not archive.filter(is_fictitious=True).exists()
    aids = archive.filter(programme="installation").order_by("pk")
    assert [aid.granted_amount for aid in aids] == [
        *(Decimal(8000), Decimal(35000), Decimal(35000), Decimal(8000), Decimal(37000)),
        *(Decimal(35000), Decimal(37000), Decimal(8000), Decimal(15000)),
    ]
    assert {aid.applicant_name for aid in aids} == {"Bénéficiaire non nommé"}
    _three_bursaries_have_the_amount_that_is_published()
    _renewals_stand_at_each_of_their_steps()


def _three_bursaries_have_the_amount_that_is_published() -> None:
    acts = CaseFile.objects.filter(channel=Channel.ARCHIVE, programme="bourse-etudes")
    assert [act.granted_amount for act in acts.order_by("pk")] == [
        *(Decimal(10000), Decimal(4650), Decimal(15000)),
    ]
    assert {act.applicant_name for act in acts} == {"Bénéficiaire non nommé"}
    assert not Renewal.objects.filter(case_file__in=acts).exists()


def _renewals_stand_at_each_of_their_steps() -> None:
    renewals = Renewal.objects.all()
    assert set(renewals.values_list("status", flat=True)) == {
        *(RenewalStatus.TO_DO, RenewalStatus.SENT),
        *(RenewalStatus.PROPOSED, RenewalStatus.GRANTED),
    }
    assert renewals.exclude(return_reason="").count() == 1
    assert Amendment.objects.get().amount == Decimal(3000)
    assert Graduation.objects.count() == 1


def test_a_placement_has_its_months_confirmed_and_another_one_to_settle(town: int) -> None:
    placements = CaseFile.objects.filter(programme="stage-rural")
    answers = Attestation.objects.filter(instalment__case_file__in=placements).order_by("pk")
    assert [answer.presence for answer in answers] == ["whole"] * 4 + ["part"]
    assert [answer.needs_settling for answer in answers] == [False] * 4 + [True]
    assert {state: placements.filter(state=state).count() for state in ("active", "draft")} == {
        "active": 2,
        "draft": 1,
    }


def test_load_demo_outside_the_demo_is_refused(settings: Any, db: None) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="only runs with the demo settings"):
        call_command("load_demo")
