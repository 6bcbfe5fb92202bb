"""The real `jumelage` command in processes of its own, on scratch data folders."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tools.ports import free_port

PARIS = (
    *("--name-fr", "Paris", "--name-en", "Paris", "--country", "FR"),
    *("--time-zone", "Europe/Paris", "--city-language", "fr"),
)


def clean_environment(**extra: str) -> dict[str, str]:
    """Return this environment in English, without any setting of a node."""
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("JUMELAGE_", "DJANGO_", "LC_"))
    }
    return {**kept, "LANG": "C.UTF-8", "COLUMNS": "200", **extra}


@dataclass(frozen=True)
class Outcome:
    """How a run of the command ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:  # noqa: ANN401  # whatever the command answers
        """Return the document on standard output."""
        return json.loads(self.out)


@dataclass
class Jumelage:
    """Runs `jumelage` on one data folder."""

    data: Path
    running: list["subprocess.Popen[str]"] = field(default_factory=list)

    def start(self, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
        """Start the command and do not wait for it; the fixture ends it."""
        command = [sys.executable, "-m", "jumelage.node.cli", *arguments, "--data", str(self.data)]
        process = subprocess.Popen(
            command,
            env=clean_environment(**environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.running.append(process)
        return process

    def run(self, *arguments: str, **environment: str) -> Outcome:
        """Run the command to its end."""
        process = self.start(*arguments, **environment)
        out, err = process.communicate(timeout=120)
        return Outcome(process.returncode, out, err)

    def on(self, folder: Path) -> "Jumelage":
        """Return the same command for another data folder."""
        return Jumelage(folder, self.running)


@pytest.fixture
def jumelage(tmp_path: Path) -> Iterator[Jumelage]:
    """The command on an empty data folder; whatever it started is ended."""
    command = Jumelage(tmp_path / "node")
    yield command
    for process in command.running:
        process.terminate()
        process.wait(timeout=20)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


@pytest.fixture(scope="session")
def made_node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that `init` made, with an administrator; copied by `node`."""
    folder = tmp_path_factory.mktemp("made") / "node"
    made = Jumelage(folder).run("init", *PARIS, "--admin", "administrator@paris.invalid")
    assert (made.code, made.err) == (0, "")
    return folder


@pytest.fixture
def node(jumelage: Jumelage, made_node: Path) -> Jumelage:
    """The command on a node of its own, with a free port."""
    shutil.copytree(made_node, jumelage.data)
    with (jumelage.data / "node.toml").open("a") as file:
        file.write(f"\nport = {free_port()}\n")
    return jumelage
