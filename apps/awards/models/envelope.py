from __future__ import annotations

from decimal import Decimal
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, ExtractYear, TruncDate

from apps.accounts.models import User
from apps.awards.models.budget_entry import BudgetEntry
from apps.awards.models.envelope_guard import has_a_vote, vote_fits, waits_for_commitments
from apps.awards.permissions import ENVELOPE_READERS
from apps.casefiles.models import Decision
from apps.casefiles.programmes import programmes

FIRST_YEAR, LAST_YEAR = 2000, 2199


class EnvelopeQuerySet(models.QuerySet["Envelope"]):
    def visible_to(self, user: User) -> EnvelopeQuerySet:
        """The envelopes of the programmes that `user` reads."""
        scope = None if user.is_superuser else user.programmes_for(*ENVELOPE_READERS)
        return self if scope is None else self.filter(programme__in=scope)

    def with_figures(self) -> EnvelopeQuerySet:
        """With `voted`, `committed`, `paid` and `remaining` (euros): one query for any number.

        Each instalment counts in the year whose budget bears it, not in that of its award. What is
        borne is read from the entries of the budget, whose number does not grow with the files.
        """
        rows: Any = self  # the figures are declared on Envelope: mypy takes them for fields
        votes = EnvelopeVote.objects.filter(envelope=OuterRef("pk")).order_by()
        entries = BudgetEntry.objects.filter(
            programme=OuterRef("programme"), year=OuterRef("year")
        ).order_by()
        figures: EnvelopeQuerySet = rows.annotate(
            voted=_total(votes.values("envelope"), "amount"),
            committed=_total(entries.values("year"), "committed"),
            paid=_total(entries.values("year"), "paid"),
        ).annotate(remaining=F("voted") - F("committed"))
        return figures

    def with_unpublished(self) -> EnvelopeQuerySet:
        """With `unpublished`: the awards of that year whose amount nobody published.

        No figure holds them: what is committed, and what remains, are not the whole of it.
        """
        day = Coalesce("decided_on", TruncDate("decided_at"))
        acts = (
            Decision.objects.standing()
            .filter(is_amount_unpublished=True, decided_at__isnull=False)
            .filter(case_file__programme=OuterRef("programme"))
            .annotate(year=ExtractYear(day))
            .filter(year=OuterRef("year"))
            .order_by()
            .values("year")
            .annotate(total=Count("pk"))
            .values("total")
        )
        rows: Any = self
        counted: EnvelopeQuerySet = rows.annotate(unpublished=Coalesce(Subquery(acts), Value(0)))
        return counted


def _total(grouped: models.QuerySet[Any, Any], euros: str) -> Coalesce:
    """Sum of a field of rows grouped into one, as a subquery; zero for none."""
    summed = grouped.annotate(total=Sum(euros)).values("total")
    return Coalesce(Subquery(summed), Value(Decimal(0)), output_field=models.DecimalField())


class Envelope(models.Model):
    """The budget of a programme for a year: the sum of its votes. Never changed, never deleted.

    No envelope for a year: nobody has recorded its budget, and nothing is limited. The database
    refuses at commit that more is committed than voted, whoever writes (envelope_guard.py).
    """

    programme = models.CharField("dispositif", max_length=40)
    year = models.PositiveSmallIntegerField("exercice")
    is_fictitious = models.BooleanField("enveloppe fictive", default=False)

    objects = EnvelopeQuerySet.as_manager()

    # Euros, only on a row read by with_figures().
    voted: Decimal
    committed: Decimal
    paid: Decimal
    remaining: Decimal
    # How many awards, only on a row read by with_unpublished().
    unpublished: int

    class Meta:
        verbose_name = "enveloppe"
        verbose_name_plural = "enveloppes"
        ordering = ("-year", "programme")
        constraints = (
            models.UniqueConstraint(
                fields=("programme", "year"),
                name="envelope_one_per_year",
                violation_error_message="Ce dispositif a déjà une enveloppe pour cet exercice.",
            ),
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
                name="envelope_year_plausible",
                violation_error_message="Écrivez l’exercice en quatre chiffres.",
            ),
        )
        triggers = (
            waits_for_commitments(),
            has_a_vote(),
            pgtrigger.Protect(name="fixed", operation=pgtrigger.Update | pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.programme_label}, {self.year}"

    @property
    def programme_label(self) -> str:
        programme = programmes.get(self.programme)
        return programme.label if programme else self.programme


class EnvelopeVote(models.Model):
    """One vote on an envelope: the budget first, then what is added or taken back.

    Append-only: a mistake is corrected by another vote, with its reason. The rows are their own
    history.
    """

    envelope = models.ForeignKey(Envelope, on_delete=models.PROTECT, related_name="votes")
    rank = models.PositiveSmallIntegerField("n°")
    amount = models.DecimalField(
        "montant", max_digits=12, decimal_places=2, help_text="Négatif : repris à l’enveloppe."
    )
    voted_on = models.DateField("voté le", null=True, blank=True)
    deliberation = models.CharField("délibération", max_length=60, blank=True)
    source = models.CharField("source", max_length=300, blank=True)
    reason = models.CharField("motif", max_length=300, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="enregistré par",
    )
    recorded_at = models.DateTimeField("enregistré le")

    class Meta:
        verbose_name = "vote d’une enveloppe"
        verbose_name_plural = "votes des enveloppes"
        ordering = ("envelope", "rank")
        constraints = (
            models.UniqueConstraint(fields=("envelope", "rank"), name="envelope_vote_rank_unique"),
            models.CheckConstraint(
                condition=Q(rank__gte=1),
                name="envelope_vote_rank_positive",
                violation_error_message="Le premier vote porte le n° 1.",
            ),
            models.CheckConstraint(
                condition=~Q(amount=0),
                name="envelope_vote_has_amount",
                violation_error_message="Un vote a un montant.",
            ),
            models.CheckConstraint(
                condition=Q(rank__gt=1) | Q(amount__gt=0),
                name="envelope_vote_first_positive",
                violation_error_message="Le premier vote ouvre l’enveloppe : il est positif.",
            ),
            models.CheckConstraint(
                condition=Q(rank=1) | ~Q(reason=""),
                name="envelope_vote_amendment_has_reason",
                violation_error_message="Dites pourquoi l’enveloppe change.",
            ),
            models.CheckConstraint(
                condition=~Q(source="") | (Q(voted_on__isnull=False) & ~Q(deliberation="")),
                name="envelope_vote_is_cited",
                violation_error_message=(
                    "Donnez la date et la délibération, ou la source qui dit ce montant."
                ),
            ),
        )
        triggers = (
            vote_fits(),
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"Vote {self.rank} ({self.envelope_id})"
