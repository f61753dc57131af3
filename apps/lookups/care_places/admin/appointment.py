"""Who comes to a reserved slot: read by those who answer the phone, emptied the day after."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core import clock
from apps.core.admin import RoleAdmin
from apps.core.dates import format_datetime
from apps.lookups.care_places.admin import slot_views
from apps.lookups.care_places.models import Appointment, AppointmentState


@admin.register(Appointment)
class AppointmentAdmin(RoleAdmin):
    """Nothing is typed here: an appointment is taken from its slot."""

    view_roles = ("editor", "head", "caseworker")
    list_display = ("when", "where", "name", "phone", "commune", "state", "acts")
    list_filter = ("state",)
    list_select_related = ("slot__place", "commune")
    searches_people = True
    search_fields = ("name", "phone", "slot__place__name")
    search_help_text = "Nom, téléphone ou lieu"
    ordering = ("slot__starts_at", "pk")
    fields = (
        *("when", "where", "state", "name", "phone", "commune", "email"),
        *("created_at", "booked_at", "booked_by", "cancelled_at", "forgotten_at"),
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appointment]:
        """Those of the days to come, today's included: the others name nobody any more."""
        return super().get_queryset(request).filter(forgotten_at=None)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/annuler/",
                wrap(slot_views.cancel_for),
                name="care_places_appointment_cancel",
            ),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description="début", ordering="slot__starts_at")
    def when(self, appointment: Appointment) -> str:
        return format_datetime(appointment.slot.starts_at)

    @admin.display(description="lieu")
    def where(self, appointment: Appointment) -> str:
        return appointment.slot.place.name

    @admin.display(description="actes")
    def acts(self, appointment: Any) -> SafeString | str:
        is_over = appointment.slot.starts_at <= clock.now()
        if appointment.state != AppointmentState.BOOKED or is_over:
            return ""
        address = reverse("admin:care_places_appointment_cancel", args=[appointment.pk])
        return format_html('<a href="{}">Annuler</a>', address)
