"""What a head tries over the waiting files: kept by name, and nothing decided by it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pgtrigger
import pytest

from apps.accounts.models import User
from apps.awards.enums import ProvisionalChoice
from apps.awards.models import Scenario, ScenarioLine
from apps.awards.scenarios import create_scenario, save_scenario
from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.models import CaseFile, CaseFileEvent
from apps.casefiles.transitions import perform
from tests.factories.awards import LISTED_AT, voted_envelope
from tests.factories.casefiles import installation_file
from tests.support.client import PortalClient
from tests.support.text import page_text, plain

pytestmark = pytest.mark.django_db
LIST = "/admin/awards/scenario/"


@pytest.fixture
def scenario(head: User) -> Scenario:
    return create_scenario(
        name="Tout accepter", programme="installation", year=2026, actor=head, at=LISTED_AT
    )


def waiting(number: int = 1) -> list[CaseFile]:
    return [installation_file(until=CaseFileState.UNDER_REVIEW) for _ in range(number)]


def page(scenario: Scenario) -> str:
    return f"{LIST}{scenario.pk}/change/"


def choices(scenario: Scenario, *answers: tuple[CaseFile, str, str]) -> dict[str, str]:
    data = {"version": str(scenario.version)}
    for case_file, choice, amount in answers:
        data |= {f"choice_{case_file.pk}": choice, f"amount_{case_file.pk}": amount}
    return data


def test_scenario_starts_from_a_name(as_head: PortalClient, head: User) -> None:
    assert "Aucun scénario" in page_text(as_head.get(LIST))

    data = {"name": " Prudent ", "programme": "installation", "year": "2026"}
    response = as_head.post(f"{LIST}add/", data, follow=True)

    assert "Aucun dossier en attente" in page_text(response)
    assert "L’enveloppe 2026 n’est pas enregistrée" in page_text(response)
    assert Scenario.objects.get().name == "Prudent"
    again = as_head.post(f"{LIST}add/", data)
    assert again.status_code == 409
    assert "Vous avez déjà un scénario « Prudent » pour 2026." in plain(again.text)


def test_sums_and_the_money_line(as_head: PortalClient, head: User, scenario: Scenario) -> None:
    voted_envelope(46_000, actor=head)
    first, second, third = waiting(3)

    text = page_text(as_head.get(page(scenario)))
    assert "0 oui pour 0 €. Il reste 46 000 € ; il resterait 46 000 €." in text

    data = choices(
        scenario, (first, "yes", "37000"), (second, "yes", "12 000,50"), (third, "no", "")
    )
    response = as_head.post(page(scenario), data, follow=True)

    text = page_text(response)
    assert "Scénario enregistré. Rien n’est décidé." in response.text
    assert "2 oui pour 49 000,50 €. Il reste 46 000 € : il manquerait 3 000,50 €." in text
    assert text.index("Tient") < text.index(second.reference) < text.index("Sous la ligne")
    assert [(line.choice, line.amount) for line in ScenarioLine.objects.order_by("pk")] == [
        ("yes", Decimal(37_000)),
        ("yes", Decimal("12000.50")),
        ("no", None),
    ]


def test_scenario_decides_nothing(
    as_head: PortalClient, client: PortalClient, scenario: Scenario
) -> None:
    (case_file,) = waiting()
    before = CaseFile.objects.values().get()
    events = CaseFileEvent.objects.count()

    as_head.post(page(scenario), choices(scenario, (case_file, "yes", "5000")))

    assert CaseFile.objects.values().get() == before
    assert CaseFileEvent.objects.count() == events
    assert case_file.applicant is not None
    client.force_login(case_file.applicant)
    own = client.get(f"/mon-espace/dossiers/{case_file.reference}/").text
    assert "Tout accepter" not in own


def test_amount_is_the_proposed_one_until_another_is_typed(
    as_head: PortalClient, scenario: Scenario
) -> None:
    installation_file(until=CaseFileState.PROPOSED, amount=Decimal(30_000))

    assert 'value="30000"' in as_head.get(page(scenario)).text


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        ("", "indiquez le montant de ce oui."),
        ("0", "indiquez le montant de ce oui."),
        ("beaucoup", "Écrivez un montant en euros"),
    ],
)
def test_yes_without_an_amount_says_so_and_keeps_the_choice(
    as_head: PortalClient, scenario: Scenario, amount: str, reason: str
) -> None:
    (case_file,) = waiting()

    response = as_head.post(page(scenario), choices(scenario, (case_file, "yes", amount)))

    assert reason in response.text
    assert '<option value="yes" selected>' in response.text
    assert not ScenarioLine.objects.exists()


def test_two_pages_open_the_second_is_told_and_keeps_what_was_typed(
    as_head: PortalClient, scenario: Scenario
) -> None:
    (case_file,) = waiting()
    stale = choices(scenario, (case_file, "yes", "4321"))
    as_head.post(page(scenario), choices(scenario, (case_file, "no", "")))

    response = as_head.post(page(scenario), stale)

    assert response.status_code == 409
    assert "Ce scénario a changé" in response.text
    assert 'value="4321"' in response.text
    assert ScenarioLine.objects.get().choice == "no"
    stale["version"] = "2"
    assert as_head.post(page(scenario), stale).status_code == 302


def test_file_that_waits_no_longer_is_shown_apart_and_not_counted(
    as_head: PortalClient, head: User, scenario: Scenario
) -> None:
    (case_file,) = waiting()
    as_head.post(page(scenario), choices(scenario, (case_file, "yes", "5000")))
    assert case_file.applicant is not None
    perform(case_file, "withdraw", actor=case_file.applicant)

    text = page_text(as_head.get(page(scenario)))

    assert "Sortis de l’attente" in text
    assert f"{case_file.reference} {case_file.applicant_name} Retiré" in text
    assert "oui pour" not in text
    assert "Tout accepter Aide à l’installation, 2026 0 0 €" in page_text(as_head.get(LIST))


def test_copy_then_compare_then_delete(
    as_head: PortalClient, head: User, scenario: Scenario
) -> None:
    voted_envelope(40_000, actor=head)
    first, second = waiting(2)
    as_head.post(
        page(scenario), choices(scenario, (first, "yes", "37000"), (second, "yes", "8000"))
    )

    response = as_head.post(f"{LIST}{scenario.pk}/copier/", {"name": "Prudent"}, follow=True)
    copied = Scenario.objects.get(name="Prudent")
    assert "2 oui pour 45 000 €." in page_text(response)
    as_head.post(page(copied), choices(copied, (first, "yes", "37000"), (second, "no", "")))

    text = page_text(
        as_head.get(f"{LIST}comparer/?scenario={scenario.pk}&scenario={copied.pk}&scenario=x")
    )
    assert "Dossier Prudent Tout accepter" in text
    assert f"{second.applicant_name} Non 8 000 € Sous la ligne" in text
    assert "1 oui pour 37 000 €. Il reste 40 000 € ; il resterait 3 000 €." in text
    assert "2 oui pour 45 000 €. Il reste 40 000 € : il manquerait 5 000 €." in text

    as_head.post(f"{LIST}{scenario.pk}/supprimer/")
    assert [kept.name for kept in Scenario.objects.all()] == ["Prudent"]


def test_comparing_one_or_two_envelopes_says_what_is_needed(
    as_head: PortalClient, head: User, scenario: Scenario
) -> None:
    other = create_scenario(name="Demain", programme="installation", year=2027, actor=head)

    alone = as_head.get(f"{LIST}comparer/?scenario={scenario.pk}")
    mixed = as_head.get(f"{LIST}comparer/?scenario={scenario.pk}&scenario={other.pk}")

    assert "Cochez au moins deux scénarios." in alone.text
    assert "Ces scénarios ne portent pas sur la même enveloppe." in mixed.text


def test_nobody_else_reads_a_scenario(
    client: PortalClient, scenario: Scenario, other_head: User, accountant: User
) -> None:
    client.force_login(other_head)
    assert "Aucun scénario" in page_text(client.get(LIST))
    for address in ("change", "copier", "supprimer"):
        assert client.get(f"{LIST}{scenario.pk}/{address}/").status_code == 404
    client.force_login(accountant)
    assert client.get(LIST).status_code == 403
    assert client.get(f"{LIST}add/").status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_page_asks_as_much_for_one_file_as_for_three(
    as_head: PortalClient,
    head: User,
    scenario: Scenario,
    number: int,
    django_assert_num_queries: Any,
) -> None:
    voted_envelope(46_000, actor=head)
    files = waiting(number)
    save_scenario(
        scenario=scenario,
        choices={case_file.pk: (None, None) for case_file in files},
        actor=head,
        expected_version=1,
    )

    with django_assert_num_queries(11):
        as_head.get(page(scenario))
    with django_assert_num_queries(4):
        as_head.get(LIST)


def many_waiting(number: int) -> list[CaseFile]:
    """As many files, the first made by the verbs and the others copied from it."""
    (first,) = waiting()
    copies = []
    for rank in range(1, number):
        other = CaseFile.objects.get(pk=first.pk)
        other.pk, other.reference = None, f"INS-2026-{90000 + rank}-C"
        other.channel, other.applicant, other.filed_by = Channel.PHONE, None, first.owner
        copies.append(other)
    with pgtrigger.ignore("casefiles.CaseFile:born_draft"):
        return [first, *CaseFile.objects.bulk_create(copies)]


def test_fifty_files_cost_no_more_and_the_money_ends_where_it_does(
    as_head: PortalClient, head: User, scenario: Scenario, django_assert_num_queries: Any
) -> None:
    """1 000 € each on 46 000 €: forty-six are served, the four latest are below the line."""
    voted_envelope(46_000, actor=head)
    files = many_waiting(50)
    save_scenario(
        scenario=scenario,
        choices={case_file.pk: (ProvisionalChoice.YES, Decimal(1000)) for case_file in files},
        actor=head,
        expected_version=1,
    )

    with django_assert_num_queries(11):
        response = as_head.get(page(scenario))

    text = page_text(response)
    assert "50 oui pour 50 000 €. Il reste 46 000 € : il manquerait 4 000 €." in text
    assert (text.count("Tient"), text.count("Sous la ligne")) == (46, 4)
    assert response.text.count('class="money-line"') == 1
    above, below = response.text.split('class="money-line"')
    assert above.count("data-file") == 46
    assert below.count("data-file") == 4
