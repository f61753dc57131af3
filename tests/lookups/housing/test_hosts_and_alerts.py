"""What the daily jobs do: hosts are asked in time, people hear of new rooms, each once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from apps.accounts.models import User
from apps.lookups.housing.alerts import save_search, tell_searchers
from apps.lookups.housing.models import Availability, Offer, SavedSearch
from apps.lookups.housing.seasons import ask_hosts, open_season
from apps.lookups.housing.semesters import semester_of
from apps.lookups.housing.tasks import ask_hosts as ask_hosts_job
from apps.lookups.housing.tasks import end_holds
from apps.lookups.housing.tasks import tell_searchers as tell_searchers_job
from apps.notifications.models import OutgoingEmail
from tests.factories.accounts import UserFactory
from tests.factories.housing import OfferFactory, RoomFactory
from tests.factories.territory import CommuneFactory
from tests.support.text import plain
from tests.support.threads import race

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def follower() -> User:
    return UserFactory(email="lou@exemple.fr")


def follow(user: User, query: str = "ou=45901&km=10") -> SavedSearch:
    return save_search(user=user, query=query, label="à 10 km d’Essai-le-Roi", at=AT)


def open_room(*, latitude: float = 47.9, at: datetime = AT + timedelta(hours=1)) -> None:
    room = RoomFactory(offer=OfferFactory(name=f"Gîte {latitude}", latitude=latitude))
    Availability.objects.filter(room=room).update(created_at=at)


@pytest.mark.parametrize(
    ("expires_on", "asked"),
    [
        (date(2026, 11, 21), 0),  # already gone from the lists
        (date(2026, 11, 22), 1),
        (date(2026, 12, 5), 1),
        (date(2026, 12, 6), 0),
    ],
)
def test_host_is_asked_in_the_two_weeks_before_the_end(expires_on: date, asked: int) -> None:
    OfferFactory(expires_on=expires_on)

    assert ask_hosts(at=AT) == asked
    assert ask_hosts(at=AT) == 0
    assert OutgoingEmail.objects.filter(kind="logement-renouveler").count() == asked


def test_host_without_an_address_is_left_to_the_guichet() -> None:
    OfferFactory(expires_on=date(2026, 12, 1), contact_email="")

    assert ask_hosts(at=AT) == 0
    assert Offer.objects.get().asked_on is None


def test_question_says_until_when_and_gives_a_link() -> None:
    OfferFactory(name="Gîte du Val", expires_on=date(2026, 12, 1))
    ask_hosts_job(0)

    email = OutgoingEmail.objects.get()
    assert email.to == "contact@exemple.fr"
    assert "« Gîte du Val » est en ligne jusqu’au 1er décembre 2026." in plain(email.text)
    assert "/mon-espace/logements/renouveler/" in email.text


def test_follower_hears_once_of_what_opened_since(follower: User) -> None:
    CommuneFactory(insee_code="45901")
    open_room(at=AT - timedelta(days=1))
    follow(follower)
    assert tell_searchers(at=AT + timedelta(hours=2)) == 0

    open_room(latitude=47.91, at=AT + timedelta(hours=3))
    open_room(latitude=48.5, at=AT + timedelta(hours=3))  # too far
    assert tell_searchers(at=AT + timedelta(hours=4)) == 1
    assert tell_searchers(at=AT + timedelta(hours=5)) == 0

    email = OutgoingEmail.objects.get()
    assert email.to == "lou@exemple.fr"
    assert "Gîte 47.91" in email.text
    assert "Gîte 47.9 " not in email.text
    assert "Gîte 48.5" not in email.text
    assert "/mon-espace/logements/alertes/fin/" in email.text
    assert "/logements/?ou=45901&km=10" in email.text


def test_search_that_no_longer_reads_is_left_alone(follower: User) -> None:
    follow(follower, "ou=Atlantide")
    open_room()

    tell_searchers_job(0)

    assert not OutgoingEmail.objects.exists()


def test_jobs_with_nothing_to_do_do_nothing() -> None:
    end_holds(0)
    assert not OutgoingEmail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_each_person_once(follower: User) -> None:
    CommuneFactory(insee_code="45901")
    for number in range(3):
        follow(follower, f"ou=45901&km={number + 10}")
        OfferFactory(expires_on=date(2026, 12, 1))
    open_room()

    later = AT + timedelta(hours=2)
    told = race(partial(tell_searchers, at=later), partial(tell_searchers, at=later))
    asked = race(partial(ask_hosts, at=later), partial(ask_hosts, at=later))

    assert (sum(told), sum(asked)) == (3, 3)
    assert OutgoingEmail.objects.count() == 6


@pytest.mark.django_db(transaction=True)
def test_two_agents_open_a_season_once() -> None:
    for _ in range(3):
        RoomFactory(open_during=[])
    season = partial(open_season, semester=semester_of(date(2027, 5, 1)), kinds=["commune"], at=AT)

    assert sorted(race(season, season)) == [0, 3]
    assert Availability.objects.count() == 3
