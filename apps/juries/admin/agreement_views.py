"""Write down what the jury agreed, open it again, send it to a commission."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from apps.awards.admin.pages import back_to as back_to_session
from apps.awards.models import Session
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from apps.files.serving import serve_file
from apps.juries.admin.forms import AgreementForm, ReasonForm, SessionChoiceForm
from apps.juries.admin.money_views import get_line, line_context
from apps.juries.admin.pages import (
    back_to,
    draw,
    get_jury,
    get_managed_jury,
    person,
    posted,
    refused,
)
from apps.juries.minutes import minutes_name, render_minutes
from apps.juries.models import Jury, Ranking
from apps.juries.permissions import why_not_manage_jury
from apps.juries.programmes import judged
from apps.juries.rankings import (
    agree_ranking,
    cancel_ranking,
    send_to_session,
    why_not_agree,
    why_not_send,
)

_REFUSAL = "L’enveloppe de cette campagne ne permet pas de retenir ce projet."


@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: HttpRequest, pk: int, scenario_pk: int) -> HttpResponse:
    jury, scenario = get_line(request, pk, scenario_pk)
    if reason := why_not_agree(jury, person(request)):
        return refused(request, jury, reason)
    form = AgreementForm(
        posted(request), initial={"met_on": clock.today(), "refusal_reason": _REFUSAL}
    )
    form.fields["present"].queryset = jury.jurors.active().select_related("user")  # type: ignore[attr-defined]
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            agree_ranking(
                jury=jury,
                scenario=scenario,
                met_on=cleaned["met_on"],
                place=cleaned["place"],
                present={juror.pk for juror in cleaned["present"]},
                refusal_reason=cleaned["refusal_reason"],
                actor=person(request),
            )
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, "Classement arrêté. Le procès-verbal est prêt.")
            return back_to(jury, "agreed")
    context = {
        **line_context(request, jury, scenario),
        "title": "Arrêter le classement",
        "form": form,
    }
    return draw(request, "agree.html", context, reasons=reasons)


def _standing(jury: Jury) -> Ranking:
    """Raises Http404 while nothing is agreed."""
    return get_object_or_404(
        Ranking.objects.standing().select_related(
            "jury__campaign", "agreed_by", "sent_by", "session", "minutes"
        ),
        jury=jury,
    )


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The agreed ranking, as far as this person meets its files."""
    jury = get_jury(request, pk)
    user, ranking = person(request), _standing(jury)
    programme = judged(jury.campaign)
    lines = ranking.lines.visible_to(user).select_related(
        "case_file__commune", f"case_file__{programme.detail_related_name}"
    )
    context = {
        "title": "Classement arrêté",
        "jury": jury,
        "ranking": ranking,
        "rows": [
            (line, programme.title_of(line.case_file), programme.organisation_of(line.case_file))
            for line in lines
        ],
        "why_not_send": why_not_send(ranking, user),
        "is_manager": not why_not_manage_jury(user, jury.campaign.programme),
    }
    return draw(request, "agreed.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    jury = get_managed_jury(request, pk)
    ranking = _standing(jury)
    form = ReasonForm(posted(request))
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        try:
            cancel_ranking(ranking=ranking, actor=person(request), **form.cleaned_data)
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, "Classement rouvert : les notes et les avis aussi.")
            return back_to(jury)
    context = {"title": "Rouvrir le classement", "jury": jury, "form": form}
    return draw(request, "form.html", context, reasons=reasons)


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Every proposal on the agenda of one commission, at once."""
    jury = get_jury(request, pk)
    user, ranking = person(request), _standing(jury)
    if reason := why_not_send(ranking, user):
        return refused(request, jury, reason, "agreed")
    form = SessionChoiceForm(posted(request))
    form.fields["session"].queryset = Session.objects.upcoming(clock.today())  # type: ignore[attr-defined]
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        try:
            sent = send_to_session(
                ranking=ranking, session=form.cleaned_data["session"], actor=user
            )
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, "Les propositions du jury sont à l’ordre du jour.")
            if sent.session is not None:
                return back_to_session(sent.session)
    context = {
        "title": "Envoyer en commission",
        "jury": jury,
        "ranking": ranking,
        "form": form,
        "has_sessions": form.fields["session"].queryset.exists(),  # type: ignore[attr-defined]
        "count": ranking.lines.count(),
    }
    return draw(request, "send.html", context, reasons=reasons)


@require_safe
def minutes(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The minutes as they were kept; made without them for whom a file is hidden from."""
    jury = get_jury(request, pk)
    user, ranking = person(request), _standing(jury)
    if ranking.minutes is None:
        raise Http404
    if ranking.lines.visible_to(user).count() == ranking.lines.count():
        return serve_file(request, ranking.minutes, as_attachment=False)
    disposition = content_disposition_header(False, minutes_name(ranking)) or "inline"
    return HttpResponse(
        render_minutes(ranking, user),
        content_type="application/pdf",
        headers={"Content-Disposition": disposition, "Cache-Control": "private, no-store"},
    )
