"""Every setting, read from the environment. What each variable means stands in docs/operations.md."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from celery.schedules import crontab

from policyhub.core import env

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = env.text("POLICYHUB_SECRET_KEY", "not-a-secret: commands that serve nobody")
DEBUG = False
SITE_URL = env.text("POLICYHUB_SITE_URL", "http://127.0.0.1:8000").rstrip("/")
SITE_HOST = urlsplit(SITE_URL).hostname or "127.0.0.1"
IS_HTTPS = SITE_URL.startswith("https://")
# Sign-in links of personas and the page of kept mail exist only where nobody else can reach the server.
LISTENS_ON_LOOPBACK = env.flag("POLICYHUB_LOOPBACK")
RUN_ID = env.text("POLICYHUB_RUN_ID")
ALLOWED_HOSTS = [*env.items("POLICYHUB_HOSTS"), SITE_HOST, "127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.admin",
    "allauth",
    "allauth.account",
    "rest_framework",
    "drf_spectacular",
    "policyhub.core",
    "policyhub.record",
    "policyhub.accounts",
    "policyhub.participation",
    "policyhub.drafting",
    "policyhub.meetings",
    "policyhub.decisions",
    "policyhub.minutes",
    "policyhub.publishing",
    "policyhub.insight",
    "policyhub.notifications",
    "policyhub.web",
    "policyhub.portal",
    "policyhub.api",
    "policyhub.demo",
    "policyhub.runtime",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "policyhub.core.middleware.FixedHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "policyhub.core.middleware.WorkspaceOnly",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "policyhub.web.errors.Busy",
]

ROOT_URLCONF = "policyhub.urls"
WSGI_APPLICATION = "policyhub.wsgi.application"

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
            ],
        },
    },
]

# The serving role owns nothing; `migrate` connects as the owner by itself.
_SERVING = env.database("DATABASE_URL")
_OWNER = env.database("DATABASE_OWNER_URL")
DATABASES = {
    "default": {
        **(_SERVING or {"ENGINE": "django.db.backends.postgresql", "NAME": "policyhub"}),
        "OPTIONS": {**_SERVING.get("OPTIONS", {}), "connect_timeout": 5},
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    },
}
DATABASE_OWNER = {"USER": _OWNER["USER"], "PASSWORD": _OWNER["PASSWORD"]} if _OWNER else {}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

ACCOUNT_ADAPTER = "policyhub.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {
    "login": "policyhub.accounts.forms.SignIn",
    "request_login_code": "policyhub.accounts.forms.RequestCode",
}
# For each client, never for an address alone: whoever knows an address could keep its owner out.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip",
    "signup": "20/m/ip",
    "confirm_email": "10/m/ip",
    "request_login_code": "20/m/ip",
    "request_code_for_address": "3/m/key",
}

SESSION_COOKIE_NAME = "policyhub_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_FAILURE_VIEW = "policyhub.web.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("POLICYHUB_BEHIND_PROXY") else None
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    },
}

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("POLICYHUB_STATIC_ROOT", str(BASE_DIR / ".static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if (STATIC_ROOT / "staticfiles.json").exists() or env.flag("POLICYHUB_COLLECTING")
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}
WHITENOISE_USE_FINDERS = not (STATIC_ROOT / "staticfiles.json").exists()

# A request body larger than this is refused before it is read: no act needs more.
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
# The editor of a version sends four fields for each of up to 400 clauses.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024

_MAIL = env.mail("EMAIL_URL")
KEEPS_MAIL = not _MAIL
EMAIL_BACKEND = (
    "policyhub.notifications.backends.KeepInDatabase" if KEEPS_MAIL else "django.core.mail.backends.smtp.EmailBackend"
)
globals().update(_MAIL)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("POLICYHUB_MAIL_FROM", f"PolicyHub <record@{SITE_HOST}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "policyhub.core.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 0.2, "socket_timeout": 2},
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

RECORD_FOLLOWERS = [
    "record.keep_subtrees",
    "record.keep_digests",
    "decisions.follow",
    "publishing.follow",
    "notifications.follow",
]
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "global_keyprefix": "policyhub:",
    "health_check_interval": 10,
    "socket_keepalive": True,
    "socket_connect_timeout": 0.2,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# What comes due by the clock.
DUE = ("notifications.send_due", "publishing.render_due", "decisions.close_due", "participation.settle_due")
CELERY_BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    f"sweep-{name}": {"task": name, "schedule": float(env.text("POLICYHUB_SWEEP_SECONDS", "30"))}
    for name in [*RECORD_FOLLOWERS, *DUE]
}
# At night, by UTC; it takes no lock that an act waits for.
CELERY_BEAT_SCHEDULE["nightly-compare"] = {"task": "insight.compare", "schedule": crontab(hour=3, minute=17)}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "policyhub.api.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["policyhub.api.parsing.Body"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "policyhub.api.pagination.Pages",
    "PAGE_SIZE": 50,
    "EXCEPTION_HANDLER": "policyhub.api.errors.problem",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "600/min"},
    # How many proxies may be believed about whom they speak for.
    "NUM_PROXIES": 1 if env.flag("POLICYHUB_BEHIND_PROXY") else 0,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "PolicyHub",
    "DESCRIPTION": "The table at which codes of conduct are made, and its public record.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "ProcessState": "policyhub.api.enums.PROCESS_STATES",
        "ParticipationState": "policyhub.api.enums.PARTICIPATION_STATES",
        "MeetingState": "policyhub.api.enums.MEETING_STATES",
        "MinutesState": "policyhub.api.enums.MINUTES_STATES",
        "CallState": "policyhub.api.enums.CALL_STATES",
        "Asking": "policyhub.api.enums.WAYS_OF_ASKING",
        "Means": "policyhub.api.enums.MEANS",
        "ObjectionState": "policyhub.api.enums.OBJECTION_STATES",
        "StatementKind": "policyhub.api.enums.STATEMENT_KINDS",
        "Treatment": "policyhub.api.enums.TREATMENTS",
        "AnswerCode": "policyhub.api.enums.ANSWER_CODES",
        "DispositionCode": "policyhub.drafting.models.Disposition.Code",
        "MeetingKind": "policyhub.api.enums.MEETING_KINDS",
        "GroupKind": "policyhub.api.enums.GROUP_KINDS",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    # A request for another host is answered with 400 and is no news: anybody can send one.
    "loggers": {"django.security.DisallowedHost": {"handlers": [], "propagate": False}},
    "root": {"handlers": ["stderr"], "level": env.text("POLICYHUB_LOG_LEVEL", "WARNING")},
}

os.environ.setdefault("PYTHONUTF8", "1")
