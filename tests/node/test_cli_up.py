"""`jumelage up`: the two processes of a node, and that none of them stays behind."""

import os
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jumelage.node.errors import KeepsStoppingError
from jumelage.node.run.supervisor import Supervisor
from tests.node.conftest import Jumelage
from tools import postgresql

PATIENCE_SECONDS = 60.0


def eventually(question: Callable[[], object]) -> None:
    """Wait until *question* has a true answer."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not question():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


def children(process: int) -> set[int]:
    """Return the processes that *process* started and that still run."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == process and fields[0] != "Z":
            found.add(int(status.parent.name))
    return found


def is_gone(process: int) -> bool:
    """Tell whether *process* has ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def answers(address: str) -> bool:
    """Tell whether something listens at *address*, whatever it says."""
    try:
        with urllib.request.urlopen(address, timeout=10):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_up_serves_and_leaves_nothing(node: Jumelage, number: signal.Signals) -> None:
    process = node.start("up", "--json")
    assert process.stdout is not None
    lines = "".join(iter(process.stdout.readline, "}\n"))
    address = lines.split('"url": "')[1].split('"')[0]
    eventually(lambda: answers(f"{address}/bridge/feeds"))
    started = children(process.pid)

    begun = time.monotonic()
    process.send_signal(number)
    code = process.wait(timeout=10)

    assert (code, len(started)) == (0, 4)
    assert time.monotonic() - begun < 5
    assert all(is_gone(child) for child in started)
    assert not answers(address)


def test_up_when_the_port_is_taken(node: Jumelage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = node.run("up", "--port", str(port))

    sentence = (
        f"Port {port} of 127.0.0.1 is taken by another program. Stop it, or choose another port."
    )
    assert (told.code, told.err.strip()) == (52, sentence)


def test_up_on_an_address_of_another_machine(node: Jumelage) -> None:
    told = node.run("up", "--host", "192.0.2.1")

    assert told.code == 52
    assert told.err.startswith("The web server cannot listen on 192.0.2.1, port ")


def test_up_twice_is_refused(node: Jumelage) -> None:
    first = node.start("up", "--json")
    assert first.stdout is not None
    first.stdout.readline()

    told = node.run("up")

    sentence = f"The node in {node.data} is already running (process {first.pid})."
    assert (told.code, told.err.strip()) == (56, sentence)


def test_up_waits_for_the_children_of_a_supervisor_that_was_killed(node: Jumelage) -> None:
    first = node.start("up", "--json")
    assert first.stdout is not None
    "".join(iter(first.stdout.readline, "}\n"))
    orphans = children(first.pid)
    frozen = min(orphans)
    os.kill(frozen, signal.SIGSTOP)  # so that it is still there when the node starts again
    first.kill()
    first.wait()

    second = node.start("up", "--json")
    time.sleep(1)
    os.kill(frozen, signal.SIGCONT)

    assert second.stdout is not None
    lines = "".join(iter(second.stdout.readline, "}\n"))
    eventually(lambda: answers(lines.split('"url": "')[1].split('"')[0]))
    assert all(is_gone(orphan) for orphan in orphans)


def test_up_when_the_database_is_not_there(node: Jumelage) -> None:
    told = node.run("up", JUMELAGE_DATABASE_URL="postgresql://a:b@127.0.0.1:1/c")

    assert told.code == 55
    assert told.err.startswith("The database cannot be reached: ")


@pytest.fixture
def postgresql_url() -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    programs = postgresql.programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    with postgresql.server(programs) as url:
        yield url


def test_up_runs_on_postgresql(node: Jumelage, postgresql_url: str, tmp_path: Path) -> None:
    settings = {"JUMELAGE_DATABASE_URL": postgresql_url}
    for file in node.data.glob("*.key"):
        file.unlink()
    made = node.run("init", "--json", **settings)
    process = node.start("up", "--json", **settings)
    assert process.stdout is not None
    lines = "".join(iter(process.stdout.readline, "}\n"))

    eventually(lambda: answers(lines.split('"url": "')[1].split('"')[0]))
    saved = node.run("backup", str(tmp_path / "backup.tar"), "--json", **settings)

    assert (made.code, made.json()["new"], saved.code) == (0, False, 0)
    assert node.run("status", "--json", **settings).json()["running"] is True


def write_process(file: Path) -> None:
    """Leave this process's number in *file* and wait for the end."""
    with file.open("a") as known:
        known.write(f"{os.getpid()}\n")
    signal.pause()


def numbers(file: Path) -> list[int]:
    """Return the numbers that `write_process` left."""
    return [int(line) for line in file.read_text().split()] if file.exists() else []


@pytest.fixture
def own_signals() -> Iterator[None]:
    """Put the signal handlers of the test process back afterwards."""
    kept = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD]
    before = [signal.getsignal(number) for number in kept]
    yield
    for number, handler in zip(kept, before, strict=True):
        signal.signal(number, handler)


def test_supervisor_starts_a_crashed_child_again(own_signals: None, tmp_path: Path) -> None:
    file = tmp_path / "numbers"
    with Supervisor({"child": lambda: write_process(file)}) as supervisor:
        eventually(lambda: len(numbers(file)) == 1)
        os.kill(numbers(file)[0], signal.SIGKILL)

        eventually(lambda: supervisor.watch(0.05) == [] and len(numbers(file)) == 2)

    assert all(is_gone(number) for number in numbers(file))


def test_supervisor_gives_up_on_a_child_that_always_fails(own_signals: None) -> None:
    with (
        pytest.raises(KeepsStoppingError, match="The child process stopped 3 times in a row"),
        Supervisor({"child": lambda: os._exit(7)}, most_failures=3) as supervisor,
    ):
        supervisor.run()


def test_children_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "numbers"
    supervisor = os.fork()
    if not supervisor:
        with Supervisor({"child": lambda: write_process(file)}) as running:
            running.run()
        os._exit(0)
    eventually(lambda: len(numbers(file)) == 1)

    os.kill(supervisor, signal.SIGKILL)
    os.waitpid(supervisor, 0)

    eventually(lambda: is_gone(numbers(file)[0]))


def test_supervisor_never_gives_up_on_a_child_that_once_lasted(own_signals: None) -> None:
    with Supervisor(
        {"child": lambda: os._exit(7)}, most_failures=2, longest_pause=0.01
    ) as supervisor:
        supervisor.children[0].lasted = True

        eventually(lambda: supervisor.watch(0.02) == [] and supervisor.children[0].failures > 3)
