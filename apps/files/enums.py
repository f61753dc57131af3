"""What is kept, and what the antivirus says of it."""

from __future__ import annotations

from django.db import models


class ContentType(models.TextChoices):
    """The only types that are kept. HEIC is what telephones make of a photograph."""

    PDF = "application/pdf", "PDF"
    JPEG = "image/jpeg", "JPEG"
    PNG = "image/png", "PNG"
    HEIC = "image/heic", "HEIC"


class ScanStatus(models.TextChoices):
    PENDING = "pending", "Analyse antivirus en attente"
    CLEAN = "clean", "Sain"
    INFECTED = "infected", "Infecté"
    NOT_SCANNED = "not_scanned", "Non analysé"
