from __future__ import annotations

from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from apps.programmes.innovation.choices import QuestionKind
from apps.programmes.innovation.models.call import Call
from apps.programmes.innovation.questions import QuestionFact


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="QuestionHistory",
)
class Question(models.Model):
    """A question as staff write it. People answer a published version of all of them."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField("rang", default=0)
    label = models.CharField("question", max_length=200)
    help_text = models.CharField("aide", max_length=300, blank=True)
    kind = models.CharField(
        "réponse", max_length=10, choices=QuestionKind.choices, default=QuestionKind.LONG_TEXT
    )
    options = ArrayField(
        models.CharField(max_length=120),
        verbose_name="choix",
        default=list,
        blank=True,
        help_text="Pour un choix dans une liste : une réponse possible par ligne.",
    )
    max_length = models.PositiveSmallIntegerField(
        "caractères au plus", null=True, blank=True, help_text="Pour un texte."
    )
    is_required = models.BooleanField("obligatoire", default=True)

    class Meta:
        verbose_name = "question"
        verbose_name_plural = "questions"
        ordering = ("position", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=QuestionKind.values), name="question_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=QuestionKind.CHOICE, options__len__gte=2)
                | (~Q(kind=QuestionKind.CHOICE) & Q(options__len=0)),
                name="question_options_match_kind",
                violation_error_message="Un choix dans une liste propose au moins deux réponses ; "
                "les autres questions n’en proposent pas.",
            ),
            models.CheckConstraint(
                condition=Q(max_length=None) | Q(max_length__gte=1, max_length__lte=10000),
                name="question_length_possible",
                violation_error_message="Un texte compte de 1 à 10 000 caractères.",
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def fact(self) -> QuestionFact:
        """As it is frozen in a version; its name never changes with its words."""
        return QuestionFact(
            name=f"q{self.pk}",
            label=self.label,
            help_text=self.help_text,
            kind=self.kind,
            options=tuple(self.options),
            max_length=self.max_length,
            is_required=self.is_required,
        )


class QuestionSet(models.Model):
    """The questions of a call as published one day. A file keeps the version it answers."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="question_sets")
    version = models.PositiveSmallIntegerField("version")
    questions = models.JSONField("questions")
    published_at = models.DateTimeField("publiée le")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="publiée par",
    )

    class Meta:
        verbose_name = "version des questions"
        verbose_name_plural = "versions des questions"
        ordering = ("call", "-version")
        constraints = (
            models.UniqueConstraint(fields=("call", "version"), name="question_set_version_once"),
        )
        triggers = (pgtrigger.Protect(name="fixed", operation=pgtrigger.Update | pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"Questions de l’appel {self.call_id}, version {self.version}"

    @property
    def facts(self) -> tuple[QuestionFact, ...]:
        rows: list[dict[str, Any]] = self.questions
        return tuple(QuestionFact.from_json(row) for row in rows)
