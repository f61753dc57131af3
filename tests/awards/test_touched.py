"""« Engagements touchés »: a new zoning is compared with the zone of the decision."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.accounts.models import User
from apps.awards.commitments import transfer
from apps.awards.enums import CommitmentStatus
from apps.awards.models import Commitment
from apps.awards.touched import zone_now
from apps.core.dashboard import figures_for
from apps.territory.models import Zone, ZoneClass, Zoning
from apps.territory.reports import reports
from tests.factories.commitments import running_commitment, waiting_commitment
from tests.factories.territory import CommuneFactory, ZoneFactory
from tests.support.text import plain

pytestmark = pytest.mark.django_db

TODAY = date(2028, 6, 1)
AT = datetime(2028, 6, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def commitment(head: User) -> Commitment:
    """A physiotherapist of an intermediate zone."""
    return running_commitment(actor=head)


def rezone(commitment: Commitment, zone_class: ZoneClass | None) -> None:
    """As a new zoning file does: the former zone closes, another one opens."""
    zones = Zone.objects.filter(
        commune=commitment.commune, zoning=Zoning.PHYSIOTHERAPIST, valid_during__contains=TODAY
    )
    zones.update(valid_during=DateRange(date(2023, 1, 1), date(2028, 1, 1)))
    if zone_class:
        ZoneFactory(
            commune=commitment.commune,
            zoning=Zoning.PHYSIOTHERAPIST,
            zone_class=zone_class,
            valid_during=DateRange(date(2028, 1, 1), None),
        )


def test_same_class_touches_nobody(commitment: Commitment) -> None:
    rezone(commitment, ZoneClass.INTERMEDIATE)

    assert not Commitment.objects.touched(TODAY).exists()


@pytest.mark.parametrize("zone_class", [ZoneClass.OVERSERVED, ZoneClass.UNDERSERVED, None])
def test_another_class_or_none_touches_the_commitment(
    commitment: Commitment, zone_class: ZoneClass | None
) -> None:
    rezone(commitment, zone_class)

    assert Commitment.objects.touched(TODAY).get() == commitment


def test_each_place_is_compared_by_itself(head: User) -> None:
    kept = running_commitment(actor=head)
    changed, nowhere, over = (running_commitment(actor=head, months=None) for _ in range(3))
    assert len({item.commune_id for item in (kept, changed, nowhere, over)}) == 4
    rezone(changed, ZoneClass.OVERSERVED)
    rezone(over, ZoneClass.OVERSERVED)
    Commitment.objects.filter(pk=over.pk).update(
        status=CommitmentStatus.BREACHED, ended_on=date(2028, 5, 1)
    )
    Commitment.objects.filter(pk=nowhere.pk).update(commune=None)

    found = {item.pk: zone_now(item) for item in Commitment.objects.touched(TODAY)}

    assert found == {changed.pk: ZoneClass.OVERSERVED, nowhere.pk: None}


def test_zone_of_another_profession_touches_nobody(commitment: Commitment) -> None:
    Zone.objects.filter(commune=commitment.commune, zoning=Zoning.DOCTOR).delete()

    assert not Commitment.objects.touched(TODAY).exists()


def test_person_who_moved_is_not_compared_with_the_former_place(
    commitment: Commitment, head: User
) -> None:
    transfer(
        commitment=commitment,
        actor=head,
        commune=CommuneFactory(),
        since=date(2028, 5, 1),
        at=AT,
    )

    assert not Commitment.objects.touched(TODAY).exists()


@time_machine.travel(AT)
def test_loader_reports_the_touched_ones(commitment: Commitment) -> None:
    rezone(commitment, ZoneClass.OVERSERVED)

    lines = [plain(line) for line in reports()]

    assert "engagements touchés : 1" in lines
    assert any(
        commitment.case_file.reference in line and "zone intermédiaire → zone sur-dotée" in line
        for line in lines
    )


@time_machine.travel(AT)
def test_first_page_counts_them_and_what_is_late(
    commitment: Commitment, caseworker: User, head: User
) -> None:
    rezone(commitment, ZoneClass.OVERSERVED)
    Commitment.objects.filter(pk=waiting_commitment(actor=head).pk).update(
        begins_by=date(2028, 1, 1)
    )

    found = {
        plain(figure.label): figure.value
        for figures in figures_for(caseworker).values()
        for figure in figures
    }

    assert found["Engagements : touché par un nouveau zonage"] == 1
    assert found["Engagements : pas commencé à temps"] == 1
    assert "Engagements : promesse en retard" not in found
