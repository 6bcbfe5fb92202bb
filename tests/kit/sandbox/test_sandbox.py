"""Whatever a parser tries, the caller gets an answer with a name, and nothing gets out."""

import json
import os
import pwd
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from jumelage.kit.sandbox import (
    FileRefusedError,
    Limits,
    ParserEndedError,
    TooMuchMemoryError,
    TooSlowError,
    Walls,
    WroteTooMuchError,
    examine,
    protection,
)
from jumelage.kit.sandbox.errors import NotExaminedError
from jumelage.kit.sandbox.walls import bubblewrap, no_walls

PLANTED = "tests.kit.sandbox.planted"
SHORT = Limits(seconds=5, processor_seconds=2, memory=256 * 1024**2)
LINUX = sys.platform == "linux"

needs_bubblewrap = pytest.mark.skipif(
    protection() != "bubblewrap", reason="bubblewrap is not installed here, or not allowed"
)
needs_linux = pytest.mark.skipif(not LINUX, reason="system calls are refused on Linux only")


@pytest.fixture(
    params=[
        pytest.param(bubblewrap, id="bubblewrap", marks=needs_bubblewrap),
        pytest.param(no_walls, id="limits", marks=needs_linux),
    ]
)
def walls(request: pytest.FixtureRequest) -> Walls:
    """Return the walls: all of them, and limits and refused system calls only."""
    found: Walls = request.param
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a small file."""
    made = tmp_path / "file"
    made.write_bytes(b"hello")
    return made


def _ask(file: Path, name: str, walls: Walls, limits: Limits | None = None) -> dict[str, object]:
    return dict(examine(file, f"{PLANTED}:{name}", walls=walls, limits=limits or Limits()))


def test_honest_examiner_answers(file: Path, walls: Walls) -> None:
    assert _ask(file, "honest", walls) == {"size": 5}


def test_best_walls_are_the_default(file: Path) -> None:
    assert examine(file, f"{PLANTED}:honest") == {"size": 5}


def test_refusal_keeps_its_word(file: Path, walls: Walls) -> None:
    with pytest.raises(FileRefusedError) as refusal:
        _ask(file, "refuses", walls)

    assert refusal.value.reason == "no-good"


@pytest.mark.parametrize("name", ["forks", "runs", "frees_itself"])
def test_examiner_starts_nothing_and_frees_nothing(file: Path, walls: Walls, name: str) -> None:
    assert _ask(file, name, walls) == {"escaped": []}


def test_examiner_reaches_no_network(tmp_path: Path, walls: Walls) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        file = tmp_path / "port"
        file.write_text(str(server.getsockname()[1]))

        assert _ask(file, "connects", walls) == {"escaped": []}
        with pytest.raises(TimeoutError):
            server.accept()


def test_environment_stays_outside(file: Path, walls: Walls) -> None:
    os.environ["JUMELAGE_CANARY"] = "canary"
    try:
        names = _ask(file, "environment", walls)["names"]
    finally:
        del os.environ["JUMELAGE_CANARY"]

    assert set(names if isinstance(names, list) else []) <= {"LANG", "LC_CTYPE", "PATH", "PWD"}


@needs_bubblewrap
def test_examiner_reads_no_key_and_no_home(tmp_path: Path, file: Path) -> None:
    secrets = [tmp_path / "node.key", Path.home() / ".profile", Path(__file__).parents[3] / ".git"]
    secrets[0].write_text("secret")
    file.write_text(json.dumps([str(secret) for secret in secrets]))

    assert _ask(file, "reads", bubblewrap) == {"escaped": []}


@needs_bubblewrap
def test_examiner_sees_no_other_process(file: Path) -> None:
    seen = _ask(file, "processes", bubblewrap)

    assert seen["escaped"] == []
    assert int(str(seen["seen"])) <= 3  # bubblewrap, its first process, the examiner


@needs_bubblewrap
def test_examiner_writes_nothing(file: Path) -> None:
    assert _ask(file, "writes", bubblewrap) == {"escaped": []}


BREAKS = {
    "hoards": TooMuchMemoryError,
    "spins": TooSlowError,
    "sleeps": TooSlowError,
    "fills_the_disk": WroteTooMuchError,
    "talks": ParserEndedError,
    "lies": ParserEndedError,
    "dies": ParserEndedError,
    "digs": NotExaminedError,  # the stack or the clock, whichever ends first
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_goes_wrong_inside_has_a_name_outside(file: Path, walls: Walls, name: str) -> None:
    with pytest.raises(NotExaminedError) as error:
        _ask(file, name, walls, SHORT)

    assert isinstance(error.value, BREAKS[name])
    assert _ask(file, "honest", walls) == {"size": 5}


def test_many_at_once_all_get_their_answer(file: Path, walls: Walls) -> None:
    answers: list[dict[str, object]] = []
    threads = [
        threading.Thread(target=lambda: answers.append(_ask(file, "honest", walls)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [{"size": 5}] * 4


@pytest.fixture
def ordinary() -> Iterator[list[str]]:
    """Return what runs a command as an ordinary user."""
    if os.getuid() != 0:
        yield []
        return
    nobody = pwd.getpwnam("nobody")
    yield ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]


@needs_bubblewrap
def test_ordinary_user_has_the_same_walls(tmp_path: Path, ordinary: list[str]) -> None:
    script = (
        "import sys, tempfile, pathlib; from jumelage.kit import sandbox\n"
        "file = pathlib.Path(tempfile.mkstemp()[1]); file.write_bytes(b'hello')\n"
        "print(sandbox.protection(), sandbox.examine(file, 'tests.kit.sandbox.planted:forks'))\n"
        "file.unlink()"
    )
    folders = [str(Path(__file__).parents[3]), *(entry for entry in sys.path if entry)]
    done = subprocess.run(  # our own command
        [*ordinary, sys.executable, "-B", "-c", script],
        env={"PYTHONPATH": os.pathsep.join(folders), "PATH": os.environ["PATH"]},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and "Permission denied" in done.stderr:
        pytest.skip("this interpreter or this folder is not readable for ordinary users")

    assert done.stdout == "bubblewrap {'escaped': []}\n", done.stderr
