"""Settings shared by every profile; the profiles only add or tighten.

Profiles: demo (make demo), dev (make run), test (make test), production.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.urls import reverse_lazy

from apps.core.fetch_ahead import CSP_SOURCE
from orleans_sante.settings.council import *  # noqa: F403
from orleans_sante.settings.env import env_bool, env_int, env_list, env_str
from orleans_sante.settings.identity import identity_provider_origins, identity_providers
from orleans_sante.settings.private_files import private_storage
from orleans_sante.settings.shedding import NEVER_SHED, SHED_AFTER  # noqa: F401
from orleans_sante.settings.throttles import (  # noqa: F401
    ACCOUNT_RATE_LIMITS,
    SIGN_UP_ANSWERS_EVERY,
    THROTTLES,
)

BASE_DIR = Path(__file__).resolve().parents[2]

DEBUG = False
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS")
ROOT_URLCONF = "orleans_sante.urls"
WSGI_APPLICATION = "orleans_sante.wsgi.application"
# Absolute addresses in e-mails, PDFs and canonical links; never taken from the Host header.
PUBLIC_URL = env_str("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "apps.core",  # first: forms made before it is ready would keep Django's sentences
    "apps.backoffice.apps.BackofficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "localflavor",
    "pghistory",
    "pgtrigger",
    "phonenumber_field",
    "procrastinate.contrib.django",
    "apps.accounts",
    "apps.territory",
    "apps.files",
    "apps.notifications",
    "apps.lookups.same_day_lines",
    "apps.lookups.care_places",
    "apps.lookups.housing",
    "apps.lookups.supervisors",
    "apps.casefiles",
    "apps.awards",
    "apps.juries",
    "apps.programmes.installation",
    "apps.programmes.internships",
    "apps.programmes.bursaries",
    "apps.programmes.innovation",
    "apps.privacy",
    "apps.portal",
    "apps.demo",
]

MIDDLEWARE = [
    "apps.core.kept_answers.KeptAnswersMiddleware",
    "apps.core.middleware.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.middleware.PolicyMiddleware",
    "apps.core.load_shedding.LoadSheddingMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "apps.core.public_pages.PublicPagesMiddleware",
    "django.middleware.common.CommonMiddleware",
    "apps.core.middleware.ThrottleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.core.message_storage.MessagesMiddleware",
    "apps.accounts.middleware.StaffSecondFactorMiddleware",
    "apps.accounts.middleware.StaffIdleMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "apps.core.replica.ReplicaMiddleware",
]

# History names the person who wrote. Reading a page writes nothing: asking who reads would load
# the session, and no shared cache could keep the public pages.
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.core.context_processors.portal",
            ],
            "builtins": ["apps.core.templatetags.ui"],
        },
    },
]
FORM_RENDERER = "apps.core.forms.PortalFormRenderer"

# --- Database: PostgreSQL only (the demo and the tests start their own, see tools/postgres.py)
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **dj_database_url.parse(env_str("DATABASE_URL", "postgresql:///orleans_sante")),
        "ENGINE": "apps.core.postgresql",
        # The pool keeps connections open; a new connection per request halves the throughput.
        "CONN_MAX_AGE": 0,
        # Our engine does so for less: a server that started again is found at once, not by a page
        # that fails.
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {
            # A file is read with all that its page shows: trying each order of its twenty joins,
            # whose rows it has one of, would cost ten times what reading them does.
            # What is asked for often lies in memory: a row found by its index costs little more
            # than the next one. A page never waits for a compiler nor for other processes.
            "options": "-c join_collapse_limit=4 -c random_page_cost=1.1 -c jit=off "
            "-c max_parallel_workers_per_gather=0",
            "pool": {
                "min_size": 1,
                "max_size": env_int("DATABASE_POOL_SIZE", 4),
                # Seconds that a page waits for a server that is away, and that the pool looks for
                # it by itself; after that, each page asks again.
                "timeout": 5,
                "reconnect_timeout": 5,
            },
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# A streaming replica of it for pages that may be a moment late (apps/core/replica.py); or none.
if _replica := env_str("DATABASE_REPLICA_URL", ""):
    DATABASES["replica"] = {
        **DATABASES["default"],
        **dj_database_url.parse(_replica),
        "ENGINE": "apps.core.postgresql",
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            # One that does not answer within this many seconds is done without.
            **DATABASES["default"]["OPTIONS"],
            "pool": {**DATABASES["default"]["OPTIONS"]["pool"], "timeout": 2},
            "connect_timeout": 2,
        },
        "TEST": {"MIRROR": "default"},
    }
    DATABASE_ROUTERS = ["apps.core.replica.ReplicaRouter"]
# Namespaces of public pages; every list of the back office is read there too.
REPLICA_PAGES = {"care_places", "housing", "innovation", "portal", "same_day_lines", "territory"}

# Shared between processes, so that throttles count once for all of them.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # Beyond it rows go in the order of their keys, whether they still count or not: with
        # Django's 300, whoever tries 300 addresses would be free to begin again.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Folder of the last answer of each public page, shown with its date while the database is away
# (apps/core/last_known.py); empty: each process only has those that it gave itself.
LAST_KNOWN_PAGES = env_str("LAST_KNOWN_PAGES", "")

# --- Language and time: French, Europe/Paris at the edges, UTC inside
LANGUAGE_CODE = "fr"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"
FORMAT_MODULE_PATH = ["orleans_sante.formats"]
USE_THOUSAND_SEPARATOR = False

# --- People: who signs in, and how (apps/accounts)
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = "/mon-espace/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
# A person signs in with a code sent by e-mail; password and passkeys are options.
ACCOUNT_ADAPTER = "apps.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_SIGNUP_FORM_CLASS = "apps.accounts.signup.IdentityForm"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_CONFIRMATION_AUTHENTICATED_REDIRECT_URL = reverse_lazy("account_home")
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
# Who has a password or a second factor gives it again before changing address or services.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_FORMS = {
    "login": "apps.accounts.forms.CodeLoginForm",
    "signup": "apps.accounts.forms.SignUpForm",
    "confirm_login_code": "apps.accounts.forms.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "apps.accounts.forms.ConfirmEmailCodeForm",
    "confirm_password_reset_code": "apps.accounts.forms.ConfirmPasswordResetCodeForm",
    "add_email": "apps.accounts.forms.NewEmailForm",
    "change_password": "apps.accounts.forms.ChangePasswordForm",
    "set_password": "apps.accounts.forms.SetPasswordForm",
    "reset_password": "apps.accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "apps.accounts.forms.ResetPasswordForm",
    "reauthenticate": "apps.accounts.forms.PasswordConfirmationForm",
}
MFA_ADAPTER = "apps.accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "apps.accounts.forms.SecondFactorForm",
    "reauthenticate": "apps.accounts.forms.SecondFactorConfirmationForm",
    "activate_totp": "apps.accounts.forms.ActivateAppForm",
    "add_webauthn": "apps.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "apps.accounts.forms.RenamePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Orléans Santé"
# « Trust this browser » would let a stolen laptop skip the second factor of staff.
MFA_TRUST_ENABLED = False
# Staff must hold a second factor (accounts.middleware); the demo switches it off.
STAFF_SECOND_FACTOR = True
# Staff sessions close after this much time without a request; others after two weeks.
STAFF_IDLE_MINUTES = env_int("STAFF_IDLE_MINUTES", 60)
SESSION_COOKIE_AGE = 14 * 24 * 3600
SOCIALACCOUNT_ADAPTER = "apps.accounts.adapters.ProviderAdapter"
SOCIALACCOUNT_FORMS = {
    "signup": "apps.accounts.forms.ProviderSignUpForm",
    "disconnect": "apps.accounts.forms.DisconnectProviderForm",
}
# An address that a provider hands over is a claim, not a proof that two accounts are one.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_PROVIDERS = identity_providers()

# --- Static files and private uploads
STATIC_URL = "/static/"
STATIC_ROOT: Path | None = Path(env_str("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
# Leaflet is taken from a package whose own app would need GDAL: its folder is all that we use.
_LEAFLET = find_spec("leaflet")
STATICFILES_DIRS = [
    BASE_DIR / "static",
    *(
        ("leaflet", Path(folder) / "static" / "leaflet")
        for folder in (_LEAFLET and _LEAFLET.submodule_search_locations) or ()
    ),
]
# Behind nginx: its internal location over PRIVATE_MEDIA_ROOT, « /fichiers-prives/ » say.
X_ACCEL_PREFIX = env_str("X_ACCEL_PREFIX", "")
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": private_storage(x_accel_prefix=X_ACCEL_PREFIX),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Uploads live outside the web root; files.serving is the only way to them.
PRIVATE_MEDIA_ROOT = Path(env_str("PRIVATE_MEDIA_ROOT", str(BASE_DIR / "media")))
FILE_UPLOAD_HANDLERS = [
    "apps.files.uploads.OversizeCutter",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# The antivirus, « host:3310 » or « /run/clamav/clamd.ctl »; empty: files are not scanned.
CLAMD_ADDRESS = env_str("CLAMD_ADDRESS", "")
# Backups are encrypted for this key (manage.py make_backup_key); its secret half is never here.
BACKUP_PUBLIC_KEY = env_str("BACKUP_PUBLIC_KEY", "")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

# --- Mail: every message is queued in the database, the worker delivers it
EMAIL_BACKEND = "apps.notifications.backends.QueuedEmailBackend"
DELIVERY_EMAIL_BACKEND = env_str(
    "DELIVERY_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend"
)
EMAIL_HOST = env_str("EMAIL_HOST", "localhost")
EMAIL_PORT = env_int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env_str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env_str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env_str("DEFAULT_FROM_EMAIL", "Orléans Santé <ne-pas-repondre@localhost>")

# --- Security: strict everywhere, no unsafe-* anywhere, admin included
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, CSP_SOURCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        # Chromium applies it to redirects too: sign-in and sign-out end at the provider.
        "form-action": [SELF, *identity_provider_origins()],
        "frame-ancestors": [NONE],
        # Browsers that know of it refuse to write HTML or to load a script from a text, but for
        # addresses that our one policy has looked at (static/js/same-day-line.js).
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["orleans-sante"],
    }
}
# Whom to tell of a fault, « mailto:… » or « https://… »: /.well-known/security.txt is not there
# before it is set.
SECURITY_CONTACT = env_str("SECURITY_CONTACT", "")
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "apps.core.message_storage.MessageStorage"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

# --- Figures for Prometheus at /metrics, for whoever shows this token; unset, there are none
METRICS_TOKEN = env_str("METRICS_TOKEN", "")
if METRICS_TOKEN:
    INSTALLED_APPS += ["django_prometheus"]
    MIDDLEWARE = [
        "django_prometheus.middleware.PrometheusBeforeMiddleware",
        "apps.core.metrics.AnswersMiddleware",
        *MIDDLEWARE,
    ]

# --- Demo: fictitious people and the readable mailbox are reachable only there
DEMO = False

SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # What is wrong with somebody's PDF is told to that person, not to the log.
    "loggers": {"pikepdf": {"level": "CRITICAL"}},
    "root": {"handlers": ["console"], "level": env_str("LOG_LEVEL", "WARNING")},
}
