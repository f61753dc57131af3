"""What beneficiaries reach after the award; each topic has its views in views/<topic>.py."""

from __future__ import annotations

from django.urls import URLPattern, include, path

from apps.awards.views import renewals

app_name = "awards"

one_file: list[URLPattern] = [
    path("renouvellement/<int:school_year>/", renewals.renew, name="renewal"),
    path(
        "renouvellement/<int:school_year>/justificatif/",
        renewals.certificate,
        name="renewal_certificate",
    ),
]

urlpatterns = [
    path("mon-espace/dossiers/<str:reference>/", include(one_file)),
]
