"""Ask jurors to read files: by lot, from a sheet, or one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock, sheets
from apps.core.identifiers import normalise_reference
from apps.core.sheets import Line, SheetError
from apps.juries.allocation import Allocation, Pair, Reader, Topic, allocate
from apps.juries.declarations import declare_insiders
from apps.juries.enums import AssignmentOrigin, ReviewStatus
from apps.juries.files import admitted_files, with_detail
from apps.juries.models import Assignment, Declaration, Draw, Juror, Jury
from apps.juries.permissions import is_jury_open, why_not_manage_jury
from apps.juries.programmes import judged
from apps.juries.setup import lock_jury

LARGEST_SEED = 2**31
# A sheet of readings: what its first line says.
HEADINGS = ("dossier", "jure")
LONGEST_SHEET = 200_000


def why_not_assign(jury: Jury, actor: User) -> str:
    if reason := why_not_manage_jury(actor, jury.campaign.programme):
        return reason
    return "" if is_jury_open(jury) else "Le jury a arrêté son classement."


def plan_draw(jury: Jury, *, seed: int) -> Allocation:
    """What a draw with this seed would add to the readings already asked. Writes nothing."""
    programme = judged(jury.campaign)
    readers = [
        Reader(key=juror.pk, themes=frozenset(juror.themes), limit=juror.limit)
        for juror in jury.jurors.active().select_related("jury")
    ]
    kept = set(Assignment.objects.filter(juror__jury=jury).values_list("juror_id", "case_file_id"))
    return allocate(
        [
            Topic(key=case_file.pk, theme=programme.theme_of(case_file))
            for case_file in with_detail(admitted_files(jury), programme.slug)
        ],
        readers,
        readings=jury.reviews_per_file,
        seed=seed,
        kept=kept,
        forbidden=_conflicts(jury) | kept,
    )


def _conflicts(jury: Jury) -> set[Pair]:
    declared = Declaration.objects.conflicts().filter(juror__jury=jury)
    return set(declared.values_list("juror_id", "case_file_id"))


@transaction.atomic
def draw_readings(*, jury: Jury, seed: int, actor: User, at: datetime | None = None) -> Allocation:
    """Draw the missing readings by lot, and keep the seed.

    Side effects: a Draw and its assignments. Raises MoveRefusedError.
    """
    at = at or clock.now()
    if reason := why_not_assign(jury, actor):
        raise MoveRefusedError(reason)
    if not 0 <= seed < LARGEST_SEED:
        raise MoveRefusedError("La graine est un nombre entier, de 0 à 2 147 483 647.")
    locked = lock_jury(jury)
    if not locked.jurors.active().exists():
        raise MoveRefusedError("Ajoutez d’abord des jurés.")
    declare_insiders(jury=locked, at=at)
    found = plan_draw(locked, seed=seed)
    if not found.pairs:
        raise MoveRefusedError("Il n’y a aucune lecture à ajouter.")
    draw = Draw.objects.create(
        jury=locked,
        seed=seed,
        reviews_per_file=locked.reviews_per_file,
        drawn_by=actor,
        drawn_at=at,
    )
    _ask(found.pairs, AssignmentOrigin.DRAWN, actor=actor, at=at, draw=draw)
    return found


def _ask(
    pairs: Iterable[Pair],
    origin: AssignmentOrigin,
    *,
    actor: User,
    at: datetime,
    draw: Draw | None = None,
) -> None:
    Assignment.objects.bulk_create(
        Assignment(
            juror_id=juror,
            case_file_id=case_file,
            origin=origin,
            draw=draw,
            assigned_by=actor,
            assigned_at=at,
        )
        for juror, case_file in pairs
    )


@transaction.atomic
def ask_reading(
    *, juror: Juror, case_file: CaseFile, actor: User, at: datetime | None = None
) -> None:
    """Ask one juror to read one file; twice changes nothing. Raises MoveRefusedError."""
    if reason := why_not_assign(juror.jury, actor):
        raise MoveRefusedError(reason)
    lock_jury(juror.jury)
    if not juror.is_active:
        raise MoveRefusedError("Cette personne ne siège plus dans ce jury.")
    if not admitted_files(juror.jury).filter(pk=case_file.pk).exists():
        raise MoveRefusedError("Ce dossier n’est pas devant ce jury.")
    declared = Declaration.objects.conflicts().filter(juror=juror, case_file=case_file)
    if declared.exists():
        raise MoveRefusedError(f"{juror} a déclaré un conflit d’intérêts sur ce dossier.")
    if not juror.assignments.filter(case_file=case_file).exists():
        pair = [(juror.pk, case_file.pk)]
        _ask(pair, AssignmentOrigin.BY_HAND, actor=actor, at=at or clock.now())


@transaction.atomic
def withdraw_reading(*, assignment: Assignment, actor: User) -> None:
    """Take back a reading that was not given. Raises MoveRefusedError."""
    jury = assignment.juror.jury
    if reason := why_not_assign(jury, actor):
        raise MoveRefusedError(reason)
    lock_jury(jury)
    given = assignment.juror.reviews.filter(
        case_file_id=assignment.case_file_id, status=ReviewStatus.FINAL
    )
    if given.exists():
        raise MoveRefusedError("Ce juré a déjà rendu sa lecture : elle reste.")
    assignment.delete()


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """One line of a sheet: its number, the file's reference, the juror's address."""

    number: int
    reference: str
    email: str


def read_sheet(text: str) -> list[SheetRow]:
    """The lines of a CSV « dossier;jure », the first one being its headings.

    Raises SheetError with a reason for each line that cannot be read.
    """
    if len(text) > LONGEST_SHEET:
        raise SheetError("Ce fichier est trop long : coupez-le.")
    lines = [
        line
        for line in sheets.read(text)
        if line.number > 1 or tuple(cell.lower() for cell in line.cells[:2]) != HEADINGS
    ]
    reasons = [
        f"Ligne {line.number} : il faut une référence, puis une adresse e-mail."
        for line in lines
        if not all((*line.cells, "")[:2])
    ]
    if not lines:
        reasons.append("Ce fichier n’a aucune ligne à lire.")
    if reasons:
        raise SheetError(*reasons)
    return [_sheet_row(line) for line in lines]


def _sheet_row(line: Line) -> SheetRow:
    reference, email, *_ = line.cells
    return SheetRow(
        number=line.number,
        reference=normalise_reference(reference) or reference,
        email=email.lower(),
    )


@transaction.atomic
def import_readings(*, jury: Jury, text: str, actor: User, at: datetime | None = None) -> int:
    """Ask the readings of a sheet, all or none; how many are new.

    Raises SheetError or MoveRefusedError, with a reason for each wrong line, by its number.
    """
    at = at or clock.now()
    if reason := why_not_assign(jury, actor):
        raise MoveRefusedError(reason)
    rows = read_sheet(text)
    locked = lock_jury(jury)
    declare_insiders(jury=locked, at=at)
    pairs, reasons = _pairs(locked, rows)
    if reasons:
        raise MoveRefusedError(*reasons)
    _ask(pairs, AssignmentOrigin.IMPORTED, actor=actor, at=at)
    return len(pairs)


def _pairs(jury: Jury, rows: Sequence[SheetRow]) -> tuple[list[Pair], list[str]]:
    """The new readings of these lines, and what is wrong with the others."""
    jurors = {
        juror.user.email: juror for juror in jury.jurors.active().select_related("user", "jury")
    }
    files = dict(admitted_files(jury).values_list("reference", "pk"))
    known = set(Assignment.objects.filter(juror__jury=jury).values_list("juror", "case_file"))
    conflicts = _conflicts(jury)
    load = {juror.pk: sum(pair[0] == juror.pk for pair in known) for juror in jurors.values()}
    pairs: list[Pair] = []
    reasons: list[str] = []
    for row in rows:
        juror, key = jurors.get(row.email), files.get(row.reference)
        if key is None:
            reasons.append(f"Ligne {row.number} : « {row.reference} » n’est pas devant ce jury.")
        elif juror is None:
            reasons.append(f"Ligne {row.number} : « {row.email} » ne siège pas dans ce jury.")
        elif (juror.pk, key) in conflicts:
            reasons.append(
                f"Ligne {row.number} : {juror} a déclaré un conflit d’intérêts sur {row.reference}."
            )
        elif (juror.pk, key) in known:
            continue
        elif juror.limit is not None and load[juror.pk] >= juror.limit:
            reasons.append(
                f"Ligne {row.number} : {juror} lit déjà {juror.limit} dossiers, sa limite."
            )
        else:
            pairs.append((juror.pk, key))
            known.add((juror.pk, key))
            load[juror.pk] += 1
    return pairs, reasons
