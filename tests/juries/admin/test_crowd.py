"""A small sample of what `make bench` measures at 500 proposals: the filling, and the page."""

from __future__ import annotations

import pytest
import time_machine

from apps.accounts.roles import Role
from apps.casefiles.enums import CaseFileState
from apps.juries.admin.pages import jury_url
from tests.bench.crowd import READINGS, fill_the_jury
from tests.bench.pages import CROWDED
from tests.factories.innovation import innovation_staff, proposal_file
from tests.factories.juries import READING_AT, add_criteria, given_review, make_jury, seat
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db


def test_ranking_of_a_crowd_keeps_its_queries(
    client: PortalClient, django_assert_max_num_queries: object
) -> None:
    head = innovation_staff(Role.HEAD)
    case_file = proposal_file(until=CaseFileState.UNDER_REVIEW)
    assert case_file.campaign
    add_criteria(case_file.campaign)
    jury = make_jury(case_file.campaign, head=head)
    jurors = [seat(jury, name=f"Juré {number}") for number in range(READINGS)]
    with time_machine.travel(READING_AT, tick=False):
        given_review(jurors[0], case_file, 3, 7)
    fill_the_jury(files=12)
    client.force_login(head)
    page = jury_url(jury, "ranking")
    client.get(page)

    (bound,) = (row.most_queries for row in CROWDED)
    with django_assert_max_num_queries(bound):  # type: ignore[operator]
        text = page_text(client.get(page))

    assert "12 dossiers" in text
    assert "manque" not in text
