from django.urls import path

from apps.programmes.installation import views

app_name = "installation"
urlpatterns = [
    path("", views.aid, name="aid"),
    path("simulateur/", views.simulator, name="simulator"),
    path("demande/", views.apply, name="apply"),
]
