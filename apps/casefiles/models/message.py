from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q


class MessageQuerySet(models.QuerySet["Message"]):
    def unread_by_staff(self) -> MessageQuerySet:
        return self.filter(is_from_staff=False, read_at=None)

    def unread_by_applicant(self) -> MessageQuerySet:
        return self.filter(is_from_staff=True, read_at=None)


# Keeps CaseFile.has_unread_message. The file is locked first, so that what is read after it is
# what every other transaction has written: a message sent meanwhile is never missed.
_FLAG_THE_FILE = """
    message := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    IF message.is_from_staff THEN
        RETURN NULL;
    END IF;
    PERFORM FROM casefiles_casefile WHERE id = message.case_file_id FOR NO KEY UPDATE;
    UPDATE casefiles_casefile SET has_unread_message = NOT has_unread_message
    WHERE id = message.case_file_id AND has_unread_message IS DISTINCT FROM EXISTS (
        SELECT FROM casefiles_message other
        WHERE other.case_file_id = message.case_file_id
            AND NOT other.is_from_staff AND other.read_at IS NULL
    );
    RETURN NULL;
"""


class Message(models.Model):
    """A message between the applicant and the guichet, with « lu le … » for both sides."""

    case_file = models.ForeignKey(
        "casefiles.CaseFile", on_delete=models.PROTECT, related_name="messages"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_from_staff = models.BooleanField()
    body = models.TextField("message", max_length=5000)
    sent_at = models.DateTimeField("envoyé le")
    read_at = models.DateTimeField("lu le", null=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "message"
        verbose_name_plural = "messages"
        ordering = ("sent_at", "id")
        indexes = (
            # Whether a file has a message that the desk has not read (_FLAG_THE_FILE).
            models.Index(
                fields=("case_file",),
                condition=Q(read_at=None, is_from_staff=False),
                name="message_unread_by_staff",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(body=""),
                name="message_not_empty",
                violation_error_message="Écrivez un message.",
            ),
            models.CheckConstraint(
                condition=Q(read_at=None, read_by=None)
                | Q(read_at__isnull=False, read_at__gte=F("sent_at"), read_by__isnull=False),
                name="message_read_is_complete",
                violation_error_message="Un message lu l’est par quelqu’un, après son envoi.",
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="file_is_flagged",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("read_at") | pgtrigger.Delete,
                declare=[("message", "casefiles_message")],
                func=_FLAG_THE_FILE,
            ),
        )

    def __str__(self) -> str:
        return f"{self.author} : {self.body[:40]}"


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="NoteHistory",
)
class Note(models.Model):
    """A private note of the guichet; edits and removals keep their history."""

    case_file = models.ForeignKey(
        "casefiles.CaseFile", on_delete=models.PROTECT, related_name="notes"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body = models.TextField("note", max_length=5000)
    written_at = models.DateTimeField("écrite le")
    edited_at = models.DateTimeField("modifiée le", null=True)

    class Meta:
        verbose_name = "note interne"
        verbose_name_plural = "notes internes"
        ordering = ("written_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=~Q(body=""),
                name="note_not_empty",
                violation_error_message="Écrivez une note.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.author} : {self.body[:40]}"
