"""Two people pair two nodes from nothing, with the commands of the README."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.nodes import RealNode

pytestmark = pytest.mark.promise("pairing")

MOST_COMMANDS = 6
MOST_SECONDS = 60.0
FIRST_WORD = """
from pathlib import Path
import jumelage.directory as directory
from jumelage.directory.services import import_actors, open_account
by = open_account(email="officer@paris-demo.invalid", name="Officer", language="fr",
                  roles=["officer", "administrator"])
answer = len(import_actors(Path(directory.__file__).parent / "data" / "actors.yaml", by=by))
"""
COUNT = """
from jumelage.directory.models import Organisation
answer = Organisation.objects.count()
"""


class Person:
    """Someone who types commands and counts them."""

    def __init__(self, node: RealNode) -> None:
        """Sit down at *node*."""
        self.node, self.typed = node, 0

    def types(self, *arguments: str) -> Any:  # noqa: ANN401  # a JSON answer
        """Type a command; return what it answers."""
        self.typed += 1
        done = self.node.command(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def starts(self) -> None:
        """Type `jumelage init` and `jumelage up`."""
        self.typed += 2
        self.node.init()
        self.node.start()


@pytest.fixture
def people(tmp_path: Path) -> Iterator[tuple[Person, Person]]:
    """Return two people before empty data folders."""
    paris = RealNode(tmp_path / "paris", "paris-demo", "Europe/Paris", "fr")
    sf = RealNode(tmp_path / "sf", "sf-demo", "America/Los_Angeles")
    try:
        yield Person(paris), Person(sf)
    finally:
        paris.stop()
        sf.stop()


def test_two_people_pair_from_nothing_and_the_first_record_crosses(
    people: tuple[Person, Person], until: Callable[..., None]
) -> None:
    paris, sf = people
    began = time.monotonic()
    paris.starts()
    sf.starts()

    invitation = paris.types("pair", "invite")
    sf.types("pair", "accept", invitation["address"])
    read = [person.types("pair", "words")["words"] for person in (paris, sf)]
    assert read[0] == read[1]
    paris.types("pair", "confirm", "--yes")
    assert sf.types("pair", "confirm", "--yes")["state"] == "paired"
    listed = paris.node.python(FIRST_WORD)
    until(lambda: sf.node.python(COUNT) == listed, 30)

    assert listed == 12
    assert max(paris.typed, sf.typed) <= MOST_COMMANDS
    assert time.monotonic() - began <= MOST_SECONDS


def test_nothing_crosses_before_both_confirmed(people: tuple[Person, Person]) -> None:
    paris, sf = people
    paris.starts()
    sf.starts()
    sf.types("pair", "accept", paris.types("pair", "invite")["address"])
    sf.types("pair", "confirm", "--yes")
    assert paris.node.python(FIRST_WORD) == 12

    time.sleep(3)  # longer than a follower needs when it may

    assert sf.node.python(COUNT) == 0
