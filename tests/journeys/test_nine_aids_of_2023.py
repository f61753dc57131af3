"""The proof that the portal is right: the nine aids voted in 2023, through every web form.

Simulator, request, pieces, sending, review, proposal, commission, vote, letter; the amounts come
out to the euro, bonus included (S1, l. 57-90, by fixtures/reference/seed_facts.yaml).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import time_machine
import yaml
from django.conf import settings
from django.test import Client

from apps.accounts.models import User
from apps.awards.models import Session
from apps.casefiles.enums import CaseFileState, LetterKind
from apps.casefiles.models import CaseFile
from apps.casefiles.reference_rows import load_reference_rows
from apps.territory.models import Commune
from tests.factories.accounts import UserFactory
from tests.support.client import PortalClient
from tests.support.text import plain
from tests.support.uploads import pdf_bytes, upload

AIDS = yaml.safe_load(
    (settings.BASE_DIR / "fixtures" / "reference" / "seed_facts.yaml").read_text(encoding="utf-8")
)["aids_2023"]
VOTED = [8000, 35000, 35000, 8000, 37000, 35000, 37000, 8000, 15000]
DESK = "/admin/casefiles/casefile/"
SESSIONS = "/admin/awards/session/"


@pytest.fixture(autouse=True)
def in_june_2023(loiret: None) -> Any:
    load_reference_rows()
    with time_machine.travel("2023-06-01T10:00:00+02:00", tick=True):
        yield


def post(client: Client, address: str, data: dict[str, Any]) -> None:
    """Post a form that must be accepted: a redirect, never the same page again."""
    response = client.post(address, data)
    assert response.status_code == 302, (address, getattr(response, "context", None))


def request_aid(aid: dict[str, Any]) -> CaseFile:
    """What a professional does, from the estimate to the receipt."""
    client, person = PortalClient(), UserFactory(first_name="Personne", last_name=f"{aid['n']}")
    client.force_login(person)
    query = (
        f"?profession={aid['profession']}&commune={aid['code_insee']}&premiere_installation=oui"
        f"&maitre_de_stage={'promesse' if aid['mentor_bonus'] else 'non'}&aide_ars=non"
    )
    assert client.get(f"/aides/installation/simulateur/{query}").status_code == 200
    post(client, f"/aides/installation/demande/{query}", {})
    case_file = CaseFile.objects.get(applicant=person)
    space = f"/mon-espace/dossiers/{case_file.reference}/"
    fill(client, space, person, aid)
    for kind in ("diplome", "ordre", "bail"):
        scan = upload(pdf_bytes(), f"{kind}.pdf")
        post(client, f"{space}pieces/{kind}/", {"uploads": [scan]})
    case_file.refresh_from_db()
    post(
        client,
        f"{space}verification/",
        {"expected_version": case_file.version, "is_exact": "on"},
    )
    return CaseFile.objects.get(pk=case_file.pk)


def fill(client: Client, space: str, person: User, aid: dict[str, Any]) -> None:
    commune = Commune.objects.get(pk=aid["code_insee"])
    pages: dict[str, dict[str, Any]] = {
        "vous": {
            "first_name": person.first_name,
            "last_name": person.last_name,
            "email": person.email,
            "postal_address": "1 rue de l’Essai, 45000 Orléans",
        },
        "profession": {"profession": aid["profession"], "is_first_installation": "oui"},
        "lieu": {
            "commune": commune.label,
            "structure_kind": "msp",
            "structure_name": aid["place"] or "",
            "address": "2 place de l’Essai",
        },
        "exercice": {
            "starts_on_jour": "2",
            "starts_on_mois": "10",
            "starts_on_annee": "2023",
            "practice_mode": "liberal",
        },
        "maitre-de-stage": {"supervisor": "promesse" if aid["mentor_bonus"] else "non"},
        "autres-aides": {"has_other_aid": "non"},
    }
    for slug, data in pages.items():
        post(client, f"{space}etapes/{slug}/", data)


def review(case_file: CaseFile, caseworker: User) -> CaseFile:
    """What an agent does at the desk: take the file on, propose what the rules give."""
    client = PortalClient()
    client.force_login(caseworker)
    page = f"{DESK}{case_file.pk}/move/"
    post(client, f"{page}start_review/", {"version": case_file.version})
    case_file.refresh_from_db()
    post(
        client,
        f"{page}propose/",
        {
            "version": case_file.version,
            "outcome": "grant",
            "amount": str(case_file.computed_amount),
            "reason": "",
        },
    )
    return CaseFile.objects.get(pk=case_file.pk)


def decide(files: list[CaseFile], head: User) -> str:
    """What a head does: plan the sitting, list every file, vote, close. Returns the outcome."""
    client = PortalClient()
    client.force_login(head)
    planned = {
        "label": "Commission permanente du 29 septembre 2023",
        "held_on_jour": "29",
        "held_on_mois": "9",
        "held_on_annee": "2023",
    }
    post(client, f"{SESSIONS}add/", planned)
    session = Session.objects.get()
    page = f"{SESSIONS}{session.pk}/"
    post(client, f"{page}dossiers/", {"dossier": [case_file.pk for case_file in files]})
    votes = client.get(f"{page}votes/").context["form"]
    post(client, f"{page}votes/", {field.html_name: field.value() for field in votes})
    closing = client.get(f"{page}cloture/").context["form"]
    response = client.post(
        f"{page}cloture/",
        {"expected": closing["expected"].value(), "deliberation": "D-2023-09-29"},
        follow=True,
    )
    (message,) = response.context["messages"]
    return plain(str(message))


def test_nine_aids_of_2023_come_out_to_the_euro(caseworker: User, head: User) -> None:
    files = [review(request_aid(aid), caseworker) for aid in AIDS]
    assert {case_file.state for case_file in files} == {CaseFileState.PROPOSED}

    with time_machine.travel("2023-09-29T14:00:00+02:00", tick=True):
        outcome = decide(files, head)

    granted = [CaseFile.objects.get(pk=case_file.pk) for case_file in files]
    assert [case_file.granted_amount for case_file in granted] == [Decimal(v) for v in VOTED]
    assert outcome == "Commission close : 9 accords pour 218 000 €."
    assert all(
        case_file.letters.filter(kind=LetterKind.DECISION).count() == 1 for case_file in granted
    )
    bonus = [
        [str(line.amount) for line in case_file.decision.frozen_breakdown.lines]
        for case_file in granted
        if case_file.granted_amount == 37000
    ]
    assert bonus == [["35000.00", "2000.00"]] * 2
