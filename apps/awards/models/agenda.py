from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import BooleanField, Deferrable, ExpressionWrapper, Q

from apps.accounts.models import User
from apps.awards.enums import ItemStatus, Vote
from apps.awards.permissions import READER_ROLES
from apps.casefiles.amounts import amount_or_unpublished, granting
from apps.casefiles.concealment import not_concealed_from
from apps.casefiles.enums import Outcome


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def listed(self) -> AgendaItemQuerySet:
        """On the agenda of a session that has not closed."""
        return self.filter(status=ItemStatus.LISTED)

    def standing(self) -> AgendaItemQuerySet:
        """What a session examines or has examined."""
        return self.exclude(status=ItemStatus.REMOVED)

    def visible_to(self, user: User) -> AgendaItemQuerySet:
        """The items of the programmes that `user` reads, but for files hidden from them."""
        scope = None if user.is_superuser else user.programmes_for(*READER_ROLES)
        mine = self.filter(not_concealed_from(user, "case_file"))
        return mine if scope is None else mine.filter(case_file__programme__in=scope)

    def with_concealment(self, user: User) -> Any:
        """Each item with `is_concealed`: whether its file is hidden from `user`."""
        is_met = Q(pk__isnull=False) & not_concealed_from(user, "case_file")
        return self.annotate(is_concealed=ExpressionWrapper(~is_met, BooleanField()))

    def for_page(self) -> AgendaItemQuerySet:
        """With what an agenda shows of each file, in one query."""
        return self.select_related("case_file", "decision__proposed_by").order_by("position")


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="AgendaItemHistory",
)
class AgendaItem(models.Model):
    """One proposal on the agenda of a session, then the vote on it.

    `proposed_*` keep what the commission examined: a vote against the proposal changes the
    Decision. `annex_number` is the line's number in the published act, given at the closing.
    A removed or examined item never changes again (trigger).
    """

    session = models.ForeignKey(
        "awards.Session",
        on_delete=models.PROTECT,
        related_name="items",
        db_index=False,  # agenda_item_sums begins with it
    )
    case_file = models.ForeignKey(
        "casefiles.CaseFile", on_delete=models.PROTECT, related_name="agenda_items"
    )
    decision = models.ForeignKey(
        "casefiles.Decision", on_delete=models.PROTECT, related_name="agenda_items"
    )
    proposed_outcome = models.CharField(
        "proposition", max_length=10, choices=Outcome.choices, editable=False
    )
    proposed_amount = models.DecimalField(
        "montant proposé", max_digits=12, decimal_places=2, null=True, editable=False
    )
    is_amount_unpublished = models.BooleanField("montant non publié", default=False, editable=False)
    position = models.PositiveSmallIntegerField("ordre")
    annex_number = models.PositiveSmallIntegerField("annexe n°", null=True, blank=True)
    status = models.CharField(
        "état", max_length=10, choices=ItemStatus.choices, default=ItemStatus.LISTED
    )
    vote = models.CharField(
        "vote", max_length=10, choices=Vote.choices, blank=True, help_text="Vide avant le vote."
    )
    reason = models.TextField(
        "motif du refus", blank=True, max_length=2000, help_text="Repris dans la lettre."
    )
    comment = models.TextField(
        "commentaire", blank=True, max_length=2000, help_text="Reste au guichet."
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField("inscrit le")

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = "dossier à l’ordre du jour"
        verbose_name_plural = "ordre du jour"
        ordering = ("session", "position")
        indexes = (
            # The sums of each sitting, in the list of sittings.
            models.Index(
                fields=("session",),
                include=("id", "status", "vote", "proposed_amount", "is_amount_unpublished"),
                name="agenda_item_sums",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=ItemStatus.values), name="agenda_item_status_known"
            ),
            models.CheckConstraint(
                condition=Q(vote__in=("", *Vote.values)), name="agenda_item_vote_known"
            ),
            models.CheckConstraint(
                condition=Q(proposed_outcome__in=Outcome.values),
                name="agenda_item_outcome_known",
            ),
            models.UniqueConstraint(
                fields=("case_file",),
                condition=Q(status=ItemStatus.LISTED),
                name="agenda_item_one_listed_per_file",
                violation_error_message="Ce dossier est déjà inscrit en commission.",
            ),
            # Deferred: two items swap their positions inside one transaction.
            models.UniqueConstraint(
                fields=("session", "position"),
                deferrable=Deferrable.DEFERRED,
                name="agenda_item_position_unique",
            ),
            models.UniqueConstraint(
                fields=("session", "annex_number"), name="agenda_item_annex_unique"
            ),
            models.CheckConstraint(
                # A comparison with NULL is unknown, and a CHECK lets the unknown through.
                condition=Q(
                    proposed_outcome=Outcome.GRANT,
                    proposed_amount__isnull=False,
                    proposed_amount__gt=0,
                    is_amount_unpublished=False,
                )
                | Q(
                    proposed_outcome=Outcome.GRANT,
                    proposed_amount=None,
                    is_amount_unpublished=True,
                )
                | Q(
                    proposed_outcome=Outcome.REJECT,
                    proposed_amount=None,
                    is_amount_unpublished=False,
                ),
                name="agenda_item_proposal_is_complete",
                violation_error_message="Accorder demande un montant, refuser n’en a pas.",
            ),
            models.CheckConstraint(
                condition=Q(reason="") | Q(vote=Vote.REFUSE),
                name="agenda_item_reason_only_for_refusal",
                violation_error_message="Un motif n’accompagne qu’un refus.",
            ),
            models.CheckConstraint(
                condition=~Q(vote=Vote.REFUSE)
                | (Q(proposed_outcome=Outcome.GRANT) & ~Q(reason="")),
                name="agenda_item_refusal_has_reason",
                violation_error_message="Refuser contre la proposition demande un motif.",
            ),
            models.CheckConstraint(
                condition=~Q(vote=Vote.ADJOURN) | ~Q(comment=""),
                name="agenda_item_adjournment_has_comment",
                violation_error_message="Ajourner demande une explication.",
            ),
            models.CheckConstraint(
                condition=(Q(status=ItemStatus.EXAMINED, annex_number__isnull=False) & ~Q(vote=""))
                | (~Q(status=ItemStatus.EXAMINED) & Q(annex_number=None)),
                name="agenda_item_examined_is_complete",
                violation_error_message="Un dossier examiné a un vote et un numéro d’annexe.",
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="settled_is_final",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=~pgtrigger.Q(old__status="listed"),
            ),
            pgtrigger.ReadOnly(
                name="proposal_is_fixed",
                fields=[
                    *("session", "case_file", "decision"),
                    *("proposed_outcome", "proposed_amount", "is_amount_unpublished"),
                    *("added_by", "added_at"),
                ],
            ),
            pgtrigger.Trigger(
                name="session_takes_files",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("session_status", "TEXT")],
                func="""
                    SELECT status INTO session_status FROM awards_session
                    WHERE id = NEW.session_id;
                    IF session_status = 'closed' THEN
                        RAISE EXCEPTION 'session % is closed', NEW.session_id;
                    END IF;
                    RETURN NEW;
                """,
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_file_id} ({self.session_id})"

    @property
    def outcome(self) -> Outcome | None:
        """What the vote does to the file: None when adjourned or before the vote."""
        if self.vote == Vote.FOLLOW:
            return Outcome(self.proposed_outcome)
        return Outcome.REJECT if self.vote == Vote.REFUSE else None

    @property
    def amount_label(self) -> str:
        """What is proposed, in words; empty for a refusal."""
        if self.proposed_outcome != Outcome.GRANT:
            return ""
        return amount_or_unpublished(self.proposed_amount)

    @property
    def proposal_label(self) -> str:
        """« Accorder 35 000 € », « Refuser »."""
        if self.proposed_outcome != Outcome.GRANT:
            return "Refuser"
        return granting(self.proposed_amount).capitalize()

    @property
    def facts(self) -> Iterable[tuple[str, str]]:
        """(label, value) pairs that the programme prints: profession, commune, zone…"""
        return [(label, value) for label, value in self.decision.facts.get("printed", ())]
