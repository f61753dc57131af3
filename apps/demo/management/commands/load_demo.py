"""Load the demo town: `manage.py load_demo --seed 45`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts.models import User
from apps.core import clock
from apps.demo.town import build_town


class Command(BaseCommand):
    help = "Charge la ville de démonstration dans une base sans habitants."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=45, help="Même nombre, même ville.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("load_demo only runs with the demo settings: it makes people up.")
        if User.objects.exists():
            raise CommandError("Somebody lives here already: `make demo-reset` begins anew.")
        count = build_town(seed=options["seed"], now=clock.now())
        self.stdout.write(f"{count} dossiers, dont 9 aides et 29 bourses votées en 2023")
