"""The node settings with a scratch data folder; JUMELAGE_TEST_DATABASE_URL names a PostgreSQL.

That name is the tests' own, so that a node which a test starts keeps its own database.
"""

import os
import tempfile
from dataclasses import replace

os.environ.setdefault("JUMELAGE_DATA", tempfile.mkdtemp(prefix="jumelage-test-"))

from jumelage.node.database import database
from jumelage.node.settings import *  # noqa: F403
from jumelage.node.settings import CACHES, DATA, NODE

DATABASES = {
    "default": database(
        replace(NODE, database_url=os.environ.get("JUMELAGE_TEST_DATABASE_URL", ""))
    )
}
if DATABASES["default"]["ENGINE"] == "jumelage.node.sqlite":
    DATABASES["default"]["TEST"] = {"NAME": str(DATA / "test.sqlite3")}  # a file, as a node has
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# Workers of one run share the data folder, and must not clear each other's counters.
CACHES["default"]["LOCATION"] = DATA / "cache" / os.environ.get("PYTEST_XDIST_WORKER", "alone")
