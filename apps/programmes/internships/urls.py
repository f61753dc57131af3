from django.urls import path

from apps.programmes.internships import views

app_name = "internships"
urlpatterns = [
    path("", views.aid, name="aid"),
    path("simulateur/", views.simulator, name="simulator"),
    path("demande/", views.apply, name="apply"),
]
