from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from apps.accounts.models import User
from apps.casefiles.drafts import open_fields, save_answers, start_case_file
from apps.casefiles.enums import CaseFileState
from apps.casefiles.forms import IDENTITY_TASK, IdentityForm, all_tasks
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import perform
from tests.factories.casefiles import installation_file

pytestmark = pytest.mark.django_db

ANSWERS = {
    "first_name": "Alice",
    "last_name": "Martin",
    "email": "alice@exemple.fr",
    "phone": "",
    "postal_address": "3 rue de la Démo\n45000 Orléans",
}


def identity_form(case_file: CaseFile) -> IdentityForm:
    form = IdentityForm(ANSWERS, instance=case_file)
    assert form.is_valid()
    return form


def test_start_twice_gives_the_same_draft(applicant: User) -> None:
    first = start_case_file(programme="installation", applicant=applicant)
    second = start_case_file(programme="installation", applicant=applicant)

    assert first.pk == second.pk
    assert CaseFile.objects.count() == 1


def test_save_answers_of_a_page_read_earlier_writes_its_own_lines_only(
    applicant: User, head: User
) -> None:
    case_file = installation_file(until=CaseFileState.DRAFT, applicant=applicant)
    read_earlier = CaseFile.objects.get(pk=case_file.pk)
    CaseFile.objects.filter(pk=case_file.pk).update(owner=head)

    save_answers(
        case_file=read_earlier,
        task=IDENTITY_TASK,
        form=identity_form(read_earlier),
        by=applicant,
    )

    saved = CaseFile.objects.get(pk=case_file.pk)
    assert saved.postal_address == "3 rue de la Démo\n45000 Orléans"
    assert saved.owner == head


def test_save_answers_makes_open_pages_stale(applicant: User) -> None:
    case_file = installation_file(until=CaseFileState.DRAFT, applicant=applicant)
    before = CaseFile.objects.get(pk=case_file.pk).version

    save_answers(
        case_file=case_file, task=IDENTITY_TASK, form=identity_form(case_file), by=applicant
    )

    assert CaseFile.objects.get(pk=case_file.pk).version == before + 1


def test_save_answers_after_submission_is_refused(applicant: User) -> None:
    case_file = installation_file(until=CaseFileState.DRAFT, applicant=applicant)
    form = identity_form(case_file)
    perform(case_file, "submit", actor=applicant)

    with pytest.raises(ValidationError, match="n’est plus modifiable"):
        save_answers(case_file=case_file, task=IDENTITY_TASK, form=form, by=applicant)

    assert CaseFile.objects.get(pk=case_file.pk).postal_address == (
        "12 rue de la Démo\n45000 Orléans"
    )


def test_open_fields_of_a_sent_file_are_none(applicant: User) -> None:
    case_file = installation_file(applicant=applicant)

    assert [open_fields(case_file, task) for task in all_tasks(case_file)] == [{}] * 6
