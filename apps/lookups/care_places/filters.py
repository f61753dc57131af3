"""« Autour de … » : one form, whose address can be shared, for every list of places of care."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, cast

import django_filters as filters
from django import forms
from django.db.models import QuerySet

from apps.core.kept_fields import KeptFieldsForm
from apps.lookups.care_places.models import Language, Place, PlaceKind, PlaceQuerySet, Service
from apps.territory.around import INSEE_CODE, PAGE_NUMBER, AllOfFilter, AroundFilterSet
from apps.territory.forms import CommuneField
from apps.territory.models import Commune

DISTANCES = (5, 10, 15, 30, 50)  # km
DEFAULT_KM = 15


class AroundForm(KeptFieldsForm):
    """Where from, and how far."""

    commune = CommuneField(label="Autour de quelle commune ?")
    km = forms.ChoiceField(
        label="Distance",
        choices=[(km, f"{km}\u00a0km") for km in DISTANCES],
        initial=DEFAULT_KM,
        error_messages={
            "required": "Choisissez une distance.",
            "invalid_choice": "Choisissez une distance dans la liste.",
        },
    )

    def clean_km(self) -> int:
        return int(self.cleaned_data["km"])


class PlaceFilter(AroundFilterSet):
    place_name = "commune"
    default_km = DEFAULT_KM
    canonical: ClassVar[Mapping[str, str]] = {
        "commune": INSEE_CODE,
        "km": "|".join(map(str, DISTANCES)),
        "type": "|".join(PlaceKind.values),
        "service": "|".join(Service.values),
        "langue": "|".join(Language.values),
        **dict.fromkeys(("fauteuil", "nouveaux", "ouvert"), "on"),
        "page": PAGE_NUMBER,
    }

    type = filters.MultipleChoiceFilter(
        field_name="kind",
        label="Type de lieu",
        help_text="Sans choix : tous, sauf les établissements spécialisés (dialyse, rééducation…).",
        choices=PlaceKind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    service = AllOfFilter(
        field_name="services",
        label="Ce que vous cherchez",
        choices=Service.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    langue = AllOfFilter(
        field_name="languages",
        label="Langue parlée",
        choices=Language.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    fauteuil = filters.BooleanFilter(
        field_name="is_wheelchair_accessible",
        label="Accessible en fauteuil",
        widget=forms.CheckboxInput,
        method="only_true",
    )
    nouveaux = filters.BooleanFilter(
        field_name="takes_new_patients",
        label="Accepte de nouveaux patients",
        widget=forms.CheckboxInput,
        method="only_true",
    )

    ouvert = filters.BooleanFilter(
        label="Ouvert maintenant",
        help_text="Seuls les lieux dont nous connaissons les horaires.",
        widget=forms.CheckboxInput,
        method="only_open",
    )

    class Meta:
        model = Place
        form = AroundForm
        fields = ()

    def only_true(self, queryset: QuerySet[Place], name: str, value: bool) -> QuerySet[Place]:
        """A box left empty asks for nothing."""
        return queryset.filter(**{name: True}) if value else queryset

    def only_open(self, queryset: PlaceQuerySet, name: str, value: bool) -> PlaceQuerySet:
        """At the instant of the search."""
        return queryset.open_at(self.at) if value else queryset

    @property
    def has_details(self) -> bool:
        """Whether more than a commune and a distance was asked: the page shows it unfolded."""
        return any(self.data.get(name) for name in self.filters)

    def filter_queryset(self, queryset: QuerySet[Place]) -> PlaceQuerySet:
        """Also within the distance, nearest first. Call it on a valid form only."""
        cleaned = self.form.cleaned_data
        found = cast("PlaceQuerySet", super().filter_queryset(queryset))
        if not cleaned["type"]:
            found = found.exclude(kind=PlaceKind.SPECIALISED)
        commune: Commune = cleaned["commune"]
        return found.near(commune.hall_latitude, commune.hall_longitude, km=cleaned["km"])
