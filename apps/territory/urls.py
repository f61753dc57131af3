from django.urls import path

from apps.territory import (
    converters,  # noqa: F401 - registers <insee:…>
    views,
)

app_name = "territory"
urlpatterns = [
    path("communes/suggestions/", views.suggestions, name="suggestions"),
    path("communes/<insee:insee>/", views.commune, name="commune_by_code"),
    path("communes/<insee:insee>-<slug:slug>/", views.commune, name="commune"),
]
