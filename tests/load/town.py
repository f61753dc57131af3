"""The town that the crowd comes to: people, places, and the codes that come by e-mail."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import deque
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.models import CaseFile
from apps.territory.models import Commune
from tests.support.uploads import pdf_bytes

CSRF = "0123456789abcdefghijklmnopqrstuv"  # the cookie and the field agree: that is all it asks
CSRF_COOKIE = settings.CSRF_COOKIE_NAME
# The aid is open there to physiotherapists (fixtures/reference).
_AIDED = "45285"
_WAITS_FOR_CODE = 60.0
_SUBJECT = b"Subject: Votre code de connexion"
_CODE = re.compile(r"^(\d{6})\s*$", flags=re.MULTILINE)


@dataclass(frozen=True)
class Place:
    insee: str
    slug: str
    label: str
    people: int

    @property
    def line(self) -> str:
        return f"/medecin-du-jour/{self.insee}-{self.slug}/"

    @property
    def page(self) -> str:
        return f"/communes/{self.insee}-{self.slug}/"


@dataclass
class Town:
    mail: Path
    places: list[Place]
    agents: list[str]  # session cookies
    applicants: deque[str]  # e-mail addresses that have not applied yet
    sent: deque[str]  # references that no agent has taken on
    pdf: bytes = field(default_factory=lambda: pdf_bytes(pages=3))
    codes: dict[str, str] = field(default_factory=dict)
    # Seconds from asking for a code to having it.
    code_waits: list[float] = field(default_factory=list)
    # Pages that did not come and forms that came back, in words.
    broken: list[str] = field(default_factory=list)

    def somewhere(self, chance: random.Random) -> Place:
        """A commune, as often as people live there."""
        (place,) = chance.choices(self.places, weights=[place.people for place in self.places])
        return place

    @property
    def aided(self) -> Place:
        return next(place for place in self.places if place.insee == _AIDED)

    def next_applicant(self) -> str:
        return self.applicants.popleft()

    def next_file(self) -> str:
        """The oldest that nobody has taken on; empty when there is none."""
        return self.sent.popleft() if self.sent else ""

    async def code_for(self, email: str, asked_at: float) -> str:
        """The code of the e-mail that was asked for at `asked_at`; empty when none comes."""
        while email not in self.codes:
            if time.monotonic() > asked_at + _WAITS_FOR_CODE:
                self.broken.append(f"No code came to {email}.")
                return ""
            await asyncio.sleep(0.05)
        self.code_waits.append(time.monotonic() - asked_at)
        return self.codes[email]

    async def receive_mail(self) -> None:
        """Read what the worker sends, until cancelled."""
        while True:
            for path in self.mail.glob("*.eml"):
                self._open(path.read_bytes())
                path.unlink()
            await asyncio.sleep(0.1)

    def _open(self, content: bytes) -> None:
        if _SUBJECT not in content:
            return
        message = message_from_bytes(content, policy=default)
        text = message.get_body(("plain",))
        if text and (code := _CODE.search(text.get_content())):
            self.codes[message["To"]] = code[1]


def build_town(mail: Path, *, applicants: int) -> Town:
    """Accounts in bulk, a session for each agent, and the communes with their people."""
    users = User.objects.bulk_create(
        User(email=f"personne{rank}@exemple.fr", first_name="Camille", last_name=f"Démo {rank}")
        for rank in range(applicants)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    online = CaseFile.objects.filter(applicant__isnull=False)  # who can be written to
    waiting = online.filter(state="submitted", programme="installation")
    agents = User.objects.filter(role_grants__role__in=(Role.CASEWORKER, Role.HEAD)).distinct()
    return Town(
        mail=mail,
        places=[
            Place(commune.pk, commune.slug, commune.label, commune.population or 100)
            for commune in Commune.objects.all()
        ],
        agents=[_session_of(user) for user in agents],
        applicants=deque(user.email for user in users),
        sent=deque(waiting.order_by("pk").values_list("reference", flat=True)),
    )


def _session_of(user: User) -> str:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
