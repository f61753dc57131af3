"""The entries of each budget: folded into one each night, and added up again to be checked."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.db import connection
from django.db.models import Q, Sum

from apps.awards.enums import InstalmentStatus
from apps.awards.models import BudgetEntry, Instalment
from apps.core.consistency import checks
from apps.core.money import format_euros

# One statement, whose sum is of the rows that it takes away: whoever reads meanwhile sees the
# entries before or their sum after, and of two folds at once the second takes what is left.
_FOLD = """
    WITH taken AS (
        DELETE FROM awards_budgetentry WHERE (programme, year) IN (
            SELECT programme, year FROM awards_budgetentry
            GROUP BY programme, year HAVING count(*) > 1
        ) RETURNING programme, year, committed, paid
    )
    INSERT INTO awards_budgetentry (programme, year, committed, paid)
    SELECT programme, year, sum(committed), sum(paid) FROM taken GROUP BY programme, year
"""

# Programme and budget year.
Budget = tuple[str, int]


def fold_entries() -> None:
    """Replace the entries of each budget by one with their sums. Changes no figure."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLD)


@checks("Écritures des exercices et versements")
def _entries_and_instalments() -> Iterator[str]:
    entered, counted = _entered(), _counted()
    nothing = (Decimal(0), Decimal(0))
    for programme, year in sorted(entered.keys() | counted.keys()):
        kept = entered.get((programme, year), nothing)
        found = counted.get((programme, year), nothing)
        if kept != found:
            yield (
                f"{programme} {year} : {_said(kept)} dans les écritures, "
                f"{_said(found)} dans les versements."
            )


def _said(euros: tuple[Decimal, Decimal]) -> str:
    committed, paid = map(format_euros, euros)
    return f"{committed} engagés et {paid} payés"


def _entered() -> dict[Budget, tuple[Decimal, Decimal]]:
    rows = BudgetEntry.objects.order_by().values_list("programme", "year")
    added_up = rows.annotate(all_committed=Sum("committed"), all_paid=Sum("paid"))
    return {(programme, year): (committed, paid) for programme, year, committed, paid in added_up}


def _counted() -> dict[Budget, tuple[Decimal, Decimal]]:
    rows = Instalment.objects.committed().order_by()
    is_paid = Q(status=InstalmentStatus.PAID)
    added_up = rows.values_list("case_file__programme", "budget_year").annotate(
        all_committed=Sum("amount"), all_paid=Sum("amount", filter=is_paid, default=Decimal(0))
    )
    return {(programme, year): (committed, paid) for programme, year, committed, paid in added_up}
