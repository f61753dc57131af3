"""The bursaries voted in 2023, read from the shared facts: each published amount is possible."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
import yaml
from django.conf import settings

from apps.awards.models import AwardTerms
from apps.awards.reference_rows import load_award_terms
from apps.casefiles.models import Rate
from apps.programmes.bursaries.amounts import bounds, cap, compute, lowest_total
from apps.programmes.bursaries.published import (
    BURSARIES_2023,
    GROUPS_2023,
    TOTAL_2022,
    TOTAL_2023,
)
from apps.programmes.bursaries.tracks import MEDICINE
from tests.factories.casefiles import reference_rows
from tests.programmes.bursaries.test_amounts import RATES_2023

FACTS = yaml.safe_load(
    (settings.BASE_DIR / "fixtures" / "reference" / "seed_facts.yaml").read_text(encoding="utf-8")
)["bursaries_2023"]
FRANCE, IASI, ZAGREB = FACTS["groups"]


def test_the_facts_are_those_of_the_source() -> None:
    assert [group["count"] for group in FACTS["groups"]] == [3, 7, 19]
    assert sum(group["count"] for group in FACTS["groups"]) == FACTS["total"] == 29
    assert FACTS["commitment"]["years_min"] == 5
    assert [(item["amount"], item["level"]) for item in FRANCE["items"]] == [
        (10000, "interne 2e année"),
        (4650, "externe 3e année"),
        (15000, "interne"),
    ]
    assert FRANCE["total_over_studies"] == {"min": 21450, "max": 23250}
    assert (IASI["amount_min"], IASI["amount_max"]) == (9000, 18000)
    assert IASI["total_over_studies"] == {"max": 54000}
    assert (ZAGREB["amount_min"], ZAGREB["amount_max"]) == (1200, 3000)
    assert ZAGREB["total_over_studies"] == {"min": 10800, "max": 18000}


@pytest.mark.parametrize(
    ("amount", "track", "year"),
    [(10000, "france-interne", 2), (4650, "france-externe", 3), (15000, "france-interne", None)],
)
def test_the_three_published_amounts_are_within_their_bounds(
    amount: int, track: str, year: int | None
) -> None:
    low, high = compute(track=track, year=year, rates=RATES_2023).bounds or (0, 0)
    assert low <= amount <= high


@pytest.mark.parametrize(("track", "group"), [("iasi", IASI), ("zagreb", ZAGREB)])
def test_the_groups_have_their_published_bounds(track: str, group: dict[str, Any]) -> None:
    totals = group["total_over_studies"]
    assert bounds(track, RATES_2023) == (group["amount_min"], group["amount_max"])
    assert cap(track, RATES_2023) == totals["max"]
    assert lowest_total(track, RATES_2023) == totals.get("min")


@pytest.mark.django_db
def test_the_rates_that_come_with_the_portal_are_those_of_the_source() -> None:
    reference_rows()
    rows = Rate.objects.filter(programme="bourse-etudes").values_list("code", "amount")
    assert dict(rows) == {code: Decimal(fact.amount) for code, fact in RATES_2023.items()}


def test_the_published_figures_are_those_of_the_source() -> None:
    assert (TOTAL_2023, TOTAL_2022) == (FACTS["total"], FACTS["total_2022"]) == (29, 18)
    assert [(group.count, group.lowest, group.highest) for group in GROUPS_2023] == [
        (3, 4650, 15000),
        (7, 9000, 18000),
        (19, 1200, 3000),
    ]
    stated = [item for item in BURSARIES_2023 if item.amount is not None]
    assert [(item.amount, item.faculty) for item in stated] == [
        (item["amount"], item["university"]) for item in FRANCE["items"]
    ]
    # Only bounds are known for the whole: the sum of the lowest, and of the highest.
    exact = sum(item["amount"] for item in FRANCE["items"])
    others = GROUPS_2023[1:]
    assert [
        exact + sum(group.count * group.lowest for group in others),
        exact + sum(group.count * group.highest for group in others),
    ] == [115450, 212650]


def test_each_bursary_is_told_with_what_the_source_says_of_it() -> None:
    assert len(BURSARIES_2023) == FACTS["total"] == 29
    untold = Counter(
        (item.track, item.course, item.year_of_study)
        for item in BURSARIES_2023
        if item.amount is None
    )
    # In Iași the source does not say who studies medicine, and who dentistry.
    assert untold == {
        ("iasi", "", None): IASI["count"],
        ("zagreb", MEDICINE, 1): ZAGREB["count"],
    }


@pytest.mark.django_db
def test_the_commitment_is_that_of_the_source_and_its_start_is_unset() -> None:
    load_award_terms()
    terms = AwardTerms.objects.get(programme="bourse-etudes")
    assert terms.commitment_months == 12 * FACTS["commitment"]["years_min"] == 60
    assert (terms.start_within_months, terms.proof_every_months) == (None, None)
    assert "l. 184-185" in terms.source
