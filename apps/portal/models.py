from __future__ import annotations

from django.db import models


class PagePart(models.TextChoices):
    PUBLISHER = "publisher", "Mentions légales : directeur de la publication"
    HOST = "host", "Mentions légales : hébergeur"
    DATA_OFFICER = "data_officer", "Données personnelles : délégué à la protection des données"
    ACCESSIBILITY_DATE = "accessibility_date", "Accessibilité : date de la déclaration"
    ACCESSIBILITY_CONTACT = "accessibility_contact", "Accessibilité : adresse de contact"


class PageTextQuerySet(models.QuerySet["PageText"]):
    def bodies(self) -> dict[str, str]:
        """Every part and its text, empty where nobody has written it yet. 1 query."""
        return dict.fromkeys(PagePart.values, "") | dict(self.values_list("part", "body"))


class PageText(models.Model):
    """What only the council can say on the obligatory pages; staff write it in the admin.

    The pages stand without it: a part without text says that it is still to be written.
    """

    part = models.CharField("partie", max_length=40, choices=PagePart, unique=True)
    body = models.TextField(
        "texte",
        max_length=4000,
        help_text=(
            "Une ligne vide sépare deux paragraphes. Les adresses de sites et de courriel "
            "deviennent des liens."
        ),
    )
    updated_at = models.DateTimeField("modifié le", auto_now=True)

    objects = PageTextQuerySet.as_manager()

    class Meta:
        verbose_name = "texte des pages obligatoires"
        verbose_name_plural = "textes des pages obligatoires"
        ordering = ("part",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(part__in=PagePart.values), name="page_text_part_known"
            ),
        )

    def __str__(self) -> str:
        return self.get_part_display()
