"""What beneficiaries reach after the award; each topic has its views in views/<topic>.py."""

from __future__ import annotations

from django.urls import URLPattern, include, path

app_name = "awards"

one_file: list[URLPattern] = []

urlpatterns = [
    path("mon-espace/dossiers/<str:reference>/", include(one_file)),
]
