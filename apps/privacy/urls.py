from __future__ import annotations

from django.urls import path

from apps.privacy import views

app_name = "privacy"
urlpatterns = [
    path("", views.my_data, name="my_data"),
    path("copie/", views.ask_copy, name="ask_copy"),
    path("copie/<uuid:pack_id>/", views.download, name="download"),
    path("effacement/", views.ask_to_erase, name="ask_to_erase"),
]
