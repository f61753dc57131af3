"""Housing at the desk: offers to verify, bookings to answer, and the pages of desk_views.py."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.accounts.roles import Role
from apps.core import clock
from apps.core.admin import RoleAdmin
from apps.lookups.housing import desk_views
from apps.lookups.housing.models import Booking, BookingState, Offer, OfferKind, Room
from apps.lookups.housing.models.offer import OfferStatus
from apps.lookups.housing.seasons import ASKED_BEFORE, keep_offer
from apps.territory.admin import PublicPlaceAdmin

_WHAT = ("name", "kind", "status", "description")
_WHERE = ("commune", "address", "latitude", "longitude", "precision", "uai")
_WHO = ("host", "contact_name", "contact_email", "contact_phone", "website", "charter_accepted_on")
_SURE = ("source", "verified_on", "verified_by", "expires_on")


class EndFilter(admin.SimpleListFilter):
    title = "fin"
    parameter_name = "fin"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("bientot", "Finit dans les deux semaines"), ("passee", "Finie")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        today = clock.today()
        if self.value() == "bientot":
            return queryset.online(today).filter(expires_on__lt=today + ASKED_BEFORE)
        if self.value() == "passee":
            return queryset.filter(status=OfferStatus.ONLINE, expires_on__lt=today)
        return queryset


class OfferForm(forms.ModelForm):
    website = forms.URLField(label="Site", assume_scheme="https", required=False)

    class Meta:
        model = Offer
        fields = (*_WHAT, *_WHERE, *_WHO, "source", "expires_on", "edited_by_staff")

    def clean(self) -> dict[str, Any]:
        """The database says so too; a form leaves out a rule on what it does not ask for."""
        cleaned = super().clean() or {}
        is_online = cleaned.get("status") == OfferStatus.ONLINE
        if is_online and not (self.instance.verified_on and cleaned.get("expires_on")):
            self.add_error(
                "status",
                "Avant d’être en ligne, une offre est vérifiée et porte une date de fin. "
                "Depuis la liste, choisissez « Vérifiées aujourd’hui ».",
            )
        return cleaned


@admin.register(Offer)
class OfferAdmin(PublicPlaceAdmin):
    view_roles = (Role.COMMITTEE_MEMBER, Role.ACCOUNTANT, Role.AUDITOR)
    change_roles = (Role.CASEWORKER, Role.HEAD, Role.EDITOR)
    form = OfferForm
    change_list_template = "admin/housing/offer_list.html"
    change_form_template = "admin/housing/offer_form.html"
    raw_id_fields = ("host",)
    list_display = ("name", "kind", "commune", "status", "room_count", "verified_on", "expires_on")
    list_filter = ("status", "kind", EndFilter, "is_fictitious")
    search_fields = ("name", "uai", "commune__search_key")
    search_help_text = "Nom, numéro UAI ou commune"
    readonly_fields = ("verified_on", "verified_by", "is_fictitious")
    actions = ("put_online", "keep_on")
    fieldsets = (
        (None, {"fields": _WHAT}),
        ("Où", {"fields": _WHERE}),
        ("Qui", {"fields": _WHO}),
        ("Source et vérification", {"fields": (*_SURE, "edited_by_staff", "is_fictitious")}),
    )

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("disponible/", wrap(desk_views.board), name="housing_board"),
            path("disponible/<int:pk>/", wrap(desk_views.hold_for_visitor), name="housing_hold"),
            path("saison/", wrap(desk_views.season), name="housing_season"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Offer]:
        rooms = Room.objects.filter(offer=OuterRef("pk")).order_by().values("offer")
        number = rooms.annotate(number=Count("pk")).values("number")
        return super().get_queryset(request).annotate(rooms_known=Coalesce(Subquery(number), 0))

    def get_view_on_site_url(self, obj: Offer | None = None) -> str | None:
        """Only what is online has a page."""
        return super().get_view_on_site_url(obj) if obj and obj.is_online(clock.today()) else None

    @admin.display(description="chambres", ordering="rooms_known")
    def room_count(self, offer: Any) -> int:
        return int(offer.rooms_known)

    @admin.action(description="Vérifiées aujourd’hui, en ligne six mois", permissions=("change",))
    def put_online(self, request: HttpRequest, offers: QuerySet[Offer]) -> None:
        """Each offer on its own: one that cannot be online says why, the others are."""
        user: Any = request.user
        count = 0
        for offer in offers:
            if offer.kind == OfferKind.HOST and offer.charter_accepted_on is None:
                messages.error(request, f"{offer} : l’hôte n’a pas accepté la charte.")
                continue
            today = clock.today()
            offer.status = OfferStatus.ONLINE
            offer.verified_on, offer.verified_by = today, user
            offer.expires_on = max(offer.expires_on or today, today)
            offer.edited_by_staff = True
            offer.save(
                update_fields=[
                    *("status", "verified_on", "verified_by", "expires_on", "edited_by_staff"),
                ]
            )
            keep_offer(offer=offer, on=today)
            count += 1
        messages.success(request, f"{count} offre(s) en ligne pour six mois.")

    @admin.action(description="L’hôte les garde : six mois de plus", permissions=("change",))
    def keep_on(self, request: HttpRequest, offers: QuerySet[Offer]) -> None:
        for offer in offers:
            keep_offer(offer=offer, on=clock.today())
        messages.success(request, f"{len(offers)} offre(s) gardée(s) six mois.")


class StateFilter(admin.SimpleListFilter):
    title = "état"
    parameter_name = "etat"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("a-repondre", "À répondre"), *BookingState.choices]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "a-repondre":
            return queryset.live(clock.now()).filter(state=BookingState.HELD)
        return queryset.filter(state=self.value()) if self.value() else queryset


@admin.register(Booking)
class BookingAdmin(RoleAdmin):
    """To read, with a link to answer: the verbs of bookings.py alone write here."""

    view_roles = (Role.CASEWORKER, Role.HEAD, Role.AUDITOR)
    change_roles = ()
    show_facets = admin.ShowFacets.NEVER
    list_display = ("name", "room", "period", "state", "held_until", "answer_link")
    list_filter = (StateFilter,)
    list_select_related = ("room__offer",)
    searches_people = True
    search_fields = ("name", "email", "room__offer__name")
    search_help_text = "Nom, adresse e-mail ou logement"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        """Those that name somebody: the others only count."""
        return super().get_queryset(request).filter(forgotten_on=None)

    @admin.display(description="séjour", ordering="during")
    def period(self, booking: Booking) -> str:
        return booking.period

    @admin.display(description="réponse")
    def answer_link(self, booking: Booking) -> SafeString | str:
        if booking.state != BookingState.HELD or not booking.is_live(clock.now()):
            return ""
        address = reverse("housing_space:answer", args=[booking.pk])
        return format_html('<a href="{}">Répondre à {}</a>', address, booking.name)
