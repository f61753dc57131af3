"""Home, list of aids, obligatory pages, and what browsers and search engines ask for.

No page here reads the session: each is the same for everybody.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from apps.core import clock
from apps.core.fragments import draw_page
from apps.core.open_api import document
from apps.portal.aids import AIDS
from apps.portal.forms import FindNumberForm
from apps.portal.models import PageText

# Made anew with each answer: a contact that nobody answers any more goes with the portal.
_SECURITY_CONTACT_HOLDS_FOR = timedelta(days=180)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return draw_page(request, "portal/home.html", _home)


def _home() -> dict[str, Any]:
    aids = {aid.slug.replace("-", "_"): aid for aid in AIDS}
    return {"find_form": FindNumberForm(), "aids": aids}


@require_safe
def aids(request: HttpRequest) -> HttpResponse:
    return draw_page(request, "portal/aids.html", lambda: {"aids": AIDS})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return _obligatory(request, "portal/accessibility.html")


@require_safe
def legal_notice(request: HttpRequest) -> HttpResponse:
    return _obligatory(request, "portal/legal_notice.html")


@require_safe
def personal_data(request: HttpRequest) -> HttpResponse:
    return _obligatory(request, "portal/personal_data.html")


def _obligatory(request: HttpRequest, template: str) -> HttpResponse:
    texts = PageText.objects.bodies()
    return draw_page(request, template, lambda: {"texts": texts}, facts=tuple(texts.items()))


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    return draw_page(request, "portal/site_map.html", lambda: {"aids": AIDS})


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return draw_page(request, "portal/help.html", dict)


@require_safe
@cache_control(public=True, max_age=86_400)
def robots(request: HttpRequest) -> HttpResponse:
    context = {"public_url": settings.PUBLIC_URL}
    return render(request, "portal/robots.txt", context, content_type="text/plain")


@require_safe
@cache_control(public=True, max_age=86_400)
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a fault (RFC 9116); nobody is named before the settings say whom."""
    if not settings.SECURITY_CONTACT:
        raise Http404("Aucun contact n’est renseigné.")
    expires_at = clock.now().replace(microsecond=0) + _SECURITY_CONTACT_HOLDS_FOR
    lines = (
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires_at.isoformat()}",
        "Preferred-Languages: fr, en",
        f"Canonical: {settings.PUBLIC_URL}{request.path}",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86_400)
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest, so that the portal can be kept on a phone's first screen."""
    icons = [
        {"src": static(f"img/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    return JsonResponse(
        {
            "name": "Orléans Santé",
            "short_name": "Santé",
            "lang": "fr",
            "start_url": "/",
            "display": "minimal-ui",
            "background_color": "#ffffff",
            "theme_color": "#005a66",
            "icons": [
                {"src": static("img/favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
                *icons,
            ],
            "shortcuts": [
                {"name": "Un médecin aujourd’hui", "url": "/medecin-du-jour/"},
                {"name": "Mon espace", "url": "/mon-espace/"},
            ],
        },
        content_type="application/manifest+json",
    )


@require_safe
@cache_control(public=True, max_age=86_400)
def open_api(request: HttpRequest) -> HttpResponse:
    """What programs may ask, for those who write them (OpenAPI 3.1)."""
    response = JsonResponse(
        document(server=settings.PUBLIC_URL),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
@cache_control(public=True, max_age=86_400)
def root_icon(request: HttpRequest, name: str) -> HttpResponse:
    """Icons that browsers look for at the root, without being told: see urls.py."""
    return HttpResponseRedirect(static(f"img/{name}"))
