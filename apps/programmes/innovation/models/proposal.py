from __future__ import annotations

from decimal import Decimal
from typing import Any

import pghistory
from django.db import models
from django.db.models import Q
from phonenumber_field.modelfields import PhoneNumberField

from apps.casefiles.models import CaseFile
from apps.programmes.innovation.budget import Budget, BudgetRow
from apps.programmes.innovation.choices import LONGEST, BudgetSide, OwnerKind
from apps.programmes.innovation.models.budget_guard import aid_adds_up, line_adds_up
from apps.programmes.innovation.models.call import Theme
from apps.programmes.innovation.models.question import QuestionSet


def _euros(label: str) -> models.DecimalField[Any, Any]:
    return models.DecimalField(label, max_digits=12, decimal_places=2, null=True, blank=True)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="ProposalDetailHistory",
)
class ProposalDetail(models.Model):
    """What only the innovation call asks. Null or empty: not answered yet."""

    case_file = models.OneToOneField(
        CaseFile, on_delete=models.CASCADE, primary_key=True, related_name="innovation_detail"
    )
    question_set = models.ForeignKey(
        QuestionSet,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="version des questions",
    )
    copied_from = models.ForeignKey(
        CaseFile,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="repris du dossier",
    )
    owner_kind = models.CharField(
        "porteur du projet", max_length=20, choices=OwnerKind.choices, blank=True
    )
    organisation = models.CharField("nom de l’organisme", max_length=160, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    siret_comment = models.CharField(
        "pourquoi ce SIRET est accepté",
        max_length=300,
        blank=True,
        help_text="Un SIRET dont la clé est fausse est refusé, sauf si un agent l’a vérifié.",
    )
    rna = models.CharField("numéro RNA", max_length=10, blank=True)
    legal_name = models.CharField("représentant légal", max_length=160, blank=True)
    legal_role = models.CharField("sa fonction", max_length=120, blank=True)
    contact_name = models.CharField("personne à contacter", max_length=160, blank=True)
    contact_email = models.EmailField("son adresse e-mail", blank=True)
    contact_phone = PhoneNumberField("son téléphone", blank=True, region="FR")
    title = models.CharField("titre du projet", max_length=120, blank=True)
    theme = models.ForeignKey(
        Theme, on_delete=models.PROTECT, null=True, blank=True, verbose_name="thème"
    )
    summary = models.TextField("résumé", max_length=1500, blank=True)
    place = models.CharField("où se déroule le projet", max_length=200, blank=True)
    serves_loiret = models.BooleanField("au bénéfice du Loiret", null=True, blank=True)
    duration_years = models.PositiveSmallIntegerField("durée en années", null=True, blank=True)
    asked_1 = _euros("aide demandée, année 1")
    asked_2 = _euros("aide demandée, année 2")
    asked_3 = _euros("aide demandée, année 3")
    has_contract = models.BooleanField("contrat d’engagement républicain", null=True, blank=True)
    public_outcome = models.TextField(
        "ce que le projet a donné",
        max_length=1000,
        blank=True,
        help_text="Écrit par le guichet d’après les bilans, et lu par tous sur la page des "
        "lauréats. Personne n’y est nommé.",
    )
    answers = models.JSONField("réponses aux questions de l’appel", default=dict, blank=True)

    class Meta:
        verbose_name = "projet"
        verbose_name_plural = "projets"
        constraints = (
            models.CheckConstraint(
                condition=Q(owner_kind__in=("", *OwnerKind.values)), name="proposal_owner_known"
            ),
            models.CheckConstraint(
                condition=Q(siret="") | Q(siret__regex=r"^\d{14}$"),
                name="proposal_siret_has_14_digits",
                violation_error_message="Un SIRET compte 14 chiffres.",
            ),
            models.CheckConstraint(
                condition=Q(rna="") | Q(rna__regex=r"^W\d[A-Z0-9]\d{7}$"),
                name="proposal_rna_shape",
                violation_error_message="Un numéro RNA s’écrit W suivi de neuf chiffres.",
            ),
            models.CheckConstraint(
                condition=Q(duration_years=None)
                | Q(duration_years__gte=1, duration_years__lte=LONGEST),
                name="proposal_duration_possible",
                violation_error_message="Un projet dure de un à trois ans.",
            ),
            models.CheckConstraint(
                condition=(Q(asked_1=None) | Q(asked_1__gte=0))
                & (Q(asked_2=None) | Q(asked_2__gte=0))
                & (Q(asked_3=None) | Q(asked_3__gte=0)),
                name="proposal_asked_not_negative",
                violation_error_message="L’aide demandée n’est pas négative.",
            ),
            models.CheckConstraint(
                condition=(Q(asked_2=None) | Q(duration_years=None) | Q(duration_years__gte=2))
                & (Q(asked_3=None) | Q(duration_years=None) | Q(duration_years__gte=3)),
                name="proposal_asked_within_duration",
                violation_error_message="Une aide est demandée pour une année du projet.",
            ),
        )
        triggers = (aid_adds_up(),)

    def __str__(self) -> str:
        return self.title or f"Projet sans titre ({self.case_file_id})"

    @property
    def asked(self) -> tuple[Decimal, ...]:
        """Euros asked for each year of the longest project; zero where nothing is."""
        return tuple(value or Decimal(0) for value in (self.asked_1, self.asked_2, self.asked_3))

    @property
    def asked_row(self) -> BudgetRow | None:
        """The aid asked, as a line of the budget; None before anything was asked."""
        return BudgetRow(label="Aide demandée", amounts=self.asked) if any(self.asked) else None

    def with_answers(self) -> ProposalDetail:
        """The same row, each answer readable by its question's name: « q12 » for question 12."""
        for fact in self.question_set.facts if self.question_set else ():
            setattr(self, fact.name, self.answers.get(fact.name))
        return self

    @property
    def amount_asked(self) -> Decimal | None:
        """Euros for all years; None before anything was asked."""
        total = sum(self.asked, Decimal(0))
        return total or None

    @property
    def budget(self) -> Budget | None:
        """Expenses, other funding and the aid asked; None before the first line."""
        lines = list(self.budget_lines.all())
        if not lines and self.amount_asked is None:
            return None
        sides = {
            side: tuple(
                BudgetRow(label=line.label, amounts=line.amounts)
                for line in lines
                if line.side == side
            )
            for side in BudgetSide.values
        }
        return Budget(
            years=self.duration_years or LONGEST,
            expenses=sides[BudgetSide.EXPENSE],
            funding=sides[BudgetSide.FUNDING],
            asked=self.asked,
        )


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="BudgetLineHistory",
)
class BudgetLine(models.Model):
    """One expense, or one other funding, year by year in euros."""

    proposal = models.ForeignKey(
        ProposalDetail, on_delete=models.CASCADE, related_name="budget_lines"
    )
    side = models.CharField("nature", max_length=12, choices=BudgetSide.choices)
    position = models.PositiveSmallIntegerField("rang", default=0)
    label = models.CharField("intitulé", max_length=120)
    year_1 = models.DecimalField("année 1", max_digits=12, decimal_places=2, default=0)
    year_2 = models.DecimalField("année 2", max_digits=12, decimal_places=2, default=0)
    year_3 = models.DecimalField("année 3", max_digits=12, decimal_places=2, default=0)

    class Meta:
        verbose_name = "ligne du budget"
        verbose_name_plural = "lignes du budget"
        ordering = ("side", "position", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(side__in=BudgetSide.values), name="budget_line_side_known"
            ),
            models.CheckConstraint(
                condition=Q(year_1__gte=0, year_2__gte=0, year_3__gte=0),
                name="budget_line_not_negative",
                violation_error_message="Un montant du budget n’est pas négatif.",
            ),
            models.UniqueConstraint(
                fields=("proposal", "side", "position"), name="budget_line_position_once"
            ),
            models.CheckConstraint(
                condition=~Q(label=""),
                name="budget_line_named",
                violation_error_message="Donnez un intitulé à chaque ligne du budget.",
            ),
        )
        triggers = (line_adds_up(),)

    def __str__(self) -> str:
        return self.label

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        return (self.year_1, self.year_2, self.year_3)
