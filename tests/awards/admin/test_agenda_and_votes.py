"""Put files on an agenda, order them, vote on one page, close on another."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from apps.accounts.models import User
from apps.awards.agenda import remove_from_agenda
from apps.awards.enums import ItemStatus
from apps.awards.models import AgendaItem, Session
from apps.awards.votes import fingerprint
from apps.casefiles.enums import CaseFileState, Outcome
from apps.casefiles.models import CaseFile, Decision
from tests.factories.accounts import UserFactory
from tests.factories.awards import listed_item
from tests.factories.casefiles import installation_file
from tests.factories.incompatibilities import rule_between
from tests.factories.internships import granted_internship
from tests.support.client import PortalClient
from tests.support.text import page_text, plain

pytestmark = pytest.mark.django_db

NUMBER = "CP-2026-12-18/D07"


def page(session: Session, name: str = "change", *args: int) -> str:
    return reverse(f"admin:awards_session_{name}", args=[session.pk, *args])


def proposed(**file: Any) -> CaseFile:
    return installation_file(until=CaseFileState.PROPOSED, **file)


def ballot(items: list[AgendaItem], **typed: str) -> dict[str, str]:
    """The votes page as it is sent when nothing is changed, then what was typed."""
    return {
        **{f"vote_{item.pk}": "follow" for item in items},
        "expected": fingerprint(AgendaItem.objects.listed()),
        **typed,
    }


# --- Files onto the agenda


def test_add_files_shows_what_waits_and_why_the_others_cannot(
    as_head: PortalClient, session: Session, head: User
) -> None:
    possible, own = proposed(), proposed(caseworker=head)

    text = as_head.get(page(session, "add_files")).text

    assert f'value="{possible.pk}"' in text
    assert f'value="{own.pk}"' not in text
    assert own.reference in text
    assert "Vous avez proposé cette décision : une autre personne doit la prendre." in text


def clashing() -> tuple[CaseFile, str]:
    """A proposal of somebody who was granted a rural internship, and the reference of that one."""
    person = UserFactory()
    allowance = granted_internship(applicant=person, amount=Decimal(400))
    return proposed(applicant=person), allowance.reference


@pytest.mark.parametrize("where", ["the agenda", "the files"])
def test_file_that_another_award_forbids_is_marked_beforehand(
    as_head: PortalClient, session: Session, where: str
) -> None:
    possible, (clash, other) = proposed(), clashing()
    rule_between("installation", "stage-rural", only_while_overlapping=False)
    ticked = f"/admin/awards/session/inscrire/?dossier={possible.pk}&dossier={clash.pk}"

    response = as_head.get(page(session, "add_files") if where == "the agenda" else ticked)

    assert f'value="{possible.pk}"' in response.text
    assert f'value="{clash.pk}"' not in response.text
    assert f"Ne se cumule pas avec « Forfait pour un stage rural », dossier {other}" in plain(
        page_text(response)
    )


def test_refusal_may_be_listed_beside_an_award_that_forbids_the_aid(
    as_head: PortalClient, session: Session
) -> None:
    clash, _ = clashing()
    Decision.objects.filter(case_file=clash).update(
        outcome=Outcome.REJECT, amount=None, reason="Hors zone."
    )
    rule_between("installation", "stage-rural", only_while_overlapping=False)

    assert f'value="{clash.pk}"' in as_head.get(page(session, "add_files")).text


@pytest.mark.parametrize("count", [1, 3])
def test_files_that_clash_take_as_many_queries_whatever_their_number(
    as_head: PortalClient, session: Session, count: int, django_assert_num_queries: Any
) -> None:
    files = [clashing()[0] for _ in range(count)]
    rule_between("installation", "stage-rural", only_while_overlapping=False)
    ticked = "&".join(f"dossier={case_file.pk}" for case_file in files)
    as_head.get(page(session, "add_files"))

    with django_assert_num_queries(10):
        as_head.get(page(session, "add_files"))
    with django_assert_num_queries(8):
        as_head.get(f"/admin/awards/session/inscrire/?{ticked}")


def test_add_files_without_any_waiting_says_so(as_head: PortalClient, session: Session) -> None:
    assert "Aucune proposition à inscrire" in as_head.get(page(session, "add_files")).text


def test_add_files_puts_the_ticked_ones_on_the_agenda(
    as_head: PortalClient, session: Session
) -> None:
    first, second, third = proposed(), proposed(), proposed()

    response = as_head.post(
        page(session, "add_files"), {"dossier": [first.pk, third.pk]}, follow=True
    )

    listed = session.items.listed().order_by("position")
    assert [item.case_file_id for item in listed] == [first.pk, third.pk]
    assert "2 dossiers inscrits à l’ordre du jour." in response.text
    assert CaseFile.objects.get(pk=second.pk).state == CaseFileState.PROPOSED


@pytest.mark.parametrize("ticked", [[], ["999999"], ["x", "1; DROP TABLE"]])
def test_add_files_without_a_choice_asks_for_one(
    as_head: PortalClient, session: Session, ticked: list[str]
) -> None:
    proposed()

    response = as_head.post(page(session, "add_files"), {"dossier": ticked})

    assert response.status_code == 409
    assert "Choisissez au moins un dossier." in response.text


@pytest.mark.parametrize("count", [1, 3])
def test_add_files_takes_as_many_queries_whatever_the_files(
    as_head: PortalClient, session: Session, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        proposed()
    as_head.get(page(session, "add_files"))

    with django_assert_num_queries(8):
        as_head.get(page(session, "add_files"))


def test_lines_move_with_buttons(as_head: PortalClient, session: Session, head: User) -> None:
    first, second = (listed_item(session=session, actor=head) for _ in range(2))

    response = as_head.post(page(session, "move_item", second.pk), {"sens": "haut"})

    assert response.headers["Location"] == f"{page(session)}#dossier-{second.pk}"
    assert list(session.items.order_by("position")) == [second, first]
    as_head.post(page(session, "move_item", second.pk), {"sens": "bas"})
    assert list(session.items.order_by("position")) == [first, second]
    assert as_head.get(page(session, "move_item", second.pk)).status_code == 405


def test_line_of_another_session_is_not_found(
    as_head: PortalClient, session: Session, head: User
) -> None:
    item = listed_item(session=session, actor=head)
    other = Session.objects.create(label="Autre", held_on=session.held_on)

    for name in ("move_item", "remove_item"):
        assert as_head.post(page(other, name, item.pk), {"sens": "haut"}).status_code == 404


def test_line_leaves_with_an_explanation(
    as_head: PortalClient, session: Session, head: User
) -> None:
    item = listed_item(session=session, actor=head)
    address = page(session, "remove_item", item.pk)
    assert "Dites pourquoi ce dossier quitte l’ordre du jour." in as_head.post(address).text

    as_head.post(address, {"comment": "Séance trop chargée."})

    item.refresh_from_db()
    assert item.status == ItemStatus.REMOVED
    assert item.case_file.events.get(transition="adjourn").comment == "Séance trop chargée."


def test_line_that_left_already_says_so(
    as_head: PortalClient, session: Session, head: User
) -> None:
    item = listed_item(session=session, actor=head)
    remove_from_agenda(item=item, actor=head, comment="Séance trop chargée.")

    response = as_head.post(page(session, "remove_item", item.pk), {"comment": "Encore."})

    assert response.status_code == 409
    assert "n’est plus à l’ordre du jour" in response.text


# --- « Inscrire en commission » from files


def test_schedule_from_files_chooses_a_session(
    as_head: PortalClient, session: Session, head: User
) -> None:
    good, own = proposed(), proposed(caseworker=head)
    address = f"/admin/awards/session/inscrire/?dossier={good.pk}&dossier={own.pk}"

    text = plain(as_head.get(address).text)
    assert "Commission permanente de décembre, 18 décembre 2026" in text
    assert "Ces dossiers ne seront pas inscrits" in text
    response = as_head.post(
        "/admin/awards/session/inscrire/", {"dossier": [good.pk], "session": session.pk}
    )

    item = session.items.get()
    assert item.case_file == good
    assert response.headers["Location"] == f"{page(session)}#dossier-{item.pk}"


def test_schedule_without_any_session_to_come_leads_to_plan_one(as_head: PortalClient) -> None:
    text = as_head.get(f"/admin/awards/session/inscrire/?dossier={proposed().pk}").text

    assert "Aucune commission à venir" in text
    assert reverse("admin:awards_session_add") in text


@pytest.mark.parametrize("chosen", ["", "999", "x"])
def test_schedule_without_a_session_asks_for_one(
    as_head: PortalClient, session: Session, chosen: str
) -> None:
    case_file = proposed()

    response = as_head.post(
        "/admin/awards/session/inscrire/", {"dossier": [case_file.pk], "session": chosen}
    )

    assert response.status_code == 200
    assert "commission" in page_text(response)
    assert not AgendaItem.objects.exists()


@pytest.mark.parametrize("query", ["", "?dossier=999999", "?dossier=x"])
def test_schedule_without_a_file_says_so(as_head: PortalClient, query: str) -> None:
    text = as_head.get(f"/admin/awards/session/inscrire/{query}").text
    assert "Aucun dossier à inscrire" in text


def test_file_on_an_agenda_shows_it_on_its_own_page(
    as_head: PortalClient, session: Session, head: User
) -> None:
    item = listed_item(session=session, actor=head)

    text = as_head.get(reverse("admin:casefiles_casefile_change", args=[item.case_file_id])).text

    assert page(session) in text
    assert "Commission permanente de décembre" in text


# --- Votes


@pytest.fixture
def items(session: Session, head: User) -> list[AgendaItem]:
    """Two proposals to grant and one to refuse."""
    return [
        listed_item(session=session, actor=head),
        listed_item(session=session, actor=head),
        listed_item(session=session, actor=head, outcome=Outcome.REJECT),
    ]


def test_votes_page_has_follow_chosen_beforehand(
    as_head: PortalClient, session: Session, items: list[AgendaItem]
) -> None:
    text = plain(as_head.get(page(session, "votes")).text)

    assert text.count("checked") == 3
    assert text.count("Suivre : accorder 37 000 €") == 2
    assert text.count("Suivre : refuser") == 1
    # Against a proposal to refuse, there is nothing to refuse.
    assert text.count('value="refuse"') == 2


def test_votes_are_kept_and_decide_nothing(
    as_head: PortalClient, session: Session, items: list[AgendaItem]
) -> None:
    _, second, third = items

    response = as_head.post(
        page(session, "votes"),
        ballot(
            items,
            **{
                f"vote_{second.pk}": "refuse",
                f"reason_{second.pk}": "Enveloppe épuisée.",
                f"vote_{third.pk}": "adjourn",
                f"comment_{third.pk}": "Avis attendu.",
            },
        ),
        follow=True,
    )

    assert "Votes enregistrés. Rien n’est encore décidé." in response.text
    votes = session.items.order_by("position").values_list("vote", "reason", "comment")
    assert list(votes) == [
        ("follow", "", ""),
        ("refuse", "Enveloppe épuisée.", ""),
        ("adjourn", "", "Avis attendu."),
    ]
    assert set(CaseFile.objects.values_list("state", flat=True)) == {CaseFileState.SCHEDULED}


def test_votes_lead_to_the_closing_when_asked(
    as_head: PortalClient, session: Session, items: list[AgendaItem]
) -> None:
    response = as_head.post(page(session, "votes"), ballot(items, clore="1"))

    assert response.headers["Location"] == page(session, "close")


def test_vote_that_lacks_its_reason_keeps_everything_typed(
    as_head: PortalClient, session: Session, items: list[AgendaItem]
) -> None:
    first, second, third = items

    response = as_head.post(
        page(session, "votes"),
        ballot(
            items,
            **{
                f"vote_{first.pk}": "refuse",
                f"comment_{second.pk}": "À revoir en mars <b>",
                f"vote_{third.pk}": "adjourn",
            },
        ),
    )

    assert response.status_code == 200
    assert "Indiquez le motif du refus : il figure dans la lettre." in response.text
    assert "Dites en commentaire pourquoi l’examen est ajourné." in response.text
    assert "À revoir en mars &lt;b&gt;" in response.text
    assert not AgendaItem.objects.exclude(vote="").exists()


@pytest.mark.parametrize("vote", ["", "maybe", "\x00"])
def test_vote_that_does_not_exist_is_refused(
    as_head: PortalClient, session: Session, items: list[AgendaItem], vote: str
) -> None:
    response = as_head.post(page(session, "votes"), ballot(items, **{f"vote_{items[0].pk}": vote}))

    assert response.status_code == 200
    assert "errors" in response.text
    assert not AgendaItem.objects.exclude(vote="").exists()


def test_votes_on_an_agenda_that_changed_are_shown_again_before_they_count(
    as_head: PortalClient, session: Session, items: list[AgendaItem], head: User
) -> None:
    typed = ballot(items, **{f"comment_{items[1].pk}": "Noté en séance."})
    remove_from_agenda(item=items[0], actor=head, comment="Retiré.")

    response = as_head.post(page(session, "votes"), typed)

    assert response.status_code == 409
    assert "a changé depuis que vous avez ouvert cette page" in response.text
    assert "Noté en séance." in response.text
    shown = fingerprint(session.items.listed())
    assert shown in response.text
    as_head.post(page(session, "votes"), typed | {"expected": shown})
    assert session.items.listed().exclude(vote="").count() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_votes_and_closing_take_as_many_queries_whatever_the_files(
    as_head: PortalClient, session: Session, head: User, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        listed_item(session=session, actor=head)
    as_head.get(page(session, "votes"))

    with django_assert_num_queries(5):
        as_head.get(page(session, "votes"))
    with django_assert_num_queries(7):
        as_head.get(page(session, "close"))
