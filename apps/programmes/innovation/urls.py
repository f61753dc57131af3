from django.urls import path

from apps.programmes.innovation import views

app_name = "innovation"
urlpatterns = [
    path("", views.aid, name="aid"),
    path("simulateur/", views.simulator, name="simulator"),
    path("demande/", views.apply, name="apply"),
]
