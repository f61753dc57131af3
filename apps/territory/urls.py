from django.urls import path

from apps.territory import views

app_name = "territory"
urlpatterns = [
    path("communes/suggestions/", views.suggestions, name="suggestions"),
]
