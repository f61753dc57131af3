from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.casefiles.enums import CaseFileState, EventKind
from apps.casefiles.lifecycle import TRANSITIONS

_COMMENTED = tuple(move.name for move in TRANSITIONS.values() if move.comment_required)


class CaseFileEventQuerySet(models.QuerySet["CaseFileEvent"]):
    def public(self) -> CaseFileEventQuerySet:
        """What the applicant may read of the story."""
        return self.filter(is_public=True)


class CaseFileEvent(models.Model):
    """One line of the story people read. Append-only: the database refuses changes."""

    case_file = models.ForeignKey(
        "casefiles.CaseFile", on_delete=models.PROTECT, related_name="events"
    )
    kind = models.CharField(max_length=20, choices=EventKind.choices)
    at = models.DateTimeField("le")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,  # the story keeps its authors
        null=True,
        related_name="+",
        verbose_name="par",
    )
    transition = models.CharField(max_length=30, blank=True)
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20, blank=True)
    comment = models.TextField("commentaire", blank=True)
    payload = models.JSONField(default=dict, blank=True)
    is_public = models.BooleanField("visible du demandeur", default=True)

    objects = CaseFileEventQuerySet.as_manager()

    class Meta:
        verbose_name = "événement"
        verbose_name_plural = "événements"
        ordering = ("at", "id")
        indexes = (models.Index(fields=("case_file", "at"), name="event_case_file_at"),)
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="event_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=EventKind.MOVED, transition__in=list(TRANSITIONS))
                | (~Q(kind=EventKind.MOVED) & Q(transition="")),
                name="event_move_names_transition",
                violation_error_message="Un changement d’état nomme le passage suivi.",
            ),
            models.CheckConstraint(
                condition=~Q(kind=EventKind.MOVED)
                | (Q(from_state__in=CaseFileState.values) & Q(to_state__in=CaseFileState.values)),
                name="event_move_has_states",
                violation_error_message="Un changement d’état a un départ et une arrivée.",
            ),
            models.CheckConstraint(
                condition=~Q(transition__in=_COMMENTED) | ~Q(comment=""),
                name="event_comment_required",
                violation_error_message="Ce changement demande une explication.",
            ),
        )
        triggers = (
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.label} ({self.at:%F %T})"

    @property
    def label(self) -> str:
        """The event in a few words, for the timeline."""
        if self.kind == EventKind.MOVED:
            return TRANSITIONS[self.transition].past_label
        return str(self.payload.get("label") or self.get_kind_display())
