"""Staff keep places of care right: who verified when, what closed, who takes new patients."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path

from apps.core import clock
from apps.lookups.care_places.admin import duplicate_views
from apps.lookups.care_places.models import Language, Place, PlaceQuerySet, Service
from apps.territory.admin import PublicPlaceAdmin
from apps.territory.models import Commune

# Nobody names a place with more.
_MOST_WORDS = 6
_IDENTITY = ("name", "kind", "category", "finess")
_POSITION = ("commune", "address", "latitude", "longitude", "precision")
_ACCESS = ("phone", "website", "opening_hours")
_OFFER = (
    *("services", "languages", "is_wheelchair_accessible"),
    *("takes_new_patients", "new_patients_on"),
)
_STATUS = ("source", "osm_id", "doubt", "gone_on", "edited_by_staff", "is_fictitious")


class PlaceForm(forms.ModelForm):
    website = forms.URLField(label="Site", assume_scheme="https", required=False)
    services = forms.MultipleChoiceField(
        label="Services",
        choices=Service.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    languages = forms.MultipleChoiceField(
        label="Langues parlées, outre le français",
        choices=Language.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Place
        fields = (*_IDENTITY, *_POSITION, *_ACCESS, *_OFFER, *_STATUS)


class ToVerifyFilter(admin.SimpleListFilter):
    title = "vérification"
    parameter_name = "a_verifier"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("oui", "À vérifier (jamais, depuis six mois, ou un doute)")]

    def queryset(self, request: HttpRequest, queryset: Any) -> PlaceQuerySet:
        return queryset.to_verify(clock.today()) if self.value() == "oui" else queryset


@admin.register(Place)
class PlaceAdmin(PublicPlaceAdmin):
    form = PlaceForm
    list_display = ("name", "kind", "commune", "verified_on", "doubt", "source", "gone_on")
    list_filter = (
        ToVerifyFilter,
        "kind",
        "precision",
        "takes_new_patients",
        "edited_by_staff",
        "is_fictitious",
    )
    search_fields = ("name",)  # the box; get_search_results says what answers
    search_help_text = "Nom, numéro FINESS ou commune"
    readonly_fields = ("verified_on", "verified_by", "merged_into")
    actions = ("verify_today",)
    fieldsets = (
        (None, {"fields": _IDENTITY}),
        ("Où", {"fields": _POSITION}),
        ("Joindre et venir", {"fields": _ACCESS}),
        ("Ce qu’on y trouve", {"fields": _OFFER}),
        (
            "Source et vérification",
            {"fields": ("verified_on", "verified_by", *_STATUS, "merged_into")},
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("doublons/", wrap(duplicate_views.index), name="care_places_place_duplicates"),
            path(
                "doublons/<int:first>-<int:second>/",
                wrap(duplicate_views.decide),
                name="care_places_place_decide",
            ),
            *super().get_urls(),
        ]

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """The communes named are found first: an OR over two tables would read every place."""
        for word in search_term.split()[:_MOST_WORDS]:
            named = Commune.objects.filter(search_key__icontains=word)
            queryset = queryset.filter(
                Q(name__icontains=word)
                | Q(finess=word)
                | Q(commune__in=list(named.values_list("pk", flat=True)))
            )
        return queryset, False

    @admin.action(description="Vérifié aujourd’hui : tout est exact", permissions=("change",))
    def verify_today(self, request: HttpRequest, places: QuerySet[Place]) -> None:
        user: Any = request.user
        for place in places:
            place.verified_on, place.verified_by, place.doubt = clock.today(), user, ""
            place.save(update_fields=["verified_on", "verified_by", "doubt"])
        messages.success(request, f"{len(places)} lieu(x) vérifié(s) aujourd’hui par {user}.")
