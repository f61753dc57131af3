"""E-mails, made through the door that every app uses for words that are ready."""

from __future__ import annotations

from typing import Any

import factory

from apps.core import clock
from apps.notifications.models import EmailStatus, OutgoingEmail
from apps.notifications.queue import queue_rendered
from apps.notifications.registry import DEFAULT_KIND
from apps.notifications.render import RenderedEmail


class OutgoingEmailFactory(factory.django.DjangoModelFactory[OutgoingEmail]):
    """A queued e-mail; `sent=True` or `failed=True` for one that is done with."""

    class Meta:
        model = OutgoingEmail

    class Params:
        sent = factory.Trait(
            status=EmailStatus.SENT, attempts=1, sent_at=factory.LazyFunction(clock.now)
        )
        failed = factory.Trait(status=EmailStatus.FAILED, attempts=8, last_error="OSError: non")

    kind = DEFAULT_KIND
    to = factory.Sequence(lambda number: f"personne{number}@exemple.fr")
    subject = "Votre dossier est complet"
    text = "Bonjour,\n\nVotre dossier est complet.\n"
    html = "<p>Votre dossier est complet.</p>"
    is_sensitive = False
    related_reference = ""
    created_at = factory.LazyFunction(clock.now)
    attachments = ()

    @classmethod
    def _create(cls, model_class: type[OutgoingEmail], *args: Any, **kwargs: Any) -> OutgoingEmail:
        words = RenderedEmail(
            subject=kwargs.pop("subject"), text=kwargs.pop("text"), html=kwargs.pop("html")
        )
        email = queue_rendered(
            words,
            kind=kwargs.pop("kind"),
            to=kwargs.pop("to"),
            is_sensitive=kwargs.pop("is_sensitive"),
            reference=kwargs.pop("related_reference"),
            attachments=kwargs.pop("attachments"),
            at=kwargs.pop("created_at"),
        )
        for field, value in kwargs.items():
            setattr(email, field, value)
        if kwargs:
            email.save(update_fields=list(kwargs))
        return email
