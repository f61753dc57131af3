from django.urls import path

from apps.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("aides/", views.aids, name="aids"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("mentions-legales/", views.legal_notice, name="legal_notice"),
    path("donnees-personnelles/", views.personal_data, name="personal_data"),
    path("plan-du-site/", views.site_map, name="site_map"),
    path("aide/", views.help_page, name="help"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("openapi.json", views.open_api, name="open_api"),
    path("site.webmanifest", views.manifest, name="manifest"),
    path("favicon.ico", views.root_icon, {"name": "favicon.ico"}),
    path("apple-touch-icon.png", views.root_icon, {"name": "apple-touch-icon.png"}),
]
