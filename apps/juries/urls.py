"""The jurors' space."""

from __future__ import annotations

from django.urls import path

from apps.juries.views import home, reading, results

app_name = "juries"

urlpatterns = [
    path("", home.home, name="home"),
    path("campagnes/<int:pk>/classement/", results.ranking, name="ranking"),
    path("campagnes/<int:pk>/proces-verbal/", results.minutes, name="minutes"),
    path("dossiers/<str:reference>/", reading.page, name="file"),
    path("dossiers/<str:reference>/lien/", reading.conflict, name="conflict"),
    path("dossiers/<str:reference>/reprendre/", reading.reopen, name="reopen"),
    path("dossiers/<str:reference>/pieces/<uuid:file_id>/", reading.piece, name="piece"),
]
