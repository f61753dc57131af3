"""Commitments on the pages of one file: the beneficiary's own, and the desk's."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from apps.accounts.models import User
from apps.awards.enums import PromiseStatus
from apps.awards.glance import CommitmentGlance, glance_at
from apps.awards.models import Commitment
from apps.awards.promises import REMINDED_BEFORE
from apps.casefiles.desk import Panel, adds_panel
from apps.casefiles.enums import AWARDED_STATES, CaseFileState
from apps.casefiles.models import CaseFile
from apps.casefiles.sections import Action, Section, adds_section
from apps.core import clock
from apps.core.words import lower_first


@adds_section
def commitment_section(case_file: CaseFile) -> Section | None:
    """« Votre engagement », once the convention is active."""
    if case_file.state == CaseFileState.GRANTED:
        return None  # nothing is signed yet: the agreement says what it will be
    if case_file.state not in AWARDED_STATES:
        return None
    today = clock.today()
    glance = glance_at(case_file, on=today)
    if glance is None:
        return _repayments_only(case_file)
    is_open = glance.commitment.is_open
    return Section(
        template="awards/commitment_section.html",
        context={"commitment": glance.commitment, "glance": glance},
        actions=tuple(_actions(case_file, glance, today)) if is_open else (),
    )


def _repayments_only(case_file: CaseFile) -> Section | None:
    """A convention may be broken that asked for no commitment."""
    if case_file.state != CaseFileState.TERMINATED:
        return None
    return Section(
        template="awards/repayment_section.html",
        context={"clawbacks": list(case_file.clawbacks.all())},
    )


def _actions(case_file: CaseFile, glance: CommitmentGlance, today: date) -> list[Action]:
    """A proof that was asked for; a promise whose reminders have begun."""
    actions = []
    proof = glance.next_proof
    if proof is not None and proof.asked_at is not None:
        actions.append(
            Action(
                label="Donner un justificatif d’exercice",
                url=reverse("awards:commitment_proof", args=[case_file.reference, proof.pk]),
            )
        )
    for promise in glance.promises:
        is_near = promise.due_on is not None and promise.due_on - max(REMINDED_BEFORE) <= today
        if promise.status == PromiseStatus.PENDING and is_near:
            actions.append(
                Action(
                    label=f"Prouver : {lower_first(promise.label)}",
                    url=reverse(
                        "awards:commitment_promise", args=[case_file.reference, promise.pk]
                    ),
                )
            )
    return actions


@adds_panel
def commitment_panel(case_file: CaseFile, user: User) -> Panel | None:
    """Beside the moves: how long it lasts, and what is to be paid back. Read ahead."""
    if case_file.state not in AWARDED_STATES:
        return None
    commitment: Commitment | None = getattr(case_file, "commitment", None)
    clawbacks = list(case_file.clawbacks.all())
    if commitment is None and not clawbacks:
        return None
    return Panel(
        template="admin/awards/_commitment_panel.html",
        context={
            "commitment": commitment,
            "last_day": commitment.last_day if commitment else None,
            "clawbacks": clawbacks,
        },
        in_aside=True,
    )
