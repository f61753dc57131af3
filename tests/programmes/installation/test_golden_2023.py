"""The nine aids voted in 2023 come out to the euro (S1, l. 57-90, by seed_facts.yaml)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import yaml
from django.conf import settings
from django.test import Client

from apps.casefiles.eligibility import Answer
from apps.casefiles.reference_rows import load_reference_rows
from apps.core.money import format_euros

FACTS = yaml.safe_load(
    (settings.BASE_DIR / "fixtures" / "reference" / "seed_facts.yaml").read_text(encoding="utf-8")
)
AIDS = FACTS["aids_2023"]


@pytest.fixture(autouse=True)
def programme_rows(loiret: None) -> None:
    load_reference_rows()


def test_simulator_nine_aids_of_2023_give_their_amounts(client: Client) -> None:
    shown = []
    for aid in AIDS:
        response = client.get(
            "/aides/installation/simulateur/",
            {
                "profession": aid["profession"],
                "commune": aid["code_insee"],
                "date": "2023-06-01",
                "maitre_de_stage": "promesse" if aid["mentor_bonus"] else "non",
                "premiere_installation": "oui",
                "aide_ars": "non",
            },
        )
        simulation = response.context["simulation"]
        assert simulation.eligibility.answer is not Answer.NO
        assert format_euros(simulation.breakdown.total) in response.text
        shown.append(simulation.breakdown.total)

    assert shown == [
        *(Decimal(8000), Decimal(35000), Decimal(35000), Decimal(8000), Decimal(37000)),
        *(Decimal(35000), Decimal(37000), Decimal(8000), Decimal(15000)),
    ]
    assert sum(shown) == Decimal(218000)


def test_simulator_shared_address_answers_37000_with_two_lines(client: Client) -> None:
    response = client.get(
        "/aides/installation/simulateur/?profession=masseur-kinesitherapeute&commune=45285"
        "&date=2023-06-01&maitre_de_stage=promesse&premiere_installation=oui&aide_ars=non"
    )

    simulation = response.context["simulation"]
    assert [line.amount for line in simulation.breakdown.lines] == [Decimal(35000), Decimal(2000)]
    assert "37\u00a0000\u00a0€" in response.text
    assert simulation.on == date(2023, 6, 1)
    assert simulation.query in response.text.replace("&amp;", "&")
