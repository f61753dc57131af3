"""Who looked at what: pages, pieces, papers, accounts, lists and exports, in one list."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from apps.awards.models import BankDetailsAccess, BatchDownload, PaperAccess
from apps.casefiles.models import CaseFile, DocumentAccess, FileLook

COLUMNS = ("at", "first_name", "last_name", "address", "reference", "what", "detail")


def looks(*, files: QuerySet[CaseFile], person: str = "", reference: str = "") -> QuerySet[Any]:
    """Newest first, as dictionaries of COLUMNS: one query. Only of these files, and of none."""
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
        _filtered(rows, path, files=files, person=person, reference=reference)
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
    files: QuerySet[CaseFile],
    person: str,
    reference: str,
) -> QuerySet[Any]:
    user, path = paths
    if path:
        readable = Q(**{f"{path}__in": files.order_by().values("pk")})
        rows = rows.filter(readable | Q(**{f"{path}__isnull": True}))
    for word in person.split():
        rows = rows.filter(
            Q(**{f"{user}__first_name__icontains": word})
            | Q(**{f"{user}__last_name__icontains": word})
            | Q(**{f"{user}__email__icontains": word})
        )
    if reference:
        rows = rows.filter(reference__iexact=reference.strip())
    return rows.values(*COLUMNS)
