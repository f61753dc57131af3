"""What is asked at each size. One line a page: add yours here.

`path` is an address, or a function that finds one in what was grown. `most_ms` and `most_queries`
hold at any size; a page that `stays_flat` costs at the largest size at most 1.2 times what it costs
at ten thousand files. The lists of the desk join by themselves (`register_asks`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from urllib.parse import quote_plus

from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

from apps.accounts.models import User
from apps.awards.models import Envelope
from apps.casefiles.models import CaseFile

MOST_GROWTH = 1.2
DESK = "/admin/casefiles/casefile/"
PAYMENTS = "/admin/awards/instalment/"
COMMITMENTS = "/admin/awards/commitment/"
STAFF = HEAD, CASEWORKER, ACCOUNTANT, AUDITOR, EDITOR, ROOT = tuple(
    f"{role}1@croissance.exemple.fr"
    for role in ("head", "caseworker", "accountant", "auditor", "editor", "root")
)
APPLICANT = "applicant"


@dataclass(frozen=True, kw_only=True)
class Ask:
    name: str
    path: str | Callable[[], str]
    login: str | Callable[[], User] = HEAD
    most_ms: float | None = None
    most_queries: int | None = None
    stays_flat: bool = False
    is_drawn: bool = False  # has its line on the plot
    is_registered: bool = False  # a list of the desk, found in its register

    def address(self) -> str:
        return self.path if isinstance(self.path, str) else self.path()

    def person(self) -> User:
        if callable(self.login):
            return self.login()
        if self.login == APPLICANT:
            applicant = _file().applicant
            assert applicant is not None
            return applicant
        return User.objects.get(email=self.login)


def _file() -> CaseFile:
    """Somebody's second file, over and paid, among the first ones: the same at each size."""
    return CaseFile.objects.filter(
        state="completed", programme="installation", applicant__isnull=False
    ).earliest("pk")


def _deep() -> str:
    """Far down « Tous »: after the row in the middle."""
    files = CaseFile.objects.exclude(submitted_at=None).order_by("-submitted_at", "-pk")
    middle = files.values_list("pk", "submitted_at")[CaseFile.objects.count() // 2]
    return f"{DESK}?vue=tous&apres={middle[0]}~{quote_plus(middle[1].isoformat())}"


def _envelope() -> Envelope:
    """Of a year in the middle, when nothing is to come any more: a full one."""
    held = Envelope.objects.filter(programme="installation").order_by("year")
    return held[len(held) // 2]


def _page(name: str, path: str | Callable[[], str], **others: Any) -> Ask:
    budget = {"most_ms": 60.0, "most_queries": 15}
    return Ask(name=name, path=path, **(budget | others))


def _list(name: str, query: str = "", **others: Any) -> Ask:
    return _page(name, f"{DESK}{query}", stays_flat=True, **others)


def _search(name: str, words: Callable[[CaseFile], str], **others: Any) -> Ask:
    return replace(_list(name, **others), path=lambda: f"{DESK}?q={quote_plus(words(_file()))}")


ASKS = (
    _list("Worklist, « À traiter »", is_drawn=True),
    _list("Worklist, « Miens »", "?vue=miens", login=CASEWORKER),
    _list("Worklist, « En retard »", "?vue=en-retard"),
    _list("Worklist, « Messages à lire »", "?vue=messages"),
    _list("Worklist, « Tous »", "?vue=tous"),
    replace(_list("Worklist, « Tous », its middle"), path=_deep),
    _list("Worklist, one state", "?etat=active"),
    _list("Worklist, one aid", "?vue=tous&dispositif=stage-rural"),
    _search("Search, a reference", lambda file: file.reference),
    _search(
        "Search, a person's two names",
        lambda file: f"{file.first_name} {file.last_name}",
        is_drawn=True,
    ),
    _search("Search, a common name", lambda _: "martin"),
    _search("Search, an e-mail address", lambda file: file.email),
    _search("Search, a commune", lambda _: "artenay"),
    _search("Search, the largest commune", lambda _: "orleans"),
    Ask(
        name="A file",
        path=lambda: f"{DESK}{_file().pk}/change/",
        most_ms=40.0,
        most_queries=15,
        is_drawn=True,
    ),
    # Figures of every part of the portal: more queries than a list.
    _page("First page of the desk", "/admin/", most_queries=None, is_drawn=True),
    _page("Envelopes", "/admin/awards/envelope/", is_drawn=True),
    _page("One envelope", lambda: f"/admin/awards/envelope/{_envelope().pk}/change/"),
    _page("Envelopes, the sheet", "/admin/awards/envelope/export/"),
    _page("Payments to validate", PAYMENTS, login=ACCOUNTANT, is_drawn=True),
    _page("Payments made", f"{PAYMENTS}?vue=payes", login=ACCOUNTANT),
    _page("Payments late", f"{PAYMENTS}?vue=en-retard", login=ACCOUNTANT),
    _page("Payments to come", f"{PAYMENTS}?vue=a-venir", login=ACCOUNTANT),
    _page("Commitments touched", f"{COMMITMENTS}?a_suivre=touche"),
    Ask(
        name="An applicant's space",
        path="/mon-espace/",
        login=APPLICANT,
        most_ms=15.0,
        most_queries=8,
        is_drawn=True,
    ),
    Ask(
        name="An applicant's file",
        path=lambda: f"/mon-espace/dossiers/{_file().reference}/",
        login=APPLICANT,
        most_queries=8,
    ),
)


@cache
def register_asks() -> tuple[Ask, ...]:
    """Every list of the desk, and the search of a name in it, from the desk's own register."""
    return tuple(_registered())


def _registered() -> Iterator[Ask]:
    for model, model_admin in admin.site._registry.items():
        options = model._meta
        address = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")

        def reader(shown: admin.ModelAdmin = model_admin) -> User:
            return _reader_of(shown)

        listed = _page(f"List, {options.label}", address, login=reader, is_registered=True)
        yield listed
        if model_admin.search_fields:
            yield replace(listed, name=f"Search, {options.label}", path=f"{address}?q=martin")


def _reader_of(model_admin: admin.ModelAdmin) -> User:
    """The first of the staff who may open the list, a superuser when no role may."""
    request = RequestFactory().get("/")
    for user in sorted(
        User.objects.filter(email__in=STAFF), key=lambda user: STAFF.index(user.email)
    ):
        request.user = user
        if model_admin.has_view_permission(request):
            return user
    raise LookupError(f"nobody opens {model_admin}")


def all_asks() -> tuple[Ask, ...]:
    return (*ASKS, *register_asks())
