"""Every address of the portal; each app's own addresses are in its urls.py."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from apps.accounts.views import sign_out
from apps.accounts.waits import too_many_on_account_pages
from apps.core import views as core
from apps.core.metrics import metrics
from apps.lookups.care_places.sitemaps import CarePlacesSitemap
from apps.lookups.housing.sitemaps import HousingSitemap
from apps.lookups.same_day_lines.sitemaps import CommunesSitemap
from apps.portal.sitemaps import PagesSitemap
from apps.territory.sitemaps import CommunePagesSitemap

# Sections of sitemap.xml: each app brings its own.
SITEMAPS = {
    "pages": PagesSitemap,
    "communes": CommunePagesSitemap,
    "lines": CommunesSitemap,
    "places": CarePlacesSitemap,
    "housing": HousingSitemap,
}

# The page of allauth's throttles too.
handler429 = too_many_on_account_pages

urlpatterns = [
    path("healthz/", core.healthz),
    path("metrics", metrics),
    path("readyz/", core.readyz),
    # Staff sign in and out by the same door as everybody, second factor included.
    path("admin/login/", secure_admin_login(admin.site.login)),
    path("admin/logout/", sign_out),
    path("admin/", admin.site.urls),
    path("compte/donnees/", include("apps.privacy.urls")),
    path("compte/", include("apps.accounts.urls")),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}),
    # Those below a name come first: an address that is not there is passed over at once.
    path("medecin-du-jour/", include("apps.lookups.same_day_lines.urls")),
    path("lieux-de-soins/", include("apps.lookups.care_places.urls")),
    path("logements/", include("apps.lookups.housing.urls")),
    path("mon-espace/logements/", include("apps.lookups.housing.space_urls")),
    path("aides/installation/", include("apps.programmes.installation.urls")),
    path("aides/stage-rural/", include("apps.programmes.internships.urls")),
    path("aides/bourse-etudes/", include("apps.programmes.bursaries.urls")),
    path("jury/", include("apps.juries.urls")),
    path("", include("apps.portal.urls")),
    path("", include("apps.territory.urls")),
    path("", include("apps.programmes.innovation.urls")),
    path("", include("apps.casefiles.urls")),
    path("", include("apps.awards.urls")),
]

if settings.DEMO:
    urlpatterns.append(path("demo/", include("apps.demo.urls")))
