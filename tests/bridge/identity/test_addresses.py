"""Hostile addresses are not called, whatever they are disguised as."""

import ipaddress
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from threading import Thread

import httpx
import pytest

from jumelage.bridge.identity import addresses
from jumelage.bridge.identity.errors import AddressRefusedError

NEVER = [
    "0.0.0.0",
    "0.1.2.3",
    "100.64.0.1",
    "169.254.169.254",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]
LOCAL = ["127.0.0.1", "127.8.9.10", "10.0.0.1", "172.16.5.4", "192.168.1.1", "::1", "fd00::1"]
PUBLIC = ["8.8.8.8", "185.199.108.153", "2606:4700:4700::1111", "2a01:e0a::1"]


@pytest.mark.parametrize("text", NEVER)
def test_no_node_ever_calls(text: str) -> None:
    address = ipaddress.ip_address(text)
    assert (addresses.is_public(address), addresses.is_local(address)) == (False, False)


@pytest.mark.parametrize("text", LOCAL)
def test_only_a_local_node_calls_local_addresses(text: str) -> None:
    assert str(addresses.choose(text, 443, local=True)) == text
    with pytest.raises(AddressRefusedError):
        addresses.choose(text, 443, local=False)


@pytest.mark.parametrize("text", PUBLIC)
def test_any_node_calls_public_addresses(text: str) -> None:
    assert str(addresses.choose(text, 443, local=False)) == text


@pytest.mark.parametrize("host", ["0x7f000001", "2130706433", "0177.0.0.1", "127.1", "localhost"])
def test_other_spellings_of_this_machine_are_resolved_first(host: str) -> None:
    with pytest.raises(AddressRefusedError):
        addresses.choose(host, 443, local=False)


def test_a_name_nobody_knows_is_refused() -> None:
    with pytest.raises(AddressRefusedError):
        addresses.choose("no-such-host.invalid", 443, local=True)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "port.example",
        "//port.example",
        "file:///etc/passwd",
        "gopher://port.example/",
        "unix:///run/x.sock",
        "http://",
        "http://user@port.example",
        "https://user:secret@port.example",
        "https://port.example?x=1",
        "https://port.example/#x",
        "http://port.example:22",
        "http://port.example:99999",
        "http://[::1",
        "http://port.example/\n",
        "https://port.example/" + "a" * 200,
    ],
)
def test_an_address_of_another_form_is_refused(url: str) -> None:
    with pytest.raises(AddressRefusedError):
        addresses.parse(url)


@pytest.mark.parametrize(
    ("own", "local"),
    [
        ("http://127.0.0.1:8075", True),
        ("http://localhost:8075", True),
        ("http://[::1]:8075", True),
        ("http://192.168.1.10", True),
        ("https://8.8.8.8", False),
        ("http://169.254.1.1", False),
        ("https://no-such-host.invalid", False),
        ("", False),
    ],
)
def test_a_node_knows_whether_it_lives_on_a_private_network(own: str, *, local: bool) -> None:
    assert addresses.lives_locally(own) is local


def test_the_transport_refuses_before_it_connects() -> None:
    transport = addresses.SafeTransport(local=False)
    with httpx.Client(transport=transport) as client, pytest.raises(AddressRefusedError):
        client.get("http://127.0.0.1:9159/")


class Rebinding:
    """A name server that answers *first* once and *then* whoever asks again."""

    def __init__(self, first: str, then: str) -> None:
        self.answers = [ip_address(first), ip_address(then)]
        self.asked = 0

    def __call__(self, host: str, port: int) -> list[addresses.Address]:
        """Answer for *host*, whatever it is."""
        self.asked += 1
        return [self.answers[min(self.asked, 2) - 1]]


@pytest.fixture
def website() -> Iterator[tuple[int, list[str]]]:
    """A server on loopback: its port, and the hosts it was asked for."""
    hosts: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hosts.append(self.headers["Host"])
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port, hosts
        server.shutdown()
        thread.join()


def test_the_address_that_was_judged_is_the_one_that_is_called(
    website: tuple[int, list[str]],
) -> None:
    port, hosts = website
    names = Rebinding("127.0.0.1", "169.254.169.254")
    transport = addresses.SafeTransport(local=True, resolver=names)
    with httpx.Client(transport=transport) as client:
        answer = client.get(f"http://rebinding.invalid:{port}/")

    assert (answer.status_code, names.asked) == (200, 1)
    assert hosts == [f"rebinding.invalid:{port}"]


def test_a_name_that_moved_inside_is_refused_the_next_time(website: tuple[int, list[str]]) -> None:
    port, hosts = website
    names = Rebinding("127.0.0.1", "169.254.169.254")
    transport = addresses.SafeTransport(local=True, resolver=names)
    with httpx.Client(transport=transport) as client:
        client.get(f"http://rebinding.invalid:{port}/")
        with pytest.raises(AddressRefusedError):
            client.get(f"http://rebinding.invalid:{port}/")

    assert len(hosts) == 1
