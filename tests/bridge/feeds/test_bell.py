"""The bell on SQLite: what another process committed is heard, rung or not."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from jumelage.bridge.feeds import bell
from jumelage.kit.sql import doorbells

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL has NOTIFY"),
]
WRITE = """
import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=20) as held:
    held.execute("PRAGMA user_version = 2611")
"""


@pytest.fixture
def rung() -> Iterator[threading.Event]:
    """Listen, and begin when the watcher has looked for the first time."""
    heard = threading.Event()
    silence = bell.listen(heard.set)
    assert heard.wait(10)
    time.sleep(2 * bell.LOOK_SECONDS)
    heard.clear()
    yield heard
    silence()


def test_a_ring_of_another_process_is_heard_at_once(rung: threading.Event) -> None:
    began = time.monotonic()
    doorbells.ring(Path(connection.settings_dict["NAME"]))

    assert rung.wait(10)
    assert time.monotonic() - began < bell.LOOK_SECONDS


def test_a_commit_that_rang_at_nobody_is_heard_soon(rung: threading.Event) -> None:
    subprocess.run([sys.executable, "-c", WRITE, connection.settings_dict["NAME"]], check=True)

    assert rung.wait(10)


def test_without_a_doorbell_a_commit_is_still_heard(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    def refused(_database: Path) -> Path:
        raise FileNotFoundError

    monkeypatch.setattr(doorbells, "folder_of", refused)
    heard = request.getfixturevalue("rung")
    bell.ring()
    assert heard.wait(1)  # this process, without an error
    heard.clear()
    subprocess.run([sys.executable, "-c", WRITE, connection.settings_dict["NAME"]], check=True)

    assert heard.wait(10)


def test_who_listens_is_not_rung_at_without_a_commit(rung: threading.Event) -> None:
    assert not rung.wait(3 * bell.LOOK_SECONDS)
