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
from tests.bench import published
from tests.bench.crowd import FILES, READINGS, crowded_jury

BARE = "/bench/bare/"
ONE_QUERY = "/bench/one-query/"
APPLICANT = "applicant"  # of the submitted file
DRAFT_APPLICANT = "applicant of the draft"
LINE_OF_A_COMMUNE = "Same-day line of a commune"


@dataclass(frozen=True, kw_only=True)
class PageToMeasure:
    name: str
    path: str | Callable[[], str]
    login: str = ""
    floor: str = ONE_QUERY
    least_ratio: float | None = None  # of the floor's throughput
    most_queries: int | None = None
    most_ms: float | None = None  # of processor time, web and database together
    like: str = ""  # the page of other systems that it is compared with (published.py)
    first_view: bool = False  # weigh everything that a first visit downloads


def _submitted_file() -> Any:
    return _files().exclude(state="draft").earliest("pk")


def _draft() -> Any:
    return _files().filter(state="draft").earliest("pk")


def _files() -> Any:
    """Files of the demo town, without those of 2023, whose applicants are unnamed."""
    return apps.get_model("casefiles", "CaseFile").objects.filter(applicant__isnull=False)


def public(name: str, path: str | Callable[[], str], **others: Any) -> PageToMeasure:
    """A page that anybody may read, made anew for each visit."""
    budget = {"least_ratio": 1.0, "most_queries": 3, "most_ms": 2.0, "first_view": True}
    return PageToMeasure(name=name, path=path, **(budget | others))


def _applicants(name: str, path: str | Callable[[], str], **others: Any) -> PageToMeasure:
    budget = {"login": APPLICANT, "most_queries": 8, "most_ms": 15.0}
    return PageToMeasure(name=name, path=path, **(budget | others))


def _desk(name: str, path: str | Callable[[], str], **others: Any) -> PageToMeasure:
    budget = {"login": "head", "most_queries": 15, "most_ms": 60.0}
    return PageToMeasure(name=name, path=path, **(budget | others))


def drawn(name: str, path: str) -> PageToMeasure:
    """What the first visitor of ten seconds pays for a list that is then kept: an address that no
    link has is never kept. Its ratio is shown, and only its queries have a budget."""
    return PageToMeasure(name=name, path=path, most_queries=3)


def _place() -> str:
    place = apps.get_model("care_places", "Place").objects.earliest("pk")
    return str(place.get_absolute_url())


def _offer() -> str:
    offers = apps.get_model("housing", "Offer").objects.filter(status="en-ligne")
    return str(offers.earliest("pk").get_absolute_url())


def _call() -> str:
    """The one that takes projects."""
    year = apps.get_model("innovation", "Call").objects.latest("year").year
    return f"/innovation/{year}/"


ESTIMATES = {
    "Installation aid, an estimate": "/aides/installation/simulateur/"
    "?profession=masseur-kinesitherapeute&commune=45285&date=2023-06-01"
    "&maitre_de_stage=promesse&premiere_installation=oui&aide_ars=non",
    "Student bursary, an estimate": "/aides/bourse-etudes/simulateur/?etudes=medecine"
    "&parcours=zagreb&annee=1&engagement=oui&autre_aide=non&date=2026-11-02",
    "Rural internship, an estimate": "/aides/stage-rural/simulateur/?commune=45028"
    "&debut=2026-11-16&fin=2027-01-31&aide_ecole=non&aide_employeur=non&bourse=non",
}

PAGES = (
    PageToMeasure(name="Bare Django view, our middleware", path=BARE, floor=BARE),
    PageToMeasure(name="One query, plain 10 KB page", path=ONE_QUERY),
    public("Home", "/", like=published.LANDING),
    # Kept until its answer changes, as any cache may: next to a page that reads nothing.
    public(
        LINE_OF_A_COMMUNE,
        "/medecin-du-jour/45234-orleans/",
        floor=BARE,
        least_ratio=0.8,
    ),
    public("Every same-day line", "/medecin-du-jour/"),
    public("Everything for a commune", "/communes/45234-orleans/"),
    public("Places of care", "/lieux-de-soins/"),
    public("Places of care around a commune", "/lieux-de-soins/?commune=45234&km=15"),
    drawn("Places of care around a commune, drawn", "/lieux-de-soins/?commune=45234&km=15&x=1"),
    public("A place of care", _place),
    public("Housing", "/logements/"),
    # With its map: another budget, in tests/portal/test_first_view.py.
    public("Housing around a commune", "/logements/?ou=45234&km=20", first_view=False),
    drawn("Housing around a commune, drawn", "/logements/?ou=45234&km=20&x=1"),
    public("An offer of housing", _offer),
    public("Aids", "/aides/"),
    public("Installation aid", "/aides/installation/"),
    public("Student bursary", "/aides/bourse-etudes/"),
    public("Rural internship allowance", "/aides/stage-rural/"),
    public("Innovation call", "/aides/innovation/"),
    public("Calls and laureates", "/innovation/"),
    public("This year's call", _call),
    public("Simulator, before any answer", "/aides/installation/simulateur/"),
    *(public(name, path) for name, path in ESTIMATES.items()),
    public("Before applying", "/aides/installation/demande/"),
    public("Follow a file by its number", "/suivi/"),
    public("Help", "/aide/"),
    public("Accessibility", "/accessibilite/"),
    public("Legal notice", "/mentions-legales/"),
    public("Personal data", "/donnees-personnelles/"),
    public("Site map", "/plan-du-site/"),
    _applicants("My space", "/mon-espace/", like=published.APPLICANT),
    _applicants(
        "Task list of a draft",
        lambda: f"/mon-espace/dossiers/{_draft().reference}/",
        login=DRAFT_APPLICANT,
    ),
    _applicants("A submitted file", lambda: f"/mon-espace/dossiers/{_submitted_file().reference}/"),
    _desk("Desk, worklist", "/admin/casefiles/casefile/", like=published.LIST),
    _desk("Desk, a search", "/admin/casefiles/casefile/?q=martin", like=published.SEARCH),
    _desk(
        "Desk, a file",
        lambda: f"/admin/casefiles/casefile/{_submitted_file().pk}/change/",
        like=published.ITEM,
        most_ms=40.0,
    ),
)

# Measured after all others, once crowd.py has filled the jury.
CROWDED = (
    PageToMeasure(
        name=f"Ranking of {FILES} proposals, {READINGS} reviews each",
        path=lambda: f"/admin/juries/jury/{crowded_jury().pk}/classement/",
        login="head",
        most_queries=12,
        most_ms=150.0,
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
