"""The Loiret: its communes, their groupings, and the zones of the ARS with their dates."""

from __future__ import annotations

from datetime import date
from math import cos, radians
from typing import ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cos, Radians, Sqrt
from django.urls import reverse

from apps.core.money import NO_BREAK_SPACE

# Length of one degree of latitude on a sphere of 6 371 km.
KM_PER_DEGREE = 111.195


class ZoneClass(models.TextChoices):
    """Classes of the zonings in force, all professions together."""

    PRIORITY = "zone_intervention_prioritaire", "zone d’intervention prioritaire"
    COMPLEMENTARY = "zone_action_complementaire", "zone d’action complémentaire"
    VERY_UNDERSERVED = "tres_sous_dotee", "zone très sous-dotée"
    UNDERSERVED = "sous_dotee", "zone sous-dotée"
    SPARSE = "sous_dense", "zone sous-dense"
    INTERMEDIATE = "intermediaire", "zone intermédiaire"
    WELL_SERVED = "tres_dotee", "zone très dotée"
    OVERSERVED = "sur_dotee", "zone sur-dotée"
    OUTSIDE = "hors_zonage", "hors zonage"


class Zoning(models.TextChoices):
    """Professions with a zoning of their own; the others have none (PROVENANCE.md)."""

    DOCTOR = "medecin", "médecins"
    DENTIST = "chirurgien-dentiste", "chirurgiens-dentistes"
    NURSE = "infirmier", "infirmiers"
    PHYSIOTHERAPIST = "masseur-kinesitherapeute", "masseurs-kinésithérapeutes"
    SPEECH_THERAPIST = "orthophoniste", "orthophonistes"
    MIDWIFE = "sage-femme", "sages-femmes"


class Density(models.IntegerChoices):
    """INSEE's grid of 2024, in seven levels."""

    LARGE_CENTRE = 1, "grand centre urbain"
    MEDIUM_CENTRE = 2, "centre urbain intermédiaire"
    SMALL_TOWN = 3, "petite ville"
    URBAN_BELT = 4, "ceinture urbaine"
    RURAL_TOWN = 5, "bourg rural"
    SCATTERED = 6, "rural à habitat dispersé"
    VERY_SCATTERED = 7, "rural à habitat très dispersé"


class Epci(models.Model):
    class Kind(models.TextChoices):
        METROPOLE = "METRO", "métropole"
        AGGLOMERATION = "CA", "communauté d’agglomération"
        COMMUNITY = "CC", "communauté de communes"

    siren = models.CharField("SIREN", max_length=9, primary_key=True)
    name = models.CharField("nom", max_length=120)
    kind = models.CharField("nature", max_length=5, choices=Kind.choices)

    class Meta:
        verbose_name = "intercommunalité"
        verbose_name_plural = "intercommunalités"
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=Q(siren__regex=r"^\d{9}$"),
                name="epci_siren_nine_digits",
                violation_error_message="Un SIREN compte 9 chiffres.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("METRO", "CA", "CC")), name="epci_kind_known"
            ),
        )

    def __str__(self) -> str:
        return self.name


class CommuneQuerySet(models.QuerySet["Commune"]):
    def by_distance_to(
        self, latitude: float | Combinable, longitude: float | Combinable
    ) -> CommuneQuerySet:
        """Nearest town halls first, with `distance_km` as the crow flies.

        On a plane that touches the sphere at the given point: within the department (150 km)
        the error stays below one per thousand, for no extension of the database.
        """
        north = F("hall_latitude") - latitude
        shrinking = (
            Cos(Radians(latitude))
            if isinstance(latitude, Combinable)
            else Value(cos(radians(latitude)))
        )
        east = (F("hall_longitude") - longitude) * shrinking
        distance = KM_PER_DEGREE * Sqrt(north * north + east * east)
        return self.annotate(distance_km=distance).order_by("distance_km", "search_key")


class Commune(models.Model):
    insee_code = models.CharField(
        "code INSEE",
        max_length=5,
        primary_key=True,
        validators=[
            RegexValidator(r"^45\d{3}$", "Un code INSEE du Loiret s’écrit 45 et 3 chiffres.")
        ],
    )
    name = models.CharField("nom", max_length=80)
    slug = models.SlugField("nom dans l’adresse", max_length=80, unique=True)
    postcodes = ArrayField(models.CharField(max_length=5), verbose_name="codes postaux")
    epci = models.ForeignKey(
        Epci, on_delete=models.PROTECT, related_name="communes", verbose_name="intercommunalité"
    )
    population = models.PositiveIntegerField("population municipale (2023)")
    density = models.PositiveSmallIntegerField("densité (INSEE 2024)", choices=Density.choices)
    latitude = models.FloatField("latitude du centre")
    longitude = models.FloatField("longitude du centre")
    hall_latitude = models.FloatField("latitude de la mairie")
    hall_longitude = models.FloatField("longitude de la mairie")
    hall_address = models.CharField("adresse de la mairie", max_length=200)
    hall_phone = models.CharField("téléphone de la mairie", max_length=20, blank=True)
    hall_email = models.EmailField("e-mail de la mairie", blank=True)
    hall_website = models.URLField("site de la mairie", blank=True)
    hall_hours = models.CharField(
        "horaires de la mairie",
        max_length=300,
        blank=True,
        help_text="Syntaxe opening_hours d’OpenStreetMap.",
    )
    # Folded name: lower case, no accent, no article, « saint » in full (migration 0001).
    search_key = models.GeneratedField(
        expression=Func(F("name"), function="commune_search_key"),
        output_field=models.TextField(),
        db_persist=True,
        verbose_name="clé de recherche",
    )

    objects: ClassVar[models.Manager[Commune]] = CommuneQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "commune"
        verbose_name_plural = "communes"
        # The folded name is the French order: « La Ferté-Saint-Aubin » stands at F.
        ordering = ("search_key",)
        indexes = (
            GinIndex(OpClass(F("search_key"), "gin_trgm_ops"), name="commune_search_key_trigrams"),
            GinIndex(fields=("postcodes",), name="commune_postcodes"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(insee_code__regex=r"^45\d{3}$"),
                name="commune_insee_code_in_loiret",
                violation_error_message="Un code INSEE du Loiret s’écrit 45 et 3 chiffres.",
            ),
            models.CheckConstraint(
                condition=Q(postcodes__len__gte=1),
                name="commune_has_a_postcode",
                violation_error_message="Indiquez au moins un code postal.",
            ),
            models.CheckConstraint(
                condition=Q(density__gte=1, density__lte=7), name="commune_density_known"
            ),
        )

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("territory:commune", kwargs={"insee": self.pk, "slug": self.slug})

    @property
    def label(self) -> str:
        """« Chécy (45430) », which a search takes back."""
        return f"{self.name} ({self.postcodes[0]})"

    @property
    def located(self) -> str:
        """« à Chécy », « au Malesherbois », « aux Bordes », with a no-break space."""
        article, _, rest = self.name.partition(" ")
        contracted = {"Le": "au", "Les": "aux"}.get(article)
        return NO_BREAK_SPACE.join((contracted, rest) if contracted else ("à", self.name))

    @property
    def of_it(self) -> str:
        """« d’Orléans », « de Chécy », « du Malesherbois », « des Bordes »."""
        article, _, rest = self.name.partition(" ")
        if contracted := {"Le": "du", "Les": "des"}.get(article):
            return NO_BREAK_SPACE.join((contracted, rest))
        # Every commune of the Loiret in H or Y elides: Huêtre, Huisseau, Yèvre.
        first = self.name[:1].translate(str.maketrans("ÉÈÊÂÎÔ", "EEEAIO"))
        elides = first in "AEIOUHY"
        return f"d’{self.name}" if elides else f"de{NO_BREAK_SPACE}{self.name}"

    @property
    def is_rural(self) -> bool:
        """INSEE's own line: the three last levels of the grid make « rural »."""
        return self.density >= Density.RURAL_TOWN

    def neighbours(self, limit: int) -> CommuneQuerySet:
        """The `limit` communes whose town halls are nearest, with `distance_km`."""
        others = CommuneQuerySet(Commune).exclude(pk=self.pk)
        return others.by_distance_to(self.hall_latitude, self.hall_longitude)[:limit]


class ZoneQuerySet(models.QuerySet["Zone"]):
    def for_reading(self, *, commune: Commune | str, zoning: str, on: date) -> ZoneQuerySet:
        """The zone in force `on`, if any, before the others from the oldest.

        `commune`: the row, or its INSEE code.
        """
        in_force = Case(When(valid_during__contains=on, then=0), default=1)
        return self.filter(commune=commune, zoning=zoning).order_by(in_force, "valid_during")


@pghistory.track()
class Zone(models.Model):
    """Class of a commune for one profession, while it is in force."""

    commune = models.ForeignKey(
        Commune, on_delete=models.CASCADE, related_name="zones", verbose_name="commune"
    )
    zoning = models.CharField("zonage", max_length=30, choices=Zoning.choices)
    zone_class = models.CharField("classe", max_length=30, choices=ZoneClass.choices)
    valid_during = DateRangeField(
        "en vigueur",
        help_text="Premier jour compris, dernier non compris ; sans dernier jour, elle dure.",
    )
    source = models.CharField("source", max_length=300)
    source_date = models.DateField(
        "date de la source", help_text="Date de l’export ou de l’arrêté."
    )
    edited_by_staff = models.BooleanField(
        "modifiée par le guichet",
        default=False,
        help_text="Cochée : le chargement des fichiers n’y touche plus.",
    )

    objects: ClassVar[models.Manager[Zone]] = ZoneQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "zone"
        verbose_name_plural = "zones"
        ordering = ("commune", "zoning", "valid_during")
        constraints = (
            ExclusionConstraint(
                name="zone_no_overlap",
                expressions=(
                    ("commune", RangeOperators.EQUAL),
                    ("zoning", RangeOperators.EQUAL),
                    ("valid_during", RangeOperators.OVERLAPS),
                ),
                violation_error_message=(
                    "Une zone existe déjà pour cette commune et ce zonage à ces dates : "
                    "fermez-la d’abord."
                ),
            ),
            models.CheckConstraint(
                condition=Q(valid_during__isempty=False, valid_during__lower_inf=False),
                name="zone_has_a_first_day",
                violation_error_message="Indiquez le premier jour, avant le dernier.",
            ),
            models.CheckConstraint(
                condition=Q(zoning__in=Zoning.values),
                name="zone_zoning_known",
                violation_error_message="Ce zonage n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(zone_class__in=ZoneClass.values),
                name="zone_class_known",
                violation_error_message="Cette classe n’existe pas.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.commune.name}, {self.get_zoning_display()} : {self.get_zone_class_display()}"

    @property
    def valid_from(self) -> date:
        return self.valid_during.lower
