"""A developer's machine: debug pages, no HTTPS, no second factor."""

from orleans_sante.settings.base import *  # noqa: F403
from orleans_sante.settings.env import env_keys, env_str

DEBUG = True
SECRET_KEY = env_str("SECRET_KEY", "development-only-key-never-used-in-production-0123456789")
FIELD_ENCRYPTION_KEYS = env_keys(
    "FIELD_ENCRYPTION_KEYS", "ZGV2ZWxvcG1lbnQtb25seS1rZXktbm8tcmVhbC1kYXQ="
)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
STAFF_SECOND_FACTOR = False
# Passkeys without HTTPS, at http://localhost (browsers refuse them at a bare IP address).
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
