"""Save a draft's page while it is typed (static/js/autosave.js): what is right is kept."""

from __future__ import annotations

from http import HTTPStatus

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, JsonResponse

from apps.casefiles.drafts import page_stamp, restrict, save_answers
from apps.casefiles.models import CaseFile
from apps.casefiles.task_list import Task
from apps.casefiles.views.access import signed_in_user
from apps.core import clock
from apps.core.dates import format_time


def autosave(
    request: HttpRequest, case_file: CaseFile, task: Task, *, open_names: set[str]
) -> HttpResponse:
    """Keep the answers that hold, and say which do not.

    `words` are for the person, `seen` is the page's stamp from now on. 409 when somebody else
    wrote the page meanwhile: nothing is saved then.
    """
    form = _form(request, case_file, task, open_names)
    wrong = set() if form.is_valid() else set(form.errors)
    if wrong:
        form = _form(request, case_file, task, open_names - wrong)
    if not form.is_valid() or NON_FIELD_ERRORS in wrong:
        return JsonResponse({"words": f"Pas encore enregistré. {_first(form)}"})
    try:
        save_typed(request, case_file, task, form)
    except ValidationError as refusal:
        return JsonResponse({"words": " ".join(refusal.messages)}, status=HTTPStatus.CONFLICT)
    saved = CaseFile.objects.get(pk=case_file.pk)
    words = f"Enregistré à {format_time(clock.now())}."
    if wrong:
        words += " Une réponse est à corriger : elle n’est pas gardée."
    return JsonResponse({"words": words, "seen": page_stamp(saved, task)})


def save_typed(request: HttpRequest, case_file: CaseFile, task: Task, form: ModelForm) -> None:
    """Keep a valid form. Raises ValidationError when somebody wrote the page meanwhile."""
    save_answers(
        case_file=case_file,
        task=task,
        form=form,
        by=signed_in_user(request),
        seen=request.POST.get("seen", ""),
    )


def _form(request: HttpRequest, case_file: CaseFile, task: Task, names: set[str]) -> ModelForm:
    """On a fresh row: what a refused answer has left on the other one is not saved."""
    fresh = CaseFile.objects.get(pk=case_file.pk)
    form = task.form_class(request.POST, instance=task.get_instance(fresh))
    restrict(form, names)
    for field in form.fields.values():
        field.required = False
    return form


def _first(form: ModelForm) -> str:
    """The first sentence that says what is wrong."""
    return next((str(reason) for reasons in form.errors.values() for reason in reasons), "")
