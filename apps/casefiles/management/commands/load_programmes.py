"""Load the reference rows of every programme: rates and the pieces it asks for."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from apps.casefiles.reference_rows import load_reference_rows


class Command(BaseCommand):
    help = (
        "Charge barèmes et pièces demandées (fixtures/reference/programmes/). "
        "Ne change aucune ligne existante : le guichet les modifie dans l’administration."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for slug, counts in load_reference_rows().items():
            self.stdout.write(
                f"{slug} : {counts.rates} barèmes et {counts.documents} pièces ajoutés"
            )
