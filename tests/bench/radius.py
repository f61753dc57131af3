"""Search around a place at size: `make bench-radius`.

Fills a throw-away database with rooms and places of care around the communes, ten times fewer
first, and reads the processor time of the database for the searches of the pages. Prints a table
and writes docs/radius.md. Fails when a search passes its budget, or when a row that is found costs
more than twice as much among many.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import django

from tests.bench.load import cpu_seconds
from tools import demo
from tools.newcomer import free_port
from tools.postgres import EmbeddedPostgres, temporary_folder

ROOMS = (2_000, 20_000)
PLACES = (10_000, 100_000)
ROOMS_AN_OFFER = 4
MOST_MS = 15.0
MOST_GROWTH = 2.0
WARM_UP = 3
ROUNDS = 40
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
ON = date(2026, 11, 22)
# Orléans, and the whole department as the crow flies.
CENTRE = {"ou": "45234", "km": "50"}
REPORT = demo.ROOT / "docs" / "radius.md"


@dataclass(frozen=True)
class Run:
    """One search at one size."""

    ms: float
    found: int

    @property
    def ms_a_row(self) -> float:
        return self.ms / (self.found + 1)


def main() -> int:
    with ExitStack() as stack:
        folder = stack.enter_context(temporary_folder("bench-"))
        database = EmbeddedPostgres(folder / "postgres", volatile=True)
        stack.callback(database.stop)
        os.environ |= demo.environment(free_port(), database.start(), folder, dev=False)
        os.environ["DJANGO_SETTINGS_MODULE"] = "orleans_sante.settings.demo"
        django.setup()
        return _measure()


def _measure() -> int:
    from django.core.management import call_command  # noqa: PLC0415 - needs django.setup()

    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_territory", stdout=StringIO())
    runs: dict[str, list[Run]] = {}
    for rooms, places in zip(ROOMS, PLACES, strict=True):
        fill(rooms, places)
        for name, ask in _searches().items():
            runs.setdefault(name, []).append(Run(_cpu_ms(ask), len(ask())))
    print(_table(runs))  # noqa: T201 - a command's output
    REPORT.write_text(_report(runs), encoding="utf-8")
    return int(any(_excess(*each) for each in runs.values()))


def _excess(small: Run, large: Run) -> str:
    """The budget that was passed, in words."""
    if large.ms > MOST_MS:
        return f"more than {MOST_MS:.0f} ms"
    if large.ms_a_row > MOST_GROWTH * small.ms_a_row:
        return f"a row costs more than {MOST_GROWTH:.0f} times as much among many"
    return ""


def _thousands(count: int) -> str:
    return f"{count:,}".replace(",", "\u00a0")


def _table(runs: Mapping[str, list[Run]]) -> str:
    sizes = [
        f"{_thousands(rooms)} rooms, {_thousands(places)} places"
        for rooms, places in zip(ROOMS, PLACES, strict=True)
    ]
    rows = [("Search", *sizes, "A row, times as much", "Budget"), ("---",) * 5]
    for name, (small, large) in runs.items():
        rows.append(
            (
                name,
                *(f"{run.ms:.2f} ms, {run.found} rows" for run in (small, large)),
                f"{large.ms_a_row / small.ms_a_row:.2f}",
                _excess(small, large) or "kept",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    )


def _report(runs: Mapping[str, list[Run]]) -> str:
    return f"""# Searches around a place

Written by `make bench-radius`, never by hand: run it to measure your own machine.

{_table(runs)}

- **Milliseconds**: processor time of the database for one search, as the kernel counts it, over
  {ROUNDS} runs. At most {MOST_MS:.0f} ms. Planning is in it: a page asks each time anew.
- **Rows**: those of a map of offers, and one more to know that there are more; a page of places.
- **A row, times as much**: what one row that is found costs in the large town, over its cost in the
  small one; below {MOST_GROWTH:.0f}. One means that a town ten times as large costs nothing more.

One room in three is held. Measured on {platform.machine()}, {os.cpu_count()} processors, Python
{platform.python_version()}, Django {django.get_version()}, PostgreSQL on the same machine.
"""


def fill(rooms: int, places: int) -> None:
    """These many rooms and places, around communes taken in turn; one room in three is held.

    One row of each is made by its model and copied in SQL, without its history.
    """
    from django.db import connection  # noqa: PLC0415 - needs django.setup()

    from apps.lookups.housing.models import Availability, Booking, Offer, Room  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for model in (Booking, Availability, Room, Offer, _place_model()):
            cursor.execute(f"TRUNCATE {model._meta.db_table} RESTART IDENTITY CASCADE")
    offer, room, opened, held, place = _templates()
    around = {
        "commune_id": "c.insee_code",
        "latitude": "c.latitude + (random() - 0.5) * 0.06",
        "longitude": "c.longitude + (random() - 0.5) * 0.08",
    }
    kinds = "(array['commune', 'tourisme', 'structure-de-soins', 'college'])[1 + n %% 4]"
    _copy(offer, rooms // ROOMS_AN_OFFER, name="'Offre ' || n", kind=kinds, **around)
    amenities = "(array['meuble', 'internet', 'fauteuil', 'animaux', 'velo'])[1 + n %% 5]"
    _copy(
        room,
        rooms,
        name="'Chambre ' || n",
        offer_id=f"1 + n / {ROOMS_AN_OFFER} %% {rooms // ROOMS_AN_OFFER}",
        monthly_price="(n %% 60) * 10",
        amenities=f"array['meuble', {amenities}]",
    )
    _copy(opened, rooms, room_id="n + 1")
    _copy(held, rooms // 3, room_id="3 * n + 1", email="'banc' || n || '@exemple.fr'")
    kinds = "(array['maison-de-sante', 'centre-de-sante', 'hopital', 'clinique'])[1 + n %% 4]"
    _copy(place, places, name="'Lieu ' || n", kind=kinds, **around)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


def _copy(template: Any, count: int, **changed: str) -> None:
    """`count` copies of a row, whose columns `changed` are SQL of the number n and a commune c."""
    from django.db import connection  # noqa: PLC0415

    fields = [
        field.column
        for field in template._meta.concrete_fields
        if not field.primary_key and not field.generated
    ]
    values = [changed.get(column, f"t.{column}") for column in fields]
    table = template._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(fields)}) SELECT {', '.join(values)} "  # noqa: S608
            f"FROM {table} t, generate_series(1, %s) n JOIN "
            "(SELECT *, row_number() OVER () - 1 AS rank FROM territory_commune) c "
            "ON c.rank = n %% 325 WHERE t.id = %s",
            [count, template.pk],
        )


def _place_model() -> Any:
    from apps.lookups.care_places.models import Place  # noqa: PLC0415

    return Place


def _templates() -> tuple[Any, ...]:
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.db.backends.postgresql.psycopg_any import DateRange  # noqa: PLC0415

    from apps.lookups.housing.models import Availability, Booking, Offer, Room  # noqa: PLC0415

    by, _ = get_user_model().objects.get_or_create(email="banc@exemple.fr")
    where = {"commune_id": "45234", "latitude": 47.9, "longitude": 1.9, "source": "banc"}
    offer = Offer.objects.create(
        **where,
        name="Offre",
        kind="commune",
        status="en-ligne",
        verified_on=ON,
        verified_by=by,
        expires_on=date(2027, 12, 31),
    )
    room = Room.objects.create(offer=offer, name="Chambre", monthly_price=100)
    stay = DateRange(date(2027, 5, 1), date(2027, 11, 1))
    opened = Availability.objects.create(room=room, during=stay, created_at=AT)
    held = Booking.objects.create(
        room=room,
        during=stay,
        name="Banc",
        email="banc@exemple.fr",
        state="demandee",
        held_until=datetime(2026, 12, 1, tzinfo=UTC),
        created_at=AT,
    )
    place = _place_model().objects.create(**where, name="Lieu", kind="maison-de-sante")
    return offer, room, opened, held, place


def _searches() -> dict[str, Callable[[], Any]]:
    """Querysets as the pages make them."""
    from django.http import QueryDict  # noqa: PLC0415

    from apps.lookups.housing.models import Room  # noqa: PLC0415
    from apps.lookups.housing.search import (  # noqa: PLC0415
        MOST_OFFERS,
        RoomFilter,
        matching_offers,
    )

    def housing(**asked: str) -> Callable[[], Any]:
        data = QueryDict(mutable=True)
        data.update(CENTRE | asked)

        def offers() -> Any:
            found = RoomFilter(data, queryset=Room.objects.in_use(ON), at=AT)
            assert found.form.is_valid(), found.form.errors
            return matching_offers(found, rooms=found.qs, on=ON)[: MOST_OFFERS + 1]

        return offers

    def places(**asked: Any) -> Callable[[], Any]:
        found = _place_model().objects.known(ON).filter(**asked)
        return lambda: found.near(47.9028, 1.9092, km=50).select_related("commune")[:25]

    semester = {"semestre": "2027-05"}
    strict = {**semester, "prix": "300", "equipement": "velo"}
    return {
        "rooms within 50 km": housing(),
        "rooms within 50 km, one semester": housing(**semester),
        "rooms within 50 km, one semester, one type": housing(**semester, type="college"),
        "rooms within 50 km, semester, price, equipment": housing(**strict),
        "rooms within 30 km, semester, price, equipment": housing(**strict, km="30"),
        "rooms within 10 km, one semester": housing(**semester, km="10"),
        "rooms within 50 km, of which there are few": housing(**semester, prix="20"),
        "places of care within 50 km": places(),
        "places of care within 50 km, one type": places(kind="hopital"),
    }


def _cpu_ms(ask: Callable[[], Any]) -> float:
    """Processor time of the database for one run: what else the machine does is left out."""
    from django.db import connection  # noqa: PLC0415

    sql, parameters = ask().query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [backend] = cursor.fetchone()
        before = 0.0
        for number in range(WARM_UP + ROUNDS):
            if number == WARM_UP:
                before = cpu_seconds([backend])
            cursor.execute(sql, parameters)
            cursor.fetchall()
        return (cpu_seconds([backend]) - before) * 1000 / ROUNDS


if __name__ == "__main__":
    sys.exit(main())
