"""The moves as the file's page shows them: a button, or why not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles import desk
from apps.casefiles.enums import DecisionRoute
from apps.casefiles.lifecycle import Transition
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import available_moves

# The moves that this package makes on its own; commissions and payments make the others.
MADE_HERE = {
    *("request_changes", "start_review", "propose", "return_to_review", "adjourn"),
    *("dismiss", "withdraw", "cancel_decision", "grant_by_delegation", "reject_by_delegation"),
}
# Where agents go through the applicant's own pages, for a request they typed in.
APPLICANT_PAGES = {"submit": "casefiles:check", "resubmit": "casefiles:corrections"}
# What usually comes next, in each state: the one coloured button.
_USUAL = {
    *("submit", "start_review", "propose", "schedule", "grant_by_delegation"),
    *("activate", "complete"),
}
_FOR_APPLICANTS = {"applicant", "applicant_or_agent"}
_ACTING_ROLES = (Role.CASEWORKER, Role.HEAD, Role.ACCOUNTANT)


@dataclass(frozen=True, kw_only=True)
class Move:
    """A move that may be made now; `url` leads to its page."""

    transition: Transition
    url: str
    is_usual: bool


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Moves with the same reasons against them; `url`, if any, is the sitting that decides."""

    labels: tuple[str, ...]
    reasons: tuple[str, ...]
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Moves:
    """The usual move first. `is_read_only`: for whoever reads without a part in the work."""

    possible: Sequence[Move]
    refused: Sequence[Refused]
    is_read_only: bool


def moves_for(case_file: CaseFile, user: User) -> Moves:
    """Every move that leaves the file's state, for this person.

    What only the applicant may do online is left out: nobody at the desk waits for it.
    """
    possible: list[Move] = []
    refused: list[tuple[Transition, tuple[str, ...], str]] = []
    for transition, reasons in available_moves(case_file, user):
        if reasons and transition.permission in _FOR_APPLICANTS and case_file.applicant_id:
            continue
        url = move_url(case_file, transition)
        if url and not reasons:
            is_usual = transition.name in _USUAL
            possible.append(Move(transition=transition, url=url, is_usual=is_usual))
        else:
            sitting = url if transition.route == DecisionRoute.COMMISSION else ""
            refused.append((transition, reasons or (_made_elsewhere(transition),), sitting))
    possible.sort(key=lambda move: not move.is_usual)
    acts = user.is_superuser or user.has_role(*_ACTING_ROLES, programme=case_file.programme)
    return Moves(possible=possible, refused=_grouped(refused), is_read_only=not acts)


def _grouped(refused: Iterable[tuple[Transition, tuple[str, ...], str]]) -> list[Refused]:
    """One entry for the moves that the same reasons forbid: nobody reads a sentence twice."""
    labels: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for transition, reasons, url in refused:
        labels.setdefault((reasons, url), []).append(transition.label)
    return [
        Refused(labels=tuple(names), reasons=reasons, url=url)
        for (reasons, url), names in labels.items()
    ]


def _made_elsewhere(transition: Transition) -> str:
    if transition.route == DecisionRoute.COMMISSION:
        return "Se décide en commission."
    return "Se fait dans une autre partie du guichet."


def move_url(case_file: CaseFile, transition: Transition) -> str:
    """Where the move is made: a layer above, the applicant's pages, the desk's own page, or ""."""
    if (elsewhere := desk.move_page(case_file, transition.name)) is not None:
        return elsewhere
    if page := APPLICANT_PAGES.get(transition.name):
        return reverse(page, args=[case_file.reference])
    if transition.name not in MADE_HERE:
        return ""
    return reverse("admin:casefiles_casefile_move", args=[case_file.pk, transition.name])
