"""What is asked at each size. One line a page: add yours here.

`path` is an address, or a function that finds one in what was grown. `most_ms` and `most_queries`
hold at any size; a page that `stays_flat` costs at the largest size at most 1.2 times what it costs
at ten thousand files.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote_plus

from apps.accounts.models import User
from apps.awards.models import Envelope
from apps.casefiles.models import CaseFile

MOST_GROWTH = 1.2
DESK = "/admin/casefiles/casefile/"
HEAD, CASEWORKER, ACCOUNTANT = (
    f"{role}1@croissance.exemple.fr" for role in ("head", "caseworker", "accountant")
)
APPLICANT = "applicant"


@dataclass(frozen=True, kw_only=True)
class Ask:
    name: str
    path: str | Callable[[], str]
    login: str = HEAD
    most_ms: float | None = None
    most_queries: int | None = None
    stays_flat: bool = False
    is_drawn: bool = False  # has its line on the plot

    def address(self) -> str:
        return self.path if isinstance(self.path, str) else self.path()

    def person(self) -> User:
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


def _list(name: str, query: str = "", **others: object) -> Ask:
    budget = {"most_ms": 60.0, "most_queries": 15, "stays_flat": True}
    return Ask(name=name, path=f"{DESK}{query}", **(budget | others))  # type: ignore[arg-type]


def _search(name: str, words: Callable[[CaseFile], str], **others: object) -> Ask:
    found = _list(name, **others)
    return Ask(**(vars(found) | {"path": lambda: f"{DESK}?q={quote_plus(words(_file()))}"}))


ASKS = (
    _list("Worklist, « À traiter »", is_drawn=True),
    _list("Worklist, « Miens »", "?vue=miens", login=CASEWORKER),
    _list("Worklist, « En retard »", "?vue=en-retard"),
    _list("Worklist, « Messages à lire »", "?vue=messages"),
    _list("Worklist, « Tous »", "?vue=tous"),
    Ask(**(vars(_list("Worklist, « Tous », its middle")) | {"path": _deep})),
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
    Ask(name="First page of the desk", path="/admin/", is_drawn=True),
    Ask(name="Envelopes", path="/admin/awards/envelope/", is_drawn=True),
    Ask(
        name="One envelope",
        path=lambda: f"/admin/awards/envelope/{Envelope.objects.latest('year').pk}/change/",
    ),
    Ask(name="Envelopes, the sheet", path="/admin/awards/envelope/export/"),
    Ask(name="Payments to validate", path="/admin/awards/instalment/", login=ACCOUNTANT),
    Ask(name="Payments made", path="/admin/awards/instalment/?vue=payes", login=ACCOUNTANT),
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
