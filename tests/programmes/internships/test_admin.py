from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.models import CaseFile
from apps.lookups.supervisors.models import Supervisor
from apps.programmes.internships.models import DurationBand, RuralRule
from tests.factories.accounts import UserFactory
from tests.factories.casefiles import reference_rows
from tests.factories.internships import proposed_internship
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db

BANDS = "/admin/internships/durationband/"
RULES = "/admin/internships/ruralrule/"
PLACEMENTS = "/admin/internships/internshipdetail/"


@pytest.fixture
def internship_head(db: None) -> User:
    user: User = UserFactory(
        first_name="Hélène", last_name="Responsable", grants=[(Role.HEAD, "stage-rural")]
    )
    return user


def set_band(client: PortalClient, **changes: Any) -> Any:
    data = {
        "from_days": "30",
        "monthly_amount": "150",
        "valid_during_0": "2027-01-01",
        "valid_during_1": "",
        "source": "Délibération d’essai",
    }
    return client.post(f"{BANDS}add/", data | changes)


def test_head_sets_a_band_and_its_history_says_who(
    client: PortalClient, internship_head: User
) -> None:
    client.force_login(internship_head)
    set_band(client)

    band = DurationBand.objects.get()
    assert (band.from_days, band.monthly_amount) == (30, 150)
    history = page_text(client.get(f"{BANDS}{band.pk}/history/"))
    assert "Création par Hélène Responsable" in history
    assert client.post(f"{BANDS}{band.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"monthly_amount": "59,99"}, "Le montant publié va de 60 € à 200 € par mois."),
        ({"monthly_amount": "201"}, "Le montant publié va de 60 € à 200 € par mois."),
        ({"from_days": "0"}, "Une tranche commence à un jour au moins."),
        ({}, "Une tranche commence déjà à ce nombre de jours."),
    ],
)
def test_band_out_of_bounds_is_refused_in_french(
    client: PortalClient, internship_head: User, changes: dict[str, str], sentence: str
) -> None:
    client.force_login(internship_head)
    set_band(client)

    assert sentence in page_text(set_band(client, **changes))
    assert DurationBand.objects.count() == 1


def test_head_validates_the_definition_of_rural(
    client: PortalClient, internship_head: User
) -> None:
    reference_rows()
    rule = RuralRule.objects.get()
    client.force_login(internship_head)
    client.post(
        f"{RULES}{rule.pk}/change/",
        {
            "minimum_density": "5",
            "is_validated": "on",
            "valid_during_0": "2023-01-01",
            "valid_during_1": "",
            "source": "Délibération d’essai",
        },
    )
    rule.refresh_from_db()
    assert (rule.is_validated, rule.source) == (True, "Délibération d’essai")


@pytest.mark.parametrize(
    ("persona", "reads", "adds"),
    [
        ("internship_head", 200, 200),
        ("head", 403, 403),
        ("auditor", 200, 403),
        ("editor", 403, 403),
    ],
)
def test_tables_follow_the_roles(
    client: PortalClient, request: pytest.FixtureRequest, persona: str, reads: int, adds: int
) -> None:
    client.force_login(request.getfixturevalue(persona))

    for address in (BANDS, RULES):
        assert client.get(address).status_code == reads
        assert client.get(f"{address}add/").status_code == adds


def test_guichet_links_a_placement_to_the_register(
    client: PortalClient, internship_head: User
) -> None:
    case_file = proposed_internship(amount=Decimal(300))
    supervisor = Supervisor.objects.create(
        first_name="Marie",
        last_name="Maître",
        profession="medecin-generaliste",
        commune=case_file.commune,
        source="Fiche d’essai",
    )
    client.force_login(internship_head)
    address = f"{PLACEMENTS}{case_file.pk}/change/"
    assert client.get(address).status_code == 200

    client.post(address, {"supervisor": supervisor.pk})

    detail = CaseFile.objects.get(pk=case_file.pk).internship_detail
    assert (detail.supervisor, detail.tutor_name) == (supervisor, "Thomas Tuteur")
    assert "Marie Maître" in page_text(client.get(PLACEMENTS))
    assert client.post(f"{PLACEMENTS}{case_file.pk}/delete/", {"post": "yes"}).status_code == 403


def test_list_of_placements_takes_the_same_queries_for_one_and_three(
    client: PortalClient, internship_head: User, django_assert_num_queries: Any
) -> None:
    client.force_login(internship_head)
    client.get(PLACEMENTS)  # the first page of a session notes when it was last used
    for count in (1, 2):
        for _ in range(count):
            proposed_internship(amount=Decimal(300))
        with django_assert_num_queries(5):
            client.get(PLACEMENTS)
