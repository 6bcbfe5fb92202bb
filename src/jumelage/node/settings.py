"""Django settings of a node; every value has a default that suits a laptop."""

import pkgutil
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from jumelage import components
from jumelage.node import security
from jumelage.node.config import load
from jumelage.node.database import database
from jumelage.node.logs import logging_for

NODE = load()
BASE_DIR = Path(__file__).resolve().parent.parent
DATA = NODE.data


def _secret_key() -> str:
    """Read the session secret, making it on first use; never in the database or backups."""
    file = DATA / "secret.key"
    if not file.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(50), "utf-8")
    return file.read_text("utf-8")


SECRET_KEY = _secret_key()
DEBUG = NODE.debug
ALLOWED_HOSTS = [
    "127.0.0.1",
    "localhost",
    *(str(urlsplit(url).hostname) for url in (NODE.public_url, NODE.media_origin) if url),
]
MEDIA_ORIGIN = NODE.media_origin
"""Where `shell.media_host` serves films from; empty: from the pages' own address."""
ROOT_URLCONF = "jumelage.node.urls"
ASGI_APPLICATION = "jumelage.node.asgi.application"
AUTH_USER_MODEL = "directory.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

COMPONENTS = [f"jumelage.components.{m.name}" for m in pkgutil.iter_modules(components.__path__)]
INSTALLED_APPS = [
    "jumelage.bridge",
    "jumelage.directory",
    "jumelage.shell",
    *COMPONENTS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django.contrib.humanize",
    "django_tasks",
    "django_tasks_db",
    "csp",
]
MIDDLEWARE = [
    "jumelage.node.watching.middleware.request_ids",
    "jumelage.node.run.middleware.protection",
    "jumelage.shell.media_host.apart",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "jumelage.shell.middleware.ReadOnlyWhileRecovering",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "jumelage.directory.access.AccessMiddleware",
    "jumelage.shell.middleware.DomainErrors",
    "jumelage.node.middleware.Outages",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jumelage.directory.access.visitor",
                "jumelage.shell.frame.frame",
                "jumelage.node.watching.views.alerts",
            ],
        },
    }
]

FORM_RENDERER = "jumelage.shell.forms.Renderer"
CSRF_FAILURE_VIEW = "jumelage.shell.views.errors.csrf_failure"

DATABASES = {"default": database(NODE)}

LANGUAGE_CODE = NODE.language
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

LOCALE_PATHS = [BASE_DIR / "node" / "locale", BASE_DIR / "kit" / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
MEDIA_ROOT = DATA / "media"
# asgi.py serves the collected files itself, before Django sees the request.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "jumelage.node.run.storage.HashedFiles"},
}

# Work that takes long waits in the database for whoever runs `jumelage jobs`.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

LOGGING = logging_for(NODE.log_level, NODE.log_format)

# Accounts: an e-mail address and a password, a passkey, or the city's single sign-on.
AUTHENTICATION_BACKENDS = ["jumelage.directory.accounts.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "shell:home"
ACCOUNT_ADAPTER = "jumelage.directory.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "jumelage.directory.forms.SignUpForm"
ACCOUNT_EMAIL_VERIFICATION = "optional" if NODE.demonstration else "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_REDIRECT_URL = "shell:home"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if security.is_https(NODE) else "http"
SOCIALACCOUNT_ADAPTER = "jumelage.directory.accounts.SingleSignOnAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_PROVIDERS = security.single_sign_on(NODE)
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = NODE.demonstration
# Browsers allow passkeys without TLS on `localhost` only.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not security.is_https(NODE)
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email"]},
    },
    {
        "NAME": f"{_VALIDATION}.MinimumLengthValidator",
        "OPTIONS": {"min_length": security.PASSWORD_MIN_LENGTH},
    },
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]

# A session ends with the browser, after 12 hours at most; one kept on purpose after 14 days.
SESSION_COOKIE_NAME = security.cookie(NODE, "session")
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = security.is_https(NODE)
ACCOUNT_SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_NAME = security.cookie(NODE, "csrf")
CSRF_COOKIE_SECURE = security.is_https(NODE)
LANGUAGE_COOKIE_NAME = security.cookie(NODE, "language")
LANGUAGE_COOKIE_SECURE = security.is_https(NODE)
LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Rate limits count in this cache. Files are shared by every process of the node and outlive a
# restart.
CACHES = {
    "default": {
        "BACKEND": "jumelage.node.run.counters.Counters",
        "LOCATION": DATA / "cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

SECURE_SSL_REDIRECT = security.is_https(NODE)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if security.is_https(NODE) else None
# What watches the node asks on this machine, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = security.YEAR if security.is_https(NODE) else 0
# A node has a host name of its own, so that what is below it is the node's too (ASVS 5.0, 3.4.1).
SECURE_HSTS_INCLUDE_SUBDOMAINS = security.is_https(NODE)
# Browsers' preload lists are entered by the owner of the domain, not by a program (W021).
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = security.content_security_policy(NODE)
DATA_UPLOAD_MAX_MEMORY_SIZE = security.LARGEST_FORM
# The grid of a production sends a field for each of its tasks and shots that are chosen.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12_000
# A sequence of frames comes as a form with a file for each.
DATA_UPLOAD_MAX_NUMBER_FILES = 5000

globals().update(security.mail(NODE))
