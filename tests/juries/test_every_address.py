"""A juror in conflict asks every address of the portal for the file, with every role there is:
no page, export, search or guessed address gives it, nor its marks, away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest
import time_machine
from django.db import connection
from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from apps.accounts.grants import grant_role
from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.models import AgendaItem
from apps.casefiles.models import CaseFile
from apps.juries.declarations import declare
from apps.juries.models import Juror, Jury, Ranking, Review
from apps.juries.rankings import send_to_session
from tests.factories.awards import planned_session
from tests.factories.juries import (
    MEETING_AT,
    READING_AT,
    agreed_ranking,
    campaign_file,
    given_review,
)
from tests.support.client import PortalClient
from tests.support.pdf import pdf_text

pytestmark = pytest.mark.django_db

NUMBER = 7_000_000
TITLE, OWNER = "Projet tenu secret", "Zyxwvut"
COMMENT = "Commentaire tenu secret"
# After the ranking was sent.
SENT_AT = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)
_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


@pytest.fixture(autouse=True)
def _same_numbers(db: None) -> None:
    """The file, its campaign, its piece, its sitting… all bear one number: one guess for each."""
    tables = ("casefile", "campaign", "document", "decision", "message", "letter")
    names = [f"casefiles_{table}" for table in tables]
    names += ["awards_session", "awards_agendaitem", "juries_review", "juries_assignment"]
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"ALTER SEQUENCE {name}_id_seq RESTART WITH {NUMBER}")


@pytest.fixture
def secret(jury: Jury, juror: Juror, other_juror: Juror, caseworker: User) -> CaseFile:
    """Marked by both, then ranked and sent to a commission; the first juror is in conflict."""
    case_file = campaign_file(jury.campaign, title=TITLE, caseworker=caseworker)
    CaseFile.objects.filter(pk=case_file.pk).update(last_name=OWNER)
    with time_machine.travel(READING_AT, tick=False):
        for seat in (juror, other_juror):
            given_review(seat, case_file, 3, 7, jury_comment=COMMENT)
    declare(juror=juror, case_file=case_file, has_conflict=True, at=READING_AT)
    return case_file


@pytest.fixture
def agreed(
    jury: Jury, other_juror: Juror, secret: CaseFile, head: User, other_head: User
) -> Ranking:
    ranking = agreed_ranking(jury, other_juror, head=head)
    return send_to_session(
        ranking=ranking, session=planned_session(actor=head), actor=other_head, at=MEETING_AT
    )


def addresses(resolver: URLResolver, prefix: str = "/") -> Iterator[tuple[str, list[str]]]:
    """Every address of the portal, with the names of what it takes."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern).removeprefix("^").removesuffix("$").rstrip("\\Z")
        if isinstance(entry, URLResolver):
            yield from addresses(entry, route)
        elif isinstance(entry, URLPattern):
            names = [first or second for first, second in _ARGUMENT.findall(route)]
            yield route, names


def filled(route: str, values: dict[str, str]) -> str:
    """The address that a person would try first."""
    return _ARGUMENT.sub(lambda match: values.get(match[1] or match[2], str(NUMBER)), route)


def content(response: HttpResponseBase) -> str:
    """What anybody could read in an answer, PDF included."""
    raw = b"".join(response) if response.streaming else getattr(response, "content", b"")  # type: ignore[arg-type, call-overload]
    if response.get("Content-Type", "") == "application/pdf":
        try:
            return pdf_text(raw)
        except pikepdf.PdfError:
            return ""
    return raw.decode("utf-8", errors="replace")


# They end the session, or lead to a page that no model of ours has (« voir sur le site »).
LEFT_OUT = ("logout", "deconnexion", "content_type_id")
EVERY_ROLE = [role for role in Role if role != Role.COMMITTEE_MEMBER]


@pytest.mark.usefixtures("agreed")
@pytest.mark.parametrize("roles", [[], EVERY_ROLE], ids=["juror", "juror with every role"])
def test_no_address_gives_the_file_away(
    client: PortalClient, jury: Jury, juror: Juror, *, secret: CaseFile, roles: list[Role]
) -> None:
    for role in roles:
        grant_role(user=juror.user, role=role, programme="installation")
    document = secret.documents.get(pk=NUMBER)
    assert secret.pk == jury.pk == AgendaItem.objects.get().pk == NUMBER
    guesses = {"reference": secret.reference, "file_id": str(document.file_id)}
    reached = 0
    with time_machine.travel(SENT_AT, tick=False):
        client.force_login(User.objects.get(pk=juror.user_id))
        for route, _ in addresses(get_resolver()):
            if any(part in route for part in LEFT_OUT):
                continue
            address = filled(route, guesses).replace("\\", "")
            response: Any = client.get(address)
            text = content(response)
            reached += response.status_code == 200
            for told in (secret.reference, TITLE, OWNER, COMMENT):
                shown = text.replace(address, "")  # an error page may repeat what was asked
                assert told not in shown, f"{address} ({response.status_code}) tells {told}"
        assert reached > 20

        for address in (
            reverse("admin:casefiles_casefile_changelist"),
            reverse("admin:awards_instalment_changelist"),
            reverse("admin:juries_jury_ranking", args=[jury.pk]),
        ):
            for name in ("q", "dossier", "ordre"):
                for asked in (secret.reference, OWNER, TITLE):
                    found = content(client.get(address, {name: asked}))
                    assert f"/casefile/{secret.pk}/" not in found
                    assert COMMENT not in found


def test_the_other_juror_and_the_guichet_do_reach_it(
    client: PortalClient, other_juror: Juror, *, secret: CaseFile, caseworker: User, jury: Jury
) -> None:
    """The walk above would prove nothing if the file were nowhere."""
    with time_machine.travel(MEETING_AT, tick=False):
        client.force_login(other_juror.user)
        assert TITLE in client.get(reverse("juries:file", args=[secret.reference])).text
        client.force_login(caseworker)
        desk = reverse("admin:juries_jury_file", args=[jury.pk, secret.pk])
        assert COMMENT in client.get(desk).text
    assert Review.objects.final().count() == 1
