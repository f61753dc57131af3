"""Where a request stands, in the applicant's words: what happens next, and by when.

No query: everything comes from the row and from what the caller read with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from apps.casefiles import legal_clock
from apps.casefiles.enums import CaseFileState as S
from apps.casefiles.models import CaseFile, CaseFileEvent, ChangeItem
from apps.core.dates import format_date

# Tone of the state's chip (docs/components.md): what waits for the applicant stands out.
_TONES = {
    S.DRAFT: "todo",
    S.INCOMPLETE: "todo",
    S.GRANTED: "ok",
    S.ACTIVE: "ok",
    S.COMPLETED: "ok",
    S.REJECTED: "no",
    S.TERMINATED: "no",
    S.DISMISSED: "none",
    S.WITHDRAWN: "none",
}

# States whose next step depends on nothing else: what happens, and what to know about it.
_PLAIN_STEPS: dict[str, tuple[str, ...]] = {
    S.DRAFT: (
        "Terminez votre demande, puis envoyez-la",
        "Vos réponses sont gardées : vous pouvez revenir plus tard.",
    ),
    S.GRANTED: (
        "Le guichet vous propose une convention",
        "L’aide est versée après sa signature.",
    ),
    S.REJECTED: (
        "Votre demande est refusée",
        "La lettre donne le motif. Vous avez deux mois après sa réception pour contester.",
    ),
    S.DISMISSED: (
        "Votre dossier est classé sans suite",
        "Le motif est dans l’histoire du dossier. Vous pouvez déposer une nouvelle demande.",
    ),
    S.WITHDRAWN: (
        "Vous avez retiré votre demande",
        "Vous pouvez en déposer une autre.",
    ),
    S.ACTIVE: (
        "Votre convention est en cours",
        "L’aide est versée selon le calendrier de la convention.",
    ),
    S.COMPLETED: ("Votre engagement est tenu", "Vous n’avez plus rien à faire."),
    S.TERMINATED: ("La convention est rompue", "Le guichet vous écrit pour la suite."),
}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One request for its applicant.

    `label` and `tone` make the state's chip; `step` and `details` say what happens next; `by` is
    the day that counts, announced by `by_label`, in `days` (negative when it is past).
    """

    label: str
    tone: str
    step: str
    details: tuple[str, ...] = ()
    by: date | None = None
    by_label: str = ""
    days: int | None = None


def standing(
    case_file: CaseFile,
    *,
    on: date,
    points: Iterable[ChangeItem] = (),
    hearing_on: date | None = None,
) -> Standing:
    """`points`: the corrections awaited, with their request; `hearing_on`: the commission's day."""
    tone = _TONES.get(S(case_file.state), "info")
    if plain := _PLAIN_STEPS.get(case_file.state):
        step, *details = plain
        return Standing(
            label=case_file.public_state,
            tone=tone,
            step=step,
            details=tuple(details),
        )
    if case_file.state == S.INCOMPLETE:
        return _awaiting_corrections(case_file, list(points), on=on, tone=tone)
    label = case_file.public_state
    step = "Le guichet étudie votre demande"
    if case_file.state == S.SUBMITTED:
        step = "Le guichet vérifie votre dossier"
    elif case_file.state == S.SCHEDULED:
        label, step = _hearing(label, hearing_on, on=on)
    return Standing(
        label=label,
        tone=tone,
        step=step,
        details=_silence(case_file, on=on),
        by=case_file.legal_due_on,
        by_label="Réponse au plus tard le",
        days=case_file.days_left(on),
    )


def hearing_date(events: Iterable[CaseFileEvent]) -> date | None:
    """The commission's day as the story tells it last (awards writes it into the events)."""
    days = [event.payload["held_on"] for event in events if event.payload.get("held_on")]
    return date.fromisoformat(days[-1]) if days else None


def _hearing(label: str, hearing_on: date | None, *, on: date) -> tuple[str, str]:
    """The state and the step of a request that the commission will read."""
    if hearing_on is None:
        return label, "La commission permanente examine votre demande"
    day = format_date(hearing_on)
    if hearing_on < on:
        return f"{label} le {day}", "La décision vous sera envoyée par courrier et par e-mail"
    return f"{label} le {day}", f"La commission permanente examine votre demande le {day}"


def _awaiting_corrections(
    case_file: CaseFile, points: list[ChangeItem], *, on: date, tone: str
) -> Standing:
    due_on = points[0].request.due_on if points else None
    left = sum(point.answered_at is None for point in points)
    if left:
        step = f"Corrigez {left} points" if left > 1 else "Corrigez un point"
        step += ", puis renvoyez votre dossier"
    else:
        step = "Vos corrections sont prêtes : envoyez-les"
    details = []
    if due_on and due_on < on:
        details.append(
            "La date est passée. Envoyez vos corrections dès que possible, "
            "ou écrivez au guichet : il peut classer le dossier sans suite."
        )
    return Standing(
        label=case_file.public_state,
        tone=tone,
        step=step,
        details=(*details, *_silence(case_file, on=on)),
        by=due_on,
        by_label="À envoyer pour le",
        days=(due_on - on).days if due_on else None,
    )


def _silence(case_file: CaseFile, *, on: date) -> tuple[str, ...]:
    """What the absence of an answer means (CRPA L231-4), and when the time stands still."""
    if case_file.clock_stopped_on:
        stopped_on = format_date(case_file.clock_stopped_on)
        return (
            f"Le délai de réponse est suspendu depuis le {stopped_on}.",
            "Il repart quand la pièce demandée arrive.",
        )
    due_on = case_file.legal_due_on
    if due_on is None:
        return ()
    if due_on >= on:
        return (f"Sans réponse le {format_date(due_on)}, votre demande est refusée.",)
    return (
        f"Sans réponse le {format_date(due_on)}, votre demande a été refusée.",
        "Le guichet peut encore vous répondre.",
        f"Vous pouvez contester ce refus jusqu’au {format_date(legal_clock.appeal_date(due_on))}.",
    )
