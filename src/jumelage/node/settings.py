"""Django settings of a node; every value has a default that suits a laptop."""

import pkgutil
import secrets
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from jumelage import components
from jumelage.node.config import load
from jumelage.node.database import database

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
ALLOWED_HOSTS = ["127.0.0.1", "localhost", NODE.public_url.split("//")[1].split(":")[0].split("/")[0]]
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
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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
            ],
        },
    }
]

DATABASES = {"default": database(NODE)}

LANGUAGE_CODE = NODE.language
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
MEDIA_ROOT = DATA / "media"
