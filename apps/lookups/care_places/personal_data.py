"""What places of care keep about people: an appointment, until the day after."""

from __future__ import annotations

from django.db.models import Value

from apps.core.personal_data import (
    Activity,
    PersonalTable,
    Subject,
    keeps_personal_data,
    names_nobody,
)
from apps.lookups.care_places import models

APPOINTMENTS = Activity(
    label="Créneaux réservés dans les lieux de soins",
    purpose="Garder un rendez-vous à la personne qui le demande. Aucun motif n’est demandé.",
    basis="Mission d’intérêt public.",
    people="Habitants qui prennent un rendez-vous, sans compte.",
    readers="Le lieu de soins, le guichet.",
)

keeps_personal_data(
    PersonalTable(
        model=models.AppointmentCode,
        activity=APPOINTMENTS,
        subject=Subject.PERSON,
        about="appointment__email",
        key="email",
        rule="care_places.codes",
        deletes=True,
        withheld="Ce code ne sert qu’une fois, et seule son empreinte est gardée.",
    ),
    PersonalTable(
        model=models.Appointment,
        activity=APPOINTMENTS,
        subject=Subject.PERSON,
        about="email",
        key="email",
        rule="care_places.appointments",
        blanks={
            **dict.fromkeys(("name", "phone", "email"), Value("")),
            "commune": None,
        },
        stamp="forgotten_at",
        hidden=("booked_by",),
    ),
)
names_nobody(
    "Un acte d’un agent sur des données publiques.",
    models.Place,
    models.Extract,
    models.DistinctPair,
    models.Slot,
)
