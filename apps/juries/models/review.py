from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from apps.accounts.models import User
from apps.casefiles.concealment import not_concealed_from
from apps.juries.enums import ReviewStatus
from apps.juries.models.assignment import same_campaign
from apps.juries.models.jury import Criterion, Juror

# Marks are out of this, whatever the scales of the criteria (scoring.py).
HIGHEST_MARK = 20


class ReviewQuerySet(models.QuerySet["Review"]):
    def standing(self) -> ReviewQuerySet:
        """Without those that a conflict of interests set aside."""
        return self.exclude(status=ReviewStatus.VOID)

    def visible_to(self, user: User) -> ReviewQuerySet:
        """Those that stand, of the files that no conflict of interests hides from `user`."""
        return self.standing().filter(not_concealed_from(user, "case_file"))

    def final(self) -> ReviewQuerySet:
        return self.filter(status=ReviewStatus.FINAL)


@pghistory.track(
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    fields=["status", "is_abstention", "mark", "finished_at"],
    model_name="ReviewHistory",
)
class Review(models.Model):
    """What one juror thinks of one file. `mark` (out of 20) is computed when it is given.

    `version` counts the changes: of two tabs, the second is told.
    """

    juror = models.ForeignKey(Juror, on_delete=models.PROTECT, related_name="reviews")
    case_file = models.ForeignKey(
        "casefiles.CaseFile", on_delete=models.PROTECT, related_name="jury_reviews"
    )
    status = models.CharField(
        "état", max_length=10, choices=ReviewStatus.choices, default=ReviewStatus.DRAFT
    )
    is_abstention = models.BooleanField("abstention", default=False)
    jury_comment = models.TextField("commentaire pour le jury", blank=True, max_length=4000)
    owner_comment = models.TextField(
        "commentaire pour le porteur du projet", blank=True, max_length=4000
    )
    mark = models.DecimalField("note sur 20", max_digits=6, decimal_places=4, null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1)
    saved_at = models.DateTimeField("enregistrée le")
    finished_at = models.DateTimeField("rendue le", null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "lecture"
        verbose_name_plural = "lectures"
        ordering = ("case_file", "juror")
        constraints = (
            models.UniqueConstraint(fields=("juror", "case_file"), name="review_one_per_file"),
            models.CheckConstraint(
                condition=Q(status__in=ReviewStatus.values), name="review_status_known"
            ),
            models.CheckConstraint(
                condition=Q(mark=None) | Q(mark__range=(0, HIGHEST_MARK)),
                name="review_mark_in_range",
                violation_error_message="Une note va de 0 à 20.",
            ),
            models.CheckConstraint(
                condition=Q(status=ReviewStatus.DRAFT, mark=None, finished_at=None)
                | Q(
                    status=ReviewStatus.FINAL,
                    finished_at__isnull=False,
                    is_abstention=True,
                    mark=None,
                )
                | Q(
                    status=ReviewStatus.FINAL,
                    finished_at__isnull=False,
                    is_abstention=False,
                    mark__isnull=False,
                )
                | Q(status=ReviewStatus.VOID),
                name="review_whole_when_final",
                violation_error_message="Une lecture rendue a une note, ou dit l’abstention.",
            ),
        )
        indexes = (
            # The ranking reads every mark of a campaign by file.
            models.Index(
                fields=("case_file",),
                condition=Q(status=ReviewStatus.FINAL),
                name="review_final_by_file",
            ),
        )
        triggers = (
            same_campaign(),
            pgtrigger.ReadOnly(name="about_is_fixed", fields=["juror", "case_file"]),
            pgtrigger.Protect(
                name="void_is_final",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status="void"),
            ),
            pgtrigger.Trigger(
                name="declared_first",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=~pgtrigger.Q(new__status="void"),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM juries_declaration
                        WHERE juror_id = NEW.juror_id AND case_file_id = NEW.case_file_id
                            AND NOT has_conflict
                    ) THEN
                        RAISE EXCEPTION 'juror % has not declared to be free to judge file %',
                            NEW.juror_id, NEW.case_file_id;
                    END IF;
                    RETURN NEW;
                """,
            ),
        )

    def __str__(self) -> str:
        return f"{self.juror_id} {self.case_file_id}"


class ScoreQuerySet(models.QuerySet["Score"]):
    def visible_to(self, user: User) -> ScoreQuerySet:
        """Those of the reviews that `user` may meet."""
        return self.filter(review__in=Review.objects.visible_to(user))


class Score(models.Model):
    """The mark given on one criterion, on its own scale. Fixed once the review is given."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores")
    value = models.PositiveSmallIntegerField("note")

    objects = ScoreQuerySet.as_manager()

    class Meta:
        verbose_name = "note"
        verbose_name_plural = "notes"
        ordering = ("review", "criterion")
        constraints = (
            models.UniqueConstraint(fields=("review", "criterion"), name="score_one_per_criterion"),
        )
        triggers = (
            pgtrigger.Trigger(
                name="on_its_scale",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("scale", "INTEGER"), ("judged_campaign", "BIGINT")],
                func="""
                    SELECT casefile.campaign_id INTO judged_campaign
                    FROM juries_review review
                    JOIN casefiles_casefile casefile ON casefile.id = review.case_file_id
                    WHERE review.id = NEW.review_id AND review.status = 'draft';
                    SELECT highest INTO scale FROM juries_criterion
                    WHERE id = NEW.criterion_id AND campaign_id = judged_campaign;
                    IF scale IS NULL THEN
                        RAISE EXCEPTION 'review % takes no mark on criterion %',
                            NEW.review_id, NEW.criterion_id;
                    END IF;
                    IF NEW.value > scale THEN
                        RAISE EXCEPTION '% is above % on criterion %',
                            NEW.value, scale, NEW.criterion_id;
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="fixed_once_given",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM juries_review
                        WHERE id = OLD.review_id AND status <> 'draft'
                    ) THEN
                        RAISE EXCEPTION 'review % is given', OLD.review_id;
                    END IF;
                    RETURN OLD;
                """,
            ),
        )

    def __str__(self) -> str:
        return f"{self.criterion_id} ({self.value})"
