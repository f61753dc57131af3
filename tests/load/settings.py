"""The demo's settings behind a proxy, as production counts visitors: throttles stay as they are."""

from orleans_sante.settings.demo import *  # noqa: F403

ALLAUTH_TRUSTED_PROXY_COUNT = 1
DELIVERY_EMAIL_BACKEND = "tests.attack.mail.MailFolder"
