"""Tests: quick hashing, mail in memory, no static manifest."""

from orleans_sante.settings.base import *  # noqa: F403
from orleans_sante.settings.base import DATABASES, MIDDLEWARE

SECRET_KEY = "test-only-key-0123456789-0123456789-0123456789-0123456789"
FIELD_ENCRYPTION_KEYS = ["dGVzdC1vbmx5LWtleS0wMTIzNDU2Nzg5LTAxMjM0NTY="]
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# WhiteNoise rescans the static root for each test client: 200 small tests 5 s instead of 30.
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise")]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SIGN_UP_ANSWERS_EVERY = 0
# The second factor has its own tests; elsewhere `force_login` is enough.
STAFF_SECOND_FACTOR = False
# Passkeys without HTTPS, at http://localhost (browsers refuse them at a bare IP address).
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
# Tests open one connection per thread and close it: a pool would outlive them.
DATABASES["default"]["OPTIONS"].pop("pool")
