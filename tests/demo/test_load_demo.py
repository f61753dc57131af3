from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import User
from apps.awards.enums import AgreementStatus, CommitmentStatus, InstalmentStatus, RenewalStatus
from apps.awards.incompatibility_rows import load_incompatibilities
from apps.awards.models import Amendment, Attestation, Batch, Graduation, Instalment, Renewal
from apps.awards.reference_rows import load_award_terms
from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.models import CaseFile
from apps.casefiles.reference_rows import load_reference_rows
from apps.demo.town import build_town
from apps.territory.management.commands.load_territory import load_territory
from tests.support.territory import REFERENCE

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[int]:
    """Built once for this module, in a transaction that each test's own nests in."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_territory(REFERENCE)
        load_reference_rows()
        load_award_terms()
        load_incompatibilities()
        yield build_town(seed=45, now=NOW)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_build_town_shows_every_state_and_the_published_acts(town: int) -> None:
    assert town == 129
    fictitious = CaseFile.objects.filter(is_fictitious=True)
    assert set(fictitious.values_list("state", flat=True)) == set(CaseFileState.values)
    archive = CaseFile.objects.filter(channel=Channel.ARCHIVE)
    assert not archive.filter(is_fictitious=True).exists()
    aids = archive.filter(programme="installation").order_by("pk")
    assert [aid.granted_amount for aid in aids] == [
        *(Decimal(8000), Decimal(35000), Decimal(35000), Decimal(8000), Decimal(37000)),
        *(Decimal(35000), Decimal(37000), Decimal(8000), Decimal(15000)),
    ]
    assert {aid.applicant_name for aid in aids} == {"Bénéficiaire non nommé"}
    laureates = archive.filter(programme="innovation").order_by("pk")
    assert [case_file.granted_amount for case_file in laureates] == [
        *(Decimal(15500), Decimal(4000), Decimal(11500), Decimal(18500)),
    ]
    _bursaries_have_an_amount_only_where_it_is_published()
    _renewals_stand_at_each_of_their_steps()
    _students_are_followed_to_the_first_payment_and_beyond()
    _placements_have_months_paid_one_to_settle_and_one_late()
    _completed_file_is_paid_and_its_commitment_over()


def _completed_file_is_paid_and_its_commitment_over() -> None:
    done = CaseFile.objects.get(state=CaseFileState.COMPLETED)
    assert {item.status for item in done.instalments.all()} == {InstalmentStatus.PAID}
    assert done.instalments.total() == Decimal(10000)  # 8 000 €, and 2 000 € for the promise
    assert done.commitment.status == CommitmentStatus.FULFILLED
    assert [promise.status for promise in done.commitment.promises.all()] == ["kept"]


def _bursaries_have_an_amount_only_where_it_is_published() -> None:
    acts = CaseFile.objects.filter(channel=Channel.ARCHIVE, programme="bourse-etudes")
    assert [act.granted_amount for act in acts.order_by("pk")] == [
        *(Decimal(10000), Decimal(4650), Decimal(15000)),
        *[None] * 26,
    ]
    untold = acts.filter(granted_amount=None)
    assert not Instalment.objects.filter(case_file__in=untold).exists()
    assert Counter(act.breakdown.range_label for act in untold if act.breakdown) == {
        "9\u00a0000\u00a0€ à 18\u00a0000\u00a0€": 7,
        "1\u00a0200\u00a0€ à 3\u00a0000\u00a0€": 19,
    }
    assert {act.applicant_name for act in acts} == {"Bénéficiaire non nommé"}
    assert not Renewal.objects.filter(case_file__in=acts).exists()


def _renewals_stand_at_each_of_their_steps() -> None:
    renewals = Renewal.objects.all()
    assert set(renewals.values_list("status", flat=True)) == {
        *(RenewalStatus.TO_DO, RenewalStatus.SENT, RenewalStatus.PROPOSED),
        *(RenewalStatus.GRANTED, RenewalStatus.REFUSED),
    }
    assert renewals.exclude(return_reason="").count() == 1
    assert renewals.exclude(letter=None).count() == 2
    assert Amendment.objects.get().amount == Decimal(3000)


def _students_are_followed_to_the_first_payment_and_beyond() -> None:
    students = CaseFile.objects.filter(programme="bourse-etudes", is_fictitious=True)
    to_sign = students.get(state=CaseFileState.GRANTED)
    assert to_sign.agreement.status == AgreementStatus.SENT
    firsts = Instalment.objects.filter(case_file__in=students, rank=1).exclude(case_file=to_sign)
    assert {
        status: firsts.filter(status=status).count()
        for status in firsts.values_list("status", flat=True)
    } == {"awaited": 1, "received": 1, "due": 1, "paid": 8}
    assert Batch.objects.filter(lines__instalment__in=firsts).distinct().count() == 1
    graduate = Graduation.objects.get().case_file
    assert graduate.commitment.status == CommitmentStatus.RUNNING


def _placements_have_months_paid_one_to_settle_and_one_late() -> None:
    placements = CaseFile.objects.filter(programme="stage-rural")
    answers = Attestation.objects.filter(instalment__case_file__in=placements).order_by("pk")
    assert [answer.presence for answer in answers] == [*["whole"] * 4, "part", "whole"]
    assert [answer.needs_settling for answer in answers] == [False] * 4 + [True, False]
    months = Instalment.objects.filter(case_file__in=placements)
    assert months.filter(status=InstalmentStatus.PAID).count() == 4
    assert months.filter(status=InstalmentStatus.DUE).count() == 1
    reminded = [
        case_file.attestation_links.count() for case_file in placements.filter(state="active")
    ]
    assert sorted(reminded) == [3, 4, 5]
    assert {state: placements.filter(state=state).count() for state in ("active", "draft")} == {
        "active": 3,
        "draft": 1,
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("login", ["responsable", "agente"])
def test_a_file_of_any_kind_takes_the_desk_at_most_fifteen_queries(login: str) -> None:
    """What one panel reads, the next one must not read anew."""
    sent = _one_of_each_kind(CaseFile.objects.exclude(state=CaseFileState.DRAFT))
    assert len(sent) == 25
    pages = {
        kind: reverse("admin:casefiles_casefile_change", args=[case_file.pk])
        for kind, case_file in sent.items()
    }
    over = _over(15, User.objects.get(email=f"{login}@demo.example"), pages)
    assert over == {}


@pytest.mark.django_db
@pytest.mark.usefixtures("town")
def test_a_file_of_any_kind_takes_its_applicant_at_most_eight_queries() -> None:
    of_people = CaseFile.objects.exclude(applicant=None).select_related("applicant")
    over = {}
    for kind, case_file in _one_of_each_kind(of_people).items():
        assert case_file.applicant
        pages = {kind: reverse("casefiles:case_file", args=[case_file.reference])}
        over |= _over(8, case_file.applicant, pages)
    assert over == {}


def _one_of_each_kind(files: QuerySet[CaseFile]) -> dict[tuple[str, str], CaseFile]:
    """By programme and state, the file that has the longest story."""
    longest = files.annotate(length=Count("events")).order_by("length", "pk")
    return {(case_file.programme, case_file.state): case_file for case_file in longest}


def _over(
    most: int, person: User, pages: dict[tuple[str, str], str]
) -> dict[tuple[str, str], list[int]]:
    """The queries of a first and of a second visit, where one of them takes too many."""
    client = Client()
    client.force_login(person)
    counts: dict[tuple[str, str], list[int]] = {}
    with time_machine.travel(NOW):
        client.get(reverse("admin:index"))  # once a minute the session notes that it is used
        for kind, address in pages.items():
            for _ in range(2):
                with CaptureQueriesContext(connection) as captured:
                    assert client.get(address).status_code == HTTPStatus.OK
                counts.setdefault(kind, []).append(len(captured))
    return {kind: found for kind, found in counts.items() if max(found) > most}


def test_load_demo_outside_the_demo_is_refused(settings: Any, db: None) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="only runs with the demo settings"):
        call_command("load_demo")
