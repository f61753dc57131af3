"""Every address of the portal; each app's own addresses are in its urls.py."""

from django.contrib import admin
from django.urls import include, path

from apps.core import views as core

urlpatterns = [
    path("healthz/", core.healthz),
    path("readyz/", core.readyz),
    path("admin/", admin.site.urls),
    path("compte/", include("allauth.urls")),
    path("", include("apps.territory.urls")),
    path("medecin-du-jour/", include("apps.lookups.same_day_lines.urls")),
    path("aides/installation/", include("apps.programmes.installation.urls")),
]
