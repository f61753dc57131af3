"""Who looked at what: pages, pieces, papers, accounts, lists and exports, in one list."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from apps.accounts.models import User
from apps.awards.models import BankDetailsAccess, BatchDownload, PaperAccess
from apps.casefiles.models import DocumentAccess, FileLook
from apps.casefiles.readers import at_desk

# The latest of each kind; those before are found by a name or a reference.
MOST_SHOWN = 1_000
COLUMNS = ("at", "first_name", "last_name", "address", "reference", "what", "detail")


def looks(*, reader: User, person: str = "", reference: str = "") -> QuerySet[Any]:
    """Newest first, MOST_SHOWN of each kind, as dictionaries of COLUMNS: one query.

    Only those of the files that the desk shows to `reader`, and of none.
    """
    parts = [
        _part(FileLook, "user", "case_file", F("kind"), F("detail")),
        _part(
            DocumentAccess,
            "user",
            "document__case_file",
            _text("piece"),
            F("document__kind__label"),
        ),
        _part(PaperAccess, "user", "case_file", _text("paper"), F("file__original_name")),
        _part(BankDetailsAccess, "person", "details__case_file", _text("account"), F("purpose")),
        _part(BatchDownload, "user", None, _text("export"), F("batch__number")),
    ]
    chosen = [
        _filtered(rows, path, reader=reader, person=person, reference=reference)
        for rows, path in parts
    ]
    first, *others = chosen
    return first.union(*others, all=True).order_by("-at")


def _text(value: str) -> Value:
    return Value(value, output_field=CharField())


def _part(
    model: Any, user: str, path: str | None, what: Any, detail: Any
) -> tuple[QuerySet[Any], tuple[str, str | None]]:
    reference = F(f"{path}__reference") if path else _text("")
    rows = model.objects.order_by().annotate(
        first_name=F(f"{user}__first_name"),
        last_name=F(f"{user}__last_name"),
        address=F(f"{user}__email"),
        reference=Coalesce(reference, _text(""), output_field=CharField()),
        what=what,
    )
    return rows.annotate(**({} if detail == F("detail") else {"detail": detail})), (user, path)


def _filtered(
    rows: QuerySet[Any],
    paths: tuple[str, str | None],
    *,
    reader: User,
    person: str,
    reference: str,
) -> QuerySet[Any]:
    user, path = paths
    if path:
        rows = rows.filter(at_desk(reader, path) | Q(**{f"{path}__isnull": True}))
    for word in person.split():
        rows = rows.filter(
            Q(**{f"{user}__first_name__icontains": word})
            | Q(**{f"{user}__last_name__icontains": word})
            | Q(**{f"{user}__email__icontains": word})
        )
    if reference:
        asked = reference.strip().upper()
        rows = rows.filter(**{f"{path}__reference": asked}) if path else rows.none()
    return rows.values(*COLUMNS).order_by("-at")[:MOST_SHOWN]
