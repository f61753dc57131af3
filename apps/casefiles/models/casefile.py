from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Count, F, FilteredRelation, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Concat, Lower
from phonenumber_field.modelfields import PhoneNumberField

from apps.accounts.models import User
from apps.casefiles import enums
from apps.casefiles.amounts import AmountBreakdown, amount_or_unpublished
from apps.casefiles.eligibility import Eligibility
from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.lifecycle import edges
from apps.casefiles.models.casefile_indexes import INDEXES
from apps.casefiles.models.message import Message
from apps.casefiles.readers import in_scope, readable_by_role
from apps.core.money import format_euros

if TYPE_CHECKING:
    from apps.casefiles.models.decision import Decision


class CaseFileQuerySet(models.QuerySet["CaseFile"]):
    def visible_to(self, user: User) -> CaseFileQuerySet:
        """The files that `user` may read: their own, and those of their programmes.

        Staff never see drafts that people have not sent, save those filed at the desk.
        """
        if not user.is_authenticated:
            return self.none()
        if not user.is_staff:  # roles make staff (accounts.grants): the others have none to read
            return self.filter(applicant=user)
        return self.filter(Q(applicant=user) | readable_by_role(user))

    def at_desk_of(self, user: User) -> CaseFileQuerySet:
        """The files that the guichet shows to `user`: by their roles, never their own requests."""
        if not user.is_staff:
            return self.none()
        return self.filter(readable_by_role(user)).exclude(applicant=user)

    def in_scope_of(self, user: User) -> CaseFileQuerySet:
        """About those that the guichet shows to `user`, to reckon how many they are."""
        return self.filter(in_scope(user))

    def owned_by(self, user: User) -> CaseFileQuerySet:
        return self.filter(owner=user)

    def unassigned(self) -> CaseFileQuerySet:
        return self.pending().filter(owner=None)

    def pending(self) -> CaseFileQuerySet:
        """Waiting for the guichet."""
        return self.filter(state__in=enums.PENDING_STATES)

    def waiting_for_applicant(self) -> CaseFileQuerySet:
        return self.filter(state=CaseFileState.INCOMPLETE)

    def overdue(self, on: date) -> CaseFileQuerySet:
        """Still pending after the day on which silence became a rejection."""
        return self.pending().filter(legal_due_on__lt=on)

    def with_message_to_read(self) -> CaseFileQuerySet:
        """Something that the applicant wrote waits for the guichet."""
        return self.filter(has_unread_message=True)

    def undecided(self) -> CaseFileQuerySet:
        return self.filter(state__in=enums.UNDECIDED_STATES)

    def state_counts(self) -> dict[str, int]:
        """{state: number of files}, in one query."""
        return dict(self.order_by().values_list("state").annotate(Count("pk")))

    def with_unread(self) -> CaseFileQuerySet:
        """Each file with `unread_messages`: what the guichet wrote and nobody has read yet."""
        theirs = Message.objects.unread_by_applicant().filter(case_file=OuterRef("pk"))
        unread = theirs.order_by().values("case_file").values(count=Count("pk"))
        # Beside the joins, not among them: grouping by all of them would cost more than they do.
        return self.annotate(unread_messages=Coalesce(Subquery(unread), 0))

    def with_decision(self) -> CaseFileQuerySet:
        """Each file with its standing decision, read in the same query. To show, not to write:
        `decision` then says what it was when the file was read."""
        standing = FilteredRelation("decisions", condition=Q(decisions__cancelled_at=None))
        # mypy only knows relations of the model, not those annotated just before.
        return self.annotate(
            standing_decision=standing, decision_is_read=Value(True)
        ).select_related("standing_decision")  # type: ignore[misc]

    def for_desk(self) -> CaseFileQuerySet:
        """With what a list at the desk shows, in one query."""
        return self.select_related("applicant", "owner", "commune")


@pghistory.track(
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    fields=[
        *("first_name", "last_name", "email", "phone", "postal_address"),
        *("state", "owner", "computed_amount", "granted_amount"),
    ],
    model_name="CaseFileHistory",
)
class CaseFile(models.Model):
    """One request for one aid, from the first answer to the end of the commitment.

    The programme's own fields live in its OneToOne detail model. Only transitions.perform
    writes `state`; the database refuses any other move.
    """

    reference = models.CharField("référence", max_length=20, unique=True, editable=False)
    programme = models.CharField("dispositif", max_length=40, editable=False)
    campaign = models.ForeignKey(
        "casefiles.Campaign",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name="campagne",
    )
    state = models.CharField(
        "état", max_length=20, choices=CaseFileState.choices, default=CaseFileState.DRAFT
    )
    channel = models.CharField(
        "canal", max_length=10, choices=Channel.choices, default=Channel.ONLINE
    )
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,  # a request outlives the wish to sign in
        null=True,
        blank=True,
        related_name="case_files",
        verbose_name="compte du demandeur",
    )
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="saisi par",
        help_text="Agent qui saisit la demande pour la personne.",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_case_files",
        verbose_name="suivi par",
        db_index=False,  # casefile_owner_due
    )
    commune = models.ForeignKey(
        "territory.Commune",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="commune concernée",
    )

    # Who asks, as known when the request was made: a later change of account changes no file.
    first_name = models.CharField("prénom", max_length=150, blank=True)
    last_name = models.CharField("nom", max_length=150, blank=True)
    email = models.EmailField("adresse e-mail", blank=True)
    phone = PhoneNumberField("téléphone", blank=True, region="FR")
    postal_address = models.TextField("adresse postale", blank=True, max_length=500)

    created_at = models.DateTimeField(
        "commencé le", help_text="Saisi par un agent : le jour où la demande a été reçue."
    )
    submitted_at = models.DateTimeField("déposé le", null=True, blank=True)
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    closed_at = models.DateTimeField("clos le", null=True, blank=True)
    state_changed_at = models.DateTimeField("dans cet état depuis le")
    legal_due_on = models.DateField(
        "rejet implicite le",
        null=True,
        blank=True,
        help_text="Vide quand le délai est suspendu ou ne court plus (CRPA L231-4, L114-5).",
    )
    clock_stopped_on = models.DateField("délai suspendu depuis le", null=True, blank=True)

    computed_amount = models.DecimalField(
        "montant calculé", max_digits=12, decimal_places=2, null=True, blank=True
    )
    computation = models.JSONField("calcul", null=True, blank=True)
    assessment = models.JSONField("conditions examinées", null=True, blank=True)
    granted_amount = models.DecimalField(
        "montant accordé", max_digits=12, decimal_places=2, null=True, blank=True
    )

    # Folded words of the desk's search: lower case, no accent.
    search_key = models.GeneratedField(
        expression=Func(
            Lower(
                Concat(
                    *("reference", Value(" "), "first_name", Value(" "), "last_name"),
                    *(Value(" "), "email"),
                    output_field=models.TextField(),
                )
            ),
            function="f_unaccent",
            output_field=models.TextField(),
        ),
        output_field=models.TextField(),
        db_persist=True,
        verbose_name="clé de recherche",
    )
    erased_at = models.DateTimeField("données effacées le", null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    # An answer, a piece: what makes a draft live on (apps/privacy).
    changed_at = models.DateTimeField("dernier changement", null=True, editable=False)
    is_fictitious = models.BooleanField("dossier fictif", default=False)
    # Of the applicant's, by trigger with each message (message.py).
    has_unread_message = models.BooleanField("message à lire", default=False, editable=False)

    objects = CaseFileQuerySet.as_manager()

    class Meta:
        verbose_name = "dossier"
        verbose_name_plural = "dossiers"
        ordering = ("-id",)
        indexes = INDEXES
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=CaseFileState.values), name="casefile_state_known"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="casefile_channel_known"
            ),
            models.CheckConstraint(
                condition=~Q(channel=Channel.ONLINE)
                | Q(applicant__isnull=False)
                | Q(erased_at__isnull=False),
                name="casefile_online_has_applicant",
                violation_error_message="Une demande en ligne a toujours un compte.",
            ),
            models.CheckConstraint(
                condition=Q(channel=Channel.ONLINE) | Q(filed_by__isnull=False),
                name="casefile_desk_has_agent",
                violation_error_message="Une demande saisie au guichet nomme l’agent.",
            ),
            models.UniqueConstraint(
                fields=("applicant", "programme", "campaign"),
                condition=Q(state__in=enums.UNDECIDED_STATES, applicant__isnull=False),
                nulls_distinct=False,  # no campaign counts as one, always open
                name="casefile_one_open_per_person",
                violation_error_message="Un dossier est déjà ouvert pour cette aide.",
            ),
            models.CheckConstraint(
                condition=Q(state=CaseFileState.DRAFT, submitted_at=None)
                | Q(state=CaseFileState.WITHDRAWN)
                | (~Q(state=CaseFileState.DRAFT) & Q(submitted_at__isnull=False)),
                name="casefile_submitted_at_matches_state",
                violation_error_message="La date de dépôt ne correspond pas à l’état.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=enums.DECIDED_STATES, decided_at__isnull=False)
                | (~Q(state__in=enums.DECIDED_STATES) & Q(decided_at=None)),
                name="casefile_decided_at_matches_state",
                violation_error_message="La date de décision ne correspond pas à l’état.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=enums.CLOSED_STATES, closed_at__isnull=False)
                | (~Q(state__in=enums.CLOSED_STATES) & Q(closed_at=None)),
                name="casefile_closed_at_matches_state",
                violation_error_message="La date de clôture ne correspond pas à l’état.",
            ),
            models.CheckConstraint(
                # A comparison with NULL is unknown, and a CHECK lets the unknown through.
                condition=Q(
                    state__in=enums.AWARDED_STATES,
                    granted_amount__isnull=False,
                    granted_amount__gt=0,
                )
                | Q(  # decided long ago, paid elsewhere: it goes no further
                    state=CaseFileState.GRANTED,
                    channel=Channel.ARCHIVE,
                    applicant=None,
                    granted_amount=None,
                )
                | (~Q(state__in=enums.AWARDED_STATES) & Q(granted_amount=None)),
                name="casefile_granted_amount_matches_state",
                violation_error_message="Une aide accordée a un montant, et elle seule.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=enums.IN_REVIEW_STATES) | Q(owner__isnull=False),
                name="casefile_in_review_has_owner",
                violation_error_message="Un dossier en instruction est suivi par quelqu’un.",
            ),
            models.CheckConstraint(
                condition=(Q(submitted_at=None) | Q(submitted_at__gte=F("created_at")))
                & (Q(decided_at=None) | Q(decided_at__gte=F("submitted_at"))),
                name="casefile_dates_ordered",
                violation_error_message="Les dates du dossier ne se suivent pas.",
            ),
            models.CheckConstraint(
                condition=Q(legal_due_on=None)
                | Q(
                    clock_stopped_on=None,
                    state__in=(*enums.PENDING_STATES, CaseFileState.INCOMPLETE),
                ),
                name="casefile_clock_runs_only_while_pending",
                violation_error_message="Le délai légal ne court que pour un dossier à traiter.",
            ),
            models.CheckConstraint(
                condition=Q(computed_amount=None) | Q(computed_amount__gte=0),
                name="casefile_computed_amount_positive",
                violation_error_message="Un montant calculé n’est pas négatif.",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(
                    applicant=None,
                    first_name="",
                    last_name="",
                    email="",
                    phone="",
                    postal_address="",
                ),
                name="casefile_erased_names_nobody",
                violation_error_message="Un dossier effacé ne nomme plus personne.",
            ),
        )
        triggers = (
            pgtrigger.FSM(name="state_moves", field="state", transitions=edges()),
            pgtrigger.Protect(
                name="born_draft",
                operation=pgtrigger.Insert,
                condition=~pgtrigger.Q(new__state="draft"),
            ),
            pgtrigger.ReadOnly(
                name="identity_is_fixed", fields=["reference", "programme", "created_at"]
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def applicant_name(self) -> str:
        if self.erased_at:
            return "Données effacées"
        return f"{self.first_name} {self.last_name}".strip() or "Bénéficiaire non nommé"

    @property
    def public_state(self) -> str:
        """The state in the applicant's words."""
        return enums.PUBLIC_LABELS[self.state]

    @property
    def is_open_for_applicant(self) -> bool:
        """Whether the applicant can change something: a draft, or points to correct."""
        return self.state in (CaseFileState.DRAFT, CaseFileState.INCOMPLETE)

    def bump_version(self, *, at: datetime) -> None:
        """Pages that show this file are out of date from now on; call it on the locked row."""
        self.version += 1
        self.changed_at = at
        self.save(update_fields=["version", "changed_at"])

    @property
    def breakdown(self) -> AmountBreakdown | None:
        """The amount as last computed, or None before the first computation."""
        return AmountBreakdown.from_json(self.computation) if self.computation else None

    @property
    def eligibility(self) -> Eligibility | None:
        """The rules as last read, or None before the first reading."""
        return None if self.assessment is None else Eligibility.from_json(self.assessment)

    @property
    def amount_label(self) -> str:
        """The amount in words of the list: granted, else computed, else the range."""
        if self.state in enums.AWARDED_STATES:
            return amount_or_unpublished(self.granted_amount)
        if self.computed_amount is not None:
            return format_euros(self.computed_amount)
        return self.breakdown.range_label if self.breakdown else ""

    def days_left(self, on: date) -> int | None:
        """Days until silence becomes a rejection; negative when late; None when not running."""
        return (self.legal_due_on - on).days if self.legal_due_on else None

    @property
    def decision(self) -> Decision | None:
        """The standing proposal or decision: at most one (constraint on Decision)."""
        if "decision_is_read" in self.__dict__:  # with_decision, which leaves nothing for none
            standing: Decision | None = self.__dict__.get("standing_decision")
            return standing
        return next((item for item in self.decisions.all() if item.cancelled_at is None), None)
