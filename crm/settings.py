"""All settings: environment variables with safe defaults, listed in the README's table."""

import secrets
from datetime import time
from pathlib import Path

import django_stubs_ext
import rest_framework
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from crm.embedded.paths import local_dir, socket_dir
from crm.env import (
    env_bool,
    env_choice,
    env_int,
    env_list,
    env_networks,
    env_text,
    parse_database_url,
)
from crm.roles import APP

django_stubs_ext.monkeypatch()  # so that forms.ModelForm[User] also runs

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Mode -------------------------------------------------------------------------------------
PRODUCTION = env_bool("YIHU_PRODUCTION", False)
DEBUG = env_bool("YIHU_DEBUG", False)


def _secret_key() -> str:
    """The configured key; outside production one is made at the first start and kept."""
    key = env_text("YIHU_SECRET_KEY")
    if key:
        if PRODUCTION and len(key) < 50:
            raise ImproperlyConfigured(
                "YIHU_SECRET_KEY is too short: use at least 50 random characters."
            )
        return key
    if PRODUCTION:
        raise ImproperlyConfigured("YIHU_SECRET_KEY must be set in production.")
    path = local_dir() / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64))
    return path.read_text() or secrets.token_urlsafe(64)


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env_list("YIHU_ALLOWED_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("YIHU_CSRF_TRUSTED_ORIGINS")
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("YIHU_DEBUG must not be on in production.")
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("YIHU_ALLOWED_HOSTS must name the host in production.")

# --- Applications -----------------------------------------------------------------------------
INSTALLED_APPS = [
    "core",
    "organization",
    "customers",
    "engagement",
    "shipments",
    "contracts",
    "surveys",
    "segmentation",
    "workspace",
    "api",
    "crm",
    "crm.administration.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_cotton.apps.SimpleAppConfig",
    "django_filters",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # tokens are masked, and answers get random bytes
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "organization.middleware.SessionGuardMiddleware",
    "organization.middleware.PreferencesMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.uploads.UploadMiddleware",
    "core.middleware.TextMiddleware",
    "core.middleware.RequestContextMiddleware",
]

ROOT_URLCONF = "crm.urls"
WSGI_APPLICATION = "crm.wsgi.application"
# Partials around components around files: the packages' own set-up would each drop the other's.
_FILES = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [("django.template.loaders.cached.Loader", _FILES)],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "workspace.context_processors.shell",
                "crm.context_processors.outbox_trouble",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database ---------------------------------------------------------------------------------
# The role decides what a process may do (crm/roles.py): web processes are held to row-level
# security, jobs and commands are not, only migrations may change tables.
DATABASE_URL = env_text("DATABASE_URL")
DB_ROLE = env_text("YIHU_DB_ROLE", APP)
STATEMENT_TIMEOUT = env_text("YIHU_STATEMENT_TIMEOUT", "15s" if DB_ROLE == APP else "10min")


def _database() -> dict[str, object]:
    """Django's connection settings: the embedded server, or the one DATABASE_URL names."""
    timeouts = (
        f"-c statement_timeout={STATEMENT_TIMEOUT}"
        f" -c lock_timeout={'3s' if DB_ROLE == APP else '60s'}"
        f" -c idle_in_transaction_session_timeout={'60s' if DB_ROLE == APP else '10min'}"
    )
    options: dict[str, object] = {
        "options": timeouts,
        "application_name": f"yihu-{DB_ROLE}",
    }
    common = {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, "OPTIONS": options}
    if not DATABASE_URL:
        return {
            "ENGINE": "crm.embedded.postgresql",
            "NAME": env_text("YIHU_DB_NAME", "yihu"),
            "USER": DB_ROLE,
            "HOST": str(socket_dir()),
            **common,
        }
    url = parse_database_url(DATABASE_URL)
    if url["USER"] != DB_ROLE:
        options["assume_role"] = DB_ROLE
    return {"ENGINE": "django.db.backends.postgresql", **url, **common}


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis, Celery ----------------------------------------------------------------------------
REDIS_URL = env_text("REDIS_URL", f"unix://{socket_dir() / 'redis.sock'}")
CELERY_APP = "crm.celery.app"
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 2 * 3600
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 4 * 3600, "socket_connect_timeout": 3}
CELERY_TASK_IGNORE_RESULT = True
# A worker takes from both unless it is told otherwise.
CELERY_TASK_QUEUES = {name: {"routing_key": name} for name in ("celery", "credit")}
# Whether the next parcel goes is known within a second, whatever else is being worked on.
CELERY_TASK_ROUTES = {"crm.tasks.judge_credit": {"queue": "credit"}}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
NIGHTLY_HOUR = env_int("YIHU_NIGHTLY_HOUR", 1, low=0, high=23)  # Asia/Shanghai
NIGHTLY_CATCH_UP_DAYS = 7
NIGHTLY_KEEP_DAYS = env_int("YIHU_KEEP_NIGHTS", 40, low=2, high=4000)  # month ends stay for good
METRICS_TOKEN = env_text("YIHU_METRICS_TOKEN")  # empty: /metrics answers this machine alone
COMPANY_CURRENCY = env_text("YIHU_CURRENCY", "CNY")

# --- Calls to others (webhooks) ---------------------------------------------------------------
OUTGOING_PRIVATE = env_networks("YIHU_OUTGOING_PRIVATE")  # of our own networks, who may be called

# --- E-mail -----------------------------------------------------------------------------------
EMAIL_HOST = env_text("YIHU_MAIL_HOST")  # empty: nothing is mailed, and pages offer no e-mail
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
_MAIL_SECURITY = env_choice("YIHU_MAIL_SECURITY", "starttls", {"starttls", "tls", "none"})
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL_SECURITY == "starttls", _MAIL_SECURITY == "tls"
EMAIL_PORT = env_int("YIHU_MAIL_PORT", 587, low=1, high=65535)
EMAIL_HOST_USER = env_text("YIHU_MAIL_USER")
EMAIL_HOST_PASSWORD = env_text("YIHU_MAIL_PASSWORD")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env_text("YIHU_MAIL_FROM", "yihu@localhost")
PUBLIC_URL = env_text("YIHU_URL").rstrip(
    "/"
)  # how e-mails lead back to us, such as https://yihu.example

# --- Sign-in ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "organization.User"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"
AUTHENTICATION_BACKENDS = ["organization.backends.PasswordBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_ENGINE = "organization.sessions"
SESSION_COOKIE_AGE = env_int("YIHU_SESSION_HOURS", 12, low=1, high=24 * 30) * 3600
SESSION_IDLE_MINUTES = env_int("YIHU_IDLE_MINUTES", 120, low=15, high=60 * 24 * 30)
SESSION_COOKIE_HTTPONLY = True
PASSWORD_RESET_TIMEOUT = 24 * 3600
SIGN_IN_TRIES = env_int("YIHU_SIGN_IN_TRIES", 5, low=3, high=50)
SIGN_IN_WAIT_MINUTES = env_int("YIHU_SIGN_IN_WAIT", 15, low=1, high=24 * 60)
CONFIRM_MINUTES = 15  # after that long the password is asked for again before what matters
SECURITY_EVENTS_DAYS = env_int("YIHU_KEEP_SECURITY_DAYS", 400, low=90, high=4000)
SECOND_FACTOR = env_choice(
    "YIHU_SECOND_FACTOR", "required" if PRODUCTION else "optional", {"required", "optional"}
)
if PRODUCTION and SECOND_FACTOR != "required":
    raise ImproperlyConfigured("YIHU_SECOND_FACTOR must be 'required' in production.")

# --- Single sign-on (OpenID Connect) ----------------------------------------------------------
OIDC_ISSUER = env_text("YIHU_OIDC_ISSUER").rstrip("/")
OIDC_CLIENT_ID = env_text("YIHU_OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env_text("YIHU_OIDC_CLIENT_SECRET")
OIDC_NAME = env_text("YIHU_OIDC_NAME", "SSO") if OIDC_ISSUER else ""
OIDC_CLAIM = env_text("YIHU_OIDC_CLAIM", "preferred_username")
OIDC_SECOND_FACTOR = env_bool("YIHU_OIDC_SECOND_FACTOR", False)
if OIDC_ISSUER and not (OIDC_CLIENT_ID and OIDC_CLIENT_SECRET):
    raise ImproperlyConfigured(
        "YIHU_OIDC_ISSUER needs YIHU_OIDC_CLIENT_ID and YIHU_OIDC_CLIENT_SECRET."
    )
if PRODUCTION and OIDC_ISSUER and not OIDC_ISSUER.startswith("https://"):
    raise ImproperlyConfigured("YIHU_OIDC_ISSUER must be an https:// address in production.")

# --- Browser policy ---------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = PRODUCTION and env_bool("YIHU_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # machines ask these without TLS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
BEHIND_PROXY = env_bool("YIHU_BEHIND_PROXY", False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_500  # each selected customer is one (customers/services/many.py)

# --- Words and time ---------------------------------------------------------------------------
LANGUAGE_CODE = env_text("YIHU_LANGUAGE", "zh-hans")
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale", Path(rest_framework.__file__).parent / "locale"]
FORMAT_MODULE_PATH = ["crm.formats"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
WORKING_HOURS = ((time(9), time(12)), (time(13), time(18)))  # of a working day

# --- REST API ---------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.keyholders.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["api.keyholders.KeyHasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["api.keyholders.KeyThrottle"],
    "DEFAULT_PARSER_CLASSES": ["api.parsers.JsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["api.renderers.JsonRenderer"],
    "EXCEPTION_HANDLER": "api.problems.answer_problem",
    "DEFAULT_SCHEMA_CLASS": "api.openapi.OperationSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Yihu API",
    "DESCRIPTION": _("For dispatch, finance and call-centre systems of the company."),
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["api.openapi.add_common"],
}

# --- Files ------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = local_dir() / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns about a missing folder
# Uploaded tables, shared by web and worker; never below STATIC_ROOT.
UPLOAD_DIR = Path(env_text("YIHU_UPLOAD_DIR") or local_dir() / "uploads")
# Files kept with customers, shared by all web processes and backed up with the database.
FILES_DIR = Path(env_text("YIHU_FILES_DIR") or local_dir() / "files")
UPLOAD_MAX_MB = env_int("YIHU_UPLOAD_MB", 200, low=1, high=2000)
KEEP_UPLOADS_DAYS = env_int("YIHU_KEEP_UPLOADS", 30, low=1, high=3650)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "crm.static_files.StaticFiles"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_USE_FINDERS = DEBUG  # who designs pages sees a changed file at once

# --- Logs -------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env_text("YIHU_LOG_LEVEL", "INFO")},
}
