"""« Commencer ma demande »: the page that every programme shares; each has its own template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from apps.accounts.models import User
from apps.casefiles.drafts import open_case_file, start_case_file
from apps.casefiles.programmes import Programme, programmes
from apps.casefiles.public_facts import pieces_shown
from apps.core import clock
from apps.core.fragments import draw_page


def start_page(
    request: HttpRequest,
    programme: type[Programme],
    *,
    template: str,
    answers: Mapping[str, Any],
    extra: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """What is needed to apply; a POST signs in if need be, then opens the draft.

    `answers` are those of a simulation, by the names that Programme.start takes. A person who
    has a request under way finds it again instead of a second one. `extra` is
    for the blocks of the programme's own template.
    """
    user = request.user if isinstance(request.user, User) else None
    now, asked = clock.now(), programmes[programme.slug]
    existing = open_case_file(programme.slug, user, asked.campaign(now)) if user else None
    closed = "" if existing else asked.why_not_start(now)
    if request.method != "POST" or closed:
        pieces = pieces_shown(programme.slug)
        context = {
            "programme": programme,
            "pieces": pieces,
            "existing": existing,
            "closed": closed,
            "answers": answers,
            **(extra or {}),
        }
        if user or answers or extra:
            return render(request, template, context)
        return draw_page(request, template, lambda: context, facts=(pieces, closed))
    if user is None:
        target = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('account_login')}?{target}")
    case_file = start_case_file(programme=programme.slug, applicant=user, initial=dict(answers))
    return redirect("casefiles:case_file", reference=case_file.reference)
