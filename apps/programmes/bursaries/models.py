from __future__ import annotations

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from apps.casefiles.models import CaseFile
from apps.programmes.bursaries import tracks


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="BursaryDetailHistory",
)
class BursaryDetail(models.Model):
    """What only the bursary asks, as answered for its first school year. Empty: not answered.

    The answers of the following years are in the renewals of the award.
    """

    case_file = models.OneToOneField(
        CaseFile, on_delete=models.CASCADE, primary_key=True, related_name="bursary_detail"
    )
    course = models.CharField(
        "études", max_length=10, choices=list(tracks.COURSES.items()), blank=True
    )
    other_course = models.CharField("lesquelles", max_length=120, blank=True)
    school_year = models.PositiveSmallIntegerField("année universitaire", null=True, blank=True)
    year_of_study = models.PositiveSmallIntegerField(
        "année d’études",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(tracks.LAST_YEAR_OF_STUDY)],
    )
    track = models.CharField("parcours", max_length=20, choices=tracks.CHOICES, blank=True)
    faculty = models.CharField("nom de la faculté", max_length=160, blank=True)
    country = models.CharField("pays", max_length=60, blank=True)
    has_other_aid = models.BooleanField("autre aide pour ces études", null=True, blank=True)
    other_aid = models.CharField("laquelle, et combien", max_length=300, blank=True)
    commits = models.BooleanField("engagement à exercer dans le Loiret", null=True, blank=True)

    class Meta:
        verbose_name = "bourse d’études"
        verbose_name_plural = "bourses d’études"
        constraints = (
            models.CheckConstraint(
                condition=Q(course__in=("", *tracks.COURSES)), name="bursary_course_known"
            ),
            models.CheckConstraint(
                condition=Q(track__in=("", *tracks.TRACKS)), name="bursary_track_known"
            ),
            models.CheckConstraint(
                condition=Q(year_of_study=None)
                | Q(year_of_study__gte=1, year_of_study__lte=tracks.LAST_YEAR_OF_STUDY),
                name="bursary_year_of_study_possible",
                violation_error_message="L’année d’études est un nombre de 1 à 12.",
            ),
            models.CheckConstraint(
                condition=Q(school_year=None) | Q(school_year__gte=2000, school_year__lte=2199),
                name="bursary_school_year_possible",
                violation_error_message="L’année universitaire s’écrit en quatre chiffres.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_track_display()} ({self.case_file_id})"
