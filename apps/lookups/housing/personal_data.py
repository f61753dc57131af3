"""What housing keeps about people."""

from __future__ import annotations

from apps.core.personal_data import (
    Activity,
    PersonalTable,
    Subject,
    keeps_personal_data,
    names_nobody,
)
from apps.lookups.housing import models

HOUSING = Activity(
    label="Logements des étudiants",
    purpose="Réserver une chambre, tenir la file d’attente, joindre l’hébergeur.",
    basis="Mission d’intérêt public.",
    people="Étudiants en stage, hébergeurs.",
    readers="La personne, l’hébergeur de la chambre, le guichet.",
)

keeps_personal_data(
    *(
        PersonalTable(
            model=model,
            activity=HOUSING,
            subject=Subject.PERSON,
            about=about,
            deletes=True,
            is_use=True,
            rule=rule,
            hidden=hidden,
        )
        for model, about, rule, hidden in (
            (models.WaitingEntry, "student", "housing.bookings", ()),
            (models.Booking, "student", "housing.bookings", ("decided_by",)),
            (models.SavedSearch, "user", "", ()),
        )
    ),
    PersonalTable(
        model=models.Offer,
        activity=HOUSING,
        subject=Subject.PERSON,
        about="host",
        is_use=True,
        endless="L’hébergeur publie ces coordonnées lui-même ; elles partent avec son offre.",
        blanks={
            "host": None,
            **dict.fromkeys(("contact_name", "contact_email", "contact_phone"), ""),
        },
        hidden=("verified_by", "edited_by_staff"),
    ),
)
names_nobody("Une chambre et ses photos : l’hébergeur les publie.", models.Room, models.Photo)
