"""The node settings with the gallery added; run it with uvicorn to look at the styles."""

from pathlib import Path

from jumelage.node.settings import *  # noqa: F403

ROOT_URLCONF = "tests.shell.gallery.urls"
TEMPLATES[0]["DIRS"] = [Path(__file__).parent / "templates"]  # noqa: F405
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
