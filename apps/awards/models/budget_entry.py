"""What each year's budget bears, kept as entries beside the payments: never summed from them.

An entry is written with the row that it comes from, by trigger, in its transaction: it is seen,
and undone, when that row is. Nothing is ever added to a row that others add to, so that two awards
never wait for each other here. Each night the entries of a budget become one
(budget_ledger.fold_entries).
"""

from __future__ import annotations

import pgtrigger
from django.db import models


def entered_in_budget() -> pgtrigger.Trigger:
    """On Instalment: what its arrival, its payment or its cancellation changes."""
    return pgtrigger.Trigger(
        name="entered_in_budget",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("status") | pgtrigger.Delete,
        declare=[("committed", "NUMERIC := 0"), ("paid", "NUMERIC := 0")],
        func="""
            IF TG_OP <> 'INSERT' THEN
                committed := -CASE OLD.status WHEN 'cancelled' THEN 0 ELSE OLD.amount END;
                paid := -CASE OLD.status WHEN 'paid' THEN OLD.amount ELSE 0 END;
            END IF;
            IF TG_OP <> 'DELETE' THEN
                committed := committed
                    + CASE NEW.status WHEN 'cancelled' THEN 0 ELSE NEW.amount END;
                paid := paid + CASE NEW.status WHEN 'paid' THEN NEW.amount ELSE 0 END;
            END IF;
            IF committed <> 0 OR paid <> 0 THEN
                INSERT INTO awards_budgetentry (programme, year, committed, paid)
                SELECT programme, COALESCE(NEW.budget_year, OLD.budget_year), committed, paid
                FROM casefiles_casefile WHERE id = COALESCE(NEW.case_file_id, OLD.case_file_id);
            END IF;
            RETURN NULL;
        """,
    )


class BudgetEntry(models.Model):
    """Euros that a programme's budget of a year bears more, or less when negative.

    The sum of its entries is what it bears. There are some for every year with an instalment,
    whether its envelope is recorded or not. Only the trigger and the fold write them.
    """

    programme = models.CharField("dispositif", max_length=40)
    year = models.PositiveSmallIntegerField("exercice")
    committed = models.DecimalField("engagé", max_digits=16, decimal_places=2)
    paid = models.DecimalField("payé", max_digits=16, decimal_places=2)

    class Meta:
        verbose_name = "écriture d’un exercice"
        verbose_name_plural = "écritures des exercices"
        indexes = (
            # An envelope's figures, and the trigger that keeps it from being overspent.
            models.Index(
                fields=("programme", "year"), include=("committed", "paid"), name="budget_entry"
            ),
        )
        triggers = (pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update),)

    def __str__(self) -> str:
        return f"{self.programme} {self.year}"
