from django.urls import path

from apps.lookups.care_places import views

app_name = "care_places"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>-<slug:slug>/", views.place, name="place"),
]
