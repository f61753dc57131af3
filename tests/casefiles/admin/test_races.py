"""Two agents, one file, the same second: the pages let exactly one of them through."""

from __future__ import annotations

from functools import partial

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile, Decision
from tests.casefiles.admin.addresses import desk
from tests.factories.casefiles import installation_file
from tests.support.threads import race

pytestmark = pytest.mark.django_db(transaction=True)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_two_agents_press_at_once_one_moves_the_file(
    caseworker: User, other_caseworker: User
) -> None:
    case_file = installation_file()
    address = desk("move", case_file, "start_review")

    answers = race(
        *(
            partial(signed_in(agent).post, address, {"version": case_file.version})
            for agent in (caseworker, other_caseworker)
        )
    )

    assert sorted(answer.status_code for answer in answers) == [302, 409]
    assert case_file.events.filter(transition="start_review").count() == 1


def test_double_click_on_propose_writes_one_proposal(caseworker: User) -> None:
    case_file = installation_file(until=CaseFileState.UNDER_REVIEW, caseworker=caseworker)
    data = {"version": case_file.version, "outcome": "grant", "amount": "37000", "reason": ""}

    answers = race(
        *[partial(signed_in(caseworker).post, desk("move", case_file, "propose"), data)] * 2
    )

    assert sorted(answer.status_code for answer in answers) == [302, 409]
    assert Decision.objects.count() == 1


def test_two_batches_at_once_leave_one_owner_for_all(
    caseworker: User, other_caseworker: User, head: User
) -> None:
    files = [installation_file() for _ in range(3)]
    pks = [case_file.pk for case_file in files]
    address = "/admin/casefiles/casefile/batch/assign/"

    answers = race(
        partial(signed_in(head).post, address, {"dossier": pks, "owner": caseworker.pk}),
        partial(
            signed_in(head).post, address, {"dossier": pks[::-1], "owner": other_caseworker.pk}
        ),
    )

    assert [answer.status_code for answer in answers] == [302, 302]
    assert len(set(CaseFile.objects.values_list("owner", flat=True))) == 1
