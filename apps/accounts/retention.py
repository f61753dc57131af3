"""How long sessions are kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from apps.core.retention import Length, RetentionRule, Unit, retains

UNUSED = "accounts.unused"


@retains
def session_rules() -> Iterator[RetentionRule]:
    yield RetentionRule(
        code="accounts.sessions",
        group="Comptes",
        label="Sessions et appareils connectés",
        starts="après leur fin",
        default=Length(number=1, unit=Unit.DAY),
        source="Réglage du portail : une session finie ne sert plus.",
        forget=forget_sessions,
    )
    yield RetentionRule(
        code=UNUSED,
        group="Comptes",
        label="Comptes sans demande",
        starts="après la dernière connexion",
        default=None,
        source="Aucune durée n’est dans nos sources.",
    )


def forget_sessions(before: date, at: datetime) -> int:
    """Those that ended on a day or earlier, and the devices that they were opened from."""
    count, _ = Session.objects.filter(expire_date__date__lte=before).delete()
    known = Session.objects.values("session_key")
    UserSession.objects.filter(last_seen_at__date__lte=before).exclude(
        session_key__in=known
    ).delete()
    return count
