"""`jumelage demo`: two real cities, paired and filled, and nothing left behind."""

import json
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from jumelage.node.demonstration.cities import ACCOUNTS
from tests.node.conftest import clean_environment
from tests.node.test_cli_up import answers, children, eventually, is_gone
from tools.ports import free_port

PROCESSES = 10
"""Two cities, each a supervisor with four children."""


@dataclass(frozen=True)
class Demo:
    """A demonstration in a scratch folder, on ports of its own."""

    folder: Path
    ports: tuple[int, int]

    def start(self, *options: str) -> "subprocess.Popen[str]":
        """Start it and do not wait."""
        paris, san_francisco = self.ports
        ports = [f"--paris-port={paris}", f"--san-francisco-port={san_francisco}"]
        command = [sys.executable, "-m", "jumelage.node.cli", "demo", f"--folder={self.folder}"]
        return subprocess.Popen(
            [*command, *ports, "--json", *options],
            env=clean_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *options: str) -> tuple[int, str]:
        """Run it to its end."""
        with self.start(*options) as process:
            out, _ = process.communicate(timeout=300)
            return process.returncode, out


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demonstration that was made once and is not running."""
    demo = Demo(tmp_path_factory.mktemp("demo") / "demo", (free_port(), free_port()))
    code, out = demo.run("--seconds=0")
    assert code == 0, out
    assert sorted(json.loads(out)["cities"]) == ["paris", "san-francisco"]
    return demo


@pytest.fixture
def process(complete: Demo) -> Iterator["subprocess.Popen[str]"]:
    """The demonstration, running; ended when the test did not end it."""
    with complete.start() as running:
        assert running.stdout is not None
        "".join(iter(running.stdout.readline, "}\n"))
        yield running
        running.terminate()


def descendants(process: int) -> set[int]:
    """Return every process below *process*."""
    below = children(process)
    return below.union(*(descendants(child) for child in below))


def test_second_start_serves_both_cities_and_ctrl_c_leaves_nothing(
    complete: Demo, process: "subprocess.Popen[str]"
) -> None:
    # More than ten while films are made that were not ready at the first end.
    eventually(lambda: len(descendants(process.pid)) == PROCESSES)
    started = descendants(process.pid)
    pages = [f"http://127.0.0.1:{port}/" for port in complete.ports]
    served = [answers(page) for page in pages]

    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    code = process.wait(timeout=20)

    assert (code, served) == (0, [True, True])
    assert time.monotonic() - begun < 5
    assert [child for child in started if not is_gone(child)] == []
    assert [answers(page) for page in pages] == [False, False]


def test_cities_end_when_the_conductor_is_killed(process: "subprocess.Popen[str]") -> None:
    started = descendants(process.pid)

    process.kill()
    process.wait()

    deadline = time.monotonic() + 20
    while not all(is_gone(child) for child in started):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def organisations(port: int) -> list[str]:
    """Return the short names of the organisations a city lists, its own and copied ones."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/en/directory/data.json") as page:
        return sorted(re.findall(r'"slug":\s*"([^"]+)"', page.read().decode()))


def test_both_cities_list_the_same_organisations(
    complete: Demo, process: "subprocess.Popen[str]"
) -> None:
    paris, san_francisco = complete.ports

    eventually(lambda: organisations(paris) == organisations(san_francisco))

    assert len(organisations(paris)) == 16  # twelve of the history, four invented


def test_both_cities_share_practices_and_adopt_one_of_the_other(
    complete: Demo, process: "subprocess.Popen[str]"
) -> None:
    def titles(port: int) -> set[str]:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/en/practices/data.json") as page:
            return set(re.findall(r'"en":\s*"([^"]+\(invented example\))"', page.read().decode()))

    eventually(lambda: [len(titles(port)) for port in complete.ports] == [4, 4])


def test_demonstration_folders_say_so(complete: Demo) -> None:
    for city in ("paris", "san-francisco"):
        text = (complete.folder / city / "node.toml").read_text()
        assert "demonstration = true" in text.splitlines()


def test_accounts_are_named_by_role() -> None:
    assert [account.email("paris") for account in ACCOUNTS] == [
        f"{name}@paris.demo.invalid"
        for name in (
            *("officer", "owner", "deputy", "coordinator", "editor", "member", "observer"),
            "administrator",
        )
    ]


def test_fresh_deletes_nothing_that_is_no_demonstration(tmp_path: Path) -> None:
    (tmp_path / "paris").mkdir()
    (tmp_path / "paris" / "thesis.txt").write_text("years of work")

    code, out = Demo(tmp_path, (free_port(), free_port())).run("--fresh", "--seconds=0")

    assert (code, json.loads(out)["error"]["code"]) == (64, "not-a-demonstration")
    assert (tmp_path / "paris" / "thesis.txt").read_text() == "years of work"


def test_another_port_needs_a_fresh_start(complete: Demo) -> None:
    other = Demo(complete.folder, (free_port(), complete.ports[1]))

    code, out = other.run("--seconds=0")

    assert (code, json.loads(out)["error"]["code"]) == (51, "other-city")


@pytest.mark.skipif(shutil.which("janus") is None, reason="no Janus (apt-get install janus)")
def test_janus_is_chosen_anew_at_each_start(complete: Demo) -> None:
    for options in (["--with=janus"], [], ["--with=janus"]):
        code, out = complete.run("--seconds=0", *options)

        assert code == 0, out


def test_taken_port_is_one_sentence(complete: Demo, tmp_path: Path) -> None:
    sockets = shutil.ignore_patterns("janus")
    shutil.copytree(complete.folder, tmp_path / "copy", ignore=sockets)
    with complete.start() as running:
        assert running.stdout is not None
        "".join(iter(running.stdout.readline, "}\n"))

        code, out = Demo(tmp_path / "copy", complete.ports).run("--seconds=0")
        running.terminate()

    assert code == 52
    assert f"Port {complete.ports[0]} of 127.0.0.1 is taken" in json.loads(out)["error"]["message"]
