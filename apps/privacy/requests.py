"""A person asks that their data be erased: what may go now, what the law keeps, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.accounts.permissions import why_not_role
from apps.accounts.roles import Role
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes
from apps.casefiles.receipts import service
from apps.casefiles.transitions import MoveRefusedError
from apps.notifications.queue import queue_email
from apps.privacy.enums import DeletionCause, RequestStatus
from apps.privacy.erasure import erase_account, erase_case_file
from apps.privacy.models import ErasureRequest
from apps.privacy.outcomes import Lengths, Outcome, end_of, outcome_of, rule_code
from apps.privacy.periods import lengths

# Nothing was decided and nothing was paid: no duty keeps them.
_ERASABLE = (Outcome.DRAFT, Outcome.DISMISSED, Outcome.WITHDRAWN)


@dataclass(frozen=True, kw_only=True)
class PlanLine:
    """One request of the person: whether it may go now, and the sentence that says so."""

    case_file: CaseFile
    programme: str
    can_erase: bool
    words: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    lines: Sequence[PlanLine]
    closes_account: bool

    @property
    def kept(self) -> int:
        return sum(not line.can_erase for line in self.lines)

    @property
    def erases_nothing(self) -> bool:
        return self.kept == len(self.lines) and not self.closes_account


def plan_of(user: User) -> Plan:
    """What an erasure would do today. A few queries for each file of the person."""
    in_force = lengths()
    lines = [
        _line(case_file, in_force)
        for case_file in CaseFile.objects.filter(applicant=user).order_by("pk")
    ]
    return Plan(
        lines=lines,
        closes_account=not user.is_staff and all(line.can_erase for line in lines),
    )


def _line(case_file: CaseFile, in_force: Lengths) -> PlanLine:
    outcome = outcome_of(case_file)
    can_erase = outcome in _ERASABLE
    if can_erase:
        words = "Peut être effacée maintenant : aucune décision n’a été prise."
        if (end := end_of(case_file, in_force)).on:
            words = f"{words} Sans demande d’effacement, {_lower(end.words)}"
    elif outcome is None:
        words = (
            "Gardée : la demande est en cours. "
            "Tant qu’elle n’est pas décidée, elle peut être retirée."
        )
    else:
        words = f"Gardée : une décision a été prise. {end_of(case_file, in_force).words}"
    return PlanLine(
        case_file=case_file,
        programme=programmes[case_file.programme].label,
        can_erase=can_erase,
        words=words,
    )


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def ask_erasure(user: User, *, message: str, at: datetime) -> ErasureRequest:
    """Note the wish; the one that waits already, when there is one."""
    try:
        with transaction.atomic():
            return ErasureRequest.objects.create(user=user, message=message.strip(), asked_at=at)
    except IntegrityError:
        return ErasureRequest.objects.get(user=user, status=RequestStatus.OPEN)


def why_not_handle(actor: User, request: ErasureRequest) -> str:
    if reason := why_not_role(actor, Role.HEAD):
        return reason
    if request.user_id == actor.pk:
        return "Votre propre demande est traitée par une autre personne."
    if request.status == RequestStatus.DONE:
        return "Cette demande est déjà traitée."
    slugs = CaseFile.objects.filter(applicant=request.user_id).values_list("programme", flat=True)
    if not all(actor.has_role(Role.HEAD, programme=slug) for slug in slugs.distinct()):
        return "Cette personne a des dossiers de dispositifs dont vous n’êtes pas responsable."
    return ""


@transaction.atomic
def handle_request(
    *, request: ErasureRequest, actor: User, answer: str, at: datetime
) -> ErasureRequest:
    """Erase what may go, close the account when nothing is left, and answer by e-mail.

    Raises MoveRefusedError with the reason. Side effects: erasures and their lines in the
    register, an e-mail to the person.
    """
    locked = ErasureRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if reason := why_not_handle(actor, locked):
        raise MoveRefusedError(reason)
    user = locked.user
    plan, address, name = plan_of(user), user.email, user.get_full_name()
    for line in plan.lines:
        if line.can_erase:
            outcome = outcome_of(line.case_file)
            erase_case_file(
                line.case_file,
                rule=rule_code(line.case_file.programme, outcome) if outcome else "",
                label=f"Demande effacée : {line.programme}",
                cause=DeletionCause.REQUEST,
                at=at,
            )
    locked.status, locked.handled_by, locked.handled_at = RequestStatus.DONE, actor, at
    locked.answer, locked.kept_count = answer.strip(), plan.kept
    locked.erased_count = len(plan.lines) - plan.kept
    locked.save()
    if plan.closes_account:
        erase_account(user, at=at, cause=DeletionCause.REQUEST)
    queue_email(
        "erasure-answered",
        to=address,
        context={
            "name": name,
            "plan": plan,
            "erased": locked.erased_count,
            "answer": locked.answer,
            "url": f"{settings.PUBLIC_URL}/compte/donnees/",
            "service": service(),
        },
        at=at,
    )
    return locked
