from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.models import CaseFile
from apps.casefiles.reference_rows import load_reference_rows
from apps.demo.town import build_town

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def town(loiret: None) -> int:
    load_reference_rows()
    return build_town(seed=45, now=NOW)


def test_build_town_shows_every_state_and_the_nine_aids(town: int) -> None:
    assert town == 51
    fictitious = CaseFile.objects.filter(is_fictitious=True)
    assert set(fictitious.values_list("state", flat=True)) == set(CaseFileState.values)
    aids = CaseFile.objects.filter(channel=Channel.ARCHIVE).order_by("pk")
    assert [aid.granted_amount for aid in aids] == [
        *(Decimal(8000), Decimal(35000), Decimal(35000), Decimal(8000), Decimal(37000)),
        *(Decimal(35000), Decimal(37000), Decimal(8000), Decimal(15000)),
    ]
    assert {aid.applicant_name for aid in aids} == {"Bénéficiaire non nommé"}
    assert not any(aid.is_fictitious for aid in aids)


def test_load_demo_outside_the_demo_is_refused(settings: Any, db: None) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="only runs with the demo settings"):
        call_command("load_demo")
