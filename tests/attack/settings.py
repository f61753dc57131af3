"""The demo's settings, with a database that can be killed at any write, and mail in a folder."""

from orleans_sante.settings.demo import *  # noqa: F403
from orleans_sante.settings.demo import DATABASES

DATABASES["default"]["ENGINE"] = "tests.attack.faulty"
DELIVERY_EMAIL_BACKEND = "tests.attack.mail.MailFolder"
