"""Innovation calls of the demo: the four laureates of 2023 as published, last call's twenty
fictitious projects before their jury, and an open call to try."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import yaml

from apps.accounts.models import User
from apps.casefiles.documents import add_documents, document_rows
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import Channel, Outcome
from apps.casefiles.forms import all_tasks
from apps.casefiles.models import CaseFile
from apps.casefiles.proposals import propose
from apps.casefiles.transitions import perform
from apps.core import clock
from apps.demo.archive import FACTS, RECORDED_AT, undated_session, vote_as_published
from apps.demo.files import fill, stored_piece
from apps.demo.people import create_applicant
from apps.programmes.innovation.calls import SLUG, copy_call, create_call, publish_call
from apps.programmes.innovation.choices import OwnerKind, QuestionKind
from apps.programmes.innovation.models import Call, Question

# Their accounts come after those of the students.
FIRST_NUMBER = 401
THEMES = ("E-santé", "Solidarité territoriale", "Mutations de l’exercice libéral")
# Days from now: the last call is closed, the next one is open.
OPENED, CLOSED, JURY_MEETS, ANNOUNCED = -80, -22, 8, 40
NEXT_OPENED, NEXT_CLOSES = -10, 25
_REVIEWED = timedelta(days=1)
# The kinds of the four owners, as their names say them (S1, l. 255-258).
_OWNERS_2023 = (OwnerKind.CPTS, OwnerKind.CCAS, "", OwnerKind.MSP)


@dataclass(frozen=True, kw_only=True)
class Project:
    """A fictitious project: rank of its theme, euros asked for each of its years."""

    title: str
    owner: OwnerKind
    theme: int
    asked: tuple[int, ...]


_K = OwnerKind
_TITLES = (
    (_K.CPTS, 0, "Téléexpertise en dermatologie"),
    (_K.CCAS, 1, "Un bus pour se soigner"),
    (_K.MSP, 2, "Un assistant médical partagé"),
    (_K.ASSOCIATION, 1, "Marcher pour sa santé"),
    (_K.COMPANY, 0, "Un agenda commun des cabinets"),
    (_K.CPTS, 2, "Infirmiers en pratique avancée"),
    (_K.LOCAL_AUTHORITY, 1, "Consultations en mairie"),
    (_K.MSP, 0, "Suivi du diabète à distance"),
    (_K.ASSOCIATION, 1, "Aidants, une pause"),
    (_K.CPTS, 1, "Dépistage dans les marchés"),
    (_K.CCAS, 0, "Ateliers numériques de santé"),
    (_K.MSP, 2, "Un protocole de soins partagé"),
    (_K.ASSOCIATION, 0, "Écouter les jeunes en ligne"),
    (_K.COMPANY, 2, "Gérer un cabinet à plusieurs"),
    (_K.LOCAL_AUTHORITY, 2, "Un cabinet éphémère"),
    (_K.CPTS, 0, "Coordonner les sorties d’hôpital"),
    (_K.ASSOCIATION, 1, "Bouger après un cancer"),
    (_K.MSP, 1, "Visites à domicile groupées"),
    (_K.CCAS, 1, "Bien manger à petit prix"),
    (_K.CPTS, 2, "Accueillir des internes ensemble"),
)
PROJECTS = tuple(
    Project(
        title=title,
        owner=owner,
        theme=theme,
        asked=tuple(3000 + 500 * (rank * 7 % 13) for _ in range(1 + rank % 3)),
    )
    for rank, (owner, theme, title) in enumerate(_TITLES)
)


def load_innovation(*, staff: dict[str, User], now: datetime) -> list[CaseFile]:
    """The acts of 2023, then two calls; dates are relative to `now`."""
    agent, head = staff["agente"], staff["responsable"]
    laureates = load_laureates(agent=agent, head=head)
    call = _last_call(head, now=now)
    sent = [_send(call, project, rank, agent, now=now) for rank, project in enumerate(PROJECTS)]
    _open_next_call(call, head, now=now)
    return [*laureates, *sent]


def load_laureates(*, agent: User, head: User) -> list[CaseFile]:
    """The four projects of 2023 (S1, l. 253-258), in a session without a date."""
    session = undated_session("Commissions de 2023 : Santé Innovations Loiret", actor=head)
    facts = yaml.safe_load(FACTS.read_text(encoding="utf-8"))["innovation"]["laureates_2023"]
    files = [
        _record(fact, owner, agent=agent) for fact, owner in zip(facts, _OWNERS_2023, strict=True)
    ]
    vote_as_published(session, files, head=head)
    return files


def _record(fact: dict[str, Any], owner: str, *, agent: User) -> CaseFile:
    """One act; what the source does not say (theme, budget, SIRET) stays unset."""
    case_file = start_case_file(
        programme=SLUG,
        applicant=None,
        filed_by=agent,
        channel=Channel.ARCHIVE,
        initial={"owner_kind": owner, "serves_loiret": True},
        at=RECORDED_AT,
    )
    detail = case_file.innovation_detail
    detail.organisation, detail.title = (
        fact[name].replace("'", "’") for name in ("org", "project")
    )
    detail.duration_years = fact["years"]
    detail.save(update_fields=["organisation", "title", "duration_years"])
    for name in ("submit", "start_review"):
        case_file = perform(case_file, name, actor=agent, at=RECORDED_AT)
    return propose(
        case_file=case_file,
        actor=agent,
        outcome=Outcome.GRANT,
        amount=Decimal(fact["amount"]),
        at=RECORDED_AT,
    )


def _last_call(head: User, *, now: datetime) -> Call:
    opens_at, closes_at = _evening(now, OPENED), _evening(now, CLOSED)
    call = create_call(
        year=clock.paris_date(now).year,
        opens_at=opens_at,
        closes_at=closes_at,
        themes=THEMES,
        perimeter="Des projets qui facilitent l’accès aux soins des Loirétains.",
        presentation="Un appel fictif, pour montrer le portail.",
        rules="Un projet dure de un à trois ans.\n\nLe jury lit les projets et les classe.",
        grace_seconds=60,
        jury_on=_day(now, JURY_MEETS),
        announced_on=_day(now, ANNOUNCED),
        balance_percent=20,
        is_fictitious=True,
    )
    for position, (label, kind) in enumerate(
        (
            ("Qu’est-ce qui est nouveau dans ce projet ?", QuestionKind.LONG_TEXT),
            ("Combien de personnes le projet touche-t-il ?", QuestionKind.NUMBER),
        ),
        start=1,
    ):
        Question.objects.create(call=call, position=position, label=label, kind=kind)
    return publish_call(call=call, by=head, at=opens_at)


def _open_next_call(call: Call, head: User, *, now: datetime) -> None:
    """Next year's, taken up from the last one: anybody may answer it in the demo."""
    following = copy_call(call=call, year=call.year + 1)
    following.opens_at = _evening(now, NEXT_OPENED)
    following.closes_at = _evening(now, NEXT_CLOSES)
    following.save(update_fields=["opens_at", "closes_at"])
    publish_call(call=following, by=head, at=following.opens_at)


def _send(call: Call, project: Project, rank: int, agent: User, *, now: datetime) -> CaseFile:
    """Filled in page by page, sent while the call was open, then taken up by the guichet."""
    owner = create_applicant(FIRST_NUMBER + rank)
    at = call.closes_at - timedelta(days=len(PROJECTS) - rank, hours=3)
    case_file = start_case_file(
        programme=SLUG, applicant=owner, campaign=call.campaign, at=at, is_fictitious=True
    )
    answers = _answers(call, case_file, project, rank)
    for task in all_tasks(case_file):
        fill(case_file, task, answers, owner, at=at)
    case_file = CaseFile.objects.get(pk=case_file.pk)
    for row in document_rows(case_file):
        piece = stored_piece(row.kind.label, row.kind.slug, owner, at=at)
        add_documents(case_file=case_file, kind=row.kind, files=[piece], by=owner, at=at)
    case_file = perform(case_file, "submit", actor=owner, at=at + timedelta(hours=1))
    return perform(case_file, "start_review", actor=agent, at=call.closes_at + _REVIEWED)


def _answers(call: Call, case_file: CaseFile, project: Project, rank: int) -> dict[str, Any]:
    """By the names of the pages' fields, whatever page asks."""
    years = len(project.asked)
    answers: dict[str, Any] = {
        "first_name": case_file.first_name,
        "last_name": case_file.last_name,
        "email": case_file.email,
        "postal_address": "1 rue de la Démo\n45000 Orléans",
        "owner_kind": project.owner,
        "organisation": f"Organisme Démo {rank + 1}",
        "siret": "00000000000000",
        "rna": "W452000000" if project.owner == OwnerKind.ASSOCIATION else "",
        "legal_name": f"{case_file.first_name} Démo",
        "legal_role": "Responsable",
        "contact_name": f"{case_file.first_name} Démo",
        "contact_email": case_file.email,
        "title": project.title,
        "theme": call.themes.get(label=THEMES[project.theme]).pk,
        "summary": f"{project.title} : un projet fictif, pour montrer le portail.",
        "place": "Orléans et ses environs",
        "serves_loiret": "oui",
        "duration_years": years,
        "has_contract": "oui",
        "budget_depense_0_label": "Personnel et matériel",
        "budget_financement_0_label": "Fonds propres",
    }
    for year, asked in enumerate(project.asked, start=1):
        answers[f"budget_depense_0_{year}"] = str(asked + 1000)
        answers[f"budget_financement_0_{year}"] = "1000"
        answers[f"budget_aide_0_{year}"] = str(asked)
    questions = case_file.innovation_detail.question_set
    for fact in questions.facts if questions else ():
        is_number = fact.kind == QuestionKind.NUMBER
        answers[fact.name] = str(80 + 15 * rank) if is_number else "Une façon neuve d’aller vers."
    return answers


def _day(now: datetime, days: int) -> date:
    return clock.paris_date(now + timedelta(days=days))


def _evening(now: datetime, days: int) -> datetime:
    """Six o'clock in Paris, so many days from now."""
    return datetime.combine(_day(now, days), time(18), tzinfo=clock.PARIS)
