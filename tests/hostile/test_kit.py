"""P9: a hostile twin cannot forge, fork or crash us."""

from collections.abc import Iterator

import pytest

from jumelage.kit.uris import new_id
from tests.hostile.asked import REQUESTS, Request
from tests.hostile.scene import Scene
from tests.hostile.served import ANSWERS, BODIES, PAGES, Message

pytestmark = pytest.mark.promise("P9")
MOST_GROWTH = 50
"""Megabytes the node may grow by over the whole kit."""


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
