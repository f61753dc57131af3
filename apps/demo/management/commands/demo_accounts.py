"""Print the demo's accounts, for whoever starts it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from apps.demo.people import HOST, JURORS, MAIN_APPLICANT, PASSWORD, STAFF


class Command(BaseCommand):
    help = "Affiche les comptes de la démonstration."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"  Demo accounts (password for all: {PASSWORD})")
        for account in (MAIN_APPLICANT, HOST, *STAFF, JURORS[0]):
            self.stdout.write(f"    {account.email:<26} {account.shows}")
