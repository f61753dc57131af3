"""The portal's addresses, and two floors served by the very same processes and middleware."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from apps.territory.models import Commune


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def one_query(request: HttpRequest) -> HttpResponse:
    """One indexed query and a plain page of about 10 KB: inheritance and a loop, no more."""
    commune = Commune.objects.get(pk="45234")
    return render(request, "bench/one_query.html", {"commune": commune, "rows": range(40)})


urlpatterns = [
    path("bench/bare/", bare),
    path("bench/one-query/", one_query),
    path("", include("orleans_sante.urls")),
]
