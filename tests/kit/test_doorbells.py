"""Doorbells between processes: real pipes, a real process that is killed."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from jumelage.kit.sql import doorbells
from jumelage.kit.sql.doorbells import Doorbell

LISTEN = """
import sys, time
from pathlib import Path
from jumelage.kit.sql.doorbells import Doorbell
door = Doorbell(Path(sys.argv[1]))
print("listens", flush=True)
print("heard" if door.wait(20) else "silence", flush=True)
time.sleep(60)
"""


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path / "node.sqlite3"


@pytest.fixture
def other(database: Path) -> Iterator["subprocess.Popen[str]"]:
    """Run another process that listens."""
    command = [sys.executable, "-c", LISTEN, str(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "listens\n"
        yield process
        process.kill()


def test_another_process_hears_a_ring(database: Path, other: "subprocess.Popen[str]") -> None:
    doorbells.ring(database)

    assert other.stdout
    assert other.stdout.readline() == "heard\n"


def test_many_rings_are_heard_once_and_no_ring_is_heard_never(database: Path) -> None:
    with closing(Doorbell(database)) as door:
        assert not door.wait(0)
        for _ in range(70_000):  # more than a pipe holds
            doorbells.ring(database)
        assert door.wait(0)
        while door.wait(0):
            pass
        doorbells.ring(database)
        assert door.wait(0)


def test_who_rings_does_not_wake_its_own_process(database: Path) -> None:
    with closing(Doorbell(database)) as door:
        doorbells.ring(database, but=door.name)
        assert not door.wait(0)


def test_a_doorbell_of_the_dead_is_taken_away(
    database: Path, other: "subprocess.Popen[str]"
) -> None:
    other.kill()
    other.wait()
    assert len(list(doorbells.folder_of(database).iterdir())) == 1

    doorbells.ring(database)

    assert list(doorbells.folder_of(database).iterdir()) == []


def test_nothing_is_left_when_nobody_listens(database: Path) -> None:
    Doorbell(database).close()
    doorbells.ring(database)

    assert not doorbells.folder_of(database).exists()


def test_a_folder_of_somebody_else_is_not_trusted(database: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.mkdir()
    (trap / "file").write_text("kept")
    doorbells.folder_of(database).symlink_to(trap)

    doorbells.ring(database)
    with pytest.raises(PermissionError):
        Doorbell(database)

    assert (trap / "file").read_text() == "kept"
