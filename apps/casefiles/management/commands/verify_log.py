"""Verify the chained story of every case file; fails with the first broken link of each file."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.casefiles.log_seals import why_not_seal_holds
from apps.casefiles.log_verification import find_faults
from apps.casefiles.models import CaseFileEvent


class Command(BaseCommand):
    help = "Find any change, removal or reordering in the event log of the case files."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--expect",
            default="",
            metavar="DIGEST",
            help="digest of the last seal, as an auditor received it by e-mail",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for fault in find_faults():
            self.stdout.write(str(fault))
            count += 1
        if reason := why_not_seal_holds(options["expect"]):
            self.stdout.write(reason)
            count += 1
        if count:
            plural = "s" if count > 1 else ""
            raise CommandError(f"L’histoire des dossiers est rompue : {count} défaut{plural}.")
        events = CaseFileEvent.objects.count()
        self.stdout.write(f"L’histoire des dossiers est entière. Événements : {events}.")
