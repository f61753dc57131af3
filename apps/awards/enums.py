"""Words of the commission. Pure: no ORM query."""

from __future__ import annotations

from django.db import models


class SessionStatus(models.TextChoices):
    PLANNED = "planned", "À tenir"
    CLOSED = "closed", "Close"


class ItemStatus(models.TextChoices):
    """Where a file stands on the agenda; only a listed one may still change."""

    LISTED = "listed", "À l’ordre du jour"
    REMOVED = "removed", "Retiré de l’ordre du jour"
    EXAMINED = "examined", "Examiné"


class Vote(models.TextChoices):
    """What the commission does with a proposal."""

    FOLLOW = "follow", "Suivre la proposition"
    REFUSE = "refuse", "Refuser"
    ADJOURN = "adjourn", "Ajourner"
