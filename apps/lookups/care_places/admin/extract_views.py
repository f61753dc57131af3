"""An extract is read, shown as what it would change, then applied: one page for each."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.core import clock
from apps.lookups.care_places.admin.pages import EDITORS, attempt, draw, draw_act, person, posted
from apps.lookups.care_places.extract_forms import ExtractForm
from apps.lookups.care_places.imports import apply_extract, compare, keep_extract, read_extract
from apps.lookups.care_places.models import Extract
from apps.territory.models import Commune

_LIST = "admin:care_places_extract_changelist"
# More rows than a person reads; the counts say the rest.
_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest) -> HttpResponse:
    """Read a file. A damaged one says where, and nothing of it is kept."""
    user = person(request, *EDITORS)
    form = ExtractForm(posted(request), request.FILES or None)
    faults: list[str] = []
    if form.is_bound and form.is_valid():
        source, reading = read_extract(form.cleaned_data["file"].read(), Commune.objects.in_bulk())
        faults = [str(fault) for fault in reading.faults]
        if not faults:
            extract = keep_extract(
                reading=reading,
                source=source,
                file_name=form.file_name,
                dated_on=form.cleaned_data["dated_on"],
                at=clock.now(),
                by=user,
            )
            for remark in reading.remarks[:_SHOWN]:
                messages.warning(request, str(remark).capitalize())
            return redirect("admin:care_places_extract_change", extract.pk)
    context = {
        "title": "Lire un extrait",
        "back": ("Extraits", reverse(_LIST)),
        "button": "Lire le fichier",
        "effects": ["Rien ne change encore : la page suivante montre ce qui changerait."],
        "faults": faults[:_SHOWN],
        "fault_count": len(faults),
    }
    reason = "Ce fichier est abîmé : rien n’a été lu." if faults else ""
    return draw_act(request, context, form=form, reason=reason, template="extract_read.html")


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What applying would change: field by field; then the button that does it."""
    user = person(request, *EDITORS, Role.AUDITOR)
    extract = get_object_or_404(Extract, pk=pk)
    reason = ""
    if request.method == "POST":
        user = person(request, *EDITORS)
        if not (reason := attempt(request, partial(_apply, request, extract, user))):
            return redirect("admin:care_places_extract_change", pk)
    context = {
        "title": str(extract),
        "back": ("Extraits", reverse(_LIST)),
        "extract": extract,
        "found": None if extract.applied_at else compare(extract),
        "shown": _SHOWN,
        "may_apply": user.is_superuser or user.has_role(*EDITORS),
        "reason": reason,
    }
    return draw(request, "extract.html", context, status=409 if reason else 200)


def _apply(request: HttpRequest, extract: Extract, user: User) -> str:
    done = apply_extract(
        extract=extract,
        digest=request.POST.get("digest", ""),
        at=clock.now(),
        by=user,
        take={int(value) for value in request.POST.getlist("take") if value.isdecimal()},
    )
    return (
        f"Extrait appliqué : {done.created_count} ajoutés, {done.changed_count} changés, "
        f"{done.kept_count} gardés, {done.gone_count} à vérifier."
    )
