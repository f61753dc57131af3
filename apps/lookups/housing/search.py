"""« Autour de votre stage »: one search, whose address can be shared, for the list and the map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, cast

import django_filters as filters
from django import forms
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from apps.core import clock
from apps.core.forms import FrenchDateField, MoneyField
from apps.core.kept_fields import KeptFieldsForm
from apps.core.maps import MapPoint, PageMap
from apps.core.money import format_euros
from apps.lookups.housing.free_time import period_words
from apps.lookups.housing.models import Amenity, Offer, OfferKind, Photo, Room
from apps.lookups.housing.models.room import RoomQuerySet
from apps.lookups.housing.semesters import coming_semesters, parse_semester
from apps.territory.around import INSEE_CODE, PAGE_NUMBER, AllOfFilter, AroundFilterSet
from apps.territory.geocoding import Located, LocationField

DEFAULT_KM = 10
FARTHEST_KM = 50
# Beyond this many offers a list is no answer: the page asks for a smaller circle.
MOST_OFFERS = 200
PER_PAGE = 20


def semester_choices() -> list[tuple[str, str]]:
    coming = coming_semesters(clock.today())
    return [("", "Toutes les dates"), *((each.slug, each.label.capitalize()) for each in coming)]


class SearchForm(KeptFieldsForm):
    """Where, how far, and when."""

    ou = LocationField(
        label="Où sera votre stage ?",
        error_messages={"required": "Indiquez une commune, un code postal ou une adresse."},
    )
    km = forms.IntegerField(
        label="Distance, en kilomètres",
        help_text=f"De 1 à {FARTHEST_KM}.",
        min_value=1,
        max_value=FARTHEST_KM,
        initial=DEFAULT_KM,
        widget=forms.TextInput({"class": "w2", "inputmode": "numeric"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            f"Indiquez une distance de 1 à {FARTHEST_KM}\u00a0km.",
        ),
    )
    semestre = forms.ChoiceField(
        label="Semestre de stage",
        choices=semester_choices,
        required=False,
        error_messages={"invalid_choice": "Choisissez un semestre dans la liste."},
    )
    du = FrenchDateField(label="Ou du", required=False)
    au = FrenchDateField(label="Au", help_text="Dernier jour compris.", required=False)
    prix = MoneyField(label="Prix par mois, au plus", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("du"), cleaned.get("au")
        if bool(first) != bool(last) and not self.errors.keys() & {"du", "au"}:
            self.add_error("au" if first else "du", "Indiquez les deux dates, ou aucune.")
        elif first and last and last < first:
            self.add_error("au", "Le dernier jour suit le premier.")
        return cleaned

    @property
    def during(self) -> DateRange | None:
        """The dates asked for, which win over the semester; None for any."""
        cleaned = self.cleaned_data
        if cleaned.get("du") and cleaned.get("au"):
            return DateRange(cleaned["du"], cleaned["au"] + date.resolution)
        if semester := parse_semester(cleaned.get("semestre") or ""):
            return DateRange(semester.first, semester.end)
        return None


class RoomFilter(AroundFilterSet):
    place_name = "ou"
    default_km = DEFAULT_KM
    canonical: ClassVar[Mapping[str, str]] = {
        "ou": INSEE_CODE,
        "km": r"[1-9]\d?",
        "prix": r"\d{1,4}",
        "semestre": r"20\d\d-(05|11)",
        "type": "|".join(OfferKind.values),
        "equipement": "|".join(Amenity.values),
        "page": PAGE_NUMBER,
    }

    type = filters.MultipleChoiceFilter(
        field_name="offer__kind",
        label="Proposé par",
        choices=OfferKind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    equipement = AllOfFilter(
        field_name="amenities",
        label="Avec",
        choices=Amenity.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Room
        form = SearchForm
        fields = ()

    @property
    def words(self) -> str:
        """The search in a line, for whoever follows it: « à 10 km d’Orléans, mai 2027 »."""
        cleaned = self.form.cleaned_data
        parts = [f"à {cleaned['km']}\u00a0km {cleaned['ou'].of_it}"]
        if during := self.form.during:
            parts.append(period_words((during.lower, during.upper)))
        if cleaned.get("prix") is not None:
            parts.append(f"{format_euros(cleaned['prix'])} au plus")
        parts += [str(OfferKind(kind).label) for kind in cleaned["type"]]
        parts += [str(Amenity(amenity).label) for amenity in cleaned["equipement"]]
        return ", ".join(parts)[:200]

    def filter_queryset(self, queryset: QuerySet[Room]) -> RoomQuerySet:
        """The rooms asked for, wherever they are. Call it on a valid form only."""
        cleaned = self.form.cleaned_data
        rooms = cast("RoomQuerySet", super().filter_queryset(queryset))
        most: Decimal | None = cleaned.get("prix")
        if most is not None:
            rooms = rooms.filter(monthly_price__lte=most)
        if during := self.form.during:
            rooms = rooms.free(during, self.at)
        return rooms


@dataclass(frozen=True, kw_only=True)
class Hit:
    """An offer of the list, with its rooms that answer, cheapest first."""

    offer: Offer
    distance_km: float
    rooms: Sequence[Room]

    @property
    def distance(self) -> str:
        return distance_words(self.distance_km)

    @property
    def price_words(self) -> str:
        """What its cheapest room costs, and that it is only that one."""
        cheapest = self.rooms[0]
        if len(self.rooms) == 1 or cheapest.monthly_price is None:
            return cheapest.price_words
        if not cheapest.monthly_price:
            return "dont une gratuite au moins"
        return f"à partir de {cheapest.price_words}"

    @property
    def photo(self) -> Any:
        """Its first picture as (file, description), or None."""
        room = self.rooms[0]
        return (room.photo, room.photo_alt) if room.photo else None


@dataclass(frozen=True, kw_only=True)
class Found:
    """Offers around a place, nearest first: some for the map, a page of them for the list."""

    place: Located
    km: int
    count: int
    is_cut: bool
    number: int
    hits: Sequence[Hit]
    map: PageMap

    @property
    def has_next(self) -> bool:
        return self.number * PER_PAGE < self.count

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PER_PAGE))


def distance_words(distance_km: float) -> str:
    km = round(distance_km)
    return f"à {km}\u00a0km" if km else "à moins d’un kilomètre"


def matching_offers(found: RoomFilter, *, rooms: RoomQuerySet, on: date) -> Any:
    """The offers online that have one of `rooms`, nearest first, a little beyond the distance
    asked for: read them by `nearest_offers`."""
    cleaned = found.form.cleaned_data
    place: Located = cleaned["ou"]
    return (
        Offer.objects.online(on)
        .filter(Exists(rooms.filter(offer=OuterRef("pk")).order_by()))
        .around(place.latitude, place.longitude, km=cleaned["km"])
    )


def nearest_offers(found: RoomFilter, offers: Any, *, most: int) -> list[Any]:
    """The first `most` of `matching_offers` that are within the distance asked for. 1 query."""
    km = found.form.cleaned_data["km"]
    return [offer for offer in offers[:most] if offer.distance_km <= km]


def search_offers(found: RoomFilter, *, on: date, page: int) -> Found:
    """What a valid search gives. 2 queries: the offers, then the rooms of one page of them."""
    cleaned = found.form.cleaned_data
    place: Located = cleaned["ou"]
    rooms = found.qs
    known = matching_offers(found, rooms=rooms, on=on)
    points = known.only("name", "kind", "latitude", "longitude")
    located = nearest_offers(found, points, most=MOST_OFFERS + 1)
    offers, is_cut = located[:MOST_OFFERS], len(located) > MOST_OFFERS
    number = min(max(page, 1), max(1, -(-len(offers) // PER_PAGE)))
    shown = offers[(number - 1) * PER_PAGE : number * PER_PAGE]
    return Found(
        place=place,
        km=cleaned["km"],
        count=len(offers),
        is_cut=is_cut,
        number=number,
        hits=_with_rooms(shown, rooms),
        map=PageMap(
            points=[_point(offer) for offer in offers],
            centre=(place.latitude, place.longitude),
            km=cleaned["km"],
        ),
    )


def _with_rooms(offers: Sequence[Offer], rooms: RoomQuerySet) -> list[Hit]:
    """1 query."""
    of_offer: dict[int, list[Room]] = {offer.pk: [] for offer in offers}
    photos = Photo.objects.filter(offer=OuterRef("offer_id")).order_by("position", "pk")
    for room in (
        rooms.filter(offer__in=of_offer)
        .select_related("offer__commune")
        .annotate(
            photo=Subquery(photos.values("thumbnail_id")[:1]),
            photo_alt=Subquery(photos.values("alt")[:1]),
        )
        .order_by(F("monthly_price").asc(nulls_last=True), "name")
    ):
        of_offer[room.offer_id].append(room)
    return [
        Hit(offer=of_offer[offer.pk][0].offer, distance_km=offer.distance_km, rooms=found)
        for offer in offers
        # Taken between the two queries: gone from the list, as it should be.
        if (found := of_offer[offer.pk])
    ]


def _point(offer: Any) -> MapPoint:
    latitude, longitude = offer.shown_point
    return MapPoint(
        lat=latitude,
        lng=longitude,
        name=offer.name,
        url=offer.get_absolute_url(),
        detail=offer.offered_by,
    )
