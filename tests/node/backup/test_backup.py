"""A node is saved, lost, put back and read-only, on SQLite and on PostgreSQL."""

import json
import shutil
import signal
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from jumelage.bridge.identity import genesis
from jumelage.node.backup import archive, make
from jumelage.node.errors import BackupDamagedError
from jumelage.node.watching import saved
from tests.factories.bridge import demo_city
from tests.node.conftest import Jumelage
from tools import postgresql


def save(node: Jumelage, file: Path, **settings: str) -> None:
    """Make a backup that must work."""
    done = node.run("backup", str(file), "--json", **settings)
    assert (done.code, done.json()["file"]) == (0, str(file)), done.err


def test_a_restored_node_is_read_only_and_says_what_to_do(node: Jumelage, tmp_path: Path) -> None:
    backup = tmp_path / "backup.tar"
    save(node, backup)
    lost = node.on(tmp_path / "new")

    restored = lost.run("restore", str(backup))
    without_key = lost.run("up")
    shutil.copy(node.data / "node.key", lost.data / "node.key")
    status = lost.run("recover", "--status", "--json").json()

    assert restored.code == 0
    assert "Now put node.key back into that folder" in restored.out
    assert without_key.code == 72
    assert (status["recovering"], status["may_publish"]) == (True, False)
    assert not (lost.data / "restored.json").exists()
    told = json.loads((node.data / saved.BACKUP).read_text())
    assert (told["ok"], told["file"], told["bytes"]) == (True, str(backup), backup.stat().st_size)


def test_the_key_and_the_ledger_may_be_given_or_lie_there(node: Jumelage, tmp_path: Path) -> None:
    backup, ledger = tmp_path / "backup.tar", tmp_path / "kept.ndjson"
    save(node, backup)
    ledger.write_text("")
    key = node.data / "node.key"
    lost = node.on(tmp_path / "new")

    options = ("--key", str(key), "--ledger", str(ledger), "--json")
    restored = lost.run("restore", str(backup), *options)

    assert (restored.code, restored.json()["key"]) == (0, True)
    assert (lost.data / "node.key").stat().st_mode & 0o777 == 0o600
    again = node.on(tmp_path / "third")
    again.data.mkdir()
    shutil.copy(key, again.data)
    assert again.run("restore", str(backup), "--json").json()["key"] is True


def test_a_restore_that_fails_leaves_the_folder_as_it_was(node: Jumelage, tmp_path: Path) -> None:
    backup = tmp_path / "backup.tar"
    save(node, backup)
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "damaged.tar").write_bytes(content)
    lost = node.on(tmp_path / "new")
    full = node.run("restore", str(backup))

    damaged = lost.run("restore", str(tmp_path / "damaged.tar"))
    mismatch = lost.run("restore", str(backup), "--database-url", "postgresql://a:b@127.0.0.1:1/c")

    assert (full.code, damaged.code, mismatch.code) == (60, 59, 69)
    assert not lost.data.exists() or list(lost.data.iterdir()) == []


def test_a_crash_during_a_restore_is_not_forgotten(node: Jumelage, tmp_path: Path) -> None:
    backup = tmp_path / "backup.tar"
    save(node, backup)
    lost = node.on(tmp_path / "new")
    assert lost.run("restore", str(backup)).code == 0
    shutil.copy(node.data / "node.key", lost.data)
    # As a kill between the copy of the database and the note in it would leave it:
    shutil.rmtree(lost.data)
    lost.data.mkdir()
    with tarfile.open(backup) as tar:
        tar.extract("node.toml", lost.data, filter="data")
        tar.extract("database", lost.data, filter="data")
    (lost.data / "database").rename(lost.data / "node.sqlite3")
    (lost.data / "restored.json").write_text('{"backup_at": "2026-11-22T03:00:00+00:00"}')

    status = lost.run("recover", "--status", "--json").json()

    assert (status["recovering"], status["may_publish"]) == (True, False)
    assert status["backup_at"] == "2026-11-22 03:00:00+00:00"


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C interrupts, even where a shell started the tests with it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.django_db(transaction=True)
def test_a_cancelled_backup_leaves_nothing_and_is_noted(tmp_path: Path, settings: object) -> None:
    settings.DATA = tmp_path  # type: ignore[attr-defined]  # pytest-django's settings
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    genesis.initialise(city=demo_city(), url="http://127.0.0.1:8075")

    def cancel(step: str, _done: int, _of: int) -> None:
        if step == "writing":
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        make.make(tmp_path / "backup.tar", cancel)

    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"node.key", "recovery.key", saved.BACKUP}
    assert json.loads((tmp_path / saved.BACKUP).read_text())["ok"] is False


def test_a_drill_reports_what_a_restore_would_bring(node: Jumelage, tmp_path: Path) -> None:
    backup = tmp_path / "backup.tar"
    unknown = node.run("restore", "--drill")
    save(node, backup)
    made = node.run("user", "create", "new@paris.invalid", "--role", "officer")
    before = sorted(path.name for path in node.data.iterdir())

    drill = node.run("restore", "--drill", "--json")
    said = node.run("restore", str(backup), "--drill")

    assert (unknown.code, made.code, drill.code, said.code) == (74, 0, 0, 0)
    report = drill.json()
    assert (report["ok"], report["key_fits"], report["problems"]) == (True, True, [])
    assert report["lost"]["directory.person"] == 1
    assert "directory.person +1" in said.out
    after = sorted(path.name for path in node.data.iterdir())
    assert set(after) - set(before) == {saved.DRILL}
    assert json.loads((node.data / saved.DRILL).read_text())["ok"] is True
    assert node.run("recover", "--status", "--json").json() == {"recovering": False}


def test_a_drill_fails_on_a_damaged_backup(node: Jumelage, tmp_path: Path) -> None:
    backup = tmp_path / "backup.tar"
    save(node, backup)
    other = node.on(tmp_path / "other")
    shutil.copytree(node.data, other.data)
    (other.data / "node.key").write_text("not a key")
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "damaged.tar").write_bytes(content)

    damaged = node.run("restore", str(tmp_path / "damaged.tar"), "--drill")
    without_key = other.run("restore", str(backup), "--drill")

    assert (damaged.code, without_key.code) == (73, 73)
    assert "node.key is not the key of this node" in without_key.err
    assert json.loads((node.data / saved.DRILL).read_text())["ok"] is False


@pytest.fixture
def server() -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    programs = postgresql.programs()
    if programs is None or shutil.which("pg_dump") is None:
        pytest.skip("PostgreSQL is not installed")
    with postgresql.server(programs) as url:
        yield url


def test_backup_restore_and_drill_on_postgresql(
    node: Jumelage, server: str, tmp_path: Path
) -> None:
    backup, live = tmp_path / "backup.tar", {"JUMELAGE_DATABASE_URL": server}
    for file in node.data.glob("*.key"):
        file.unlink()
    made = node.run("init", "--admin", "administrator@paris.invalid", "--json", **live)
    save(node, backup, **live)
    second = server.rpartition("/")[0] + "/second"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE second")
    lost = node.on(tmp_path / "new")

    key = str(node.data / "node.key")
    restored = lost.run("restore", str(backup), "--database-url", second, "--key", key, "--json")
    status = lost.run("recover", "--status", "--json")
    drill = node.run("restore", "--drill", "--json", **live)

    assert (made.code, restored.code, status.code, drill.code) == (0, 0, 0, 0), drill.err
    assert restored.json()["origin"] == made.json()["origin"]
    assert status.json()["may_publish"] is False
    assert (drill.json()["ok"], drill.json()["lost"]) == (True, {})
    with psycopg.connect(server) as connection:
        names = connection.execute("SELECT datname FROM pg_database").fetchall()
    assert not [name for (name,) in names if name.startswith("jumelage_drill")]


def test_a_backup_names_nothing_outside_its_folders(tmp_path: Path) -> None:
    manifest = {
        "version": 1, "made_at": "2026-11-22T03:00:00+00:00", "product": "x", "origin": "a",
        "engine": "sqlite", "pieces": {"database": {"sha256": "0" * 64, "size": 0}},
        "media": {"../evil": "0" * 64},
    }  # fmt: skip
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        tar.add(tmp_path / "manifest.json", "manifest.json")

    with pytest.raises(BackupDamagedError), archive.opened(tmp_path / "evil.tar"):
        pass
