"""The files of deploy/: what systemd and Caddy say of them, and a real Caddy before a real node."""

import os
import re
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from benchmarks.nodes import RealNode
from jumelage.bridge.identity.keys import SigningKey
from jumelage.bridge.identity.requests import Signer
from tests.node.test_readme import unknown
from tools.check import DEPLOYED
from tools.ports import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
UNITS = ROOT / "deploy" / "systemd"
CADDYFILE = ROOT / "deploy" / "Caddyfile"
PROGRAM = "/opt/jumelage/bin/jumelage"
MOST_EXPOSURE = 32
"""Tenths of systemd's own figure, from 0 (sealed) to 100 (as root)."""

services = sorted(path.name for path in UNITS.glob("*.service"))


def program(name: str) -> str:
    """Return the path of the program *name*; skip the test when it is not installed."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def said(*command: str, **environment: str) -> str:
    """Run *command*, which must succeed, and return what it said."""
    done = subprocess.run(
        command,
        check=False,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units in a folder of their own, with a program that exists in place of ours."""
    folder = tmp_path / "units"
    shutil.copytree(UNITS, folder)
    for file in folder.rglob("*.service"):
        file.write_text(file.read_text("utf-8").replace(PROGRAM, "/bin/true"), "utf-8")
    return folder


def test_units_are_what_systemd_expects(units: Path) -> None:
    files = [str(path) for path in sorted(units.glob("*.*")) if path.is_file()]

    told = said(
        program("systemd-analyze"), "verify", "--man=no", *files, SYSTEMD_UNIT_PATH=f"{units}:"
    )

    assert (len(files), told) == (7, "")


@pytest.mark.parametrize("name", services)
def test_services_are_sealed_in(units: Path, name: str) -> None:
    said(
        *(program("systemd-analyze"), "security", "--offline=true"),
        *(f"--threshold={MOST_EXPOSURE}", "--no-pager", name),
        SYSTEMD_UNIT_PATH=f"{units}:",
    )


def test_services_start_commands_that_exist() -> None:
    text = "".join((UNITS / name).read_text("utf-8") for name in services)
    started = re.findall(rf"{PROGRAM} ([a-z-]+[^\n\"']*)", text)

    assert {line.split()[0] for line in started} == {"up", "backup", "restore", "maintain"}
    assert [line for line in started if unknown([w for w in line.split() if w != "--data"])] == []


def test_every_timer_has_its_service() -> None:
    timers = {path.stem for path in UNITS.glob("*.timer")}

    assert timers | {"jumelage"} == {Path(name).stem for name in services}


def test_caddyfile_is_valid_and_tidy(tmp_path: Path) -> None:
    caddy = program("caddy")
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}

    adapted = said(caddy, "validate", "--adapter", "caddyfile", "--config", str(CADDYFILE), **home)

    assert "Valid configuration" in adapted.splitlines()
    assert said(caddy, "fmt", str(CADDYFILE), **home) == CADDYFILE.read_text("utf-8")


def test_production_settings_pass_djangos_checks(tmp_path: Path) -> None:
    told = said(sys.executable, "-c", DEPLOYED, JUMELAGE_DATA=str(tmp_path / "node"))

    assert told.startswith("System check identified no issues")


@dataclass(frozen=True)
class Front:
    """A node behind a Caddy: its public address, and what trusts that Caddy's certificate."""

    node: RealNode
    url: str
    trust: ssl.SSLContext

    def client(self) -> httpx.Client:
        """Return a browser that trusts the certificate."""
        return httpx.Client(base_url=self.url, verify=self.trust, timeout=20, trust_env=False)


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Front]:
    """The Caddyfile as it is, for `localhost` with a certificate of Caddy's own."""
    caddy, port = program("caddy"), free_port()
    node = RealNode(tmp_path / "paris", "paris", public_url=f"https://localhost:{port}")
    node.init()
    node.start()
    options = "{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n"
    text = CADDYFILE.read_text("utf-8").replace("{\n", options, 1)
    text = text.replace(
        "\njumelage.paris.example {",
        f"\nhttps://localhost:{port} {{\n\tbind 127.0.0.1\n\ttls internal",
    )
    (tmp_path / "Caddyfile").write_text(text.replace("127.0.0.1:8075", f"127.0.0.1:{node.port}"))
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    with (tmp_path / "caddy.log").open("wb") as log:
        process = subprocess.Popen(
            [caddy, "run", "--adapter", "caddyfile", "--config", str(tmp_path / "Caddyfile")],
            env=os.environ | home,
            stdout=log,
            stderr=log,
        )
    try:
        yield Front(node, node.public_url, trusted(tmp_path))
    finally:
        process.terminate()
        process.wait(timeout=20)
        node.stop()


def trusted(home: Path) -> ssl.SSLContext:
    """Wait until Caddy has made its certificates, and return what trusts them."""
    root = home / "caddy" / "pki" / "authorities" / "local" / "root.crt"
    leaf = home / "caddy" / "certificates" / "local" / "localhost" / "localhost.crt"
    end = time.monotonic() + 30
    while not (root.exists() and leaf.exists()):
        assert time.monotonic() < end, (home / "caddy.log").read_text()
        time.sleep(0.1)
    return ssl.create_default_context(cafile=str(root))


PEER = """
from jumelage.bridge.models import Node, Pairing
from jumelage.kit import clock
node = Node.objects.create(origin="b" * 32, slug="sf", name={{"en": "San Francisco"}},
    url="https://127.0.0.1:1", genesis=b"", signing_key=bytes.fromhex({key!r}))
at = clock.now()
Pairing.objects.create(nonce="n", origin=node.origin, node=node, state=Pairing.State.PAIRED,
                       created_at=at, expires_at=at)
answer = True
"""


def test_caddy_passes_pages_and_streams_and_keeps_metrics_in(front: Front) -> None:
    with front.client() as browser:
        page = browser.get("/en/account/login/", headers={"X-Request-Id": "from-the-browser"})
        assert page.status_code == 200
        assert page.headers["X-Request-Id"] == "from-the-browser"
        assert "includeSubDomains" in page.headers["Strict-Transport-Security"]
        assert page.headers["Content-Encoding"] == "gzip"
        assert "__Host-paris-csrf=" in page.headers["Set-Cookie"]
        assert "Secure" in page.headers["Set-Cookie"]

        assert browser.get("/healthz").text == "ok\n"
        assert browser.get("/readyz").json() == {"ready": True}
        assert browser.get("/metrics").status_code == 404
        assert browser.get("/metrics/").status_code == 404
        assert httpx.get(f"{front.node.url}/metrics", trust_env=False).status_code == 200
        large = browser.post("/en/account/login/", content=b"x" * (34 * 1024 * 1024))
        assert large.status_code == 413

        key = SigningKey.make()
        front.node.python(PEER.format(key=key.public.hex()))
        assert seconds_to_two_beats(front, browser, Signer("b" * 32, key)) < 8


def seconds_to_two_beats(front: Front, browser: httpx.Client, signer: Signer) -> float:
    """Return how long it takes until the open stream of the bridge has said two beats."""
    url = f"{front.url}/bridge/stream?public=0"
    begun = time.monotonic()
    with browser.stream("GET", url, headers=signer.headers("GET", url)) as stream:
        assert stream.status_code == 200, stream.read()
        lines: Iterator[Any] = stream.iter_lines()
        assert all(next(lines).startswith('{"beat":') for _ in range(2))
    return time.monotonic() - begun
