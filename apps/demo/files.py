"""Play the scenarios: every file walks through the same verbs as those of real people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from apps.accounts.models import User
from apps.casefiles.corrections import Point, request_changes
from apps.casefiles.documents import (
    add_documents,
    document_rows,
    promise_document,
    review_document,
)
from apps.casefiles.drafts import open_fields, restrict, save_answers, start_case_file
from apps.casefiles.enums import CaseFileState as S
from apps.casefiles.enums import ChangeTarget, Channel, Outcome
from apps.casefiles.forms import all_tasks
from apps.casefiles.messaging import mark_read, send_message, write_note
from apps.casefiles.models import CaseFile, DocumentKind
from apps.casefiles.proposals import propose
from apps.casefiles.transitions import perform
from apps.core import clock
from apps.core.pdf import render_pdf
from apps.demo.people import create_applicant
from apps.demo.scenarios import Scenario
from apps.files.models import StoredFile
from apps.files.storage import store_bytes
from apps.programmes.installation.eligibility import EXCLUDED_ZONES
from apps.programmes.installation.professions import PROFESSIONS
from apps.territory.models import Commune, Zone

# States that a file only reaches after a proposal.
_AFTER_PROPOSAL = (
    *(S.PROPOSED, S.SCHEDULED, S.GRANTED, S.REJECTED),
    *(S.ACTIVE, S.COMPLETED, S.TERMINATED),
)
_AFTER_REVIEW = (S.UNDER_REVIEW, *_AFTER_PROPOSAL)
_EXCHANGE = (
    ("applicant", "Bonjour, faut-il attendre la réponse avant de signer le bail ?"),
    ("guichet", "Bonjour, vous pouvez signer : la date du bail ne change rien à l’aide."),
    ("applicant", "Merci, c’est noté."),
)


@dataclass(kw_only=True)
class Player:
    """Plays files at given instants; `random` only picks communes and hours."""

    staff: dict[str, User]
    random: Random
    now: datetime
    _communes: dict[str, list[Commune]] = field(default_factory=dict)

    def instant(self, days_ago: float) -> datetime:
        """A working hour, that many days ago; never in the future."""
        day = self.now - timedelta(days=days_ago)
        hour = day.astimezone(clock.PARIS).replace(
            hour=self.random.randint(8, 18), minute=self.random.randrange(60)
        )
        return min(hour, self.now - timedelta(minutes=30 * max(1, 4 - int(days_ago))))

    def commune(self, profession: str) -> Commune:
        """A commune of the Loiret where the aid is open to that profession."""
        if profession not in self._communes:
            zones = Zone.objects.filter(zoning=PROFESSIONS[profession].zoning).exclude(
                zone_class__in=EXCLUDED_ZONES
            )
            found = Commune.objects.all()
            if PROFESSIONS[profession].zoning:
                found = found.filter(pk__in=zones.values("commune"))
            self._communes[profession] = list(found.order_by("pk"))
        return self.random.choice(self._communes[profession])


def play(player: Player, number: int, scenario: Scenario) -> CaseFile:
    """Walk one file as far as a proposal; commissions and what follows come after (town.py)."""
    case_file, by = _begin(player, number, scenario)
    _answer(case_file, by, player, scenario)
    if scenario.state == S.DRAFT:
        return case_file
    sent = player.instant(scenario.age)
    _join_pieces(case_file, by, scenario, at=sent - timedelta(minutes=20))
    case_file = perform(case_file, "submit", actor=by, at=sent)
    agent = player.staff[scenario.owner]
    _talk(case_file, by, agent, scenario, at=sent + timedelta(hours=1))
    if scenario.note:
        write_note(case_file=case_file, author=agent, body=scenario.note, at=_later(player, sent))
    return _handle(case_file, by, agent, player, scenario, sent=sent)


def _begin(player: Player, number: int, scenario: Scenario) -> tuple[CaseFile, User]:
    """A draft, and who fills it: the person, or an agent for someone without an account."""
    at = player.instant(scenario.age + 2)
    if scenario.channel == Channel.ONLINE:
        applicant = create_applicant(number)
        case_file = start_case_file(
            programme="installation", applicant=applicant, at=at, is_fictitious=True
        )
        return case_file, applicant
    agent = player.staff[scenario.owner]
    case_file = start_case_file(
        programme="installation",
        applicant=None,
        filed_by=agent,
        channel=scenario.channel,
        at=at,
        is_fictitious=True,
    )
    return case_file, agent


def _answer(case_file: CaseFile, by: User, player: Player, scenario: Scenario) -> None:
    """Fill the form page by page, as a person does."""
    answers = _answers(case_file, player, scenario)
    for task in all_tasks(case_file)[: scenario.answered_tasks]:
        fill(case_file, task, answers, by, at=case_file.created_at)


def fill(
    case_file: CaseFile, task: Any, answers: dict[str, Any], by: User, *, at: datetime
) -> None:
    """Save one page of the form. Raises ValueError when the answers are refused."""
    form = task.form_class(answers, instance=task.get_instance(case_file))
    restrict(form, set(open_fields(case_file, task)))
    if not form.is_valid():
        raise ValueError(f"{case_file.reference}, {task.slug}: {form.errors.as_text()}")
    save_answers(case_file=case_file, task=task, form=form, by=by, at=at)


def _answers(case_file: CaseFile, player: Player, scenario: Scenario) -> dict[str, Any]:
    starts_on = clock.paris_date(case_file.created_at + timedelta(days=90))
    walk_in = case_file.applicant_id is None
    return {
        "first_name": f"Personne {case_file.pk}" if walk_in else case_file.first_name,
        "last_name": "Démo",
        "email": "" if scenario.channel in (Channel.DESK, Channel.POST) else _email(case_file),
        "phone": "02 38 00 00 00",
        "postal_address": "1 rue de la Démonstration\n45000 Orléans",
        "profession": scenario.profession,
        "is_first_installation": "oui",
        "commune": player.commune(scenario.profession).label,
        "structure_kind": player.random.choice(("cabinet", "msp", "pole_sante")),
        "structure_name": "Lieu d’exercice fictif",
        "address": "2 place de la Démonstration",
        "starts_on": starts_on.isoformat(),
        "practice_mode": "liberal",
        "supervisor": scenario.supervisor,
        "has_other_aid": "oui" if scenario.has_other_aid else "non",
        "other_aid": "Contrat de début d’exercice, montant à confirmer"
        if scenario.has_other_aid
        else "",
    }


def _email(case_file: CaseFile) -> str:
    return case_file.email or f"sans-compte-{case_file.pk}@demo.example"


@cache
def _piece(label: str) -> bytes:
    return render_pdf("demo/pdf/piece.typ", {"title": label})


def stored_piece(label: str, slug: str, by: User, *, at: datetime) -> StoredFile:
    """A fictitious document of one page that says what it stands for."""
    return store_bytes(
        _piece(label),
        name=f"{slug}-fictif.pdf",
        content_type="application/pdf",
        uploaded_by=by,
        at=at,
    )


def _join_pieces(case_file: CaseFile, by: User, scenario: Scenario, *, at: datetime) -> None:
    for row in document_rows(case_file):
        if scenario.missing_piece and not row.kind.is_indispensable:
            promise_document(
                case_file=case_file,
                kind=row.kind,
                reason="Le bail sera signé le mois prochain.",
                expected_on=clock.paris_date(at + timedelta(days=30)),
                by=by,
                at=at,
            )
            continue
        add_documents(
            case_file=case_file,
            kind=row.kind,
            files=[stored_piece(row.kind.label, row.kind.slug, by, at=at)],
            by=by,
            at=at,
        )


def _talk(case_file: CaseFile, by: User, agent: User, scenario: Scenario, *, at: datetime) -> None:
    if case_file.applicant_id is None:
        return
    for rank, (side, body) in enumerate(_EXCHANGE[: scenario.messages]):
        when = at + timedelta(minutes=15 * rank)
        author, reader = (by, agent) if side == "applicant" else (agent, by)
        mark_read(case_file=case_file, reader=author, at=when)
        send_message(case_file=case_file, author=author, body=body, at=when)
        if rank + 1 < scenario.messages:
            mark_read(case_file=case_file, reader=reader, at=when + timedelta(minutes=5))


def _handle(
    case_file: CaseFile,
    by: User,
    agent: User,
    player: Player,
    scenario: Scenario,
    *,
    sent: datetime,
) -> CaseFile:
    """What the guichet does with a file that was sent."""
    if scenario.state == S.WITHDRAWN:
        return perform(case_file, "withdraw", actor=by, at=_later(player, sent))
    if scenario.state == S.DISMISSED:
        return perform(
            case_file,
            "dismiss",
            actor=agent,
            comment="La personne a renoncé à s’installer et ne répond plus.",
            at=_later(player, sent, days=40),
        )
    if scenario.state == S.INCOMPLETE or scenario.corrected:
        case_file = _correct(case_file, by, agent, player, scenario, sent=sent)
    if scenario.state in _AFTER_REVIEW:
        begun = _later(player, sent, days=6)
        case_file = perform(case_file, "start_review", actor=agent, at=begun)
        _check_pieces(case_file, agent, keep_one=scenario.state == S.UNDER_REVIEW, at=begun)
    if scenario.state in _AFTER_PROPOSAL:
        refused = bool(scenario.refused_because)
        case_file = propose(
            case_file=case_file,
            actor=agent,
            outcome=Outcome.REJECT if refused else Outcome.GRANT,
            amount=None if refused else case_file.computed_amount,
            reason=scenario.refused_because,
            at=_later(player, sent, days=12),
        )
    return case_file


def _later(player: Player, at: datetime, *, days: int = 1) -> datetime:
    """Some days after `at`, but never in the future."""
    return min(at + timedelta(days=days), player.now)


def _correct(
    case_file: CaseFile,
    by: User,
    agent: User,
    player: Player,
    scenario: Scenario,
    *,
    sent: datetime,
) -> CaseFile:
    """Ask for one answer and one piece; send them back when the scenario says so."""
    slug = "diplome" if scenario.stops_clock else "bail"
    kind = DocumentKind.objects.get(programme="installation", slug=slug)
    asked = _later(player, sent, days=2)
    due_in = 10 if scenario.late_answer else 30 + scenario.age
    case_file = request_changes(
        case_file=case_file,
        actor=agent,
        points=_points(kind),
        due_on=clock.paris_date(asked + timedelta(days=due_in)),
        message="Merci de reprendre ces deux points.",
        at=asked,
    )
    if not scenario.corrected:
        return case_file
    back = _later(player, asked, days=2)
    task = next(task for task in all_tasks(case_file) if task.slug == "lieu")
    fill(case_file, task, {"address": "3 place de la Démonstration"}, by, at=back)
    files = [stored_piece(kind.label, kind.slug, by, at=back)]
    add_documents(case_file=case_file, kind=kind, files=files, by=by, at=back)
    return perform(case_file, "resubmit", actor=by, at=back)


def _points(kind: DocumentKind) -> Sequence[Point]:
    return (
        Point(
            target=ChangeTarget.DOCUMENT,
            key=kind.slug,
            label=kind.label,
            reason="Le document est illisible : envoyez une copie plus nette.",
        ),
        Point(
            target=ChangeTarget.ANSWER,
            key="lieu.address",
            label="Adresse du lieu",
            reason="Il manque le numéro dans la rue.",
        ),
    )


def _check_pieces(case_file: CaseFile, agent: User, *, keep_one: bool, at: datetime) -> None:
    """Accept the documents; in a review under way, the last one still waits."""
    documents = list(case_file.documents.current().order_by("pk"))
    for document in documents[: len(documents) - 1 if keep_one else None]:
        review_document(document=document, by=agent, accepted=True, at=at)
