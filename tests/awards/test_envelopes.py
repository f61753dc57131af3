from __future__ import annotations

from datetime import date
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.db.models import Sum
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.envelopes import StaleEnvelopeError, asked_by, check_envelopes, record_vote
from apps.awards.models import Envelope, Instalment
from apps.awards.schedule import PlannedInstalment
from apps.awards.sessions import close_session
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile, Letter
from apps.casefiles.transitions import MoveRefusedError
from apps.programmes.installation.programme import InstallationAid
from tests.factories.awards import (
    CLOSED_AT,
    FOLLOW,
    decided_file,
    listed_item,
    planned_session,
    terminated_file,
    voted_envelope,
)
from tests.factories.casefiles import staff_member
from tests.support.text import plain


def figures(year: int = 2026) -> tuple[int, int, int, int]:
    """Voted, committed, paid, remaining."""
    envelope = Envelope.objects.with_figures().get(programme="installation", year=year)
    return (
        int(envelope.voted),
        int(envelope.committed),
        int(envelope.paid),
        int(envelope.remaining),
    )


def amend(amount: int, head: User, **options: int) -> Envelope:
    return record_vote(
        programme="installation",
        year=2026,
        amount=Decimal(amount),
        source="Décision modificative n° 1",
        reason="Davantage de demandes.",
        actor=head,
        **options,
    )


@pytest.mark.django_db
def test_budget_and_amendments_add_up(head: User) -> None:
    voted_envelope(264_000, actor=head)
    amend(20_000, head)
    envelope = amend(-4_000, head)

    assert figures() == (280_000, 0, 0, 280_000)
    assert [vote.rank for vote in envelope.votes.all()] == [1, 2, 3]


@pytest.mark.django_db
def test_grant_commits_its_envelope_and_a_terminated_award_frees_it(head: User) -> None:
    voted_envelope(100_000, actor=head)

    decided_file(actor=head)
    assert figures() == (100_000, 37_000, 0, 63_000)

    terminated_file(actor=head)
    assert figures() == (100_000, 37_000, 0, 63_000)


@pytest.mark.django_db
def test_each_year_of_an_award_counts_in_its_own_envelope(head: User) -> None:
    voted_envelope(20_000, actor=head)
    voted_envelope(17_000, actor=head, year=2027)
    with patch.object(InstallationAid, "schedule", lambda *args, **kwargs: two_years()):
        decided_file(actor=head)

    assert figures(2026) == (20_000, 20_000, 0, 0)
    assert figures(2027) == (17_000, 17_000, 0, 0)


def two_years() -> list[PlannedInstalment]:
    return [
        PlannedInstalment(label="2026", amount=Decimal(20_000), budget_year=2026),
        PlannedInstalment(label="2027", amount=Decimal(17_000), budget_year=2027),
    ]


@pytest.mark.django_db
def test_closing_that_would_overspend_is_refused_whole(head: User) -> None:
    voted_envelope(46_000, actor=head)
    session = planned_session(actor=head)
    items = [listed_item(session=session, actor=head) for _ in range(2)]

    with pytest.raises(MoveRefusedError) as refusal:
        close_session(
            session=session,
            actor=head,
            deliberation="D07",
            votes={item.pk: FOLLOW for item in items},
            at=CLOSED_AT,
        )

    (reason,) = refusal.value.reasons
    assert plain(reason) == (
        "Aide à l’installation, enveloppe 2026 : 46 000 € votés, 0 € déjà engagés. "
        "74 000 € demandés : il manque 28 000 €."
    )
    assert set(CaseFile.objects.values_list("state", flat=True)) == {CaseFileState.SCHEDULED}
    assert figures() == (46_000, 0, 0, 46_000)
    assert not Letter.objects.filter(kind="decision").exists()


@pytest.mark.django_db
def test_second_year_that_lacks_money_is_refused_with_its_own_figures(head: User) -> None:
    voted_envelope(90_000, actor=head)
    voted_envelope(16_000, actor=head, year=2027)
    with (
        patch.object(InstallationAid, "schedule", lambda *args, **kwargs: two_years()),
        pytest.raises(MoveRefusedError, match="enveloppe 2027"),
    ):
        decided_file(actor=head)


@pytest.mark.django_db
def test_year_without_envelope_is_not_limited(head: User) -> None:
    voted_envelope(1, actor=head, year=2025)

    assert decided_file(actor=head).state == CaseFileState.GRANTED


@pytest.mark.django_db
def test_check_counts_what_is_already_written_once(head: User) -> None:
    """The instalments are there when the check is called: `asked` is part of them."""
    voted_envelope(40_000, actor=head)
    granted = decided_file(actor=head)
    added = Instalment(
        case_file=granted, rank=2, label="Suite", amount=Decimal(3000), budget_year=2026
    )
    Instalment.objects.bulk_create([added])

    check_envelopes("installation", asked=asked_by([added]))

    Instalment.objects.filter(pk=added.pk).delete()
    added.pk, added.amount = None, Decimal(3001)
    Instalment.objects.bulk_create([added])
    with pytest.raises(MoveRefusedError) as refusal:
        check_envelopes("installation", asked=asked_by([added]))
    assert plain(refusal.value.reasons[0]).endswith(
        "37 000 € déjà engagés. 3 001 € demandés : il manque 1 €."
    )
    Instalment.objects.filter(pk=added.pk).delete()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("amount", "reason"),
    [(0, "Indiquez un montant."), (-3001, "ne peut pas descendre à 36 999 €")],
)
def test_amendment_that_makes_no_sense_is_refused(head: User, amount: int, reason: str) -> None:
    voted_envelope(40_000, actor=head)
    decided_file(actor=head)

    with pytest.raises(MoveRefusedError) as refusal:
        amend(amount, head)

    assert reason in plain(refusal.value.reasons[0])


@pytest.mark.django_db
def test_amendment_before_any_budget_or_without_a_reason_is_refused(head: User) -> None:
    with pytest.raises(MoveRefusedError, match="ouvre l’enveloppe"):
        amend(-1, head)
    voted_envelope(40_000, actor=head)
    with pytest.raises(MoveRefusedError, match="Dites pourquoi"):
        voted_envelope(1_000, actor=head)


@pytest.mark.django_db
def test_second_click_records_nothing(head: User) -> None:
    voted_envelope(40_000, actor=head)
    amend(1_000, head, expected_votes=1)

    with pytest.raises(StaleEnvelopeError):
        amend(1_000, head, expected_votes=1)

    assert figures() == (41_000, 0, 0, 41_000)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("programme", "year", "reason"),
    [("installation", 26, "quatre chiffres"), ("inconnu", 2026, "n’existe pas")],
)
def test_envelope_of_nothing_known_is_refused(programme: str, year: int, reason: str) -> None:
    head = staff_member(Role.HEAD, "")

    with pytest.raises(MoveRefusedError, match=reason):
        voted_envelope(1000, actor=head, programme=programme, year=year)


@pytest.mark.django_db
def test_only_a_head_of_the_programme_records(accountant: User, foreign_head: User) -> None:
    for person in (accountant, foreign_head):
        with pytest.raises(MoveRefusedError, match="Responsable du guichet"):
            voted_envelope(1000, actor=person)


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_figures_take_one_query(head: User, number: int, django_assert_num_queries: object) -> None:
    for year in range(2024, 2024 + number):
        voted_envelope(1000, actor=head, year=year)

    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(Envelope.objects.with_figures()) == number


class FiguresHold(TestCase):
    """Whatever is voted and planned, the figures are the plain sums of each year."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.head = staff_member(Role.HEAD)
        cls.granted = decided_file(actor=cls.head)
        Instalment.objects.all().delete()

    @settings(max_examples=25)
    @given(
        votes=st.lists(st.integers(-50, 400).filter(bool), max_size=4),
        plan=st.lists(
            st.tuples(st.sampled_from([2025, 2026, 2027]), st.integers(1, 300)), max_size=6
        ),
    )
    def test_figures_are_sums(self, votes: list[int], plan: list[tuple[int, int]]) -> None:
        envelope = voted_envelope(5000, actor=self.head)
        for amount in votes:
            amend(amount, self.head)
        Instalment.objects.bulk_create(
            Instalment(case_file=self.granted, rank=rank, label="x", amount=euros, budget_year=year)
            for rank, (year, euros) in enumerate(plan, start=1)
        )

        committed = sum(euros for year, euros in plan if year == 2026)
        voted = 5000 + sum(votes)
        assert figures() == (voted, committed, 0, voted - committed)
        assert envelope.votes.aggregate(total=Sum("amount"))["total"] == voted


def test_asked_is_added_up_by_year() -> None:
    assert asked_by([*two_years(), *two_years()]) == {2026: 40_000, 2027: 34_000}
    assert asked_by([]) == {}
    assert date(2026, 1, 1).year in asked_by(two_years())
