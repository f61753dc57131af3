"""Start a request, and save its answers page by page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import ModelForm

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState, ChangeTarget, Channel, EventKind
from apps.casefiles.events import record_event
from apps.casefiles.forms import all_answers
from apps.casefiles.models import Campaign, CaseFile, ChangeItem
from apps.casefiles.models.reference import next_reference
from apps.casefiles.permissions import why_not_fill_in
from apps.casefiles.programmes import programmes
from apps.casefiles.task_list import Answer, Task
from apps.core import clock


def open_case_file(programme: str, applicant: User, campaign: Campaign | None) -> CaseFile | None:
    """The request that this person already has under way, if any."""
    return (
        CaseFile.objects.undecided()
        .filter(programme=programme, applicant=applicant, campaign=campaign)
        .first()
    )


def start_case_file(
    *,
    programme: str,
    applicant: User | None,
    filed_by: User | None = None,
    channel: Channel = Channel.ONLINE,
    campaign: Campaign | None = None,
    initial: dict[str, Any] | None = None,
    identity: Mapping[str, str] | None = None,
    at: datetime | None = None,
    is_fictitious: bool = False,
) -> CaseFile:
    """Create a draft, or return the one that this person already has for this aid.

    The database refuses a second open file (two tabs, a double click): the first one is then
    returned. `initial` carries the answers of a simulation over to the programme; `identity`
    what an agent was told (first_name, last_name, email, phone, postal_address), else the
    account says who asks. For a request typed in by an agent, `at` is when it was received.
    Without a campaign, the programme says which one is open then. Raises ValidationError when
    the programme takes no request at that instant.
    """
    at = at or clock.now()
    campaign = campaign or programmes[programme].campaign(at)
    if applicant and (existing := open_case_file(programme, applicant, campaign)):
        return existing
    if channel != Channel.ARCHIVE and (reason := programmes[programme].why_not_start(at)):
        raise ValidationError(reason)
    try:
        with transaction.atomic():
            case_file = CaseFile.objects.create(
                reference=next_reference(programmes[programme].reference_prefix, at.year),
                programme=programme,
                campaign=campaign,
                channel=channel,
                applicant=applicant,
                filed_by=filed_by,
                created_at=at,
                state_changed_at=at,
                is_fictitious=is_fictitious,
                **(identity or _identity_of(applicant)),
            )
            programmes[programme].start(case_file, initial or {})
            record_event(case_file, EventKind.CREATED, actor=filed_by or applicant, at=at)
    except IntegrityError:
        existing = open_case_file(programme, applicant, campaign) if applicant else None
        if not existing:
            raise
        return existing
    return case_file


def _identity_of(applicant: User | None) -> dict[str, Any]:
    if applicant is None:
        return {}
    known = ("first_name", "last_name", "email", "phone")
    return {name: getattr(applicant, name) for name in known}


def open_fields(case_file: CaseFile, task: Task) -> dict[str, ChangeItem | None]:
    """Fields of a page that may be changed now, with the correction asked (None in a draft)."""
    if case_file.state == CaseFileState.DRAFT:
        return dict.fromkeys(task.fields)
    if case_file.state != CaseFileState.INCOMPLETE:
        return {}
    asked = {
        item.key: item
        for item in ChangeItem.objects.filter(
            request__case_file=case_file,
            request__answered_at=None,
            target=ChangeTarget.ANSWER,
        )
    }
    keys = {name: f"{task.slug}.{name}" for name in task.fields}
    return {name: asked[key] for name, key in keys.items() if key in asked}


def restrict(form: ModelForm, names: set[str]) -> None:
    """Keep only the fields that may be changed; the others are shown as text elsewhere."""
    for name in set(form.fields) - names:
        del form.fields[name]


def page_stamp(case_file: CaseFile, task: Task) -> str:
    """What a page's answers were when it was drawn: a digest, which changes with any of them."""
    return _stamp(all_answers(case_file), task)


def _stamp(answers: Iterable[Answer], task: Task) -> str:
    words = [answer.value for answer in answers if answer.key.partition(".")[0] == task.slug]
    return sha256("\0".join(words).encode()).hexdigest()[:16]


@transaction.atomic
def save_answers(
    *,
    case_file: CaseFile,
    task: Task,
    form: ModelForm,
    by: User,
    at: datetime | None = None,
    seen: str = "",
) -> None:
    """Save a valid page.

    In a draft: the row, and the file's version. While corrections are awaited: also the points
    asked on this page, marked as answered with the former answer, and one event. Raises
    ValidationError when nothing on this page may be changed by this person now, or when its
    answers are no longer those that they saw (`seen`, a page_stamp): somebody else wrote too.
    """
    at = at or clock.now()
    locked = CaseFile.objects.select_for_update(of=("self",)).get(pk=case_file.pk)
    if reason := why_not_fill_in(by, locked):
        raise ValidationError(reason)
    items = open_fields(locked, task)
    if not items or not set(form.fields) <= set(items):
        raise ValidationError("Cette réponse n’est plus modifiable. Écrivez un message au guichet.")
    answers = all_answers(locked)
    if seen and seen != _stamp(answers, task):
        raise ValidationError(
            "Une autre personne a changé cette page entre-temps. Vos réponses sont encore là : "
            "enregistrez de nouveau pour garder les vôtres, ou rouvrez la page pour lire les "
            "siennes."
        )
    before = {answer.key: answer.value for answer in answers}
    form.save()
    locked.bump_version(at=at)
    answered = [item for item in items.values() if item is not None]
    if answered:
        _record_corrections(locked, answered, before, by=by, at=at)


def _record_corrections(
    case_file: CaseFile,
    answered: Sequence[ChangeItem],
    before: Mapping[str, str],
    *,
    by: User,
    at: datetime,
) -> None:
    """Mark the points asked as answered, each with the former answer, and tell it once."""
    for item in answered:
        item.old_value = before.get(item.key, "")
        item.answered_at = at
        item.save(update_fields=["old_value", "answered_at"])
    record_event(
        case_file,
        EventKind.ANSWER_CHANGED,
        actor=by,
        at=at,
        payload={
            "label": f"Réponse modifiée\u00a0: {', '.join(item.label for item in answered)}",
            "keys": [item.key for item in answered],
        },
    )
