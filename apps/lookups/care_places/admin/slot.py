"""Slots at the desk: published in series, taken on the phone, taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from apps.accounts.models import User
from apps.core import clock
from apps.core.admin import RoleAdmin
from apps.core.dates import format_datetime
from apps.lookups.care_places.admin import slot_views
from apps.lookups.care_places.admin.pages import AGENTS
from apps.lookups.care_places.models import Slot, SlotQuerySet, SlotState


class SlotStateFilter(admin.SimpleListFilter):
    title = "état"
    parameter_name = "etat"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return SlotState.choices

    def queryset(self, request: HttpRequest, queryset: Any) -> SlotQuerySet:
        return queryset.filter(shown_state=self.value()) if self.value() else queryset


@admin.register(Slot)
class SlotAdmin(RoleAdmin):
    """Rows are withdrawn, never deleted nor changed: somebody may have read them."""

    view_roles = ("auditor", "caseworker")
    change_roles = ("editor", "head")
    list_display = ("when", "place", "practitioner", "state_label", "acts")
    list_filter = (SlotStateFilter, "place__kind")
    list_select_related = ("place",)
    search_fields = ("place__name", "practitioner")
    search_help_text = "Nom du lieu ou du professionnel"
    ordering = ("starts_at", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Slot]:
        return super().get_queryset(request).with_state(clock.now())  # type: ignore[attr-defined]

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/telephone/", wrap(slot_views.by_phone), name="care_places_slot_phone"),
            path("<int:pk>/retirer/", wrap(slot_views.withdraw), name="care_places_slot_withdraw"),
            *super().get_urls(),
        ]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_list_display(self, request: HttpRequest) -> Any:
        if self.has_add_permission(request):
            return self.list_display
        answers = isinstance(request.user, User) and request.user.has_role(*AGENTS)
        return (*self.list_display[:-1], *(["phone_acts"] if answers else []))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return slot_views.publish(request)

    @admin.display(description="début", ordering="starts_at")
    def when(self, slot: Slot) -> str:
        return format_datetime(slot.starts_at)

    @admin.display(description="état", ordering="shown_state")
    def state_label(self, slot: Any) -> str:
        return SlotState(slot.shown_state).label

    @admin.display(description="actes")
    def acts(self, slot: Any) -> SafeString:
        """For those who publish slots; the others only answer the phone (`phone_acts`)."""
        return _links(slot, withdraws=True)

    @admin.display(description="actes")
    def phone_acts(self, slot: Any) -> SafeString:
        return _links(slot, withdraws=False)


def _links(slot: Any, *, withdraws: bool) -> SafeString:
    """What may be done with a slot now."""
    links = []
    if slot.shown_state == SlotState.FREE:
        links.append(("care_places_slot_phone", "Prendre au téléphone"))
    if withdraws and slot.shown_state in (SlotState.FREE, SlotState.TAKEN):
        links.append(("care_places_slot_withdraw", "Retirer"))
    addresses = ((reverse(f"admin:{name}", args=[slot.pk]), label) for name, label in links)
    return format_html_join(" ", '<a href="{}">{}</a>', addresses)
