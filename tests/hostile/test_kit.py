"""P9: a hostile twin cannot forge, fork or crash us."""

import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import orjson
import pytest

from jumelage.bridge.boundary.limits import MOST_PAGES
from jumelage.bridge.identity.requests import Signer
from jumelage.bridge.records.forks import ForkFound
from jumelage.kit.uris import new_id
from tests.hostile.asked import REQUESTS, Request
from tests.hostile.city import JSON, Asked, City, Reply
from tests.hostile.scene import Scene
from tests.hostile.served import ANSWERS, BODIES, PAGES, Message

pytestmark = pytest.mark.promise("P9")
MOST_GROWTH = 50
"""Megabytes the node may grow by over the whole kit."""
PUBLISH = """
from datetime import date
from jumelage.bridge.api import new_uri, publish
from jumelage.components.practices.records import PracticeShared
from jumelage.kit.i18n import Bilingual
text = Bilingual(en="Text")
for _ in range({count}):
    publish(PracticeShared(uri=new_uri(), title=text, problem=Bilingual(en="x" * {size}),
        action=text, result=text, contact_role=text, shared_on=date(2026, 1, 1)))
answer = True
"""


@pytest.fixture(scope="package")
def before(scene: Scene) -> int:
    """Return what the node held when it had served and copied a little."""
    for _ in range(20):
        assert scene.ask("/bridge/feeds").status_code == 200
    scene.ensure_converged()
    return scene.memory()


@pytest.fixture(autouse=True)
def goes_on(scene: Scene, before: int) -> Iterator[None]:
    """Fail unless the node copies and serves as ever after each message."""
    yield
    scene.city.plans.clear()
    scene.ensure_converged()
    assert scene.ask("/bridge/feeds").status_code == 200


def _is_refused(scene: Scene, reason: str, known: dict[str, int]) -> None:
    scene.until(
        lambda: scene.refusals().get(reason, 0) > known.get(reason, 0),
        f"it is refused as {reason}",
    )


@pytest.mark.parametrize("message", [*PAGES, *ANSWERS], ids=str)
def test_what_the_twin_serves_is_refused_with_its_reason(scene: Scene, message: Message) -> None:
    known, head = scene.refusals(), scene.head()
    scene.city.plan(message.path, message.plan)
    if message.path == "/bridge/feed":
        scene.say()
        scene.say()

    _is_refused(scene, message.reason, known)

    assert scene.head() == head


@pytest.mark.parametrize(("name", "body", "kind", "reason"), BODIES, ids=[b[0] for b in BODIES])
def test_what_the_twin_signs_is_refused_alone(
    scene: Scene, name: str, body: bytes, kind: str, reason: str
) -> None:
    known = scene.refusals()

    scene.city.add(scene.city.say_bytes(kind, new_id(), body))

    _is_refused(scene, reason, known)
    seq = len(scene.city.said["public"])
    held = scene.rows(
        "SELECT state, body FROM bridge_entry e JOIN bridge_feed f ON f.id = e.feed_id "
        "WHERE f.node_id = ? AND f.name = 'public' AND e.seq = ?",
        scene.city.origin, seq,
    )  # fmt: skip
    assert held == [("refused", None)]


@pytest.mark.parametrize("request_", REQUESTS, ids=str)
def test_what_the_twin_asks_is_refused_with_its_reason(scene: Scene, request_: Request) -> None:
    known = scene.refusals()

    answer = request_.send(scene)

    assert answer.status_code == request_.status or (
        request_.status == 0 and 400 <= answer.status_code < 500
    )
    if request_.reason:
        _is_refused(scene, request_.reason, known)
    else:
        assert scene.refusals() == known


def test_a_twin_that_asks_for_patience_is_waited_for(scene: Scene) -> None:
    known, begun = scene.refusals(), time.monotonic()

    def busy(city: City, asked: Asked) -> Reply:
        if city.times_asked < 3:
            return Reply(b"{}", 429, JSON, {"Retry-After": "1"})
        return city.honest(asked)

    scene.city.times_asked = 0
    scene.city.plan("/bridge/feed", busy)
    scene.ensure_converged()

    assert time.monotonic() - begun >= 2
    assert (scene.city.times_asked, scene.refusals()) == (3, known)


def test_a_twin_that_asks_too_much_is_told_when_to_come_back(scene: Scene) -> None:
    known = scene.refusals()
    path = "/bridge/feed?name=network&after=99999&wait=12"

    with ThreadPoolExecutor(MOST_PAGES) as waiting:
        answers = [waiting.submit(scene.ask, path) for _ in range(MOST_PAGES)]
        time.sleep(3)
        told = scene.ask("/bridge/feed?name=public&after=0")
        assert (told.status_code, told.headers["Retry-After"]) == (429, "1")
        assert told.json()["error"]["code"] == "rate-limit"
        assert {answer.result().status_code for answer in answers} == {200}
    assert scene.refusals() == known


def test_an_accusation_without_proof_is_refused(scene: Scene) -> None:
    known = scene.refusals()
    city = scene.city
    closing = orjson.loads(city.page(city.said["public"][:1]).splitlines()[-1])
    fact = ForkFound(
        uri=city.uri(), feed="public", epoch=0, seq=1, held_header="{}", chain=(),
        held_checkpoint=closing["checkpoint"], held_signature=closing["signature"],
        other_header="{}", other_checkpoint=closing["checkpoint"],
        other_signature=closing["signature"],
    )  # fmt: skip
    scene.node.python(PUBLISH.format(count=1, size=10))

    city.add(*city.say(fact, feed=scene.twin), feed=scene.twin)

    _is_refused(scene, "false-accusation", known)
    assert scene.rows("SELECT COUNT(*) FROM bridge_fork") == [(0,)]


def test_a_rewritten_feed_is_kept_as_proof_and_told_while_the_other_feeds_go_on(
    scene: Scene,
) -> None:
    known, city = scene.refusals(), scene.city
    scene.say(feed="network")
    scene.until(lambda: scene.head("network") == 2, "the feed is copied before it is rewritten")
    city.heads.pop("network")
    city.said["network"] = []
    scene.say("Another past", feed="network")

    _is_refused(scene, "fork", known)

    kept = scene.rows(
        "SELECT f.stopped, f.head_seq, k.seq, k.held_header <> k.other_header "
        "FROM bridge_fork k JOIN bridge_feed f ON f.id = k.feed_id"
    )
    assert kept == [("forked", 2, 1, 1)]
    told = f"SELECT COUNT(*) FROM bridge_entry WHERE kind = '{ForkFound.kind}' AND op = 'put'"
    scene.until(lambda: scene.rows(f"{told} AND state = 'applied'") == [(1,)], "its owner is told")
    page = scene.ask(f"/bridge/feed?name=twin:{city.origin}&after=0").text
    assert page.count(ForkFound.kind) == 1
    said = scene.node.command("status")
    assert "wrote entry 1 of its feed" in " ".join(said.stdout.split())


def test_a_reader_that_never_reads_costs_little(scene: Scene) -> None:
    before = scene.memory()
    scene.node.python(PUBLISH.format(count=60, size=200_000))
    with ExitStack() as silent:
        for _ in range(6):
            silent.enter_context(_open_stream(scene))
        time.sleep(5)

        assert scene.ask("/bridge/feeds").status_code == 200
        assert scene.memory() - before < MOST_GROWTH


def _open_stream(scene: Scene) -> socket.socket:
    """Ask for a stream from the beginning and read nothing of it."""
    path = "/bridge/stream?public=0"
    headers = Signer(scene.city.origin, scene.city.key).headers("GET", scene.node.url + path)
    host = f"{scene.node.host}:{scene.node.port}"
    text = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    connection = socket.create_connection((scene.node.host, scene.node.port))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{text}\r\n".encode())
    assert connection.recv(12) == b"HTTP/1.1 200"
    return connection


def test_nothing_of_it_made_the_node_fail_or_grow(scene: Scene, before: int) -> None:
    log = scene.log

    wrong = re.findall(r"Traceback[\s\S]{0,3000}|a follower ended|: 5\d\d in .*", log)
    assert wrong == []
    assert scene.memory() - before < MOST_GROWTH
    assert len(PAGES) + len(ANSWERS) + len(BODIES) + len(REQUESTS) >= 30
