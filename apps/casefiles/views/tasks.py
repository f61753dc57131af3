"""The pages of the form, one task each."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Field, ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.casefiles.drafts import open_fields, page_stamp, restrict
from apps.casefiles.enums import CaseFileState
from apps.casefiles.forms import all_tasks
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes
from apps.casefiles.task_list import Task, TaskStatus
from apps.casefiles.views.access import get_case_file_or_404, signed_in
from apps.casefiles.views.autosave import autosave, save_typed

# « ?retour=verification »: the page was opened from « Vérifier et envoyer ».
BACK_TO_CHECK = "verification"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def task_page(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
    """One page of answers. While corrections are awaited, only the points asked are open."""
    case_file = get_case_file_or_404(request, reference, also_agents=True, also_co_editors=True)
    task = _task_or_404(case_file, slug)
    items = open_fields(case_file, task)
    if not items:
        messages.info(request, "Ces réponses ne sont plus modifiables. Écrivez au guichet.")
        return redirect("casefiles:case_file", reference=reference)
    seen = _seen(case_file, task)
    if "autosave" in request.POST and seen:
        return autosave(request, case_file, task, open_names=set(items))
    form = task.form_class(request.POST or None, instance=task.get_instance(case_file))
    restrict(form, set(items))
    is_paused = "pause" in request.POST and case_file.state == CaseFileState.DRAFT
    for name, field in form.fields.items():
        field.required = not is_paused and (field.required or name in task.required(form.instance))
        if field.error_messages["required"] == Field.default_error_messages["required"]:
            field.error_messages["required"] = "Répondez à cette question."
    if request.method == "POST" and _save(request, case_file, task, form):
        return redirect(_next_address(request, case_file, task))
    return render(
        request,
        "casefiles/task.html",
        {
            "case_file": case_file,
            "programme": programmes[case_file.programme],
            "task": task,
            "form": form,
            "warnings": {} if form.is_bound else getattr(form, "warnings", {}),
            "points": [item for item in items.values() if item is not None],
            "can_pause": case_file.state == CaseFileState.DRAFT,
            "seen": seen,
        },
    )


def _seen(case_file: CaseFile, task: Task) -> str:
    """The page's stamp where several people may write it; "" elsewhere."""
    is_shared = programmes[case_file.programme].takes_co_editors
    return page_stamp(case_file, task) if is_shared and _is_draft(case_file) else ""


def _is_draft(case_file: CaseFile) -> bool:
    return case_file.state == CaseFileState.DRAFT


def _task_or_404(case_file: CaseFile, slug: str) -> Task:
    for task in all_tasks(case_file):
        if task.slug == slug:
            return task
    raise Http404("Cette étape n’existe pas.")


def _save(request: HttpRequest, case_file: CaseFile, task: Task, form: ModelForm) -> bool:
    """Save a page that is complete, or (« Enregistrer et finir plus tard ») what it has."""
    if not form.is_valid():
        return False
    if "pause" not in request.POST:
        # An answer just given may make another one necessary: a specialist has a specialty.
        for name in task.required(form.instance):
            if name in form.fields and form.cleaned_data.get(name) in (None, ""):
                form.add_error(name, "Répondez à cette question.")
    if form.errors:
        return False
    try:
        save_typed(request, case_file, task, form)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    for reason in getattr(form, "warnings", {}).values():
        messages.warning(request, reason)
    return True


def _next_address(request: HttpRequest, case_file: CaseFile, task: Task) -> str:
    """Back to where the person came from, else the next page to fill, else the task list."""
    reference = case_file.reference
    overview = reverse("casefiles:case_file", args=[reference])
    if "pause" in request.POST or case_file.state != CaseFileState.DRAFT:
        return overview
    if request.GET.get("retour") == BACK_TO_CHECK:
        return reverse("casefiles:check", args=[reference])
    tasks = all_tasks(case_file)
    following = tasks[[other.slug for other in tasks].index(task.slug) + 1 :]
    for other in following:
        if other.status(case_file) is not TaskStatus.DONE:
            return reverse("casefiles:task", args=[reference, other.slug])
    return overview
