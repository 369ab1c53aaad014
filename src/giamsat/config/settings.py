"""Django's settings. Every variable read here stands in docs/settings.md."""

import os
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from giamsat.config import environment
from giamsat.lib import clock

environment.adopt_practice_clock()
# read by NumPy when it is first imported: with our small matrices threads only wait for each other
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

DATA_DIR = environment.data_dir()
DEFINITIONS_DIR = environment.definitions_dir()
SECRET_KEY = environment.secret_key()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("GIAMSAT_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("GIAMSAT_TRUSTED_ORIGINS", "").split(",") if o]
BEHIND_TLS = os.environ.get("GIAMSAT_BEHIND_TLS", "no") == "yes"

INSTALLED_APPS = [
    "giamsat.foundation.outbox",
    "giamsat.foundation.audit",
    "giamsat.foundation.queue",
    "giamsat.foundation.catalogue",
    "giamsat.foundation.units",
    "giamsat.foundation.access",
    "giamsat.foundation.notices",
    "giamsat.intake.sources",
    "giamsat.intake.quality",
    "giamsat.intake.observations",
    "giamsat.intake.consignments",
    "giamsat.intake.designs",
    "giamsat.analysis.warehouse",
    "giamsat.analysis.indicators",
    "giamsat.analysis.early_warning",
    "giamsat.front.reports",
    "giamsat.front.console",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "treebeard",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "axes",
    "csp",
    "django_htmx",
    "django_vite",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "giamsat.config.language.HouseLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "giamsat.foundation.access.middleware.SessionLimits",
    "giamsat.foundation.access.middleware.OwnPassword",
    "axes.middleware.AxesMiddleware",
    "giamsat.front.console.middleware.LookOnce",
    "giamsat.front.console.middleware.ExplainRefusals",
]

ROOT_URLCONF = "giamsat.config.urls"
ASGI_APPLICATION = "giamsat.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    if role := os.environ.get("GIAMSAT_DATABASE_ROLE"):
        # May add to the audit trail but not change it: docs/decisions/0019. Told to the server as a connection
        # begins: Django's own way asks the pool for one while the pool is making one, and waits for ever.
        options["options"] = f"{options.get('options', '')} -c role={role}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "giamsat",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or parts.hostname or "",
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,  # the pool hands out no connection that died with the server
        "OPTIONS": {"pool": {"min_size": 0, "max_size": 20, "timeout": 20}, **options},
    }


# Without DATABASE_URL the command line starts the embedded server over DATA_DIR/postgres first.
DATABASE_URL = os.environ.get(
    "DATABASE_URL", f"postgresql://postgres@/giamsat?host={environment.postgres_folder()}"
)
DATABASES = {"default": _database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "giamsat.foundation.access.validators.CharacterClasses"},
    {"NAME": "giamsat.foundation.access.validators.NotTheOldOne"},
]
PASSWORD_DAYS = int(os.environ.get("GIAMSAT_PASSWORD_DAYS", "90"))  # 0: passwords never wear out
CLASSIFICATION_CEILING = 1  # internal; anything above belongs on an accredited standalone network
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "giamsat.foundation.access.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_RATE_LIMITS = False  # axes counts failures, per account

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username"]  # the account is locked, from whatever address the tries came
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # trying on does not lock the holder out for longer
AXES_LOCKOUT_TEMPLATE = "account/lockout.html"
AXES_DISABLE_ACCESS_LOG = True  # our own audit trail keeps sign-ins

SESSION_IDLE_SECONDS = int(os.environ.get("GIAMSAT_SESSION_MINUTES", "60")) * 60
SESSION_COOKIE_AGE = int(os.environ.get("GIAMSAT_SESSION_HOURS", "12")) * 3600
SESSIONS_PER_ACCOUNT = int(os.environ.get("GIAMSAT_SESSIONS_PER_ACCOUNT", "3"))
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
CSRF_COOKIE_HTTPONLY = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [environment.PACKAGE / "locale"]
TIME_ZONE = clock.HOME_ZONE.key
USE_I18N = USE_TZ = True
USE_THOUSAND_SEPARATOR = False  # numbers in addresses and ids must stay numbers; figures have a filter
FORMAT_MODULE_PATH = ["giamsat.config.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = None  # served from where they lie, found once at start
STATICFILES_DIRS = [environment.PACKAGE / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"/dist/assets/"
DJANGO_VITE = {
    "default": {
        "manifest_path": environment.PACKAGE / "static" / "dist" / "manifest.json",
        "static_url_prefix": "dist",
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 4_000  # every commune's form, chosen together
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
SILENCED_SYSTEM_CHECKS: list[str] = []

# Where this house is reached, for links in mail; and the mail server, without which no mail is sent.
PUBLIC_ADDRESS = os.environ.get("GIAMSAT_ADDRESS", "http://localhost:8000").rstrip("/")
EMAIL_ON = bool(os.environ.get("GIAMSAT_MAIL_URL"))
(
    EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS, EMAIL_USE_SSL,
    DEFAULT_FROM_EMAIL,
) = environment.mail(os.environ.get("GIAMSAT_MAIL_URL", ""))  # fmt: skip
EMAIL_TIMEOUT = 20
USE_TARGET = int(
    os.environ.get("GIAMSAT_USE_TARGET", "5")
)  # uses of a report in 30 days that count as full use
OBJECTION_DAYS = int(
    os.environ.get("GIAMSAT_OBJECTION_DAYS", "5")
)  # working days to answer an objection to a score

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("GIAMSAT_LOG_LEVEL", "WARNING")},
}
