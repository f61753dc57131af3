"""Commitments at the desk: the lists to follow, and the address of each act."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from apps.accounts.roles import Role
from apps.awards.admin import commitment_views, promise_views, proof_views, termination_views
from apps.awards.enums import Attention, CommitmentStatus
from apps.awards.models import Commitment
from apps.awards.models.commitment import CommitmentQuerySet
from apps.awards.touched import zone_label
from apps.casefiles.admin.file_rows import FileRowsAdmin
from apps.casefiles.readers import at_desk
from apps.core import clock
from apps.core.dates import format_date

_PAGES = (
    ("premier-jour/", commitment_views.first_day, "first_day"),
    ("pauses/ajouter/", commitment_views.pause, "pause"),
    ("pauses/<int:row>/", commitment_views.change, "change_pause"),
    ("pauses/<int:row>/retirer/", commitment_views.remove, "remove_pause"),
    ("commune/", commitment_views.move, "transfer"),
    ("tenu/", commitment_views.keep, "fulfil"),
    ("justificatifs/<int:row>/", proof_views.show, "proof"),
    ("justificatifs/<int:row>/fichier/", proof_views.file, "proof_file"),
    ("justificatifs/<int:row>/donner/", proof_views.give, "give_proof"),
    ("justificatifs/<int:row>/refaire/", proof_views.refuse, "refuse_proof"),
    ("justificatifs/<int:row>/dispenser/", proof_views.waive, "waive_proof"),
    ("promesses/<int:row>/fichier/", promise_views.file, "promise_file"),
    ("promesses/<int:row>/donner/", promise_views.give, "give_promise"),
    ("promesses/<int:row>/tenue/", promise_views.keep, "keep_promise"),
    ("promesses/<int:row>/refaire/", promise_views.refuse, "refuse_promise"),
    ("promesses/<int:row>/non-tenue/", promise_views.not_kept, "break_promise"),
)


class AttentionFilter(admin.SimpleListFilter):
    """What somebody has to look at, in words."""

    title = "À suivre"
    parameter_name = "a_suivre"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(attention.value, str(attention.label)) for attention in Attention]

    def queryset(self, request: HttpRequest, queryset: Any) -> CommitmentQuerySet:
        commitments: CommitmentQuerySet = queryset
        chosen = self.value()
        if chosen not in Attention.values:
            return commitments
        return commitments.needing(Attention(str(chosen)), clock.today())


@admin.register(Commitment)
class CommitmentAdmin(FileRowsAdmin):
    """Read by the agents of its programme; each act has a page of its own."""

    view_roles = (Role.HEAD, Role.CASEWORKER, Role.ACCOUNTANT, Role.AUDITOR)
    row_pages = _PAGES
    list_pages = (("dossiers/<int:pk>/rompre/", termination_views.terminate, "terminate"),)
    actions = None
    list_display = ("reference", "beneficiary", "place", "state", "started", "end", "zone")
    list_filter = (AttentionFilter, "status")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Commitment]:
        user: Any = request.user
        return (
            Commitment.objects.filter(at_desk(user, "case_file"))
            .select_related("case_file", "commune")
            .prefetch_related("pauses")
            .order_by("-case_file")
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not object_id.isdecimal():
            raise Http404
        return commitment_views.show(request, int(object_id))

    @admin.display(description="dossier", ordering="case_file__reference")
    def reference(self, commitment: Commitment) -> str:
        return commitment.case_file.reference

    @admin.display(description="bénéficiaire", ordering="case_file__last_name")
    def beneficiary(self, commitment: Commitment) -> str:
        return commitment.case_file.applicant_name

    @admin.display(description="commune")
    def place(self, commitment: Commitment) -> str:
        return commitment.commune.name if commitment.commune else ""

    @admin.display(description="état", ordering="status")
    def state(self, commitment: Commitment) -> str:
        return str(CommitmentStatus(commitment.status).label)

    @admin.display(description="commencé le", ordering="started_on")
    def started(self, commitment: Commitment) -> str:
        return _day(commitment.started_on)

    @admin.display(description="fin")
    def end(self, commitment: Commitment) -> str:
        return _day(commitment.ended_on or commitment.last_day)

    @admin.display(description="zone")
    def zone(self, commitment: Any) -> str:
        """The change, in the list of touched ones; else the zone of the decision."""
        if not commitment.zone_class:
            return ""
        before = zone_label(commitment.zone_class)
        return (
            f"{before} → {zone_label(commitment.zone_now)}" if _is_compared(commitment) else before
        )


def _is_compared(commitment: Any) -> bool:
    """Only CommitmentQuerySet.touched() reads the zone of today."""
    return hasattr(commitment, "zone_now")


def _day(day: date | None) -> str:
    return format_date(day) if day else ""
