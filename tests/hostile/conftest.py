"""One scene for the whole kit: a running node that follows the hostile twin."""

from collections.abc import Iterator

import pytest

from benchmarks.nodes import RealNode
from tests.hostile.city import City, open_city
from tests.hostile.scene import Scene


@pytest.fixture(scope="package")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Return the running node and the twin it follows, after a first honest exchange."""
    node = RealNode(tmp_path_factory.mktemp("hostile") / "port", "port-demo", "Europe/Paris")
    with open_city(City()) as city:
        found = Scene(node, city)
        try:
            node.init()
            found.introduce()
            found.say()
            found.say(feed="network")
            _start(node)
            found.ensure_converged()
            yield found
        finally:
            node.remove()


def _start(node: RealNode) -> None:
    """Start *node*, with patience on a busy machine."""
    try:
        node.start()
    except RuntimeError:
        node.wait_until_open(120)
