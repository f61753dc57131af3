"""Fictitious housing of the demo town: offers around the Loiret, their rooms, who holds them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db.backends.postgresql.psycopg_any import DateRange
from PIL import Image, ImageDraw

from apps.accounts.models import User
from apps.core import clock
from apps.core.dates import add_months
from apps.demo.people import DOMAIN, HOST, Account, create_account
from apps.files.validators import check_upload
from apps.lookups.housing.bookings import confirm_booking, hold_room, join_line
from apps.lookups.housing.models import Amenity, Offer, OfferKind, OfferStatus, Room
from apps.lookups.housing.photos import add_photo
from apps.lookups.housing.seasons import open_season
from apps.lookups.housing.semesters import coming_semesters
from apps.territory.models import Commune
from apps.territory.public_data import Precision

# (kind, name, rooms, price a month, communes): fifteen rooms in middle schools, as the
# Département counts them; the others are made up.
_OFFERS = (
    (
        OfferKind.SCHOOL,
        "Logement de collège",
        3,
        150,
        ("45155", "45191", "45252", "45028", "45053"),
    ),
    (OfferKind.COMMUNE, "Maison des internes", 3, 200, ("45068", "45305", "45203", "45278")),
    (OfferKind.TOURISM, "Gîte de la Loire", 2, 380, ("45315", "45300", "45272")),
    (OfferKind.CARE, "Studios de la maison de santé", 2, 0, ("45146", "45234")),
    (OfferKind.HOST, "Chambre chez l’habitant", 1, 290, ("45234", "45208", "45004")),
)
_AMENITIES = (
    (Amenity.FURNISHED, Amenity.INTERNET, Amenity.BIKES),
    (Amenity.FURNISHED, Amenity.INTERNET),
    (Amenity.FURNISHED, Amenity.INTERNET, Amenity.WHEELCHAIR),
)

_WALLS = ("#e2f1f2", "#fff3d6", "#e4f3ea", "#fdeaec")
_SIZE = (900, 675)


def load_housing(*, staff: dict[str, User], now: datetime) -> int:
    """Make the offers, open two semesters, and let some people ask; returns how many rooms."""
    host = create_account(HOST)
    on = clock.paris_date(now)
    communes = Commune.objects.in_bulk()
    rooms: list[Room] = []
    for number, offer in enumerate(_offers(communes)):
        offer.verified_on, offer.verified_by = on - timedelta(days=20), staff["responsable"]
        offer.expires_on = add_months(on, 6) if number else on + timedelta(days=10)
        offer.host = host if offer.kind in (OfferKind.TOURISM, OfferKind.HOST) else None
        offer.save()
        rooms += _rooms(offer, number)
        _hang_picture(offer, number, now)
    for semester in coming_semesters(on, 3)[1:]:
        open_season(semester=semester, kinds=OfferKind.values, at=now - timedelta(days=2))
    _ask(rooms, staff["responsable"], now)
    return len(rooms)


def _offers(communes: dict[str, Commune]) -> Iterator[Offer]:
    for kind, name, _, _, codes in _OFFERS:
        for code in codes:
            commune = communes[code]
            yield Offer(
                name=f"{name} {commune.of_it} (démo)",
                kind=kind,
                status=OfferStatus.ONLINE,
                description="Ce logement n’existe pas : il montre comment le portail fonctionne.",
                commune=commune,
                address=f"1 rue de la Démonstration, {commune.name}",
                latitude=commune.hall_latitude,
                longitude=commune.hall_longitude,
                precision=Precision.TOWN_HALL,
                contact_name="Contact de démonstration",
                contact_email=f"logements@{DOMAIN}",
                charter_accepted_on="2026-09-01" if kind == OfferKind.HOST else None,
                source="Donnée fictive de la démonstration",
                is_fictitious=True,
            )


def _rooms(offer: Offer, number: int) -> list[Room]:
    [(count, price)] = [
        (rooms, price) for kind, _, rooms, price, _ in _OFFERS if kind == offer.kind
    ]
    return [
        Room.objects.create(
            offer=offer,
            name=f"Chambre {rank}",
            monthly_price=price and price + 10 * (number % 4),
            amenities=list(_AMENITIES[(number + rank) % len(_AMENITIES)]),
        )
        for rank in range(1, count + 1)
    ]


def _hang_picture(offer: Offer, number: int, now: datetime) -> None:
    add_photo(
        offer=offer,
        upload=check_upload(ContentFile(_picture(number), name="chambre.png")),
        alt="Dessin d’une chambre : un lit, une fenêtre, une table",
        by=None,
        at=now,
    )


def _picture(number: int) -> bytes:
    """A bed, a window and a table: nobody takes it for a photograph."""
    picture = Image.new("RGB", _SIZE, _WALLS[number % len(_WALLS)])
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 500, 900, 675), fill="#c8a97e")
    pen.rectangle((90, 90, 330, 330), fill="#9ad0e8", outline="#ffffff", width=14)
    pen.line((210, 90, 210, 330), fill="#ffffff", width=10)
    pen.rounded_rectangle((420, 380, 850, 560), 24, fill="#005a66")
    pen.rounded_rectangle((440, 330, 590, 420), 24, fill="#ffffff")
    pen.rectangle((110, 420, 320, 440), fill="#7a4b00")
    for x in (130, 290):
        pen.rectangle((x, 440, x + 14, 560), fill="#7a4b00")
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def _ask(rooms: list[Room], head: User, now: datetime) -> None:
    """A confirmed stay with somebody in line behind it, and two requests without an answer."""
    semester = coming_semesters(clock.paris_date(now))[1]
    during = DateRange(semester.first, semester.end)
    students = [
        create_account(Account(f"etudiant{number}", name))
        for number, name in enumerate(("Lou", "Sacha", "Noa", "Alix"), start=1)
    ]
    holds = [
        hold_room(
            room=room,
            during=during,
            student=student,
            name=str(student),
            email=student.email,
            note="En stage dans le Loiret (démonstration).",
            at=now - timedelta(hours=5),
        )
        for room, student in zip((rooms[0], rooms[27], rooms[-3]), students[:3], strict=True)
    ]
    confirm_booking(booking=holds[0], by=head, at=now - timedelta(hours=1))
    join_line(room=rooms[0], during=during, student=students[3], at=now)
