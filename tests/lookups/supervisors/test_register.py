"""The register of supervisors: who keeps it, who is accredited when, what the database refuses."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.lookups.supervisors.models import Accreditation, Profession, Supervisor
from apps.programmes.installation.professions import PROFESSIONS
from tests.factories.supervisors import AccreditationFactory, SupervisorFactory
from tests.factories.territory import CommuneFactory
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db

REGISTER = "/admin/supervisors/supervisor/"
NOON = datetime(2028, 11, 20, 11, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = False


@pytest.mark.parametrize(
    ("role", "read", "add"),
    [
        ("caseworker", 200, 200),
        ("head", 200, 200),
        ("accountant", 200, 403),
        ("auditor", 200, 403),
        ("editor", 403, 403),
        ("committee_member", 403, 403),
    ],
)
def test_guichet_keeps_the_register_and_others_do_not_see_it(
    client: PortalClient, request: pytest.FixtureRequest, role: str, read: int, add: int
) -> None:
    supervisor = AccreditationFactory().supervisor
    client.force_login(request.getfixturevalue(role))

    for path in (REGISTER, f"{REGISTER}{supervisor.pk}/change/"):
        assert client.get(path).status_code == read
    assert client.get(f"{REGISTER}add/").status_code == add


def entry(**values: Any) -> dict[str, Any]:
    return {
        "first_name": "Démo",
        "last_name": "Dupré",
        "profession": "medecin-generaliste",
        "rpps": "",
        "commune": CommuneFactory().pk,
        "structure": "Maison de santé Démo",
        "source": "Dossier fictif",
        "accreditations-TOTAL_FORMS": 1,
        "accreditations-INITIAL_FORMS": 0,
        "accreditations-0-valid_during_0": "2026-01-01",
        "accreditations-0-valid_during_1": "2028-12-31",
        "accreditations-0-places_per_semester": 2,
        "accreditations-0-source": "Université fictive",
        **values,
    }


def test_agent_adds_a_supervisor_with_their_accreditation(
    client: PortalClient, caseworker: User
) -> None:
    client.force_login(caseworker)

    client.post(f"{REGISTER}add/", entry())

    accreditation = Accreditation.objects.select_related("supervisor").get()
    assert str(accreditation.supervisor) == "Démo Dupré, Médecin généraliste"
    assert (accreditation.valid_during.lower, accreditation.valid_during.upper) == (
        date(2026, 1, 1),
        date(2029, 1, 1),
    )
    history = client.get(f"{REGISTER}{accreditation.supervisor_id}/history/").content.decode()
    assert "Chloé Instructrice" in history


def test_odd_rpps_is_kept_with_a_warning(client: PortalClient, caseworker: User) -> None:
    client.force_login(caseworker)

    page = client.post(f"{REGISTER}add/", entry(rpps="100 017 661 23"), follow=True)

    assert Supervisor.objects.get().rpps == "10001766123"
    assert "La clé de contrôle de ce numéro RPPS est inhabituelle" in page.content.decode()


def test_overlapping_accreditations_are_refused_in_french(
    client: PortalClient, caseworker: User
) -> None:
    client.force_login(caseworker)
    known = AccreditationFactory()

    page = client.post(
        f"{REGISTER}{known.supervisor_id}/change/",
        entry(
            **{
                "accreditations-TOTAL_FORMS": 2,
                "accreditations-INITIAL_FORMS": 1,
                "accreditations-0-id": known.pk,
                "accreditations-1-id": "",
                "accreditations-1-valid_during_0": "2028-06-01",
                "accreditations-1-valid_during_1": "",
                "accreditations-1-source": "Université fictive",
            }
        ),
    )

    assert "Un agrément existe déjà sur cette période." in page.content.decode()
    assert Accreditation.objects.count() == 1


@time_machine.travel(NOON)
def test_register_is_searched_and_filtered(client: PortalClient, auditor: User) -> None:
    ending = AccreditationFactory(supervisor__last_name="Sébastien").supervisor
    AccreditationFactory(supervisor__last_name="Durable", valid_during=(date(2026, 1, 1), None))
    SupervisorFactory(last_name="Jamais")
    client.force_login(auditor)

    def found(query: str) -> set[str]:
        text = page_text(client.get(f"{REGISTER}?{query}"))
        return set(re.findall("Sébastien|Durable|Jamais", text))

    assert found("q=sebastien") == {"Sébastien"}
    assert found("agrement=en-cours") == {"Sébastien", "Durable"}
    assert found("agrement=bientot") == {"Sébastien"}
    assert found("agrement=aucun") == {"Jamais"}
    assert "jusqu’au 31 décembre 2028" in page_text(client.get(REGISTER))
    assert ending.is_accredited(date(2028, 12, 31))
    assert not ending.is_accredited(date(2029, 1, 1))


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_as_much_for_one_as_for_three(
    client: PortalClient,
    auditor: User,
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    AccreditationFactory.create_batch(number)
    client.force_login(auditor)
    client.get(REGISTER)

    with django_assert_num_queries(5):
        client.get(REGISTER)


def test_professions_are_those_of_the_aids() -> None:
    assert dict(Profession.choices) == {
        slug: profession.label for slug, profession in PROFESSIONS.items()
    }


@pytest.mark.parametrize(
    ("model", "values", "name"),
    [
        (Supervisor, {"profession": "devin"}, "supervisor_profession_known"),
        (Supervisor, {"last_name": ""}, "supervisor_is_named"),
        (Supervisor, {"source": ""}, "supervisor_is_named"),
        (Accreditation, {"source": ""}, "accreditation_has_a_source"),
        (Accreditation, {"valid_during": (None, NOON.date())}, "accreditation_has_a_first_day"),
    ],
)
def test_row_that_breaks_a_constraint_is_refused(
    model: Any, values: dict[str, Any], name: str
) -> None:
    AccreditationFactory()
    with pytest.raises(IntegrityError, match=f'"{name}"'):
        model.objects.update(**values)


def test_two_accreditations_never_overlap() -> None:
    supervisor = AccreditationFactory().supervisor
    with pytest.raises(IntegrityError, match='"accreditation_no_overlap"'):
        AccreditationFactory(supervisor=supervisor, valid_during=(date(2028, 1, 1), None))


def test_one_number_is_one_person() -> None:
    SupervisorFactory(rpps="10001234567")
    with pytest.raises(IntegrityError, match='"supervisor_rpps_unique"'):
        SupervisorFactory(rpps="10001234567")
