"""What a node logs, and above all what it does not."""

import base64
import json
import logging
import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from django.test import Client

from benchmarks.nodes import RealNode
from benchmarks.trust import introduce
from jumelage.kit import calls
from jumelage.node.logs import MEMBERS, JsonLines, PlainLines, masked
from tools import postgresql


def line(**facts: object) -> logging.LogRecord:
    """Return a log record as the filter leaves it."""
    record = logging.makeLogRecord({"name": "jumelage.test", "levelname": "INFO", **facts})
    record.__dict__.setdefault("request_id", "")
    record.__dict__.setdefault("peer", "")
    return record


def test_json_line_has_the_six_members_and_the_facts() -> None:
    told = json.loads(
        JsonLines().format(line(msg="é %s", args=("x",), peer="sf", facts={"status": 200}))
    )

    assert list(told) == [*MEMBERS, "status"]
    assert (told["message"], told["peer"], told["level"]) == ("é x", "sf", "info")


def test_plain_line_names_request_and_peer() -> None:
    said = PlainLines().format(line(msg="hello", request_id="abcdefgh", peer="sf"))

    assert said.endswith("INFO jumelage.test: hello [request_id=abcdefgh peer=sf]")


def test_nobody_forges_a_line() -> None:
    record = line(msg="asked for %s", args=("/x\n2026-11-22 INFO all is well\x1b[2J",))

    assert PlainLines().format(record).endswith("/x\\x0a2026-11-22 INFO all is well\\x1b[2J")
    assert "\n" not in JsonLines().format(record)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("at postgresql://me:hunter2@db/x", "at postgresql://me:•••@db/x"),
        ("smtp://a@b:hunter2@c:25", "smtp://a@b:hunter2@c:25"),
        (
            "DETAIL: Key (nonce)=(s3cret) already exists.",
            "DETAIL: Key (nonce)=(•••) already exists.",
        ),
        ("Failing row contains (1, s3cret, 2).", "Failing row contains (•••)"),
        ("https://jumelage.example/fr/", "https://jumelage.example/fr/"),
    ],
)
def test_secrets_of_libraries_are_masked(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize("good", ["a" * 8, "0123-abcDEF", "z" * 64])
def test_good_request_id_is_kept(client: Client, good: str) -> None:
    assert client.get("/healthz", headers={"X-Request-Id": good})["X-Request-Id"] == good


@pytest.mark.parametrize("bad", ["", "short", "z" * 65, "with space", "new\tline--", "é" * 9])
def test_other_request_id_is_replaced(client: Client, bad: str) -> None:
    given = client.get("/healthz", headers={"X-Request-Id": bad})["X-Request-Id"]

    assert given != bad
    assert re.fullmatch("[0-9a-f]{16}", given)


def test_request_ids_are_new_each_time(client: Client) -> None:
    seen = {client.get("/healthz")["X-Request-Id"] for _ in range(5)}

    assert len(seen) == 5
    assert all(calls.accepted(one) == one for one in seen)


# Two real nodes at debug level.

QUIET = {"JUMELAGE_LOG_LEVEL": "debug", "JUMELAGE_LOG_FORMAT": "json"}
SECRETS = {
    "password": "canary-password-4f1c9a",
    "wrong password": "canary-wrong-7d3e52",
    "session": "canarysession0b8e66a1",
    "authorization": "canary-authorization-91d2",
    "signature": base64.b64encode(b"canary-signature-of-64-bytes".ljust(64, b"!")).decode(),
    "nonce of a request": "canary-request-nonce-33a1",
    "query": "canary-query-5be0",
    "unknown address": "canary-unknown-address-1c77",
}
MAKE = """
from jumelage.node.operations import accounts
from jumelage.bridge.api import invite
person = accounts.create(email="someone@paris.invalid", roles=["administrator"])
link = accounts.one_time_link(person)
person.user.set_password({password!r})
person.user.save()
answer = {{"link": link, "nonce": invite(by="administrator").nonce}}
"""


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[RealNode, RealNode]]:
    """Two nodes that trust each other and log everything as JSON; not started."""
    nodes = tuple(RealNode(tmp_path / s, s, environment=dict(QUIET)) for s in ("paris", "sf"))
    for node in nodes:
        node.init()
    introduce(*nodes)
    try:
        yield nodes[0], nodes[1]
    finally:
        for node in nodes:
            node.stop()


def logged(node: RealNode) -> list[Mapping[str, Any]]:
    """Return the lines of the log of *node* that are JSON."""
    text = (node.folder / "up.log").read_text("utf-8")
    return [json.loads(one) for one in text.splitlines() if one.startswith("{")]


def until(question: Callable[[], object]) -> None:
    """Wait until *question* is true."""
    end = time.monotonic() + 40
    while not question():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.2)


def asked_together(asking: RealNode, answering: RealNode) -> set[str]:
    """Return the requests that both logs name, each naming the other city."""
    asked = {
        told["request_id"]
        for told in logged(asking)
        if told["message"].startswith("asked GET /bridge/")
    }
    served = {
        told["request_id"]
        for told in logged(answering)
        if told["logger"] == "jumelage.request" and told["peer"] == asking.slug
    }
    return asked & served


def visit(node: RealNode, made: Mapping[str, str]) -> None:
    """Bring every secret to *node* as people, peers and strangers do."""
    slug = node.slug
    base = node.url
    with httpx.Client(base_url=base, timeout=30, trust_env=False) as browser:
        page = browser.get("/en/account/login/")
        token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[0]
        for word in ("wrong password", "password"):
            form = {"login": "someone@paris.invalid", "password": SECRETS[word]}
            browser.post("/en/account/login/", data={**form, "csrfmiddlewaretoken": token})
        browser.get("/en/bridge/pairings/")
        browser.post("/en/account/logout/", data={"csrfmiddlewaretoken": "bad"})
        browser.get(urlsplit(made["link"]).path)
        made["cookies"] = " ".join(browser.cookies.values())  # type: ignore[index]
    signature = f"sig1=:{SECRETS['signature']}:"
    signed = f'sig1=("@method");created=1;keyid="x";nonce="{SECRETS["nonce of a request"]}"'
    headers = {
        "Cookie": f"{slug}-session={SECRETS['session']}",
        "Authorization": f"Bearer {SECRETS['authorization']}",
        "Signature": signature,
        "Signature-Input": signed,
    }
    addresses = [
        *("/en/bridge/", "/metrics", "/bridge/feeds", f"/en/?q={SECRETS['query']}"),
        *(f"/bridge/invitation/{made['nonce']}", f"/bridge/invitation/{made['nonce']}x"),
        *(f"/{SECRETS['unknown address']}/x", f"/en/{SECRETS['unknown address']}"),
    ]
    for address in addresses:
        httpx.get(base + address, headers=headers, timeout=30, trust_env=False)
    httpx.post(f"{base}/bridge/pairing/hello", headers=headers, content=SECRETS["query"])


def secrets_of(node: RealNode, made: Mapping[str, str]) -> dict[str, str]:
    """Return every text that must not be in a log."""
    found = dict(SECRETS)
    for file in ("node.key", "recovery.key"):
        text = (node.folder / file).read_text("utf-8")
        found[file] = text.split("-----\n")[1].split("\n-----")[0].strip()
    found["secret.key"] = (node.folder / "secret.key").read_text("utf-8").strip()
    found["invitation"] = made["nonce"]
    found["link"] = made["link"].rstrip("/").rpartition("/")[2]
    found |= {f"cookie {n}": value for n, value in enumerate(made["cookies"].split())}
    return found


def leaks(node: RealNode, secrets: Mapping[str, str]) -> list[str]:
    """Return which secrets stand in the log of *node*."""
    text = (node.folder / "up.log").read_text("utf-8")
    return [name for name, secret in secrets.items() if len(secret) > 7 and secret in text]


@pytest.mark.promise("secrets")
def test_logs_of_two_cities_fit_together_and_hold_no_secret(two: tuple[RealNode, RealNode]) -> None:
    paris, sf = two
    made: Any = paris.python(MAKE.format(password=SECRETS["password"]))
    paris.start()
    sf.start()
    until(lambda: asked_together(sf, paris) and asked_together(paris, sf))
    visit(paris, made)
    with sqlite3.connect(paris.folder / "node.sqlite3") as database:
        database.execute("ALTER TABLE directory_person RENAME TO away")
    visit(paris, made)  # now pages break

    secrets = secrets_of(paris, made)
    told = logged(paris)
    assert {one["status"] for one in told if "status" in one} >= {200, 302, 401, 404, 500}
    assert any("trace" in one for one in told)
    assert all(tuple(one)[:6] == MEMBERS for one in told + logged(sf))
    assert len(secrets) >= 14
    assert [leaks(node, secrets) for node in two] == [[], []]
    assert "sig1=:" not in (sf.folder / "up.log").read_text("utf-8")


@pytest.mark.promise("secrets")
def test_lost_database_does_not_tell_its_password(tmp_path: Path) -> None:
    programs = postgresql.programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    with postgresql.server(programs) as url:
        settings = {**QUIET, "JUMELAGE_DATABASE_URL": url}
        node = RealNode(tmp_path / "paris", "paris", environment=settings)
        node.init()
        made: Any = node.python(MAKE.format(password=SECRETS["password"]))
        node.start()
        visit(node, made)
    try:
        visit_broken(node)
        until(lambda: any("trace" in one for one in logged(node)))
        secrets = {**secrets_of(node, made), "database": urlsplit(url).password or ""}
        assert leaks(node, secrets) == []
    finally:
        node.stop()


def visit_broken(node: RealNode) -> None:
    """Ask pages of a node whose database is gone."""
    for address in ("/en/bridge/", "/en/directory/", "/readyz"):
        assert httpx.get(node.url + address, timeout=30, trust_env=False).status_code >= 500
