from django.urls import path

from apps.lookups.same_day_lines import views
from apps.territory import converters  # noqa: F401 - registers <insee:…>

app_name = "same_day_lines"
urlpatterns = [
    path("", views.index, name="index"),
    path("hors-ligne/", views.offline, name="offline"),
    path("service-worker.js", views.service_worker, name="service_worker"),
    path("<insee:insee>/", views.commune_line, name="commune_by_code"),
    path("<insee:insee>.json", views.commune_json, name="json"),
    path("<insee:insee>-<slug:slug>/", views.commune_line, name="commune"),
    path("<insee:insee>-<slug:slug>/affiche.pdf", views.commune_poster, name="poster"),
]
