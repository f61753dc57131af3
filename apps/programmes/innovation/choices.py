"""Words of the call and of its proposals. Pure: no ORM query."""

from __future__ import annotations

from django.db import models

# A project runs over one to three years (S1, l. 255-258: two or three in 2023).
LONGEST = 3


class OwnerKind(models.TextChoices):
    """Who may carry a project."""

    ASSOCIATION = "association", "Association"
    CPTS = "cpts", "Communauté professionnelle territoriale de santé (CPTS)"
    CCAS = "ccas", "Centre communal ou intercommunal d’action sociale (CCAS, CIAS)"
    MSP = "msp", "Maison de santé ou société de soins (MSP, SISA)"
    COMPANY = "entreprise", "Entreprise"
    LOCAL_AUTHORITY = "collectivite", "Commune ou autre collectivité"
    OTHER = "autre", "Autre"


# Bound by the republican commitment contract (law 2000-321, art. 10-1): associations. A CPTS is
# one too, by its usual statutes.
BOUND_BY_CONTRACT = (OwnerKind.ASSOCIATION, OwnerKind.CPTS)


class QuestionKind(models.TextChoices):
    SHORT_TEXT = "court", "Texte court"
    LONG_TEXT = "long", "Texte long"
    NUMBER = "nombre", "Nombre"
    CHOICE = "choix", "Choix dans une liste"
    BUDGET = "tableau", "Tableau de montants par année"


class BudgetSide(models.TextChoices):
    EXPENSE = "depense", "Dépense"
    FUNDING = "financement", "Autre financement"
