"""What the nightly comparison of all rows found: a figure, a page and an e-mail."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.core.consistency import MOST_TOLD, Run, hears_contradictions, last_run
from apps.core.dashboard import Figure, Group, figures_from
from apps.core.dates import format_datetime
from apps.notifications.models import OutgoingEmail
from apps.notifications.queue import queue_email

EMAIL = "contradictions-found"


def why_not_read_contradictions(user: User) -> str:
    if user.is_active and not user.roles_suspended and user.is_superuser:
        return ""
    if user.has_role(Role.AUDITOR, programme=""):
        return ""
    return "Il faut être administrateur, ou auditeur de tous les dispositifs."


@figures_from
def contradictions(user: User) -> Iterator[Figure]:
    """For the administrator and the auditor. No query but the cache's."""
    if why_not_read_contradictions(user):
        return
    run = last_run()
    yield Figure(
        group=Group.TO_WATCH,
        label="Contradictions entre les données",
        value=run.count if run else "Pas encore cherchées",
        url=reverse("admin:contradictions"),
        note=f"Dernier contrôle : {format_datetime(run.at)}." if run else "",
        is_urgent=bool(run and run.count),
    )


@require_safe
def show_contradictions(request: HttpRequest) -> HttpResponse:
    """What the last run found, check by check; the longest lists are cut."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    if reason := why_not_read_contradictions(request.user):
        raise PermissionDenied(reason)
    run = last_run()
    found = run.found.items() if run else ()
    context = {
        **admin.site.each_context(request),
        "title": "Contradictions entre les données",
        "run": run,
        "checks": [(label, told[:MOST_TOLD], len(told)) for label, told in found],
    }
    return TemplateResponse(request, "admin/contradictions.html", context)


@hears_contradictions
@transaction.atomic
def tell_readers(run: Run) -> None:
    """One e-mail for each reader and run; a run told already is not told again."""
    if OutgoingEmail.objects.filter(kind=EMAIL, created_at__gte=run.at).exists():
        return
    all_of_them = Q(role_grants__role=Role.AUDITOR, role_grants__programme="")
    readers = User.objects.filter(Q(is_superuser=True) | all_of_them, is_active=True).distinct()
    for reader in readers:
        queue_email(
            EMAIL,
            to=reader.email,
            context={
                "name": reader.get_full_name(),
                "run": run,
                "labels": [label for label, told in run.found.items() if told],
                "url": settings.PUBLIC_URL + reverse("admin:contradictions"),
            },
        )
