"""A head lets one file have two aids that do not go together, and says why."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.awards.compatibility import Clash
from apps.awards.incompatibilities import clashes_of
from apps.awards.models import IncompatibilityOverride
from apps.casefiles.enums import UNDECIDED_STATES, EventKind
from apps.casefiles.events import record_event
from apps.casefiles.models import CaseFile
from apps.casefiles.permissions import why_not_head
from apps.casefiles.transitions import MoveRefusedError, lock
from apps.core import clock


def why_not_allow_both(user: User, case_file: CaseFile) -> str:
    """Reason why `user` cannot lift a rule for this file, or an empty string."""
    if reason := why_not_head(user, case_file):
        return reason
    if case_file.state not in UNDECIDED_STATES:
        return "Le dossier est déjà décidé : un cumul s’admet avant la décision."
    return ""


@transaction.atomic
def allow_both(
    *,
    case_file: CaseFile,
    rule: int,
    actor: User,
    reason: str,
    expected_version: int | None = None,
    at: datetime | None = None,
) -> IncompatibilityOverride:
    """Lift one rule (primary key of its row) for one file.

    Side effects: the override, an event that only the guichet reads, the file's version. Raises
    MoveRefusedError, and then changes nothing.
    """
    at = at or clock.now()
    locked = lock(case_file, expected_version=expected_version)
    if refusal := why_not_allow_both(actor, locked):
        raise MoveRefusedError(refusal)
    if not reason.strip():
        raise MoveRefusedError("Dites pourquoi ce cumul est admis.")
    clash = _blocking(locked, rule)
    override = IncompatibilityOverride.objects.create(
        case_file=locked, incompatibility_id=rule, reason=reason.strip(), by=actor, at=at
    )
    record_event(
        locked,
        EventKind.RULE_LIFTED,
        actor=actor,
        at=at,
        comment=reason.strip(),
        payload={"label": f"Cumul admis avec « {clash.rule.label} »"},
        is_public=False,
    )
    locked.bump_version(at=at)
    return override


def _blocking(case_file: CaseFile, rule: int) -> Clash:
    """Raises MoveRefusedError when this rule forbids nothing here, or no longer does."""
    for clash in clashes_of(case_file):
        if clash.rule.pk == rule and clash.blocks:
            return clash
    raise MoveRefusedError("Cette règle n’empêche rien pour ce dossier, ou n’empêche plus rien.")
