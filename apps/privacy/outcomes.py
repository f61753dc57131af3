"""How long a request is kept, by programme and by what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from apps.awards.enums import InstalmentStatus
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes
from apps.core import clock
from apps.core.dates import format_date
from apps.core.retention import Length, RetentionRule, Unit, retains

ACCOUNTING = "pieces-comptables"
_SOURCE = "Étude préalable du portail. À valider par le délégué et les archives."


class Outcome(Enum):
    DRAFT = "non-envoyee"
    REJECTED = "refusee"
    DISMISSED = "sans-suite"
    WITHDRAWN = "retiree"
    AWARDED = "accordee"


OUTCOME_OF = {
    CaseFileState.DRAFT: Outcome.DRAFT,
    CaseFileState.REJECTED: Outcome.REJECTED,
    CaseFileState.DISMISSED: Outcome.DISMISSED,
    CaseFileState.WITHDRAWN: Outcome.WITHDRAWN,
    CaseFileState.COMPLETED: Outcome.AWARDED,
    CaseFileState.TERMINATED: Outcome.AWARDED,
}
# label, when it begins, default
_TABLE: Mapping[Outcome, tuple[str, str, Length | None]] = {
    Outcome.DRAFT: (
        "Demande non envoyée", "après le dernier changement", Length(number=3, unit=Unit.MONTH)
    ),
    Outcome.REJECTED: ("Demande refusée", "après le refus", Length(number=2, unit=Unit.YEAR)),
    Outcome.DISMISSED: ("Demande classée sans suite", "après le classement", None),
    Outcome.WITHDRAWN: ("Demande retirée", "après le retrait", None),
    Outcome.AWARDED: (
        "Aide accordée", "après la fin de l’engagement", Length(number=5, unit=Unit.YEAR)
    ),
}  # fmt: skip

_ALIVE = "Les données sont gardées tant que le dossier est en cours."

Lengths = Mapping[str, Length | None]


@dataclass(frozen=True, kw_only=True)
class RetentionEnd:
    """When a file is erased. `on` is None while it lives on, or where no length is set.

    `words` is a whole sentence, for the person and the guichet alike.
    """

    on: date | None
    words: str


def rule_code(programme: str, outcome: Outcome) -> str:
    return f"demande.{programme}.{outcome.value}"


@retains
def request_rules() -> Iterator[RetentionRule]:
    for programme in programmes:
        for outcome, (label, starts, default) in _TABLE.items():
            yield RetentionRule(
                code=rule_code(programme.slug, outcome),
                group=f"Demandes : {programme.label}",
                label=label,
                starts=starts,
                default=default,
                source=_SOURCE if default else "",
                programme=programme.slug,
            )
    yield RetentionRule(
        code=ACCOUNTING,
        group="Conventions et versements",
        label="Dossiers dont une aide a été versée (pièces comptables)",
        starts="après le dernier versement",
        default=None,
        source="La durée légale n’est pas dans nos sources.",
    )


def outcome_of(case_file: CaseFile) -> Outcome | None:
    """None while the file lives on."""
    return OUTCOME_OF.get(CaseFileState(case_file.state))


def has_length(case_file: CaseFile) -> bool:
    """Whether a length of the table already runs for this file."""
    return outcome_of(case_file) is not None and case_file.erased_at is None


def end_of(case_file: CaseFile, lengths: Lengths) -> RetentionEnd:
    """When this file is erased, by the lengths in force: one query at most."""
    if case_file.erased_at:
        day = format_date(clock.paris_date(case_file.erased_at))
        return RetentionEnd(on=None, words=f"Les données de ce dossier ont été effacées le {day}.")
    outcome = outcome_of(case_file)
    if outcome is None:
        return RetentionEnd(on=None, words=_ALIVE)
    length = lengths[rule_code(case_file.programme, outcome)]
    if length is None:
        return RetentionEnd(on=None, words="La durée de conservation n’est pas encore fixée.")
    end = length.after(_start(case_file, outcome))
    if outcome == Outcome.AWARDED and (paid_on := _last_paid_on(case_file)):
        accounting = lengths[ACCOUNTING]
        if accounting is None:
            return RetentionEnd(
                on=None,
                words="L’aide a été versée : ses pièces comptables sont gardées. Leur durée "
                "légale n’est pas encore fixée.",
            )
        end = max(end, accounting.after(paid_on))
    return RetentionEnd(on=end, words=f"Les données seront effacées le {format_date(end)}.")


def _start(case_file: CaseFile, outcome: Outcome) -> date:
    end = case_file.changed_at if outcome == Outcome.DRAFT else case_file.closed_at
    return clock.paris_date(end or case_file.created_at)


def _last_paid_on(case_file: CaseFile) -> date | None:
    """Read with the payments that its pages show, where they were read already."""
    days = [
        payment.paid_on
        for payment in case_file.instalments.all()
        if payment.status == InstalmentStatus.PAID and payment.paid_on
    ]
    return max(days, default=None)
