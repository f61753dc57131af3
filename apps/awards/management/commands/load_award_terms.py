"""Load what each programme asks in return: the length of practice, its deadline, its proofs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from apps.awards.reference_rows import load_award_terms


class Command(BaseCommand):
    help = (
        "Charge les règles des engagements (fixtures/reference/programmes/). "
        "Ne change aucune ligne existante : le guichet les modifie dans l’administration."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for slug, count in load_award_terms().items():
            words = "règle d’engagement ajoutée" if count < 2 else "règles d’engagement ajoutées"
            self.stdout.write(f"{slug} : {count} {words}")
