"""What is measured. One line a page: add yours here.

`path` is an address, or a function that finds one in the demo town. `login` is a role of
apps.accounts.roles, one of the applicants, or nothing for the public.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from apps.accounts.models import RoleGrant, User

BARE = "/bench/bare/"
ONE_QUERY = "/bench/one-query/"
APPLICANT = "applicant"  # of the submitted file
DRAFT_APPLICANT = "applicant of the draft"


@dataclass(frozen=True, kw_only=True)
class PageToMeasure:
    name: str
    path: str | Callable[[], str]
    login: str = ""
    floor: str = ONE_QUERY
    least_ratio: float | None = None  # of the floor's throughput
    most_queries: int | None = None
    first_view: bool = False  # weigh everything that a first visit downloads


def _submitted_file() -> Any:
    return _files().exclude(state="draft").earliest("pk")


def _draft() -> Any:
    return _files().filter(state="draft").earliest("pk")


def _files() -> Any:
    """Files of the demo town, without those of 2023, whose applicants are unnamed."""
    return apps.get_model("casefiles", "CaseFile").objects.filter(applicant__isnull=False)


PAGES = (
    PageToMeasure(name="Bare Django view, our middleware", path=BARE, floor=BARE),
    PageToMeasure(name="One query, plain 10 KB page", path=ONE_QUERY),
    PageToMeasure(name="Home", path="/", least_ratio=1.0, most_queries=3, first_view=True),
    PageToMeasure(
        name="Same-day line of a commune",
        path="/medecin-du-jour/45234-orleans/",
        floor=BARE,
        least_ratio=0.8,
        most_queries=3,
        first_view=True,
    ),
    PageToMeasure(name="Aids", path="/aides/", least_ratio=1.0, most_queries=3, first_view=True),
    PageToMeasure(
        name="Installation aid",
        path="/aides/installation/",
        least_ratio=1.0,
        most_queries=3,
        first_view=True,
    ),
    PageToMeasure(
        name="Student bursary",
        path="/aides/bourse-etudes/",
        least_ratio=1.0,
        most_queries=3,
        first_view=True,
    ),
    PageToMeasure(
        name="Rural internship allowance",
        path="/aides/stage-rural/",
        least_ratio=1.0,
        most_queries=3,
        first_view=True,
    ),
    PageToMeasure(
        name="Simulator with its answer",
        path="/aides/installation/simulateur/?profession=masseur-kinesitherapeute&commune=45285"
        "&date=2023-06-01&maitre_de_stage=promesse&premiere_installation=oui&aide_ars=non",
        most_queries=8,
    ),
    PageToMeasure(
        name="Student bursary",
        path="/aides/bourse-etudes/",
        least_ratio=1.0,
        most_queries=3,
        first_view=True,
    ),
    PageToMeasure(
        name="Bursary simulator with its answer",
        path="/aides/bourse-etudes/simulateur/?etudes=medecine&parcours=zagreb&annee=1"
        "&engagement=oui&autre_aide=non&date=2026-11-02",
        most_queries=8,
    ),
    PageToMeasure(name="My space", path="/mon-espace/", login=APPLICANT, most_queries=8),
    PageToMeasure(
        name="Task list of a draft",
        path=lambda: f"/mon-espace/dossiers/{_draft().reference}/",
        login=DRAFT_APPLICANT,
        most_queries=8,
    ),
    PageToMeasure(
        name="A submitted file",
        path=lambda: f"/mon-espace/dossiers/{_submitted_file().reference}/",
        login=APPLICANT,
        most_queries=8,
    ),
    PageToMeasure(
        name="Desk, worklist",
        path="/admin/casefiles/casefile/",
        login="head",
        most_queries=15,
    ),
    PageToMeasure(
        name="Desk, a file",
        path=lambda: f"/admin/casefiles/casefile/{_submitted_file().pk}/change/",
        login="head",
        most_queries=15,
    ),
)


def person_for(login: str) -> User:
    """Somebody of the demo town who may see the page.

    Raises ObjectDoesNotExist when the demo town has nobody for it.
    """
    if login in {APPLICANT, DRAFT_APPLICANT}:
        person: User = (_submitted_file() if login == APPLICANT else _draft()).applicant
        return person
    return RoleGrant.objects.select_related("user").filter(role=login).earliest("pk").user
