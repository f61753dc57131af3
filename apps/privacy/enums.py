from __future__ import annotations

from django.db import models


class PeriodUnit(models.TextChoices):
    DAY = "day", "jours"
    MONTH = "month", "mois"
    YEAR = "year", "ans"


class DeletionCause(models.TextChoices):
    PERIOD = "period", "Fin de la durée de conservation"
    REQUEST = "request", "Demande de la personne"


class PackStatus(models.TextChoices):
    ASKED = "asked", "En préparation"
    READY = "ready", "Prêt"
    GONE = "gone", "Effacé"


class RequestStatus(models.TextChoices):
    OPEN = "open", "À traiter"
    DONE = "done", "Traitée"
