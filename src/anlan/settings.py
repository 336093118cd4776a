"""Settings. Everything an operator may steer comes from the environment (docs/reference/settings.md)."""

import os
import secrets
from pathlib import Path

from anlan.proxies import networks
from anlan.toolkit.embedded import database_settings

PACKAGE = Path(__file__).resolve().parent
ANLAN_HOME = Path(os.environ.get("ANLAN_HOME") or Path.home() / ".local/share/anlan").absolute()
ANLAN_FOLD_LEVEL = 2  # folds are kept by community: 0 district, 1 street, 2 community, 3 grid
ANLAN_MAP_TILES = os.environ.get("ANLAN_MAP_TILES", "")  # e.g. https://t0.tianditu.gov.cn/vec_w/wmts?…&tk=KEY with {z} {x} {y}
ANLAN_MAP_DATUM = os.environ.get("ANLAN_MAP_DATUM", "cgcs2000")  # wgs84, cgcs2000, gcj02 or bd09
ANLAN_MAP_CREDIT = os.environ.get("ANLAN_MAP_CREDIT", "")
ANLAN_IS_DEMO = '"kind": "demo"' in ((ANLAN_HOME / "district.json").read_text(encoding="utf-8")
                                     if (ANLAN_HOME / "district.json").exists() else "")
ANLAN_SENDER = "null" if ANLAN_IS_DEMO else os.environ.get("ANLAN_SENDER", "apprise")  # null: messages are shown and not sent
ANLAN_ADDRESS = os.environ.get("ANLAN_ADDRESS", "")  # e.g. https://anlan.example.gov.cn
DEBUG = os.environ.get("ANLAN_DEBUG") == "1"


def _secret_key() -> str:
    path = ANLAN_HOME / "secret.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = os.environ.get("ANLAN_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("ANLAN_ORIGINS", "").split(",") if o]
BEHIND_TLS = os.environ.get("ANLAN_TLS") == "1"
ANLAN_PROXIES = networks((os.environ.get("ANLAN_PROXIES") or ("127.0.0.1,::1" if BEHIND_TLS else "")).split(","))

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "anlan.kernel",
]
_OPTIONAL = ["toolkit", "toolkit.ui", "places", "people", "outgoing", "premises", "matters", "hazards", "patrols", "calls", "resources",
             "duty", "incidents", "returns", "exercises", "indicators", "reports", "layouts", "onemap", "desk", "portal", "field", "setup",
             "demo"]
INSTALLED_APPS += [f"anlan.{a}" for a in _OPTIONAL if (PACKAGE / a.replace(".", "/") / "apps.py").exists()]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "anlan.desk.policy.PolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "anlan.people.spacing.SpaceMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "anlan.people.middleware.ActorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "anlan.urls"
WSGI_APPLICATION = "anlan.wsgi.application"
DATABASES = {"default": database_settings(ANLAN_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        "django.template.context_processors.request",
        "django.template.context_processors.i18n",
        "django.contrib.messages.context_processors.messages",
        "anlan.desk.shell.shell",
    ]},
}]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("ANLAN_ZONE", "Asia/Shanghai")
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = ANLAN_HOME / "static"
STATICFILES_DIRS = [PACKAGE / "static"] if (PACKAGE / "static").exists() else []
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"/built/[\w-]+\.[0-9a-f]{12}\.\w+$"  # named by their hash: kept for good
MEDIA_ROOT = ANLAN_HOME / "files"
ANLAN_COUNTS_SHARED = True  # rates of asking: one count for all server processes (toolkit.intake.counts)

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "anlan.toolkit.attachments.uploading.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"anlan": {"level": "INFO"}},
}
