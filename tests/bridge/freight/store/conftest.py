"""A store in each place that blobs can lie: a folder, and a bucket served over HTTP.

The server is `moto_server`, a process of its own on the loopback: the emulation of S3 that is
compared with Amazon's most. It keeps objects in memory and lets every signature pass.
"""

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from jumelage.bridge.freight.store.store import Store
from tools import environments
from tools.ports import free_port

KEYS = {"AWS_ACCESS_KEY_ID": "jumelage", "AWS_SECRET_ACCESS_KEY": "only-for-tests"}
NUMBERS = count(1)


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """Return the address of a bucket of a running S3 server, with a place for the `{prefix}`."""
    try:
        program = environments.program("moto_server", of="media")
    except subprocess.CalledProcessError:
        pytest.skip("no S3 server can be installed here")
    port = free_port()
    before = {name: os.environ.get(name) for name in KEYS}
    os.environ |= KEYS
    server = subprocess.Popen(
        [program, "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port)
        create = urllib.request.Request(f"http://127.0.0.1:{port}/media", method="PUT")
        urllib.request.urlopen(create, timeout=10).close()
        yield f"s3://media/{{prefix}}?endpoint=http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def _wait(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the S3 server does not answer")


@pytest.fixture(params=["folder", "bucket"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Store]:
    """Return what opens this test's store, as often as it is called."""
    where = ""
    if request.param == "bucket":
        where = request.getfixturevalue("s3").format(prefix=f"test{next(NUMBERS)}")
    return lambda **options: Store.open(where, tmp_path / "store", **options)


@pytest.fixture
def store(opened: Callable[..., Store]) -> Store:
    """Return a new store."""
    return opened()


@pytest.fixture
def local(tmp_path: Path) -> Store:
    """Return a new store in a folder."""
    return Store.open("", tmp_path / "store")
