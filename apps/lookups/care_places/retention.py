"""How long places of care keep who took a slot: until the day after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from apps.core.retention import Length, RetentionRule, Unit, retains
from apps.lookups.care_places.appointments import forget_past
from apps.lookups.care_places.models import AppointmentCode


@retains
def appointment_rules() -> Iterator[RetentionRule]:
    yield RetentionRule(
        code="care_places.appointments",
        group="Lieux de soins",
        label="Créneaux pris : nom, téléphone, commune",
        starts="après le rendez-vous",
        default=Length(number=1, unit=Unit.DAY),
        source="Réglage du portail : le lendemain, personne n’en a plus besoin.",
        forget=forget_past,
    )
    yield RetentionRule(
        code="care_places.codes",
        group="Lieux de soins",
        label="Codes de rendez-vous",
        starts="après leur fin de validité",
        default=Length(number=1, unit=Unit.DAY),
        source="Réglage du portail : un code échu ne sert plus.",
        forget=forget_codes,
    )


def forget_codes(before: date, at: datetime) -> int:
    return AppointmentCode.objects.filter(expires_at__date__lte=before).delete()[0]
