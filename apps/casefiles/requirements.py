"""What must be true before a move, beyond state and role.

The layers above add their own (awards: a session, a signed agreement) with `requires`; the
programme adds its own through `Programme.blockers`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from apps.casefiles.assessment import assess
from apps.casefiles.documents import DocumentRow, document_rows
from apps.casefiles.enums import Channel, Outcome
from apps.casefiles.forms import all_tasks
from apps.casefiles.lifecycle import Transition
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes
from apps.casefiles.task_list import TaskStatus
from apps.core import clock

Requirement = Callable[[CaseFile], list[str]]


@dataclass(frozen=True)
class _Registered:
    requirement: Requirement
    on_page: bool


_requirements: dict[str, list[_Registered]] = defaultdict(list)


def requires(*transitions: str, on_page: bool = False) -> Callable[[Requirement], Requirement]:
    """Register a function that returns the French reasons against these moves.

    `on_page`: the page of the move itself asks for it (which points, which amount), so that its
    absence is no reason against opening that page.
    """

    def register(requirement: Requirement) -> Requirement:
        for name in transitions:
            _requirements[name].append(_Registered(requirement, on_page))
        return requirement

    return register


def unmet_requirements(
    case_file: CaseFile, transition: Transition, *, before_page: bool = False
) -> list[str]:
    """Every reason against the move, in French; empty when nothing stands in the way.

    `before_page`: without what the page of the move asks.
    """
    if transition.name == "submit" and case_file.channel == Channel.ARCHIVE:
        return []  # an act published long ago: what its source leaves out stays unset
    programme = programmes[case_file.programme]
    reasons = []
    if transition.route and transition.route != programme.decided_by:
        reasons.append(f"Ce dispositif se décide par {programme.decided_by.label.lower()}.")
    for registered in _requirements[transition.name]:
        if not (before_page and registered.on_page):
            reasons += registered.requirement(case_file)
    return [*reasons, *programme.blockers(case_file, transition)]


@requires("submit")
def unfinished_tasks(case_file: CaseFile) -> list[str]:
    """One reason a task that still lacks an answer."""
    return [
        f"Il reste à terminer : {task.label}."
        for task in all_tasks(case_file)
        if task.status(case_file) is not TaskStatus.DONE
    ]


def missing_pieces(rows: Iterable[DocumentRow]) -> list[str]:
    """One reason a required piece that has neither come nor been announced."""
    return [
        f"Il manque une pièce : {row.kind.label}."
        for row in rows
        if row.kind.is_required and not row.is_answered
    ]


@requires("submit")
def _every_required_piece_is_there(case_file: CaseFile) -> list[str]:
    return missing_pieces(document_rows(case_file))


@requires("submit")
def _no_rule_forbids(case_file: CaseFile) -> list[str]:
    eligibility = assess(case_file, on=clock.today())
    return [finding.explanation for finding in eligibility.blocking]


@requires("resubmit")
def _every_point_is_answered(case_file: CaseFile) -> list[str]:
    return [
        f"Il reste un point à corriger : {item.label}."
        for request in case_file.change_requests.filter(answered_at=None)
        for item in request.items.all()
        if item.answered_at is None
    ]


@requires("request_changes", on_page=True)
def _some_point_is_asked(case_file: CaseFile) -> list[str]:
    request = case_file.change_requests.filter(answered_at=None).first()
    if request is None or not request.items.exists():
        return ["Indiquez au moins une réponse ou une pièce à reprendre."]
    return []


@requires("propose", on_page=True)
def _a_proposal_is_written(case_file: CaseFile) -> list[str]:
    if case_file.decision is None:
        return ["Indiquez d’abord le sens de la proposition, et le montant ou le motif."]
    return []


def _outcome_is(outcome: Outcome, reason: str) -> Requirement:
    def requirement(case_file: CaseFile) -> list[str]:
        decision = case_file.decision
        return [] if decision and decision.outcome == outcome else [reason]

    return requirement


for _outcome, _names, _reason in (
    (Outcome.GRANT, ("grant", "grant_by_delegation"), "La proposition n’est pas d’accorder."),
    (Outcome.REJECT, ("reject", "reject_by_delegation"), "La proposition n’est pas de refuser."),
):
    requires(*_names)(_outcome_is(_outcome, _reason))
