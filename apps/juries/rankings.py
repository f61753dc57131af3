"""The jury agrees on its ranking; then its proposals go to a commission, in one step.

Two persons: whoever keeps the minutes answers for the proposals, made in their name; another
head puts them on the agenda. Locks: session, case files by key, then the ranking.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.agenda import add_to_agenda, lock_case_files, lock_session
from apps.awards.models import Envelope, Scenario, ScenarioLine, Session
from apps.casefiles.enums import CaseFileState, Outcome
from apps.casefiles.models import CaseFile
from apps.casefiles.proposals import propose
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from apps.core.dates import format_date
from apps.juries.conflicts import hidden_files
from apps.juries.minutes import store_minutes
from apps.juries.models import Attendance, Jury, Opinion, RankedFile, Ranking
from apps.juries.money import envelope_of, line_of, why_not_amount
from apps.juries.permissions import is_jury_open, why_not_keep_minutes, why_not_manage_jury
from apps.juries.setup import lock_jury
from apps.juries.table import RankedRow, whole_table

# Who gave up, or whose request was closed, since the jury met: nothing is proposed any more.
_GONE = (CaseFileState.WITHDRAWN, CaseFileState.DISMISSED)


def why_not_agree(jury: Jury, actor: User) -> str:
    """Reason why this person cannot write the ranking down, or an empty string."""
    if reason := why_not_keep_minutes(actor, jury.campaign.programme):
        return reason
    if not is_jury_open(jury):
        return "Ce jury a déjà arrêté son classement."
    if CaseFile.objects.filter(campaign_id=jury.pk, pk__in=hidden_files(actor)).exists():
        return "Un conflit d’intérêts vous écarte d’un dossier : une autre personne le fait."
    return ""


@transaction.atomic
def agree_ranking(
    *,
    jury: Jury,
    scenario: Scenario,
    met_on: date,
    place: str,
    present: Collection[int],
    refusal_reason: str,
    actor: User,
    at: datetime | None = None,
) -> Ranking:
    """Write down what the jury agreed: the scenario's order and amounts, the words, who sat.

    `present` are keys of jurors; `refusal_reason` goes to the files that get nothing, those below
    the money line included. Side effects: the minutes as a PDF; marks and opinions are closed.
    Raises MoveRefusedError with every reason.
    """
    at = at or clock.now()
    locked = lock_jury(jury)
    if reason := why_not_agree(locked, actor):
        raise MoveRefusedError(reason)
    rows = {row.case_file.pk: row for row in whole_table(locked)}
    lines = list(Scenario.objects.of(actor).get(pk=scenario.pk).lines.all())
    jurors = list(locked.jurors.active().select_related("user"))
    if reasons := _why_not_record(rows, lines, met_on=met_on, present=present, at=at):
        raise MoveRefusedError(*reasons)
    envelope = envelope_of(locked)
    ranked = _ranked_files(
        lines, rows, envelope, refusal_reason=refusal_reason.strip(), met_on=met_on
    )
    ranking = Ranking(
        jury=locked,
        met_on=met_on,
        place=place.strip(),
        year=scenario.year,
        remaining=envelope.remaining if envelope else None,
        agreed_by=actor,
        agreed_at=at,
    )
    attendances = [
        Attendance(juror=juror, was_present=juror.pk in set(present)) for juror in jurors
    ]
    return _record(ranking, ranked, attendances, by=actor, at=at)


def _record(
    ranking: Ranking,
    ranked: list[RankedFile],
    attendances: list[Attendance],
    *,
    by: User,
    at: datetime,
) -> Ranking:
    ranking.minutes = store_minutes(ranking, ranked, attendances, by=by, at=at)
    ranking.save(force_insert=True)
    for line in ranked:
        line.ranking = ranking
    RankedFile.objects.bulk_create(ranked)
    for attendance in attendances:
        attendance.ranking = ranking
    Attendance.objects.bulk_create(attendances)
    return ranking


def _why_not_record(
    rows: dict[int, RankedRow],
    lines: list[ScenarioLine],
    *,
    met_on: date,
    present: Collection[int],
    at: datetime,
) -> list[str]:
    reasons = []
    if met_on > clock.paris_date(at):
        reasons.append("Le jury ne s’est pas encore réuni ce jour-là.")
    if not present:
        reasons.append("Cochez les jurés présents.")
    waiting = {
        key for key, row in rows.items() if row.case_file.state == CaseFileState.UNDER_REVIEW
    }
    placed = {line.case_file_id for line in lines}
    if waiting - placed:
        missing = ", ".join(sorted(rows[key].case_file.reference for key in waiting - placed))
        reasons.append(f"Le scénario ne place pas tous les dossiers : {missing}.")
    if placed - waiting:
        reasons.append("Un dossier du scénario n’est plus en instruction. Mettez-le à jour.")
    for line in lines:
        row = rows.get(line.case_file_id)
        if row and line.amount is not None and (over := why_not_amount(line.amount, row.asked)):
            reasons.append(f"{row.case_file.reference} : {over}")
    return reasons


def _ranked_files(
    lines: list[ScenarioLine],
    rows: dict[int, RankedRow],
    envelope: Envelope | None,
    *,
    refusal_reason: str,
    met_on: date,
) -> list[RankedFile]:
    """A no, or a place below the money line, is a refusal. Raises MoveRefusedError."""
    below = line_of(lines, envelope).below
    opinions = dict(
        Opinion.objects.filter(case_file__in=rows).values_list("case_file_id", "comment")
    )
    ranked = []
    for place, line in enumerate(lines):
        row, is_refused = rows[line.case_file_id], place in below or line.amount is None
        if is_refused and not refusal_reason:
            raise MoveRefusedError("Indiquez le motif pour les projets qui ne sont pas retenus.")
        words = f"Classé au rang {place + 1} par le jury du {format_date(met_on)}."
        ranked.append(
            RankedFile(
                case_file=row.case_file,
                rank=place + 1,
                outcome=Outcome.REJECT if is_refused else Outcome.GRANT,
                amount=None if is_refused else line.amount,
                asked=row.asked,
                mean=row.standing.mean,
                median=row.standing.median,
                reason=refusal_reason if is_refused else words,
                comment=opinions.get(line.case_file_id, ""),
            )
        )
    return ranked


@transaction.atomic
def cancel_ranking(
    *, ranking: Ranking, reason: str, actor: User, at: datetime | None = None
) -> Ranking:
    """Open the marks and the words again; the former ranking and its minutes are kept.

    Raises MoveRefusedError, once the proposals have gone.
    """
    if refusal := why_not_manage_jury(actor, ranking.jury.campaign.programme):
        raise MoveRefusedError(refusal)
    lock_jury(ranking.jury)
    locked = Ranking.objects.select_for_update(of=("self",)).get(pk=ranking.pk)
    if locked.sent_at or locked.cancelled_at:
        raise MoveRefusedError("Ce classement ne peut plus être rouvert.")
    if not reason.strip():
        raise MoveRefusedError("Dites pourquoi le classement est rouvert.")
    locked.cancelled_by, locked.cancelled_at = actor, at or clock.now()
    locked.cancelled_because = reason.strip()
    locked.save(update_fields=["cancelled_by", "cancelled_at", "cancelled_because"])
    return locked


def why_not_send(ranking: Ranking, actor: User) -> str:
    """Reason why this person cannot send the proposals, or an empty string."""
    if not (
        actor.is_superuser or actor.has_role(Role.HEAD, programme=ranking.jury.campaign.programme)
    ):
        return f"Il faut le rôle « {Role.HEAD.label} » pour ce dispositif."
    if ranking.agreed_by_id == actor.pk:
        return "Vous avez arrêté ce classement : une autre personne l’envoie en commission."
    if ranking.cancelled_at:
        return "Ce classement a été rouvert."
    return ""


@transaction.atomic
def send_to_session(
    *, ranking: Ranking, session: Session, actor: User, at: datetime | None = None
) -> Ranking:
    """Propose each file as the jury agreed, and put it on the agenda, in the ranking's order.

    All or nothing. Side effects: each proposal is made in the name of whoever wrote the ranking
    down, then scheduled by `actor`, with its e-mail; files withdrawn or closed since are left
    out. Sent twice to the same commission, it changes nothing. Raises MoveRefusedError with one
    reason a file.
    """
    at = at or clock.now()
    if reason := why_not_send(ranking, actor):
        raise MoveRefusedError(reason)
    lock_session(session)
    keys = ranking.lines.values_list("case_file_id", flat=True)
    files = {case_file.pk: case_file for case_file in lock_case_files(keys)}
    locked = Ranking.objects.select_for_update(of=("self",)).get(pk=ranking.pk)
    if locked.sent_at:
        if locked.session_id == session.pk:
            return locked
        raise MoveRefusedError("Ce classement est déjà parti vers une autre commission.")
    lines = [
        line
        for line in ranking.lines.order_by("rank")
        if files[line.case_file_id].state not in _GONE
    ]
    _propose_all(lines, files, by=ranking.agreed_by, at=at)
    add_to_agenda(
        session=session,
        case_files=[files[line.case_file_id] for line in lines],
        actor=actor,
        at=at,
    )
    locked.session, locked.sent_by, locked.sent_at = session, actor, at
    locked.save(update_fields=["session", "sent_by", "sent_at"])
    return locked


def _propose_all(
    lines: list[RankedFile], files: dict[int, CaseFile], *, by: User, at: datetime
) -> None:
    """Raises MoveRefusedError with the reasons of every file that cannot be proposed."""
    reasons: list[str] = []
    for line in lines:
        case_file = files[line.case_file_id]
        try:
            propose(
                case_file=case_file,
                actor=by,
                outcome=Outcome(line.outcome),
                amount=line.amount,
                reason=line.reason,
                at=at,
            )
        except MoveRefusedError as refusal:
            reasons += [f"{case_file.reference} : {reason}" for reason in refusal.reasons]
    if reasons:
        raise MoveRefusedError(*reasons)
