"""The demo's mailbox: every e-mail of the portal, readable by whoever tries it out.

Sign-in codes included: that is how a visitor signs in as one of the fictitious people. The
addresses exist only in the demo (orleans_sante.urls), and each view makes sure of it again.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from functools import wraps

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from apps.demo.forms import MailboxForm
from apps.files.serving import serve_file
from apps.notifications.models import EmailAttachment, OutgoingEmail

_PER_PAGE = 25
_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)

View = Callable[..., HttpResponseBase]


def demo_only(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@demo_only
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """Newest first; `adresse` keeps the e-mails whose address contains it. 2 queries."""
    form = MailboxForm(request.GET if request.GET.get("adresse") else None)
    emails = OutgoingEmail.objects.only("to", "subject", "status", "created_at")
    address = form.cleaned_data["adresse"] if form.is_valid() else ""
    if address:
        emails = emails.filter(to__icontains=address)
    page = Paginator(emails, _PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "address": address}
    return render(request, "demo/mailbox.html", context)


@demo_only
@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # typed for no argument
def email_page(request: HttpRequest, email_id: int) -> HttpResponse:
    """One e-mail: its headers, its HTML version in a frame, its text, its files. 2 queries."""
    email = get_object_or_404(OutgoingEmail, pk=email_id)
    attachments = email.attachment_rows.select_related("stored_file")
    return render(request, "demo/email.html", {"email": email, "attachments": attachments})


@demo_only
@require_safe
@xframe_options_sameorigin
def email_html(request: HttpRequest, email_id: int) -> HttpResponse:
    """The HTML version for the frame: no script, no image from elsewhere, only its own styles."""
    email = get_object_or_404(OutgoingEmail.objects.exclude(html=""), pk=email_id)
    # A link of the message leaves the frame, as it leaves a mail reader.
    response = HttpResponse(email.html.replace("<head>", '<head>\n<base target="_top">', 1))
    response["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {_style_hashes(email.html)}; frame-ancestors 'self'; "
        "sandbox allow-top-navigation-by-user-activation"
    )
    return response


@demo_only
@require_safe
def attachment(request: HttpRequest, email_id: int, position: int) -> HttpResponseBase:
    row = get_object_or_404(
        EmailAttachment.objects.select_related("stored_file"),
        email_id=email_id,
        position=position,
    )
    return serve_file(request, row.stored_file)


def _style_hashes(html: str) -> str:
    """CSP sources that allow the message's own style sheets, and nothing more."""
    digests = (hashlib.sha256(style.encode()).digest() for style in _STYLE.findall(html))
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests) or (
        "'none'"
    )
