"""The node's database: SQLite in the data folder, or PostgreSQL by one setting."""

from typing import Any
from urllib.parse import unquote, urlsplit

from jumelage.node.config import NodeConfig, SettingError

# WAL lets readers and one writer work together; FULL makes an acknowledged record survive a
# power cut; secure_delete overwrites erased bodies. Why SQLite at all: docs/decisions/0003.
# Pages of 8 KiB, in databases made from now on: a commit that touches as many places writes them
# in half as many pieces, and took a third less processor time (docs/performance.md).
SQLITE_PRAGMAS = (
    "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=10000; "
    "PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON;"
)


def database(config: NodeConfig) -> dict[str, Any]:
    """Return Django's description of the database that *config* names."""
    if config.database_url:
        return _postgresql(config.database_url)
    return {
        "ENGINE": "jumelage.node.sqlite",
        "NAME": config.data / "node.sqlite3",
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": SQLITE_PRAGMAS, "timeout": 10},
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise SettingError(name="database_url", value=parts.scheme, reason="expected postgresql")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
    }
