"""Payments by list, with filters and totals: one page for the accountant and caseworkers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.admin.pages import draw, person
from apps.awards.admin.payment_pages import STATUS_TONES
from apps.awards.models import Instalment
from apps.awards.models.instalment import InstalmentQuerySet
from apps.awards.payment_lists import LISTS, payments_of
from apps.casefiles.admin.worklist import AFTER, BEFORE, Tab
from apps.casefiles.programmes import programmes
from apps.core import clock
from apps.core.compiled import counts
from apps.core.paging import MOST_COUNTED, KeysetPage, said

_PER_PAGE = 50
# A longer list is not added up: its sums by year are those of the envelopes.
_MOST_ADDED_UP = 500
# Value of the filter: label, days from today (None: the days before it).
_DUE = {
    "passee": ("Passée", 0),
    "30-jours": ("D’ici 30 jours", 30),
    "90-jours": ("D’ici 90 jours", 90),
}
# What is done with the ticked rows of a list: address, button.
_ACTIONS = {
    "a-valider": ("admin:awards_instalment_validate", "Valider les versements cochés"),
    "a-transmettre": ("admin:awards_batch_add", "Établir un bordereau"),
}


@dataclass(frozen=True)
class Choice:
    """A drop-down list of the filter form: (value, label) pairs and the chosen one."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: str


@dataclass(frozen=True)
class Totals:
    """How many payments a list holds, and their euros; `is_whole` is false when there are more."""

    count: int
    amount: Decimal
    is_whole: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    instalment: Instalment
    programme: str
    tone: str
    is_late: bool


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    user, today = person(request), clock.today()
    mine = Instalment.objects.at_desk_of(user).followed()
    current = _current(request, user)
    choices = _choices(request.GET, _years())
    chosen = _narrow(LISTS[current].narrow(mine, today), choices, today)
    page = KeysetPage(
        chosen,
        lines=Instalment.objects.select_related("case_file"),
        order="due_on",  # the oldest day first; those without a day come last
        size=_PER_PAGE,
        after=request.GET.get(AFTER, ""),
        before=request.GET.get(BEFORE, ""),
    )
    action = _ACTIONS.get(current) if is_accountant(user) else None
    context = {
        "title": "Versements",
        "tabs": _tabs(user, current, today),
        "current": current,
        "choices": choices,
        "is_filtered": any(choice.chosen for choice in choices),
        "rows": [_row(instalment, today) for instalment in page.rows],
        "page": page,
        "totals": _totals(chosen),
        "action": action,
        "empty": LISTS[current].empty,
    }
    return draw(request, "payments.html", context)


def is_accountant(user: User) -> bool:
    return user.is_active and user.has_role(Role.ACCOUNTANT)


def _current(request: HttpRequest, user: User) -> str:
    """The list asked for, else where this person's work is."""
    asked = request.GET.get("vue", "")
    if asked in LISTS:
        return asked
    return "a-valider" if is_accountant(user) else "a-controler"


def _tabs(user: User, current: str, today: date) -> list[Tab]:
    """Every list with its number: one query."""
    found = counts(
        payments_of, user.rights, tuple(LISTS), today, limit=MOST_COUNTED + 1, reader=user.pk
    )
    return [
        Tab(
            label=chosen.label,
            count=said(found[slug], most=MOST_COUNTED),
            url=f"?vue={slug}",
            is_current=slug == current,
            is_urgent=slug == "en-retard" and found[slug] > 0,
        )
        for slug, chosen in LISTS.items()
    ]


def _choices(asked: QueryDict, years: Sequence[str]) -> list[Choice]:
    """The filters; a value that is no option is left out, as if nobody had asked for it."""
    lists = (
        ("dispositif", "Dispositif", programmes.choices()),
        ("exercice", "Exercice", [(year, year) for year in years]),
        ("echeance", "Échéance", [(value, label) for value, (label, _) in _DUE.items()]),
    )
    return [
        Choice(name, label, options, _chosen(asked.get(name, ""), options))
        for name, label, options in lists
    ]


def _chosen(value: str, options: Sequence[tuple[str, str]]) -> str:
    return value if value in dict(options) else ""


def _narrow(
    instalments: InstalmentQuerySet, choices: Sequence[Choice], today: date
) -> InstalmentQuerySet:
    chosen = {choice.name: choice.chosen for choice in choices}
    if chosen["dispositif"]:
        instalments = instalments.filter(case_file__programme=chosen["dispositif"])
    if chosen["exercice"]:
        instalments = instalments.filter(budget_year=int(chosen["exercice"]))
    if chosen["echeance"]:
        _, days = _DUE[chosen["echeance"]]
        instalments = instalments.filter(due_on__lt=today + timedelta(days=days))
    return instalments


def _years() -> list[str]:
    """The years that payments are planned in, the latest first: the two ends of an index."""
    ends = Instalment.objects.aggregate(first=Min("budget_year"), last=Max("budget_year"))
    if ends["last"] is None:
        return []
    return [str(year) for year in range(ends["last"], ends["first"] - 1, -1)]


def _totals(instalments: InstalmentQuerySet) -> Totals:
    """One query, of a few more rows than are added up."""
    amounts = list(instalments.order_by().values_list("amount", flat=True)[: _MOST_ADDED_UP + 1])
    return Totals(
        count=len(amounts),
        amount=sum(amounts, Decimal(0)),
        is_whole=len(amounts) <= _MOST_ADDED_UP,
    )


def _row(instalment: Instalment, today: date) -> Row:
    programme = programmes.get(instalment.case_file.programme)
    return Row(
        instalment=instalment,
        programme=programme.label if programme else "",
        tone=STATUS_TONES[instalment.status],
        is_late=instalment.is_late(today),
    )
