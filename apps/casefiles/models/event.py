from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q, Value

from apps.casefiles.enums import CaseFileState, EventKind
from apps.casefiles.event_chain import GENESIS_SQL, digest_sql
from apps.casefiles.lifecycle import TRANSITIONS
from apps.core.dates import format_datetime

_COMMENTED = tuple(move.name for move in TRANSITIONS.values() if move.comment_required)

# Two events of one file wait for each other at its head: the second one reads the first's digest.
_READ_HEAD = """
    SELECT count, digest INTO NEW.sequence, NEW.previous_digest
    FROM casefiles_eventhead WHERE case_file_id = NEW.case_file_id FOR UPDATE;
"""
_CHAIN = f"""
    NEW.salt = gen_random_uuid();
    NEW.text_digest = NULL;
    {_READ_HEAD}
    IF NOT FOUND THEN
        INSERT INTO casefiles_eventhead
            (case_file_id, count, digest, sealed_count, sealed_digest)
        VALUES (NEW.case_file_id, 0, {GENESIS_SQL}, 0, {GENESIS_SQL})
        ON CONFLICT (case_file_id) DO NOTHING;
        {_READ_HEAD}
    END IF;
    NEW.sequence = NEW.sequence + 1;
    UPDATE casefiles_eventhead
    SET count = NEW.sequence, digest = {digest_sql("NEW")}
    WHERE case_file_id = NEW.case_file_id;
    RETURN NEW;
"""  # noqa: S608 - made of our own words


class CaseFileEventQuerySet(models.QuerySet["CaseFileEvent"]):
    def public(self) -> CaseFileEventQuerySet:
        """What the applicant may read of the story."""
        return self.filter(is_public=True)


class CaseFileEvent(models.Model):
    """One line of the story people read. Append-only: the database refuses changes.

    Chained within its file by the database (event_chain.py): sequence, salt and digests are
    written by a trigger, and whatever Python sends for them is ignored.
    """

    case_file = models.ForeignKey(
        "casefiles.CaseFile",
        on_delete=models.PROTECT,
        related_name="events",
        db_index=False,  # event_case_file_at begins with it
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

    sequence = models.PositiveIntegerField("rang", default=0, editable=False)
    previous_digest = models.BinaryField("empreinte d’avant", max_length=32, default=b"")
    # One of the two: the salt of the words, or their seal once they are erased.
    salt = models.UUIDField("sel", null=True, editable=False)
    text_digest = models.BinaryField("sceau des mots effacés", max_length=32, null=True)

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
                condition=~Q(transition__in=_COMMENTED) | ~Q(comment="") | Q(salt=None),
                name="event_comment_required",
                violation_error_message="Ce changement demande une explication.",
            ),
            models.UniqueConstraint(fields=("case_file", "sequence"), name="event_sequence_unique"),
            models.CheckConstraint(
                condition=Q(salt__isnull=False, text_digest=None)
                | Q(
                    salt=None,
                    text_digest__isnull=False,
                    actor=None,
                    comment="",
                    payload=Value({}, models.JSONField()),
                ),
                name="event_sealed_once_erased",
                violation_error_message="Un événement effacé ne garde ni nom ni mots.",
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="chained", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_CHAIN
            ),
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.label} ({format_datetime(self.at)})"

    @property
    def label(self) -> str:
        """The event in a few words, for the timeline."""
        if self.kind == EventKind.MOVED:
            return TRANSITIONS[self.transition].past_label
        return str(self.payload.get("label") or self.get_kind_display())
