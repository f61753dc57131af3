"""The demo town: production's code, fictitious people, mail kept on the spot."""

from orleans_sante.settings.base import *  # noqa: F403
from orleans_sante.settings.env import env_keys, env_str

SECRET_KEY = env_str("SECRET_KEY", "demo-only-key-fictitious-people-no-real-data-0123456789abcdef")
FIELD_ENCRYPTION_KEYS = env_keys(
    "FIELD_ENCRYPTION_KEYS", "ZGVtby1vbmx5LWtleS1maWN0aXRpb3VzLXBlb3BsZSE="
)
# No bank has the number 00000: a right account that is nobody's.
DEBTOR = {
    "name": "Département fictif (démonstration)",
    "iban": "FR76 0000 0000 0000 0000 0000 097",
    "bic": "DEMOFRPPXXX",
}
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
DEMO = True
STAFF_SECOND_FACTOR = False
# Passkeys without HTTPS, at http://localhost (browsers refuse them at a bare IP address).
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
# Nothing leaves the machine: the messages are read at /demo/courriels/.
DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
# Static files are served from where they are: nothing to collect, nothing stale.
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
