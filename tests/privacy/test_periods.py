"""Who sets which length: the head of a programme theirs, whoever heads them all the others."""

from __future__ import annotations

import pytest

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.transitions import MoveRefusedError
from apps.core.retention import Length, Unit, rules
from apps.privacy.models import RetentionPeriod
from apps.privacy.periods import lines_for, set_period
from tests.factories.accounts import UserFactory
from tests.support.client import PortalClient
from tests.support.text import plain

pytestmark = pytest.mark.django_db
PERIODS = "/admin/privacy/retentionperiod/"
_OF_A_PROGRAMME = "demande.installation.refusee"
_OF_ALL = "accounts.unused"


@pytest.fixture
def head_of_all(db: None) -> User:
    return UserFactory(first_name="Inès", last_name="Partout", grants=((Role.HEAD, ""),))


def page_of(code: str) -> str:
    return f"{PERIODS}regle/{code}/"


def test_each_head_sets_the_lengths_of_their_programmes(
    client: PortalClient, head: User, foreign_head: User, head_of_all: User
) -> None:
    answers = {}
    for name, person in (("own", head), ("foreign", foreign_head), ("all", head_of_all)):
        client.force_login(person)
        answers[name] = [
            client.get(page_of(code)).status_code for code in (_OF_A_PROGRAMME, _OF_ALL)
        ]
    assert answers == {"own": [200, 403], "foreign": [404, 403], "all": [200, 200]}
    client.force_login(foreign_head)
    assert client.post(page_of(_OF_A_PROGRAMME), {"length": "1", "unit": "day"}).status_code == 404
    assert client.post(page_of(_OF_ALL), {"length": "1", "unit": "day"}).status_code == 403
    assert not RetentionPeriod.objects.exists()


def test_the_verb_refuses_what_the_page_refuses(head: User, foreign_head: User) -> None:
    found = {rule.code: rule for rule in rules()}
    year = Length(number=1, unit=Unit.YEAR)
    for actor, code, reason in (
        (foreign_head, _OF_A_PROGRAMME, "un dispositif dont vous n’êtes pas responsable"),
        (head, _OF_ALL, "vaut pour tout le portail"),
    ):
        with pytest.raises(MoveRefusedError, match=reason):
            set_period(
                rule=found[code], actor=actor, length=year, source="Essai", is_validated=False
            )
    assert not RetentionPeriod.objects.exists()


def test_the_table_shows_a_programme_to_its_agents_only(
    client: PortalClient, caseworker: User, foreign_head: User
) -> None:
    assert {line.rule.programme for line in lines_for(caseworker)} == {"", "installation"}
    period = RetentionPeriod.objects.create(rule=_OF_A_PROGRAMME, length=4, unit="year")
    client.force_login(foreign_head)
    page = plain(client.get(PERIODS).content.decode())
    assert page_of(_OF_A_PROGRAMME) not in page
    assert page_of("demande.bourse-etudes.refusee") in page
    assert page_of(_OF_ALL) not in page
    # Django's own page of it knows no more rows.
    assert client.get(f"{PERIODS}{period.pk}/history/").status_code == 404
    client.force_login(caseworker)
    assert client.get(f"{PERIODS}{period.pk}/history/").status_code == 200


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("-3", "d’au moins 1"),
        ("0", "d’au moins 1"),
        ("99999999999999999999", "d’au plus 1200"),
        ("deux", "Écrivez un nombre entier"),
        ("2,5", "Écrivez un nombre entier"),
    ],
)
def test_nonsense_is_said_and_what_was_typed_stays(
    client: PortalClient, head: User, typed: str, sentence: str
) -> None:
    client.force_login(head)
    values = {"length": typed, "unit": "year", "source": "Une décision"}
    answer = client.post(page_of(_OF_A_PROGRAMME), values)
    assert answer.status_code == 422
    page = plain(answer.content.decode())
    assert sentence in page
    assert 'value="Une décision"' in page
    assert not RetentionPeriod.objects.exists()


def test_the_first_page_says_what_no_length_ends(
    client: PortalClient, head: User, head_of_all: User, caseworker: User
) -> None:
    client.force_login(head)
    page = plain(client.get("/admin/").content.decode())
    assert "Durées de conservation non fixées" in page
    assert "Rien n’est effacé pour : demande classée sans suite, demande retirée." in page
    client.force_login(head_of_all)
    page = plain(client.get("/admin/").content.decode())
    assert "et d’autres données." in page
    table = plain(client.get(PERIODS).content.decode())
    assert "durées ne sont pas fixées" in table
    assert "comptes sans demande" in table
    client.force_login(caseworker)
    assert "Durées de conservation non fixées" not in client.get("/admin/").content.decode()
