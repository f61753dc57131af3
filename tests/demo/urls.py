"""The project's addresses as the demo settings make them."""

from django.urls import include, path

from orleans_sante import urls as project

urlpatterns = [*project.urlpatterns, path("demo/", include("apps.demo.urls"))]
