"""A juror who signs in finds the way to what is left to read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.models import User
from apps.casefiles.models import CaseFile
from apps.juries.figures import readings_to_give
from apps.juries.models import Juror, Jury
from tests.factories.juries import agreed_ranking, assign, campaign_file, given_review
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db


def counts(user: User) -> list[int | str]:
    return counts_of(User.objects.get(pk=user.pk))


def counts_of(user: User) -> list[int | str]:
    return [figure.value for figure in readings_to_give(user)]


def test_juror_reads_what_is_left_down_to_nothing(
    juror: Juror, other_juror: Juror, case_file: CaseFile, caseworker: User
) -> None:
    other = campaign_file(case_file.campaign, caseworker=caseworker)
    given_review(juror, case_file)
    assign(juror, other)

    assert counts(juror.user) == [1]
    assert counts(other_juror.user) == [0]


def test_nobody_else_is_told(jury: Jury, juror: Juror, head: User, caseworker: User) -> None:
    assert counts(head) == counts(caseworker) == []

    Juror.objects.update(is_active=False)
    assert counts(juror.user) == []


def test_agreed_ranking_leaves_nothing_to_read(
    jury: Jury, juror: Juror, case_file: CaseFile, head: User
) -> None:
    given_review(juror, case_file)
    agreed_ranking(jury, juror, head=head)

    assert counts(juror.user) == []


def test_first_page_of_the_desk_leads_to_the_jury(client: PortalClient, juror: Juror) -> None:
    client.force_login(juror.user)

    page = client.get("/admin/")

    assert "Lectures à rendre" in page_text(page)
    assert 'href="/jury/"' in page.content.decode()


def test_costs_few_queries(
    juror: Juror, head: User, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_num_queries(4):  # their roles, their seats, the ranking, what is left
        assert counts_of(juror.user) == [0]
    with django_assert_num_queries(1):  # their roles
        assert counts_of(head) == []
