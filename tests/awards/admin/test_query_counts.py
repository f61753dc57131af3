"""The lists of awards ask the database as much for one row as for three."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.awards.attestations import Presences, attest
from apps.awards.enums import Presence
from apps.awards.models import AwardTerms, Instalment, PaperAccess
from tests.factories.accounts import UserFactory
from tests.factories.awards import terminated_file
from tests.factories.bursaries import renewal_round
from tests.factories.casefiles import START, installation_file, stored_pdf
from tests.factories.internships import ASKED_AT, active_internship, duration_band, sent_link
from tests.factories.payments import AMOUNT, due, exported, planned, validated
from tests.support.client import PortalClient

pytestmark = pytest.mark.django_db

PAYMENTS = "/admin/awards/instalment/"


@pytest.fixture
def as_superuser(client: PortalClient, superuser: User) -> PortalClient:
    client.force_login(superuser)
    return client


@pytest.fixture
def as_accountant(client: PortalClient, accountant: User) -> PortalClient:
    client.force_login(accountant)
    return client


def batch(number: int, head: User) -> None:
    accountant = UserFactory(grants=[("accountant", "installation")])
    exported(validated(actor=head, accountant=accountant), accountant=accountant)


def attestation(number: int, head: User) -> None:
    if number == 1:
        duration_band()
    case_file = active_internship()
    link, _ = sent_link(case_file)
    attest(
        link=link,
        instalment_id=case_file.instalments.get(rank=1).pk,
        answer=Presences(presence=Presence.WHOLE),
        at=ASKED_AT,
    )


def clawback(number: int, head: User) -> None:
    terminated_file(actor=head)


def opening(number: int, head: User) -> None:
    PaperAccess.objects.create(
        case_file=installation_file(), file=stored_pdf(head), user=head, at=START
    )


def bursary_round(number: int, head: User) -> None:
    renewal_round(2026 + number)


def terms(number: int, head: User) -> None:
    AwardTerms.objects.create(
        programme="installation",
        valid_during=(date(2020 + number, 1, 1), date(2021 + number, 1, 1)),
        source="Texte fictif",
    )


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("path", "make", "queries"),
    [
        pytest.param("batch", batch, 4, id="batches"),
        pytest.param("attestation", attestation, 4, id="attestations"),
        pytest.param("clawback", clawback, 4, id="clawbacks"),
        pytest.param("paperaccess", opening, 4, id="openings of papers"),
        pytest.param("renewalround", bursary_round, 4, id="rounds"),
        pytest.param("awardterms", terms, 4, id="terms"),
    ],
)
def test_list_asks_as_much_for_one_row_as_for_three(
    *,
    as_superuser: PortalClient,
    head: User,
    path: str,
    make: Callable[[int, User], None],
    count: int,
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(1, count + 1):
        make(number, head)
    address = f"/admin/awards/{path}/"
    as_superuser.get(address)

    with django_assert_num_queries(queries):
        page = as_superuser.get(address)
    assert page.status_code == 200


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize(("page", "queries"), [("valider", 9), ("batch", 5)])
def test_ticked_payments_are_judged_in_as_many_queries(
    *,
    as_accountant: PortalClient,
    head: User,
    accountant: User,
    page: str,
    queries: int,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """Of as many files: who decided, who accepted, which account."""
    for _ in range(count):
        due(planned(AMOUNT), actor=head)
    ticked = "&".join(f"versement={item.pk}" for item in Instalment.objects.all())
    address = f"{PAYMENTS}valider/" if page == "valider" else "/admin/awards/batch/add/"
    as_accountant.get(f"{address}?{ticked}")

    with django_assert_num_queries(queries):
        shown = as_accountant.get(f"{address}?{ticked}")
    assert shown.status_code == 200
