"""A small town site made with Wagtail, as its own project template has it, without debugging."""

import os
from urllib.parse import unquote, urlsplit

_DATABASE = urlsplit(os.environ["DATABASE_URL"])

SECRET_KEY = "for-the-bench-only"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "town.urls"
WSGI_APPLICATION = "town.wsgi.application"
INSTALLED_APPS = [
    "town",
    "wagtail.users",
    "wagtail.images",
    "wagtail.documents",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.sites",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
if os.environ.get("PAGE_CACHE"):
    MIDDLEWARE = [
        "django.middleware.cache.UpdateCacheMiddleware",
        *MIDDLEWARE,
        "django.middleware.cache.FetchFromCacheMiddleware",
    ]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _DATABASE.path.lstrip("/"),
        "HOST": unquote(_DATABASE.hostname or ""),
        "PORT": _DATABASE.port or "",
        "USER": _DATABASE.username or "",
        "PASSWORD": _DATABASE.password or "",
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 4}},
    }
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/static/"
USE_TZ = True
LANGUAGE_CODE = "fr"
WAGTAIL_SITE_NAME = "Une commune"
WAGTAILADMIN_BASE_URL = "http://127.0.0.1"
