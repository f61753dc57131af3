"""Every e-mail the portal sends: one row each, kept with what became of it."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from apps.files.models import StoredFile
from apps.notifications.registry import kind_label

# A third copy of one message is worse than an agent's question.
MOST_UNANSWERED = 2


class EmailStatus(models.TextChoices):
    QUEUED = "queued", "En attente"
    SENT = "sent", "Envoyé"
    FAILED = "failed", "Échec"


class OutgoingEmail(models.Model):
    """To one person. Made by queue.queue_email or by Django's mail functions (backends)."""

    kind = models.CharField("sujet du courriel", max_length=60)
    to = models.EmailField("destinataire")
    subject = models.CharField("objet", max_length=200)
    text = models.TextField("texte", blank=True)
    html = models.TextField("version HTML", blank=True)
    related_reference = models.CharField("dossier", max_length=40, blank=True, db_index=True)
    is_sensitive = models.BooleanField(
        "contient un code",
        default=False,
        help_text="Le texte est effacé dès que le courriel est parti.",
    )
    status = models.CharField(
        "état", max_length=10, choices=EmailStatus.choices, default=EmailStatus.QUEUED
    )
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    unanswered = models.PositiveSmallIntegerField(
        "remises sans réponse",
        default=0,
        help_text="Remises au serveur de courriel dont on ne sait pas si elles ont abouti.",
    )
    last_error = models.TextField("dernière erreur", blank=True)
    message_id = models.CharField("identifiant", max_length=200, unique=True)
    created_at = models.DateTimeField("créé le")
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    attachments: models.ManyToManyField[StoredFile, EmailAttachment] = models.ManyToManyField(
        StoredFile, through="EmailAttachment", related_name="+", verbose_name="pièces jointes"
    )

    class Meta:
        verbose_name = "courriel"
        verbose_name_plural = "courriels"
        ordering = ("-id",)
        indexes = (
            # The admin's search is UPPER(x) LIKE UPPER(…).
            GinIndex(OpClass(Upper("to"), "gin_trgm_ops"), name="outgoing_email_to_trigram"),
            GinIndex(
                OpClass(Upper("related_reference"), "gin_trgm_ops"),
                name="outgoing_email_ref_trigram",
            ),
            models.Index(fields=("status", "-id"), name="outgoing_email_by_status"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=EmailStatus.values),
                name="outgoing_email_status_known",
                violation_error_message="État de courriel inconnu.",
            ),
            models.CheckConstraint(
                condition=Q(status=EmailStatus.SENT, sent_at__isnull=False, attempts__gt=0)
                | (~Q(status=EmailStatus.SENT) & Q(sent_at__isnull=True)),
                name="outgoing_email_sent_at_when_sent",
                violation_error_message="La date d’envoi accompagne un courriel envoyé.",
            ),
            models.CheckConstraint(
                condition=~Q(status=EmailStatus.FAILED) | ~Q(last_error=""),
                name="outgoing_email_failure_says_why",
                violation_error_message="Un échec garde sa cause.",
            ),
            models.CheckConstraint(
                condition=Q(unanswered__lte=MOST_UNANSWERED),
                name="outgoing_email_unanswered_twice_at_most",
                violation_error_message="Un courriel part deux fois au plus.",
            ),
            models.CheckConstraint(
                condition=~Q(status=EmailStatus.SENT) | Q(unanswered=0),
                name="outgoing_email_sent_is_answered",
                violation_error_message="Un courriel envoyé a eu sa réponse.",
            ),
            models.CheckConstraint(
                condition=Q(subject__regex=r"^[^\n\r]+$"),
                name="outgoing_email_subject_one_line",
                violation_error_message="L’objet tient sur une ligne.",
            ),
            models.CheckConstraint(
                condition=~Q(text="") | (Q(is_sensitive=True) & ~Q(status=EmailStatus.QUEUED)),
                name="outgoing_email_text_always",
                violation_error_message="Un courriel a toujours une version en texte.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject} ({self.to})"

    @property
    def kind_label(self) -> str:
        return kind_label(self.kind)


class EmailAttachment(models.Model):
    email = models.ForeignKey(
        OutgoingEmail,
        on_delete=models.CASCADE,
        related_name="attachment_rows",
        verbose_name="courriel",
    )
    stored_file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name="fichier"
    )
    position = models.PositiveSmallIntegerField("rang")

    class Meta:
        verbose_name = "pièce jointe"
        verbose_name_plural = "pièces jointes"
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(
                fields=("email", "position"), name="email_attachment_position_unique"
            ),
        )

    def __str__(self) -> str:
        return str(self.stored_file)
