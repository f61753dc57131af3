from django.urls import path

from apps.programmes.bursaries import views

app_name = "bursaries"
urlpatterns = [
    path("", views.aid, name="aid"),
    path("simulateur/", views.simulator, name="simulator"),
    path("demande/", views.apply, name="apply"),
]
