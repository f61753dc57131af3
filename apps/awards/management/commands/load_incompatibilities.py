"""Load the reference rows of aids that do not go together."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from apps.awards.incompatibility_rows import load_incompatibilities


class Command(BaseCommand):
    help = (
        "Charge les aides non cumulables (fixtures/reference/incompatibilities.yaml). "
        "Ne change aucune ligne existante : le guichet les modifie dans l’administration."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{load_incompatibilities()} règles de cumul ajoutées")
