"""The table of aids that do not go together, the panel of a file, and the page that lifts a rule.

The file is an installation aid under review, typed in at the desk; the same person was granted
the allowance of a rural internship.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.awards.models import Incompatibility, IncompatibilityOverride
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile
from tests.factories.accounts import UserFactory
from tests.factories.casefiles import START, installation_file
from tests.factories.incompatibilities import rule_between
from tests.factories.internships import SLUG, granted_internship
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db

ROWS = reverse("admin:awards_incompatibility_changelist")


@pytest.fixture
def granted(applicant: User) -> CaseFile:
    return granted_internship(applicant=applicant, amount=Decimal(300))


@pytest.fixture
def reviewed(applicant: User, granted: CaseFile) -> CaseFile:
    return installation_file(until=CaseFileState.UNDER_REVIEW, applicant=applicant)


@pytest.fixture
def never(reviewed: CaseFile) -> Incompatibility:
    """Written after both requests: both were sent, one is granted."""
    return rule_between("installation", SLUG, only_while_overlapping=False)


def page_of(case_file: CaseFile) -> str:
    return reverse("admin:casefiles_casefile_change", args=[case_file.pk])


def override_page(case_file: CaseFile, rule: Incompatibility) -> str:
    return reverse("admin:awards_incompatibility_allow", args=[case_file.pk, rule.pk])


def typed(case_file: CaseFile, **changes: Any) -> dict[str, Any]:
    return {"version": case_file.version, "reason": "Accord du Département.", **changes}


def test_panel_says_which_award_its_dates_and_the_source(
    as_head: PortalClient, reviewed: CaseFile, granted: CaseFile, never: Incompatibility
) -> None:
    page = page_text(as_head.get(page_of(reviewed)))

    assert (
        "Non cumulable Ne se cumule pas avec « Forfait pour un stage rural », dossier "
        f"{granted.reference}, du 16 novembre 2026 au 31 janvier 2027. Source : Texte fictif"
    ) in page
    assert "Admettre le cumul" in page


def test_other_file_is_a_link_for_whoever_reads_it(
    client: PortalClient, reviewed: CaseFile, granted: CaseFile, never: Incompatibility
) -> None:
    both = UserFactory(grants=[("head", "installation"), ("caseworker", SLUG)])
    client.force_login(both)
    assert f'href="{page_of(granted)}"' in client.get(page_of(reviewed)).text

    client.force_login(UserFactory(grants=[("head", "installation")]))
    assert page_of(granted) not in client.get(page_of(reviewed)).text


def test_own_award_is_no_link_for_an_agent_of_the_same_name(client: PortalClient) -> None:
    """They read the awards of that programme, but never their own at the desk: a dead end."""
    agent = UserFactory(
        first_name="Alice",
        last_name="Martin",
        grants=[("caseworker", "installation"), ("caseworker", SLUG)],
    )
    namesake = UserFactory(first_name="Alice", last_name="Martin")
    award = granted_internship(applicant=agent, amount=Decimal(300))
    reviewed = installation_file(until=CaseFileState.UNDER_REVIEW, applicant=namesake)
    rule_between("installation", SLUG, only_while_overlapping=False)
    client.force_login(agent)

    page = client.get(page_of(reviewed))

    assert "est-ce la même personne" in page_text(page)
    assert page_of(award) not in page.text
    assert client.get(page_of(award)).status_code != 200


def test_caseworker_reads_the_panel_and_lifts_nothing(
    client: PortalClient, caseworker: User, reviewed: CaseFile, never: Incompatibility
) -> None:
    client.force_login(caseworker)
    page = page_text(client.get(page_of(reviewed)))

    assert "Non cumulable" in page
    assert "Admettre le cumul" not in page
    assert client.get(override_page(reviewed, never)).status_code == 403
    assert client.post(override_page(reviewed, never), typed(reviewed)).status_code == 403


def test_file_without_a_clash_has_no_panel(as_head: PortalClient, reviewed: CaseFile) -> None:
    assert "Cumul avec d’autres aides" not in page_text(as_head.get(page_of(reviewed)))


def test_head_allows_both_with_a_reason(
    as_head: PortalClient, head: User, reviewed: CaseFile, never: Incompatibility
) -> None:
    asked = page_text(as_head.get(override_page(reviewed, never)))
    assert "Ne se cumule pas avec « Forfait pour un stage rural »" in asked

    response = as_head.post(override_page(reviewed, never), typed(reviewed))

    assert response.headers["Location"] == f"{page_of(reviewed)}#cumul"
    assert IncompatibilityOverride.objects.get().by == head
    page = page_text(as_head.get(page_of(reviewed)))
    assert "Admis Ne se cumule pas" in page
    assert "Admis par Hélène Responsable" in page
    assert page.count("Accord du Département.") == 2  # the panel, and the story
    assert "Admettre le cumul" not in page


def test_second_click_finds_it_done(
    as_head: PortalClient, reviewed: CaseFile, never: Incompatibility
) -> None:
    for _ in range(2):
        as_head.post(override_page(reviewed, never), typed(reviewed))

    assert IncompatibilityOverride.objects.count() == 1
    page = page_text(as_head.get(override_page(reviewed, never), follow=True))
    assert "Admis par" in page


@pytest.mark.parametrize(
    ("changes", "words", "status"),
    [
        ({"reason": "  "}, "Dites pourquoi ce cumul est admis.", 200),
        ({"reason": "x" * 1001}, "1000", 200),
        ({"version": "0"}, "Ce dossier a changé", 409),
        ({"version": "abc"}, "nombre entier", 200),
    ],
)
def test_nonsense_is_refused_and_kept(
    *,
    as_head: PortalClient,
    reviewed: CaseFile,
    never: Incompatibility,
    changes: dict[str, Any],
    words: str,
    status: int,
) -> None:
    response = as_head.post(override_page(reviewed, never), typed(reviewed, **changes))

    assert response.status_code == status
    assert words in response.text
    assert not IncompatibilityOverride.objects.exists()


def test_rule_that_forbids_nothing_here_has_no_page(
    as_head: PortalClient, client: PortalClient, reviewed: CaseFile, foreign_head: User
) -> None:
    idle = rule_between("installation", "bourse-etudes")
    assert as_head.get(override_page(reviewed, idle)).status_code == 404
    client.force_login(foreign_head)
    assert client.get(override_page(reviewed, idle)).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_panel_asks_as_much_for_one_award_as_for_three(
    *,
    as_head: PortalClient,
    applicant: User,
    reviewed: CaseFile,
    never: Incompatibility,
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(number - 1):
        granted_internship(applicant=UserFactory(), amount=Decimal(300))
        CaseFile.objects.filter(programme=SLUG).update(applicant=applicant)
    as_head.get(page_of(reviewed))

    # The page's own 14, the rules among them, and the awards.
    with django_assert_num_queries(12):
        page = as_head.get(page_of(reviewed)).text
    assert page.count("Non cumulable") == number


ROW = {
    "programme": "installation",
    "with_programme": SLUG,
    "with_aid": "",
    "only_while_overlapping": "on",
    "valid_during_0": "2027-01-01",
    "valid_during_1": "",
    "source": "Délibération d’essai",
}


def test_head_writes_a_rule_then_only_closes_it(as_head: PortalClient) -> None:
    as_head.post(f"{ROWS}add/", ROW)
    row = Incompatibility.objects.get()

    listed = page_text(as_head.get(ROWS))
    assert "Aide à l’installation et Forfait pour un stage rural" in listed
    as_head.post(
        f"{ROWS}{row.pk}/change/",
        ROW | {"with_programme": "installation", "valid_during_1": "2027-06-30"},
    )
    row.refresh_from_db()
    assert (row.with_programme, str(row.valid_during.upper)) == (SLUG, "2027-07-01")
    assert as_head.post(f"{ROWS}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "Création par Hélène" in page_text(as_head.get(f"{ROWS}{row.pk}/history/"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"with_programme": ""}, "Choisissez un autre dispositif, ou une aide d’ailleurs."),
        ({"with_aid": "aide-ecole"}, "Choisissez un autre dispositif, ou une aide d’ailleurs."),
        (
            {"with_programme": "nulle-part"},
            "Cette réponse n’est pas dans la liste. Choisissez-en une autre.",
        ),
        (
            {"programme": SLUG, "with_programme": SLUG},
            "Cette réponse n’est pas dans la liste. Choisissez-en une autre.",
        ),
        ({"source": ""}, "Remplissez cette case."),
        ({"valid_during_0": "", "valid_during_1": ""}, "Indiquez le premier jour."),
        ({"valid_during_1": "2026-01-01"}, "Le dernier jour suit le premier."),
        ({}, "Une règle existe déjà pour ces deux aides sur cette période."),
    ],
    ids=str,
)
def test_rule_that_makes_no_sense_is_refused_in_french(
    as_head: PortalClient, changes: dict[str, str], words: str
) -> None:
    rule_between(SLUG, "installation")

    page = as_head.post(f"{ROWS}add/", ROW | changes)

    assert words in page_text(page)
    assert Incompatibility.objects.count() == 1


def test_caseworker_reads_the_table_and_the_overrides(
    client: PortalClient, caseworker: User, head: User, reviewed: CaseFile, never: Incompatibility
) -> None:
    client.force_login(head)
    client.post(override_page(reviewed, never), typed(reviewed))
    client.force_login(caseworker)

    assert client.get(ROWS).status_code == 200
    assert client.get(f"{ROWS}add/").status_code == 403
    overrides = reverse("admin:awards_incompatibilityoverride_changelist")
    assert reviewed.reference in page_text(client.get(overrides))


@pytest.mark.parametrize("number", [1, 3])
def test_list_of_overrides_asks_as_much_for_one_as_for_three(
    as_head: PortalClient, head: User, number: int, django_assert_num_queries: Any
) -> None:
    rule = rule_between("installation", SLUG)
    for _ in range(number):
        IncompatibilityOverride.objects.create(
            case_file=installation_file(),
            incompatibility=rule,
            by=head,
            at=START,
            reason="Motif.",
        )
    overrides = reverse("admin:awards_incompatibilityoverride_changelist")
    as_head.get(overrides)

    with django_assert_num_queries(5):
        as_head.get(overrides)
