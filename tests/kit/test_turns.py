"""Turns at the one writer of SQLite: real files, real processes."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jumelage.kit.sql import turns

HOLD = """
import sys, time
from pathlib import Path
from jumelage.kit.sql.turns import Turn
Turn(Path(sys.argv[1])).take()
print("taken", flush=True)
time.sleep(60)
"""
HANG = """
import fcntl, sys, time
file = open(sys.argv[1], "a")
fcntl.flock(file, fcntl.LOCK_EX)
print("taken", flush=True)
time.sleep(60)
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "node.sqlite3"


@pytest.fixture
def other(database: Path) -> Iterator["subprocess.Popen[str]"]:
    """Run another process that has taken its turn."""
    command = [sys.executable, "-c", HOLD, str(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        yield process
        process.kill()


def test_turn_is_seen_until_it_is_given(database: Path) -> None:
    turn = turns.Turn(database)

    seen = [turns.somebody_waits(database)]
    turn.take()
    seen.append(turns.somebody_waits(database))
    turn.give()
    seen.append(turns.somebody_waits(database))
    turn.close()

    assert seen == [False, True, False]


def test_long_work_is_not_waited_for(database: Path) -> None:
    turn = turns.Turn(database)

    with turns.long_work():
        turn.take()
        assert not turns.somebody_waits(database)
    turn.take()
    assert turns.somebody_waits(database)
    turn.close()


def test_turn_of_a_process_that_dies_is_over(
    database: Path, other: "subprocess.Popen[str]"
) -> None:
    assert turns.somebody_waits(database)

    other.kill()
    other.wait()

    assert not turns.somebody_waits(database)


def test_long_work_rests_for_others_but_not_for_ever(
    database: Path, other: "subprocess.Popen[str]"
) -> None:
    assert other.poll() is None
    began = time.monotonic()

    turns.let_others_go_first(database)

    assert turns.LONGEST_REST <= time.monotonic() - began < turns.LONGEST_REST + 5


def test_who_comes_during_a_piece_waits_for_its_end(database: Path) -> None:
    turn, taken = turns.Turn(database), threading.Event()

    def take() -> None:
        turn.take()
        taken.set()

    with turns.piece(database):
        writer = threading.Thread(target=take)
        writer.start()
        assert not taken.wait(0.2)
        assert turns.somebody_waits(database)
    assert taken.wait(10)
    writer.join()
    turn.close()


@pytest.mark.parametrize("where", [turns.ROOM, turns.DOOR])
def test_process_that_hangs_is_not_waited_for_for_ever(database: Path, where: str) -> None:
    turn = turns.Turn(database)
    command = [sys.executable, "-c", HANG, f"{database}{where}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as hung:
        assert hung.stdout
        hung.stdout.readline()
        began = time.monotonic()
        turn.take()
        waited = time.monotonic() - began
        turn.give()
        hung.kill()
    turn.close()

    assert turns.LONGEST_WAIT <= waited < turns.LONGEST_WAIT + 5
