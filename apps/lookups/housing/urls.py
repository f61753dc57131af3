from django.urls import path

from apps.lookups.housing import views

app_name = "housing"
urlpatterns = [
    path("", views.index, name="index"),
    path("photos/<uuid:file_id>.jpg", views.photo, name="photo"),
    path("<int:pk>-<slug:slug>/", views.offer, name="offer"),
]
