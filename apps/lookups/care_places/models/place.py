"""Places of care: where they are, what one finds there, and how sure that is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q, Subquery
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.text import slugify

from apps.core import clock
from apps.core.geo import LocatedQuerySet, box_index, location_index
from apps.core.opening import (
    Opening,
    describe_hours,
    read_opening,
    validate_hours,
    weekly_rules,
)
from apps.lookups.care_places.models.span import OpenSpan
from apps.territory.models import Commune
from apps.territory.public_data import Precision, PublicPlace, public_place_constraints

# A place that nobody looked at for so long is on the list « à vérifier ».
VERIFICATION_LASTS = timedelta(days=180)
OSM_ID = r"^(node|way|relation)/[1-9]\d*$"


class PlaceKind(models.TextChoices):
    HEALTH_HOUSE = "maison-de-sante", "Maison de santé"
    HEALTH_CENTRE = "centre-de-sante", "Centre de santé"
    THIRD_PLACE = "tiers-lieu", "Tiers-lieu de santé"
    SENTINEL_PHARMACY = "pharmacie-sentinelle", "Pharmacie sentinelle"
    HOSPITAL = "hopital", "Hôpital"
    CLINIC = "clinique", "Clinique"
    SPECIALISED = "etablissement", "Établissement spécialisé"


# What schema.org calls them.
_SCHEMA_TYPES = {
    PlaceKind.HEALTH_HOUSE: "MedicalClinic",
    PlaceKind.HEALTH_CENTRE: "MedicalClinic",
    PlaceKind.THIRD_PLACE: "MedicalBusiness",
    PlaceKind.SENTINEL_PHARMACY: "Pharmacy",
    PlaceKind.HOSPITAL: "Hospital",
    PlaceKind.CLINIC: "MedicalClinic",
    PlaceKind.SPECIALISED: "MedicalBusiness",
}


class Service(models.TextChoices):
    EMERGENCY = "urgences", "Urgences"
    WALK_IN = "sans-rendez-vous", "Sans rendez-vous"
    ASSISTED_VIDEO = "teleconsultation", "Téléconsultation assistée"
    RESERVED_SLOTS = "creneaux-reserves", "Créneaux réservés aux habitants"


class Language(models.TextChoices):
    """Spoken beside French."""

    ENGLISH = "en", "anglais"
    GERMAN = "de", "allemand"
    ARABIC = "ar", "arabe"
    SPANISH = "es", "espagnol"
    PORTUGUESE = "pt", "portugais"
    ROMANIAN = "ro", "roumain"
    TURKISH = "tr", "turc"
    FRENCH_SIGN = "lsf", "langue des signes française"


class PlaceQuerySet(LocatedQuerySet):
    def known(self, on: date) -> PlaceQuerySet:
        """Those that have not closed for good."""
        return self.filter(Q(gone_on=None) | Q(gone_on__gt=on))

    def open_at(self, at: datetime) -> PlaceQuerySet:
        """Those that are open at the instant `at`, by their hours; read in SQL (OpenSpan)."""
        open_hours = OpenSpan.objects.filter(during__contains=at).values("hours")
        return self.filter(opening_hours__in=open_hours)

    def with_next_change(self, at: datetime) -> PlaceQuerySet:
        """With `next_opening` and `next_closing` of whoever comes first: a list of what is open
        at `at` is right until then."""
        opens, closes = F("during__startswith"), F("during__endswith")
        spans = OpenSpan.objects.annotate(opens=opens, closes=closes)
        later = spans.filter(opens__gt=at).order_by("opens").values("opens")
        ends = spans.filter(closes__gt=at).order_by("closes").values("closes")
        return self.annotate(next_opening=Subquery(later[:1]), next_closing=Subquery(ends[:1]))

    def to_verify(self, on: date) -> PlaceQuerySet:
        """Never verified, not for half a year, or with a doubt that an import raised."""
        return self.known(on).filter(
            Q(verified_on=None) | Q(verified_on__lt=on - VERIFICATION_LASTS) | ~Q(doubt="")
        )

    def for_list(self) -> PlaceQuerySet:
        """With what a list shows, in one query."""
        return self.select_related("commune")


@pghistory.track()
class Place(PublicPlace):
    """One place of care. What nobody verified stays empty: a page never guesses."""

    name = models.CharField("nom", max_length=160)
    kind = models.CharField("type", max_length=24, choices=PlaceKind.choices)
    category = models.CharField(
        "catégorie",
        max_length=80,
        blank=True,
        help_text="Pour un établissement spécialisé : « Dialyse ».",
    )
    commune = models.ForeignKey(
        Commune, on_delete=models.PROTECT, related_name="care_places", verbose_name="commune"
    )
    phone = models.CharField("téléphone", max_length=20, blank=True)
    website = models.URLField("site", blank=True)
    opening_hours = models.CharField(
        "horaires",
        max_length=300,
        blank=True,
        validators=[validate_hours],
        help_text="Syntaxe opening_hours d’OpenStreetMap : « Mo-Fr 08:00-20:00; PH off ».",
    )
    services = ArrayField(
        models.CharField(max_length=24, choices=Service.choices),
        default=list,
        blank=True,
        verbose_name="services",
    )
    languages = ArrayField(
        models.CharField(max_length=3, choices=Language.choices),
        default=list,
        blank=True,
        verbose_name="langues parlées",
    )
    is_wheelchair_accessible = models.BooleanField(
        "accessible en fauteuil", null=True, blank=True, help_text="Vide : personne ne l’a vérifié."
    )
    takes_new_patients = models.BooleanField(
        "accepte de nouveaux patients", null=True, blank=True, help_text="Vide : on ne sait pas."
    )
    new_patients_on = models.DateField(
        "réponse sur les nouveaux patients le", null=True, blank=True
    )
    finess = models.CharField(
        "numéro FINESS",
        max_length=9,
        blank=True,
        validators=[RegexValidator(r"^\d{9}$", "Un numéro FINESS compte 9 chiffres.")],
    )
    osm_id = models.CharField(
        "identifiant OpenStreetMap",
        max_length=24,
        blank=True,
        validators=[RegexValidator(OSM_ID, "Par exemple « node/123456 ».")],
    )
    doubt = models.CharField(
        "à vérifier",
        max_length=200,
        blank=True,
        help_text="« Absent de l’extrait FINESS du 3 mars 2027 ». Vidé par une vérification.",
    )
    gone_on = models.DateField("fermé pour de bon le", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name="fusionné avec",
    )
    objects: ClassVar[models.Manager[Place]] = PlaceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "lieu de soins"
        verbose_name_plural = "lieux de soins"
        ordering = ("name", "pk")
        indexes = (
            # « Autour de … » : every list of the portal.
            location_index("care_place_location"),
            box_index("care_place_box"),
            models.Index(fields=("commune", "kind"), name="care_place_commune_kind"),
            # The guichet's list, by name.
            models.Index(fields=("name", "id"), name="care_place_by_name"),
            GinIndex(fields=("services",), name="care_place_services"),
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="care_place_name_trigrams"),
        )
        constraints = (
            *public_place_constraints("care_place"),
            models.CheckConstraint(
                condition=Q(kind__in=PlaceKind.values), name="care_place_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(services__contained_by=Service.values),
                name="care_place_services_known",
                violation_error_message="Choisissez les services dans la liste.",
            ),
            models.CheckConstraint(
                condition=Q(languages__contained_by=Language.values),
                name="care_place_languages_known",
                violation_error_message="Choisissez les langues dans la liste.",
            ),
            models.CheckConstraint(
                condition=Q(takes_new_patients=None, new_patients_on=None)
                | Q(takes_new_patients__isnull=False, new_patients_on__isnull=False),
                name="care_place_new_patients_dated",
                violation_error_message="Dites quel jour la réponse sur les patients a été donnée.",
            ),
            models.CheckConstraint(
                condition=Q(finess="") | Q(finess__regex=r"^\d{9}$"),
                name="care_place_finess_nine_digits",
                violation_error_message="Un numéro FINESS compte 9 chiffres.",
            ),
            models.UniqueConstraint(
                fields=("finess",),
                condition=~Q(finess=""),
                name="care_place_finess_once",
                violation_error_message="Ce numéro FINESS est déjà celui d’un autre lieu.",
            ),
            models.CheckConstraint(
                condition=Q(osm_id="") | Q(osm_id__regex=OSM_ID),
                name="care_place_osm_id_readable",
                violation_error_message="Un identifiant OpenStreetMap s’écrit « node/123456 ».",
            ),
            models.UniqueConstraint(
                fields=("osm_id",),
                condition=~Q(osm_id=""),
                name="care_place_osm_id_once",
                violation_error_message="Cet identifiant est déjà celui d’un autre lieu.",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(gone_on__isnull=False),
                name="care_place_merged_is_gone",
                violation_error_message="Un lieu fusionné avec un autre est fermé.",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("pk")),
                name="care_place_not_merged_with_itself",
                violation_error_message="Un lieu ne se fusionne pas avec lui-même.",
            ),
            models.UniqueConstraint(
                F("commune"),
                F("name"),
                name="care_place_named_once",
                violation_error_message="Un lieu porte déjà ce nom dans cette commune.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.commune.name})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Also opens the hours in the table that SQL reads, when they are new there."""
        super().save(*args, **kwargs)
        OpenSpan.objects.ensure([self.opening_hours], at=clock.now())

    def get_absolute_url(self) -> str:
        return reverse("care_places:place", kwargs={"pk": self.pk, "slug": self.slug})

    @property
    def slug(self) -> str:
        return slugify(self.name) or "lieu"

    @property
    def kind_label(self) -> str:
        """« Hôpital », or the source's finer word for a specialised place."""
        label = PlaceKind(self.kind).label
        return self.category if self.kind == PlaceKind.SPECIALISED and self.category else label

    @property
    def schema_type(self) -> str:
        return _SCHEMA_TYPES[PlaceKind(self.kind)]

    @property
    def schema_hours(self) -> list[str]:
        return weekly_rules(self.opening_hours)

    def distance_words(self, commune: Commune) -> str:
        """« à 6 km », for a place found by `near`; « dans la commune » where no more is known."""
        if self.commune_id == commune.pk and self.precision == Precision.TOWN_HALL:
            return "dans la commune"
        km = round(self.distance_km)  # type: ignore[attr-defined] # near() adds it
        return f"à {km}\u00a0km" if km else "à moins d’un kilomètre"

    @property
    def has_emergency(self) -> bool:
        return Service.EMERGENCY in self.services

    @property
    def service_labels(self) -> list[str]:
        return [Service(service).label for service in self.services]

    @property
    def language_labels(self) -> list[str]:
        return [Language(language).label for language in self.languages]

    def opening(self, at: datetime) -> Opening | None:
        """Whether it is open at an instant; None when its hours are not known."""
        return read_opening(self.opening_hours, at) if self.opening_hours else None

    def week(self, on: date) -> str:
        """Its ordinary week in words; empty when its hours are not known."""
        return describe_hours(self.opening_hours, on) if self.opening_hours else ""
