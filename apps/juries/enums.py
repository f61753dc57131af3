"""Words that the tables of the jury hold."""

from __future__ import annotations

from django.db import models


class PhaseKind(models.TextChoices):
    # The guichet checks that a file may be judged; jurors see nothing yet.
    ELIGIBILITY = "eligibility", "Recevabilité"
    # Jurors declare their interests, read, and give their marks.
    READING = "reading", "Lecture"
    # The jury meets, ranks and agrees on its comments.
    MEETING = "meeting", "Réunion"


class ScoresShown(models.TextChoices):
    """Whose marks a juror sees in a phase, beside their own."""

    OWN = "own", "Les siennes seulement"
    AFTER_OWN = "after_own", "Toutes, une fois la sienne rendue"
    ALL = "all", "Toutes"


class AssignmentOrigin(models.TextChoices):
    DRAWN = "drawn", "Tirage au sort"
    IMPORTED = "imported", "Import"
    BY_HAND = "by_hand", "À la main"


class ReviewStatus(models.TextChoices):
    DRAFT = "draft", "Brouillon"
    FINAL = "final", "Rendue"
    # The juror declared a conflict afterwards: counted nowhere, shown to nobody.
    VOID = "void", "Écartée"
