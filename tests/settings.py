"""The node settings with a scratch data folder; JUMELAGE_DATABASE_URL selects PostgreSQL."""

import os
import tempfile

os.environ.setdefault("JUMELAGE_DATA", tempfile.mkdtemp(prefix="jumelage-test-"))

from jumelage.node.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
