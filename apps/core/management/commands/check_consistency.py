"""manage.py check_consistency: contradictions between rows, and with the files on disk."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core import clock
from apps.core.consistency import MOST_TOLD, check_everything


class Command(BaseCommand):
    help = "Cherche ce qui se contredit. Ne change rien ; échoue si quelque chose est trouvé."

    def handle(self, **options: Any) -> None:
        run = check_everything(at=clock.now())
        for label, sentences in run.found.items():
            self.stdout.write(f"{label} : {len(sentences) or 'rien'}")
            for sentence in sentences[:MOST_TOLD]:
                self.stdout.write(f"  {sentence}")
            if len(sentences) > MOST_TOLD:
                self.stdout.write(f"  et {len(sentences) - MOST_TOLD} autres.")
        if run.count:
            plural = "s" if run.count > 1 else ""
            raise CommandError(f"{run.count} contradiction{plural} trouvée{plural}.")
        self.stdout.write("Rien ne se contredit.")
