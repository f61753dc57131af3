"""Renewals of the school year: the list with its late ones, and the rounds that open them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.accounts.roles import Role
from apps.awards.admin import renewal_views
from apps.awards.enums import RenewalStatus
from apps.awards.models import Renewal, RenewalRound
from apps.awards.programmes import AwardedProgramme
from apps.casefiles.admin.file_rows import FileRowsAdmin
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes
from apps.core import clock
from apps.core.admin import RoleAdmin
from apps.core.dates import format_date
from apps.core.forms import FrenchDateField

# Acts on one renewal: address below its own, view, name.
_PAGES = (
    ("justificatif/", renewal_views.certificate, "certificate"),
    ("rendre/", renewal_views.give_back, "return"),
    ("proposer/", renewal_views.propose, "propose"),
    ("reprendre/", renewal_views.reconsider, "reconsider"),
    ("accorder/", renewal_views.grant, "grant"),
    ("refuser/", renewal_views.refuse, "refuse"),
    ("classer/", renewal_views.close, "close"),
)


class LateFilter(admin.SimpleListFilter):
    title = "retard"
    parameter_name = "retard"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("oui", "En retard")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.late(clock.today()) if self.value() == "oui" else queryset


@admin.register(Renewal)
class RenewalAdmin(FileRowsAdmin):
    """Nothing is edited in raw fields: each act on a renewal has its page."""

    view_roles = (Role.HEAD, Role.CASEWORKER, Role.ACCOUNTANT, Role.AUDITOR)
    row_pages = _PAGES
    list_pages = (("diplome/<int:case_file_pk>/", renewal_views.graduate, "graduate"),)
    actions = None
    list_display = ("reference", "beneficiary", "year", "state", "due", "amount")
    ordering = ("-school_year",)
    sortable_by = ("reference", "year", "due")
    list_filter = ("status", LateFilter, "school_year")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Renewal]:
        user: Any = request.user
        return Renewal.objects.filter(
            case_file__in=CaseFile.objects.at_desk_of(user)
        ).select_related("case_file", "amendment")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not object_id.isdecimal():
            raise Http404
        return renewal_views.study(request, int(object_id))

    @admin.display(description="dossier", ordering="case_file__reference")
    def reference(self, renewal: Renewal) -> str:
        return renewal.case_file.reference

    @admin.display(description="bénéficiaire")
    def beneficiary(self, renewal: Renewal) -> str:
        return renewal.case_file.applicant_name

    @admin.display(description="année", ordering="school_year")
    def year(self, renewal: Renewal) -> str:
        return renewal.year_label

    @admin.display(description="état", ordering="status")
    def state(self, renewal: Renewal) -> SafeString:
        tone = renewal_views.TONES[RenewalStatus(renewal.status)]
        label = renewal.get_status_display()
        if renewal.is_late(clock.today()):
            tone, label = "no", "En retard"
        return format_html('<span class="chip {}">{}</span>', tone, label)

    @admin.display(description="à renvoyer avant le", ordering="due_on")
    def due(self, renewal: Renewal) -> str:
        return format_date(renewal.due_on) if renewal.due_on else "sans date"

    @admin.display(description="montant")
    def amount(self, renewal: Renewal) -> str:
        return renewal.amount_label


class RenewalRoundForm(forms.ModelForm):
    programme = forms.ChoiceField(label="Dispositif")
    opens_on = FrenchDateField(
        label="Ouverte le",
        help_text="Ce jour-là, chaque bénéficiaire reçoit un message et une page à remplir.",
    )
    due_on = FrenchDateField(
        label="À renvoyer avant le",
        help_text="Vide : aucune date limite, donc ni rappel ni retard.",
        required=False,
    )

    class Meta:
        model = RenewalRound
        fields = ("programme", "school_year", "opens_on", "due_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].choices = [  # type: ignore[attr-defined]
            (programme.slug, programme.label)
            for programme in programmes
            if isinstance(programme, AwardedProgramme) and programme.renewal_form
        ]


@admin.register(RenewalRound)
class RenewalRoundAdmin(RoleAdmin):
    """The days of a school year, set by the head: no text gives them."""

    view_roles = (Role.CASEWORKER, Role.ACCOUNTANT, Role.AUDITOR)
    change_roles = (Role.HEAD,)
    programme_field = "programme"
    form = RenewalRoundForm
    list_display = ("year", "programme_label", "opens", "due")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Renewals were opened from it; before its day, it is changed."""
        return False

    @admin.display(description="année", ordering="school_year")
    def year(self, round_: RenewalRound) -> str:
        return round_.year_label

    @admin.display(description="dispositif", ordering="programme")
    def programme_label(self, round_: RenewalRound) -> str:
        return programmes[round_.programme].label

    @admin.display(description="ouverte le", ordering="opens_on")
    def opens(self, round_: RenewalRound) -> str:
        return format_date(round_.opens_on)

    @admin.display(description="à renvoyer avant le", ordering="due_on")
    def due(self, round_: RenewalRound) -> str:
        return format_date(round_.due_on) if round_.due_on else "sans date"
