from django.urls import path

from apps.lookups.care_places import appointment_views, thirty_minutes_views, views

app_name = "care_places"
urlpatterns = [
    path("", views.index, name="index"),
    path("trente-minutes/", thirty_minutes_views.thirty_minutes, name="thirty_minutes"),
    path("lieux.json", views.index_json, name="index_json"),
    path("<int:pk>.json", views.place_json, name="place_json"),
    path("<int:pk>-<slug:slug>/", views.place, name="place"),
    path("<int:pk>-<slug:slug>/rendez-vous/", appointment_views.slots, name="slots"),
    path("rendez-vous/<int:slot_id>/", appointment_views.take, name="take"),
    path("rendez-vous/code/", appointment_views.code, name="code"),
    path("rendez-vous/pris/", appointment_views.taken, name="taken"),
    path("rendez-vous/annuler/<str:token>/", appointment_views.cancel_by_link, name="cancel"),
]
