"""Two real nodes when a key changes: by rotation, after it was lost, after it was stolen."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.lines import Pair, Relays
from benchmarks.nodes import RealNode
from tests.pair.conftest import LOOK, SAY

pytestmark = pytest.mark.promise("keys")

Until = Callable[..., None]
STATE = """
from jumelage.bridge.api import key_history
from jumelage.bridge.models import Cut, Feed, Node
answer = {
    "keys": {node.slug: [fact.why for fact in key_history(node)] for node in Node.objects.all()},
    "signs": {node.slug: bytes(node.signing_key).hex() for node in Node.objects.all()},
    "cut": list(Cut.objects.values_list("feed", "reason")),
    "stopped": list(Feed.objects.exclude(stopped="").values_list("name", flat=True)),
}
"""
RECOVERING = """
from jumelage.bridge.api import recovery
answer = recovery.current() is not None
"""
PLACE = """
from jumelage.node.watching import checks
answer = [a.facts["place"] for a in checks.current()[0] if a.name == "words-returned"][0]
"""


def state(node: RealNode) -> Any:  # noqa: ANN401  # a JSON answer
    """Return what *node* knows of keys."""
    return node.python(STATE)


def titles(node: RealNode) -> list[str]:
    """Return the titles of the practices at *node*."""
    seen: Any = node.python(LOOK)
    return list(seen["titles"])


def say(node: RealNode, count: int, name: str, pause: float = 0.0) -> None:
    """Publish *count* practices at *node*."""
    node.python(SAY.format(count=count, name=name, pause=pause))


def told(node: RealNode, *arguments: str) -> None:
    """Type a command at *node* that must work."""
    done = node.command(*arguments)
    assert done.returncode == 0, done.stderr + done.stdout


def test_paris_rotates_while_records_flow_and_san_francisco_goes_on(
    cities: tuple[Pair, Relays], until: Until
) -> None:
    pair, _ = cities
    writers = [
        threading.Thread(target=say, args=(node, 30, node.slug, 0.2))
        for node in (pair.paris, pair.sf)
    ]
    for writer in writers:
        writer.start()
    told(pair.paris, "keys", "rotate")
    told(pair.sf, "keys", "rotate")
    for writer in writers:
        writer.join()
    say(pair.paris, 1, "after")
    say(pair.sf, 1, "after")

    until(lambda: len(titles(pair.sf)) == len(titles(pair.paris)) == 62, 30)
    paris, sf = state(pair.paris), state(pair.sf)
    assert paris["keys"] == sf["keys"]
    assert paris["keys"]["paris-demo"] == paris["keys"]["sf-demo"] == ["rotated", "genesis"]
    assert paris["signs"] == sf["signs"]
    assert paris["cut"] == sf["cut"] == []


def test_paris_loses_its_key_and_goes_on_with_the_recovery_key(
    cities: tuple[Pair, Relays], until: Until, tmp_path: Path
) -> None:
    pair, _ = cities
    say(pair.paris, 3, "before")
    until(lambda: len(titles(pair.sf)) == 3)
    safe = tmp_path / "safe.key"
    shutil.move(pair.paris.folder / "recovery.key", safe)
    (pair.paris.folder / "node.key").unlink()
    assert pair.paris.command("keys", "rotate").returncode == 11

    told(pair.paris, "keys", "recover", "--recovery-key", str(safe))
    say(pair.paris, 3, "after")

    until(lambda: len(titles(pair.sf)) == 6, 30)
    assert state(pair.sf)["keys"]["paris-demo"] == ["lost", "genesis"]


@pytest.fixture
def robbed(
    cities: tuple[Pair, Relays], until: Until, tmp_path: Path
) -> tuple[RealNode, RealNode, Path]:
    """Return Paris (at rest), San Francisco, which believed a thief, and Paris's recovery key.

    The thief had a copy of the whole folder and answered at an address San Francisco calls.
    """
    pair, _ = cities
    say(pair.paris, 12, "shared")
    until(lambda: len(titles(pair.sf)) == 12)
    pair.paris.stop()
    safe = tmp_path / "safe.key"
    shutil.move(pair.paris.folder / "recovery.key", safe)
    thief = RealNode(tmp_path / "thief", "paris-demo", "Europe/Paris", port=pair.paris.port)
    shutil.copytree(pair.paris.folder, thief.folder, ignore=shutil.ignore_patterns("running"))
    thief.public_url = pair.paris.public_url
    try:
        thief.start()
        say(thief, 5, "forged")
        until(lambda: len(titles(pair.sf)) == 17, 30)
    finally:
        thief.stop()
    return pair.paris, pair.sf, safe


def honest() -> list[str]:
    """Return the titles of what Paris itself said."""
    said = [f"shared {n:03}" for n in range(12)] + [f"true {n:03}" for n in range(3)]
    return sorted([*said, "later 000"])


def test_what_a_thief_said_is_taken_back_when_the_key_is_revoked(
    robbed: tuple[RealNode, RealNode, Path], until: Until
) -> None:
    paris, sf, safe = robbed
    told(paris, "bridge", "close", "--reason", "the key was stolen")
    paris.start()
    say(paris, 3, "true")
    told(paris, "keys", "revoke", "--recovery-key", str(safe), "--yes")
    told(paris, "bridge", "open")
    say(paris, 1, "later")

    until(lambda: titles(sf) == honest(), 40)
    seen = state(sf)
    assert seen["keys"]["paris-demo"] == ["revoked", "genesis"]
    assert ["public", "key revoked"] in seen["cut"]
    assert seen["stopped"] == []
    assert titles(paris) == honest()


def test_a_city_that_took_a_thiefs_words_for_its_own_loses_none_of_its_words(
    robbed: tuple[RealNode, RealNode, Path], until: Until
) -> None:
    """Paris comes back first and takes them for a tail it lost; the alert says how far."""
    paris, sf, safe = robbed
    paris.start()
    until(lambda: len(titles(paris)) == 17, 30)
    until(lambda: not paris.python(RECOVERING), 30)
    say(paris, 3, "true")
    until(lambda: len(titles(sf)) == 20, 30)

    place = str(paris.python(PLACE))
    told(paris, "keys", "revoke", "--recovery-key", str(safe), "--last-valid", place, "--yes")
    say(paris, 1, "later")

    until(lambda: titles(sf) == honest(), 40)
    assert titles(paris) == honest()
    assert ["public", "key revoked"] in state(sf)["cut"]
