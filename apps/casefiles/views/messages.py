"""The exchange between the applicant and the guichet."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from apps.casefiles.applicant_forms import MessageForm
from apps.casefiles.enums import CaseFileState
from apps.casefiles.messaging import mark_read, send_message
from apps.casefiles.programmes import programmes
from apps.casefiles.receipts import service
from apps.casefiles.views.access import get_case_file_or_404, signed_in, signed_in_user


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def thread(request: HttpRequest, reference: str) -> HttpResponse:
    """Read and write. Opening the page marks what the guichet wrote as read.

    A draft has no exchange: the guichet does not see it before it is sent.
    """
    case_file = get_case_file_or_404(request, reference)
    user = signed_in_user(request)
    if case_file.state == CaseFileState.DRAFT:
        return redirect("casefiles:case_file", reference=reference)
    form = MessageForm(request.POST or None)
    if form.is_valid():
        try:
            send_message(case_file=case_file, author=user, body=form.cleaned_data["body"])
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return redirect("casefiles:messages", reference=reference)
    # Read first, so that the page can tell what is new.
    exchange = list(case_file.messages.all())
    mark_read(case_file=case_file, reader=user)
    return render(
        request,
        "casefiles/messages.html",
        {
            "case_file": case_file,
            "programme": programmes[case_file.programme],
            "exchange": exchange,
            "form": form,
            "service": service(),
        },
    )
