"""Production only tightens: secrets from the environment, HTTPS, hashed static files."""

from django.core.exceptions import ImproperlyConfigured

from orleans_sante.settings.base import *  # noqa: F403
from orleans_sante.settings.base import STORAGES
from orleans_sante.settings.env import env_bool, env_int, env_keys, env_list, env_str

if env_bool("DEMO"):
    raise ImproperlyConfigured(
        "DEMO is set: fictitious people and readable e-mails never run in production. "
        "Unset it, or use `make demo` on a machine of your own."
    )

SECRET_KEY = env_str("SECRET_KEY")
FIELD_ENCRYPTION_KEYS = env_keys("FIELD_ENCRYPTION_KEYS")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
PUBLIC_URL = env_str("PUBLIC_URL").rstrip("/")
# Required here: base.py's default suits a developer's machine only.
DATABASE_URL = env_str("DATABASE_URL")

SECURE_SSL_REDIRECT = True
# Supervisors ask the process itself, without the proxy that adds HTTPS.
SECURE_REDIRECT_EXEMPT = [r"^healthz/$", r"^readyz/$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env_int("HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
# One proxy in front by default, else everybody shares its address in the throttles.
ALLAUTH_TRUSTED_PROXY_COUNT = env_int("TRUSTED_PROXY_COUNT", 1)

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# IGN's plan, one tile at a time, and only for a visitor who asks for it.
MAP_TILES = {
    "url": env_str(
        "MAP_TILES_URL",
        "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
        "&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&STYLE=normal&FORMAT=image/png"
        "&TILEMATRIXSET=PM&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}",
    ),
    "credit": env_str("MAP_TILES_CREDIT", "IGN"),
}
