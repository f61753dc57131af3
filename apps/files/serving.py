"""Hand a private file to a browser. Who may have it is the caller's question, not ours."""

from __future__ import annotations

import logging
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

from apps.files.enums import ScanStatus
from apps.files.models import StoredFile

logger = logging.getLogger(__name__)


def why_not_open(stored_file: StoredFile) -> str:
    """Reason why nobody may open this file, or an empty string."""
    if stored_file.erased_at:
        return "Ce fichier a été effacé : sa durée de conservation est passée."
    match stored_file.scan_status:
        case ScanStatus.PENDING:
            return (
                f"« {stored_file.original_name} » attend son analyse antivirus. "
                "Revenez dans quelques minutes."
            )
        case ScanStatus.INFECTED:
            return (
                f"« {stored_file.original_name} » contient un virus : il reste fermé. "
                "Un autre fichier est nécessaire."
            )
        case _:
            return ""


def serve_file(
    request: HttpRequest, stored_file: StoredFile, *, as_attachment: bool = True
) -> HttpResponseBase:
    """The file, streamed, or left to nginx when settings.X_ACCEL_PREFIX is set.

    The caller has checked the person's right to it. `as_attachment=False` lets the browser show
    it, in a sandbox without scripts.
    Raises PermissionDenied with the reason of `why_not_open`, and Http404 when the disk lost it.
    """
    if reason := why_not_open(stored_file):
        raise PermissionDenied(reason)
    response = _accelerated(stored_file) if settings.X_ACCEL_PREFIX else _streamed(stored_file)
    response["Content-Type"] = stored_file.content_type
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment, stored_file.original_name) or "inline"
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def _streamed(stored_file: StoredFile) -> HttpResponseBase:
    try:
        content = stored_file.file.open("rb")
    except FileNotFoundError as error:
        logger.exception("Stored file %s is not on the disk any more.", stored_file.pk)
        raise Http404("Ce fichier est introuvable.") from error
    response = FileResponse(content)
    response["Content-Length"] = str(stored_file.size)
    return response


def _accelerated(stored_file: StoredFile) -> HttpResponseBase:
    """Only headers: nginx serves the body from its internal location."""
    response = HttpResponse()
    prefix = settings.X_ACCEL_PREFIX.rstrip("/")
    response["X-Accel-Redirect"] = f"{prefix}/{quote(stored_file.file.name)}"
    return response
