from __future__ import annotations

from django.db import connection, models

from apps.core.identifiers import make_reference


class ReferenceCounter(models.Model):
    """Last number given per prefix and year; one row is locked per new reference."""

    prefix = models.CharField(max_length=3)
    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField()

    class Meta:
        verbose_name = "compteur de références"
        verbose_name_plural = "compteurs de références"
        constraints = (
            models.UniqueConstraint(fields=("prefix", "year"), name="reference_counter_unique"),
        )

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}: {self.last_number}"


def next_number(prefix: str, year: int) -> int:
    """The next free number, from 1 each year; two callers never get the same (one upsert)."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO casefiles_referencecounter AS counter (prefix, year, last_number)
            VALUES (%s, %s, 1)
            ON CONFLICT (prefix, year) DO UPDATE SET last_number = counter.last_number + 1
            RETURNING last_number
            """,
            [prefix, year],
        )
        (number,) = cursor.fetchone()
    return int(number)


def next_reference(prefix: str, year: int) -> str:
    """The next free reference of a case file."""
    return make_reference(prefix, year, next_number(prefix, year))
