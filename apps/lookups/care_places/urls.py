from django.urls import path

from apps.lookups.care_places import views

app_name = "care_places"
urlpatterns = [
    path("", views.index, name="index"),
    path("lieux.json", views.index_json, name="index_json"),
    path("<int:pk>.json", views.place_json, name="place_json"),
    path("<int:pk>-<slug:slug>/", views.place, name="place"),
]
