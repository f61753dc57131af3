"""Which open commitments stand where the zone is no longer that of their decision."""

from __future__ import annotations

from datetime import date

from django.db.models import BooleanField, F, Func
from django.db.models.expressions import RawSQL

from apps.awards.enums import OPEN_COMMITMENTS

# Hundreds of places and classes are compared with today's zones, however many commitments stand
# there: `held` walks commitment_open_zoned from one place, zoning and class to the next, which the
# ORM cannot say.
_TOUCHED = """
ARRAY(
    WITH RECURSIVE held AS (
        (
            SELECT commune_id, zoning, zone_class FROM awards_commitment
            WHERE NOT zone_class = '' AND status IN %(open)s AND commune_id IS NOT NULL
            ORDER BY commune_id, zoning, zone_class LIMIT 1
        )
        UNION ALL
        SELECT following.* FROM held CROSS JOIN LATERAL (
            SELECT commune_id, zoning, zone_class FROM awards_commitment
            WHERE NOT zone_class = '' AND status IN %(open)s
                AND (commune_id, zoning, zone_class)
                    > (held.commune_id, held.zoning, held.zone_class)
            ORDER BY commune_id, zoning, zone_class LIMIT 1
        ) following
    ), changed AS MATERIALIZED (
        SELECT commune_id, zoning, zone_class FROM held
        EXCEPT
        SELECT commune_id, zoning, zone_class FROM territory_zone WHERE valid_during @> %%s::date
    )
    SELECT here.case_file_id FROM changed JOIN awards_commitment here
        ON (here.commune_id, here.zoning, here.zone_class)
            = (changed.commune_id, changed.zoning, changed.zone_class)
    WHERE NOT here.zone_class = '' AND here.status IN %(open)s
    UNION ALL
    SELECT case_file_id FROM awards_commitment
    WHERE NOT zone_class = '' AND status IN %(open)s AND commune_id IS NULL
)
"""


class _IsAmong(Func):
    """« key = ANY (array) »: rows are found by their keys, in their order. A subquery's would be
    joined, by which PostgreSQL now and then reads every row and keeps a few."""

    template = "%(expressions)s"
    arg_joiner = " = ANY "
    output_field = BooleanField()


def is_touched(on: date) -> Func:
    """Condition on open commitments: their place has another class on a day, or none."""
    statuses = ", ".join(f"'{status.value}'" for status in OPEN_COMMITMENTS)
    # Made of our own words.
    keys = RawSQL(_TOUCHED % {"open": f"({statuses})"}, (on,))  # noqa: S611
    return _IsAmong(F("case_file_id"), keys)
