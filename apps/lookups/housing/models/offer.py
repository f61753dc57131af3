"""Where students can stay: who offers it, how sure that is, and until when."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pghistory
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.text import slugify

from apps.core.geo import LocatedQuerySet, box_index, location_index
from apps.files.models import StoredFile
from apps.territory.models import Commune
from apps.territory.public_data import PublicPlace, public_place_constraints

_UAI = r"^\d{7}[A-Z]$"


class OfferKind(models.TextChoices):
    COMMUNE = "commune", "Commune"
    TOURISM = "tourisme", "Professionnel du tourisme"
    CARE = "structure-de-soins", "Structure de soins"
    HOST = "particulier", "Particulier, charte acceptée"
    SCHOOL = "college", "Logement de fonction d’un collège"


# In a sentence, for the public.
_OFFERED_BY = {
    OfferKind.COMMUNE: "Proposé par une commune",
    OfferKind.TOURISM: "Proposé par un professionnel du tourisme",
    OfferKind.CARE: "Proposé par une structure de soins",
    OfferKind.HOST: "Chez l’habitant",
    OfferKind.SCHOOL: "Logement de fonction d’un collège",
}


class OfferStatus(models.TextChoices):
    CANDIDATE = "candidat", "À étudier"
    ONLINE = "en-ligne", "En ligne"
    WITHDRAWN = "retire", "Retirée"


class OfferQuerySet(LocatedQuerySet):
    def online(self, on: date) -> OfferQuerySet:
        """Those that the public sees on a day: an offer vanishes by itself when it expires."""
        return self.filter(status=OfferStatus.ONLINE, expires_on__gte=on)

    def to_ask_again(self, on: date, *, before: date) -> OfferQuerySet:
        """Those that end before a day, whose host was not asked yet."""
        return self.online(on).filter(expires_on__lt=before, asked_on=None)


@pghistory.track()
class Offer(PublicPlace):
    """One place with its rooms. What nobody verified is never shown to the public."""

    name = models.CharField("nom", max_length=120)
    kind = models.CharField("proposé par", max_length=20, choices=OfferKind.choices)
    status = models.CharField(
        "état", max_length=10, choices=OfferStatus.choices, default=OfferStatus.CANDIDATE
    )
    description = models.TextField("description", max_length=1500, blank=True)
    commune = models.ForeignKey(
        Commune, on_delete=models.PROTECT, related_name="housing_offers", verbose_name="commune"
    )
    uai = models.CharField(
        "numéro UAI",
        max_length=8,
        blank=True,
        validators=[RegexValidator(_UAI, "Un numéro UAI compte 7 chiffres et une lettre.")],
        help_text="Pour un collège : 7 chiffres et une lettre.",
    )
    host = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="housing_offers",
        verbose_name="hôte (compte)",
        help_text="Cette personne gère ses chambres dans son espace.",
    )
    contact_name = models.CharField("contact", max_length=120, blank=True)
    contact_email = models.EmailField("e-mail du contact", blank=True)
    contact_phone = models.CharField("téléphone du contact", max_length=20, blank=True)
    website = models.URLField("site", blank=True)
    charter_accepted_on = models.DateField(
        "charte acceptée le",
        null=True,
        blank=True,
        help_text="Un particulier accepte la charte avant d’être en ligne.",
    )
    expires_on = models.DateField("en ligne jusqu’au", null=True, blank=True)
    asked_on = models.DateField("hôte relancé le", null=True, blank=True, editable=False)
    objects: ClassVar[models.Manager[Offer]] = OfferQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "offre de logement"
        verbose_name_plural = "offres de logement"
        ordering = ("name", "pk")
        indexes = (
            location_index("housing_offer_location"),
            box_index("housing_offer_box"),
            models.Index(fields=("commune", "kind"), name="housing_offer_commune_kind"),
            # The guichet's list, by name.
            models.Index(fields=("name", "id"), name="housing_offer_by_name"),
            models.Index(fields=("expires_on",), name="housing_offer_expires_on"),
        )
        constraints = (
            *public_place_constraints("housing_offer"),
            models.CheckConstraint(
                condition=Q(kind__in=OfferKind.values), name="housing_offer_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=OfferStatus.values), name="housing_offer_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=OfferStatus.ONLINE)
                | Q(verified_on__isnull=False, expires_on__isnull=False),
                name="housing_offer_online_is_verified",
                violation_error_message=(
                    "Avant d’être en ligne, une offre est vérifiée et porte une date de fin."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(status=OfferStatus.ONLINE, kind=OfferKind.HOST)
                | Q(charter_accepted_on__isnull=False),
                name="housing_offer_host_signed_the_charter",
                violation_error_message="Un particulier accepte la charte avant d’être en ligne.",
            ),
            models.CheckConstraint(
                condition=Q(uai="") | Q(uai__regex=_UAI),
                name="housing_offer_uai_shape",
                violation_error_message="Un numéro UAI compte 7 chiffres et une lettre.",
            ),
            models.UniqueConstraint(
                fields=("uai",),
                condition=~Q(uai=""),
                name="housing_offer_uai_once",
                violation_error_message="Ce numéro UAI est déjà celui d’une autre offre.",
            ),
            models.UniqueConstraint(
                F("commune"),
                F("name"),
                name="housing_offer_named_once",
                violation_error_message="Une offre porte déjà ce nom dans cette commune.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.commune.name})"

    def get_absolute_url(self) -> str:
        return reverse("housing:offer", kwargs={"pk": self.pk, "slug": self.slug})

    @property
    def slug(self) -> str:
        return slugify(self.name) or "logement"

    def is_online(self, on: date) -> bool:
        return (
            self.status == OfferStatus.ONLINE
            and self.expires_on is not None
            and self.expires_on >= on
        )

    @property
    def offered_by(self) -> str:
        """« Proposé par une commune »"""
        return _OFFERED_BY[OfferKind(self.kind)]

    @property
    def is_private(self) -> bool:
        """Somebody's home: the public reads neither its address nor how to reach its host."""
        return self.kind == OfferKind.HOST

    @property
    def shown_address(self) -> str:
        return "" if self.is_private else self.address

    @property
    def shown_point(self) -> tuple[float, float]:
        """Latitude and longitude for a public map; somebody's home is set within a kilometre."""
        digits = 2 if self.is_private else 5
        return round(self.latitude, digits), round(self.longitude, digits)

    @property
    def host_email(self) -> str:
        """Where requests and questions go; empty: the guichet answers."""
        return self.host.email if self.host else self.contact_email

    @property
    def host_name(self) -> str:
        return self.contact_name or (str(self.host) if self.host else "")


class Photo(models.Model):
    """A public picture: drawn anew from what was sent, in two sizes, without its metadata."""

    offer = models.ForeignKey(
        Offer, on_delete=models.PROTECT, related_name="photos", verbose_name="offre"
    )
    alt = models.CharField(
        "description de la photo",
        max_length=200,
        help_text="Ce que l’on voit, pour qui ne la voit pas : « Chambre claire, lit double ».",
    )
    position = models.PositiveSmallIntegerField("rang", default=0)
    image = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name="image"
    )
    thumbnail = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name="vignette"
    )
    width = models.PositiveSmallIntegerField("largeur")
    height = models.PositiveSmallIntegerField("hauteur")

    class Meta:
        verbose_name = "photo"
        verbose_name_plural = "photos"
        ordering = ("position", "pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(alt=""),
                name="housing_photo_is_described",
                violation_error_message="Décrivez la photo pour qui ne la voit pas.",
            ),
            models.CheckConstraint(
                condition=Q(width__gt=0, height__gt=0),
                name="housing_photo_has_a_size",
                violation_error_message="Une photo a une largeur et une hauteur.",
            ),
        )

    def __str__(self) -> str:
        return self.alt
