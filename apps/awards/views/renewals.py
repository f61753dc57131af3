"""The yearly renewal, as its beneficiary sees it: a part of the file's page, and one page."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.awards.enums import RenewalStatus, StudySituation
from apps.awards.models import Commitment, Graduation, Renewal
from apps.awards.programmes import PlannedRenewal, awarded
from apps.awards.renewal_answers import in_words
from apps.awards.renewal_forms import SituationForm
from apps.awards.renewals import SentRenewal, send_renewal, why_not_send
from apps.casefiles.enums import AWARDED_STATES
from apps.casefiles.models import CaseFile
from apps.casefiles.sections import Action, Section, adds_section, joins
from apps.casefiles.transitions import MoveRefusedError
from apps.casefiles.views.access import get_case_file_or_404, signed_in, signed_in_user
from apps.core import clock
from apps.files.serving import serve_file
from apps.files.storage import store_upload

_TONES = {
    RenewalStatus.TO_DO: "todo",
    RenewalStatus.SENT: "info",
    RenewalStatus.PROPOSED: "info",
    RenewalStatus.GRANTED: "ok",
    RenewalStatus.REFUSED: "no",
    RenewalStatus.CLOSED: "none",
}
# The inner discussion of a proposal is not shown before the decision.
_PUBLIC_LABELS = {
    RenewalStatus.TO_DO: "À renvoyer",
    RenewalStatus.SENT: "En cours d’étude",
    RenewalStatus.PROPOSED: "En cours d’étude",
    RenewalStatus.GRANTED: "Accordé",
    RenewalStatus.REFUSED: "Refusé",
    RenewalStatus.CLOSED: "Sans objet",
}


joins("graduation", "commitment")


@adds_section
def renewals_section(case_file: CaseFile) -> Section | None:
    """Every school year after the first one; what is to send back is the page's main button."""
    if case_file.state not in AWARDED_STATES or awarded(case_file).renewal_form is None:
        return None
    renewals = list(case_file.renewals.select_related("amendment").order_by("-school_year"))
    graduation: Graduation | None = getattr(case_file, "graduation", None)
    if not renewals and graduation is None:
        return None
    return Section(
        template="awards/renewals/section.html",
        context={
            "rows": [
                {
                    "renewal": renewal,
                    "label": _PUBLIC_LABELS[RenewalStatus(renewal.status)],
                    "tone": _TONES[RenewalStatus(renewal.status)],
                }
                for renewal in renewals
            ],
            "graduation": graduation,
            "has_begun": graduation is not None and _practises(case_file),
            "total": _total_with(case_file, renewals),
        },
        actions=tuple(
            Action(label=f"Renouveler pour {renewal.year_label}", url=renewal_url(renewal))
            for renewal in renewals
            if renewal.status == RenewalStatus.TO_DO
        ),
    )


def _practises(case_file: CaseFile) -> bool:
    commitment: Commitment | None = getattr(case_file, "commitment", None)
    return commitment is not None and commitment.started_on is not None


def _total_with(case_file: CaseFile, renewals: Iterable[Renewal]) -> Decimal | None:
    """Euros of the award with the years that were added, None without any."""
    added = [renewal.amendment.amount for renewal in renewals if renewal.amendment]
    return sum(added, case_file.granted_amount or Decimal(0)) if added else None


def renewal_url(renewal: Renewal) -> str:
    return reverse("awards:renewal", args=[renewal.case_file.reference, renewal.school_year])


def _renewal_or_404(request: HttpRequest, reference: str, school_year: int) -> Renewal:
    case_file = get_case_file_or_404(request, reference, also_agents=True)
    renewal: Renewal | None = case_file.renewals.filter(school_year=school_year).first()
    if renewal is None:
        raise Http404("Ce renouvellement n’existe pas.")
    renewal.case_file = case_file
    return renewal


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def renew(request: HttpRequest, reference: str, school_year: int) -> HttpResponse:
    """Last year's answers, what changed, and the certificate; then it goes to the guichet."""
    renewal = _renewal_or_404(request, reference, school_year)
    user = signed_in_user(request)
    programme = awarded(renewal.case_file)
    planned = programme.renewal(renewal.case_file, school_year=school_year)
    if planned is None or why_not_send(user, renewal):
        return redirect("casefiles:case_file", reference=reference)
    form = _situation(request, renewal, planned)
    questions = _questions(request, renewal, asked=form.continues)
    if request.method == "POST":
        # Both, so that every mistake is said at once.
        are_valid = [form.is_valid(), questions is None or questions.is_valid()]
        if all(are_valid) and _send(renewal, user, form, questions):
            messages.success(request, "Votre renouvellement est envoyé.")
            return redirect("casefiles:case_file", reference=reference)
    return render(request, "awards/renewals/renew.html", _context(renewal, form, questions))


def _situation(request: HttpRequest, renewal: Renewal, planned: PlannedRenewal) -> SituationForm:
    is_post = request.method == "POST"
    return SituationForm(
        request.POST if is_post else None,
        request.FILES if is_post else None,
        renewal=renewal,
        certificate_label=planned.certificate,
        initial={"situation": renewal.situation, "graduated_on": renewal.graduated_on},
    )


def _questions(request: HttpRequest, renewal: Renewal, *, asked: bool) -> forms.Form | None:
    """The programme's questions, filled in beforehand; None when they need no answer."""
    programme = awarded(renewal.case_file)
    if programme.renewal_form is None or not asked:
        return None
    known = renewal.answers or programme.renewal_suggested(
        programme.renewal_initial(renewal.case_file)
    )
    return programme.renewal_form(
        request.POST if request.method == "POST" else None, initial=dict(known)
    )


def _context(renewal: Renewal, form: SituationForm, questions: forms.Form | None) -> dict[str, Any]:
    programme = awarded(renewal.case_file)
    former = programme.renewal_initial(renewal.case_file)
    fields = programme.renewal_form.base_fields if programme.renewal_form else {}
    return {
        "case_file": renewal.case_file,
        "programme": programme,
        "renewal": renewal,
        "form": form,
        "questions": questions,
        "former": [
            {"label": field.label, "value": words}
            for name, field in fields.items()
            if (words := in_words(field, former.get(name)))
        ],
    }


def _send(renewal: Renewal, user: User, form: SituationForm, questions: forms.Form | None) -> bool:
    """The certificate is stored and the renewal sent together, or neither."""
    upload, at = form.cleaned_data["certificate"], clock.now()
    try:
        with transaction.atomic():
            send_renewal(
                renewal=renewal,
                actor=user,
                sent=SentRenewal(
                    situation=StudySituation(form.cleaned_data["situation"]),
                    graduated_on=form.cleaned_data["graduated_on"],
                    certificate=store_upload(upload, uploaded_by=user, at=at) if upload else None,
                    answers=questions.cleaned_data if questions else None,
                ),
                at=at,
            )
    except MoveRefusedError as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return False
    return True


@require_safe
@signed_in
def certificate(request: HttpRequest, reference: str, school_year: int) -> HttpResponseBase:
    """What the person sent, to read again."""
    renewal = _renewal_or_404(request, reference, school_year)
    if renewal.certificate is None:
        raise Http404("Aucun justificatif n’est joint.")
    return serve_file(request, renewal.certificate)
