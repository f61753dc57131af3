"""« Mes données »: what is kept and until when, a copy of it, the wish to be forgotten."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import User
from apps.core import clock
from apps.privacy.enums import PackStatus, RequestStatus
from apps.privacy.forms import ErasureForm
from apps.privacy.models import DataPack, ErasureRequest
from apps.privacy.packs import ask_pack
from apps.privacy.requests import ask_erasure, plan_of


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _show(request: HttpRequest, form: ErasureForm, *, status: int = 200) -> HttpResponse:
    user, now = _person(request), clock.now()
    packs = DataPack.objects.filter(user=user)
    context = {
        "plan": plan_of(user),
        "waiting": packs.filter(status=PackStatus.ASKED).first(),
        "ready": packs.filter(status=PackStatus.READY, expires_at__gt=now).first(),
        "asked": ErasureRequest.objects.filter(user=user, status=RequestStatus.OPEN).first(),
        "form": form,
    }
    return render(request, "privacy/my_data.html", context, status=status)


@login_required
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    return _show(request, ErasureForm())


@login_required
@require_POST
def ask_copy(request: HttpRequest) -> HttpResponse:
    """A double click asks once."""
    ask_pack(_person(request), at=clock.now())
    messages.success(request, "Votre copie se prépare. Un courriel vous dira quand elle est prête.")
    return redirect("privacy:my_data")


@login_required
@require_POST
def ask_to_erase(request: HttpRequest) -> HttpResponse:
    form = ErasureForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    ask_erasure(_person(request), message=form.cleaned_data["message"], at=clock.now())
    messages.success(request, "Votre demande est notée. Le guichet vous répond par courriel.")
    return redirect("privacy:my_data")


@login_required
@require_safe
def download(request: HttpRequest, pack_id: str) -> HttpResponseBase:
    """Their own copy only, while it is kept."""
    pack = DataPack.objects.filter(
        pk=pack_id,
        user=_person(request),
        status=PackStatus.READY,
        expires_at__gt=clock.now(),
    ).first()
    if pack is None:
        raise Http404("Cette copie n’existe plus. Demandez-en une autre.")
    response = FileResponse(
        pack.file.open("rb"),
        as_attachment=True,
        filename="mes-donnees-orleans-sante.zip",
        content_type="application/zip",
    )
    response["Cache-Control"] = "private, no-store"
    return response
