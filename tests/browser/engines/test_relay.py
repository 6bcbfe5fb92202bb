"""TURN: the credentials of the settings open the real coturn, and a call goes through it alone."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser
from pytest_django import Settings

from jumelage.components.rooms.engines import ice_servers
from jumelage.components.rooms.engines.janus import configuration
from jumelage.node.config import NodeConfig
from tests.browser.engines.rig import (
    Program,
    free_udp_ports,
    needs_janus,
    own_address,
    site,
    until,
)

RELAY_PORTS = 8
COTURN = """listening-ip=127.0.0.1
relay-ip={relay}
listening-port={port}
min-port={first}
max-port={last}
use-auth-secret
static-auth-secret={secret}
realm=jumelage
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


@dataclass(frozen=True)
class Relay:
    """A coturn of this machine: where it listens, and the secret it shares with a node."""

    port: int
    secret: str


@pytest.fixture
def coturn(tmp_path: Path) -> Iterator[Relay]:
    program = shutil.which("turnserver")
    if program is None:
        pytest.skip("no coturn is installed (apt-get install coturn)")
    secret = "a secret of both"
    config = tmp_path / "turn.conf"
    port = free_udp_ports(1 + RELAY_PORTS)
    told = {"port": port, "first": port + 1, "last": port + RELAY_PORTS, "relay": own_address()}
    config.write_text(COTURN.format(secret=secret, folder=tmp_path, **told))
    with (tmp_path / "turn.log").open("wb") as log:
        process = subprocess.Popen([program, "-c", str(config)], stdout=log, stderr=log)
    try:
        until(lambda: answers(port))
        yield Relay(port, secret)
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
    coturn: Relay, filming: Browser, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(coturn.secret)
    settings.NODE = NodeConfig(
        data=tmp_path,
        turn_address=f"turn:127.0.0.1:{coturn.port}",
        turn_secret_file=str(tmp_path / "secret"),
    )
    ice = quote(json.dumps(ice_servers(who="anna")))
    janus = Program(tmp_path / "janus")
    configuration.write(janus.told)
    janus.start()
    try:
        with site(janus.told.folder) as served:
            pages = [filming.new_context().new_page() for _ in "ab"]
            for name, page in zip("ab", pages, strict=True):
                page.add_init_script(RELAY_ONLY)
                page.goto(f"{served.address}/?id={name}&ice={ice}")
            for page in pages:
                until(lambda page=page: frames(page.evaluate("stats()")) >= 20)  # type: ignore[misc]  # a page each
            kinds = [page.evaluate(RELAYED) for page in pages]
            for page in pages:
                page.context.close()
    finally:
        janus.stop()
    assert kinds == [["relay"], ["relay"]]


def frames(told: list[dict[str, int]]) -> int:
    return min((one["framesDecoded"] for one in told), default=0)
