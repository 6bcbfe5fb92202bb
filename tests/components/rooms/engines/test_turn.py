"""TURN: the credentials of the settings open the real coturn, and a call goes through it alone."""

import base64
import hashlib
import hmac
import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import sync_playwright
from pytest_django import Settings

from jumelage.components.rooms.engines import ice_servers
from jumelage.components.rooms.engines.janus import configuration
from jumelage.components.rooms.engines.turn import credentials
from jumelage.node.config import NodeConfig
from tests.browser.conftest import CHROMIUM
from tests.components.rooms.engines.rig import SWITCHES, Program, needs_janus, site, until

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PORT = 9512
COTURN = """listening-ip=127.0.0.1
relay-ip=127.0.0.1
listening-port={port}
min-port=9513
max-port=9519
use-auth-secret
static-auth-secret={secret}
realm=jumelage
allow-loopback-peers
cli-password={secret}
no-cli
no-tls
no-dtls
no-multicast-peers
pidfile={folder}/pid
userdb={folder}/db
log-file=stdout
verbose
"""
RELAYED = """async () => {
  const reports = await Promise.all(window.connections.map(one => one.getStats()));
  const all = reports.flatMap(report => [...report.values()]);
  const pairs = all.filter(one => one.type === "candidate-pair" && one.nominated && one.state === "succeeded");
  const types = pairs.map(pair => all.find(one => one.id === pair.localCandidateId)?.candidateType);
  return [...new Set(types)];
}"""
RELAY_ONLY = """
const Real = RTCPeerConnection;
window.connections = [];
window.RTCPeerConnection = class extends Real {
  constructor(told) { super({ ...told, iceTransportPolicy: "relay" }); window.connections.push(this); }
};
"""


def test_credentials_expire_and_name_nobody() -> None:
    given = credentials(secret="s3cret", who="anna@paris.example", now=NOW)

    expires, _, who = given.username.partition(":")
    due = hmac.new(b"s3cret", given.username.encode(), hashlib.sha1).digest()
    assert int(expires) == int(NOW.timestamp()) + 12 * 3600
    assert "anna" not in who
    assert base64.b64decode(given.password) == due


def test_browsers_are_told_of_every_server(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "turn"
    file.write_text("s3cret\n")
    settings.NODE = NodeConfig(
        data=tmp_path,
        stun_address="stun:stun.example:3478",
        turn_address="turn:turn.example:3478, turns:turn.example:5349",
        turn_secret_file=str(file),
    )

    first, second = ice_servers(who="anna", now=NOW)

    assert first == {"urls": ["stun:stun.example:3478"]}
    assert second["urls"] == ["turn:turn.example:3478", "turns:turn.example:5349"]
    assert second["credential"] == credentials(secret="s3cret", who="anna", now=NOW).password


@pytest.fixture
def coturn(tmp_path: Path) -> Iterator[str]:
    program = shutil.which("turnserver")
    if program is None:
        pytest.skip("no coturn is installed (apt-get install coturn)")
    secret = "a secret of both"
    config = tmp_path / "turn.conf"
    config.write_text(COTURN.format(port=PORT, secret=secret, folder=tmp_path))
    with (tmp_path / "turn.log").open("wb") as log:
        process = subprocess.Popen([program, "-c", str(config)], stdout=log, stderr=log)
    try:
        until(lambda: answers(PORT))
        yield secret
    finally:
        process.terminate()
        process.wait(10)


def answers(port: int) -> bool:
    """Ask for a binding as STUN does. Source: RFC 8489, section 5."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(0.3)
        try:
            asking.sendto(b"\x00\x01\x00\x00\x21\x12\xa4\x42" + os.urandom(12), ("127.0.0.1", port))
            return len(asking.recv(500)) > 0
        except OSError:
            return False


@needs_janus
@pytest.mark.promise("three-through-janus")
def test_a_call_goes_through_the_relay_alone(
    coturn: str, settings: Settings, tmp_path: Path
) -> None:
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed (apt-get install chromium)")
    (tmp_path / "secret").write_text(coturn)
    settings.NODE = NodeConfig(
        data=tmp_path,
        turn_address=f"turn:127.0.0.1:{PORT}",
        turn_secret_file=str(tmp_path / "secret"),
    )
    ice = quote(json.dumps(ice_servers(who="anna")))
    janus = Program(tmp_path / "janus", "9520-9529")
    configuration.write(janus.told)
    janus.start()
    try:
        with site(janus.told.folder, 9511), sync_playwright() as playwright:
            opened = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
            pages = [opened.new_context().new_page() for _ in "ab"]
            for name, page in zip("ab", pages, strict=True):
                page.add_init_script(RELAY_ONLY)
                page.goto(f"http://127.0.0.1:9511/?id={name}&ice={ice}")
            for page in pages:
                until(lambda page=page: frames(page.evaluate("stats()")) >= 20)  # type: ignore[misc]  # a page each
            kinds = [page.evaluate(RELAYED) for page in pages]
            opened.close()
    finally:
        janus.stop()
    assert kinds == [["relay"], ["relay"]]


def frames(told: list[dict[str, int]]) -> int:
    return min((one["framesDecoded"] for one in told), default=0)
