"""What the e-mails of the portal keep about people."""

from __future__ import annotations

from apps.core.personal_data import Activity, PersonalTable, Subject, keeps_personal_data
from apps.notifications.models import EmailAttachment, OutgoingEmail

EMAILS = Activity(
    label="Courriels envoyés",
    purpose="Prévenir les personnes de ce qui se passe, et pouvoir le prouver.",
    basis="Mission d’intérêt public.",
    people="Personnes qui ont fait une demande ou pris un rendez-vous, agents.",
    readers="Les agents du guichet.",
)
_TECHNICAL = ("message_id", "html", "last_error")

keeps_personal_data(
    PersonalTable(
        model=EmailAttachment,
        activity=EMAILS,
        about="email__related_reference",
        key="reference",
        deletes=True,
        withheld="Les fichiers joints sont dans la copie, avec leur dossier.",
    ),
    PersonalTable(
        model=OutgoingEmail,
        activity=EMAILS,
        about="related_reference",
        key="reference",
        deletes=True,
        withheld="Vos courriels sont dans la copie, tous ensemble.",
    ),
    PersonalTable(
        model=EmailAttachment,
        activity=EMAILS,
        subject=Subject.PERSON,
        about="email__to",
        key="email",
        rule="notifications.emails",
        deletes=True,
        withheld="Les fichiers joints sont dans la copie, avec leur dossier.",
    ),
    PersonalTable(
        model=OutgoingEmail,
        activity=EMAILS,
        subject=Subject.PERSON,
        about="to",
        key="email",
        rule="notifications.emails",
        deletes=True,
        hidden=_TECHNICAL,
    ),
)
