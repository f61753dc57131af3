"""What the receipt of a request must say (CRPA L112-3, L112-11, R112-11-1).

The same content makes the page, the e-mail and the PDF.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from apps.casefiles import legal_clock
from apps.casefiles.enums import Channel
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes
from apps.core import clock
from apps.core.dates import format_date, format_datetime


@dataclass(frozen=True, kw_only=True)
class Service:
    """The service in charge, as the receipt must name it (R112-11-1, 2°)."""

    name: str
    address: tuple[str, ...]
    phone: str
    phone_e164: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Receipt:
    reference: str
    subject: str
    applicant: str
    received_at: datetime
    channel: str
    service: Service
    silence_on: date
    appeal_until: date

    @property
    def received(self) -> str:
        return f"Le guichet a reçu votre demande le {format_datetime(self.received_at)}."

    @property
    def silence(self) -> str:
        """R112-11-1, 3° and L231-4, 3°: what silence means, and from which date."""
        return (
            "Si votre demande est complète, l’absence de réponse au "
            f"{format_date(self.silence_on)} vaut refus (article L231-4 du code des relations "
            "entre le public et l’administration)."
        )

    @property
    def stop(self) -> str:
        """L114-5: the date moves while an indispensable piece is awaited."""
        return (
            "S’il manque une pièce indispensable, nous vous la demandons. Le délai s’arrête "
            "jusqu’à sa réception."
        )

    @property
    def appeal(self) -> tuple[str, ...]:
        """R112-11-1, 3°: time limits and ways of appeal against an implicit refusal."""
        return (
            f"Un refus né du silence se conteste jusqu’au {format_date(self.appeal_until)}.",
            "Un refus écrit se conteste dans les deux mois qui suivent sa réception.",
            "Écrivez d’abord au président du conseil départemental (recours gracieux).",
            f"Ou saisissez le {settings.ADMINISTRATIVE_COURT}.",
        )


def service() -> Service:
    """The service in charge, from the settings (GUICHET_*)."""
    guichet = settings.GUICHET
    return Service(
        name=guichet["name"],
        address=tuple(guichet["address"]),
        phone=guichet["phone"],
        phone_e164=guichet["phone_e164"],
        email=guichet["email"],
    )


def build_receipt(case_file: CaseFile) -> Receipt:
    """The receipt of a request that was submitted; raises ValueError for a draft."""
    if case_file.submitted_at is None:
        raise ValueError(f"{case_file.reference} was not submitted: there is nothing to receipt")
    received_on = clock.paris_date(case_file.submitted_at)
    silence_on = legal_clock.due_date(received_on)
    return Receipt(
        reference=case_file.reference,
        subject=programmes[case_file.programme].label,
        applicant=case_file.applicant_name,
        received_at=case_file.submitted_at,
        channel=Channel(case_file.channel).label,
        service=service(),
        silence_on=silence_on,
        appeal_until=legal_clock.appeal_date(silence_on),
    )
