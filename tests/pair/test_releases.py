"""Two releases on one bridge: the last one that was published, and this one."""

import subprocess
import tarfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest

from benchmarks.lines import Pair, Relays
from benchmarks.nodes import ROOT, RealNode
from benchmarks.trust import introduce
from tests.pair.conftest import LOOK, SAY

pytestmark = pytest.mark.promise("P10")

LAST_RELEASE = "244c811"
"""The commit of release 0.1.0."""
EACH = 5
ERASE = """
from jumelage.bridge.api import erase
from jumelage.components.practices.models import Practice
uri = Practice.objects.get(title__en="sf-demo 000").uri
erase(uri=uri, by="officer", ground="mistake")
answer = uri
"""
SNAPSHOT = "from jumelage.bridge.api import take_snapshot\nanswer = take_snapshot('public').kept"
STORED = """
from jumelage.bridge.models import Entry
answer = [list(row) for row in Entry.objects.filter(feed__node__slug="sf-demo", feed__name="public")
          .order_by("seq").values_list("kind", "op", "state")]
"""
WITHDRAWN = """
from jumelage.components.practices.models import Practice
answer = sorted(p.title["en"] for p in Practice.objects.live())
"""
ERASED = """
from jumelage.bridge.models import Entry, Erasure, Snapshot
answer = [Erasure.objects.count(), Entry.objects.filter(kind__startswith="bridge.",
          state="applied", feed__node__slug="sf-demo").count() > 0, Snapshot.objects.count()]
"""


@pytest.fixture(scope="module")
def last_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sources of the last release, taken from this repository's history."""
    command = ["git", "archive", "--format=tar", LAST_RELEASE, "src"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"the history that holds release {LAST_RELEASE} is not here")
    folder = tmp_path_factory.mktemp("release")
    with tarfile.open(fileobj=BytesIO(done.stdout)) as tar:
        tar.extractall(folder, filter="data")
    return folder / "src"


class Release:
    """Runs nodes on the last release, and moves them to this one and back."""

    def __init__(self, sources: Path) -> None:
        """Use the last release's *sources*."""
        self.path = f"{sources}:{ROOT}"

    def last(self, node: RealNode) -> None:
        """Let *node* run the last release from its next start on."""
        node.environment["PYTHONPATH"] = self.path

    def this(self, node: RealNode) -> None:
        """Let *node* run this release from its next start on."""
        node.environment.pop("PYTHONPATH", None)


@pytest.fixture
def mixed(tmp_path: Path, last_release: Path) -> Iterator[tuple[Pair, Release]]:
    """Return Paris on the last release and San Francisco on this one, paired and running."""
    release = Release(last_release)
    paris = RealNode(tmp_path / "paris", "paris-demo", "Europe/Paris")
    sf = RealNode(tmp_path / "sf", "sf-demo", "America/Los_Angeles")
    release.last(paris)
    with Relays([paris.port, sf.port], one_way=0.01) as relays:
        paris.public_url, sf.public_url = relays.urls
        paris.init()
        sf.init()
        introduce(paris, sf)
        pair = Pair(paris, sf, "relay")
        try:
            pair.start()
            yield pair, release
        finally:
            paris.stop()
            sf.stop()


def _all(number: int = EACH) -> list[str]:
    return sorted(f"{city}-demo {i:03}" for city in ("paris", "sf") for i in range(number))


def test_two_releases_copy_each_other_and_an_upgrade_reads_what_was_stored(
    mixed: tuple[Pair, Release], until: Callable[..., None]
) -> None:
    pair, release = mixed
    for node in (pair.paris, pair.sf):
        node.python(SAY.format(count=EACH, name=node.slug, pause=0))
    until(lambda: [n.python(LOOK)["titles"] for n in (pair.paris, pair.sf)] == [_all()] * 2, 120)  # type: ignore[index]

    pair.sf.python(SNAPSHOT)
    pair.sf.python(ERASE)
    kept = [title for title in _all() if title != "sf-demo 000"]
    until(lambda: pair.paris.python(WITHDRAWN) == kept, 120)
    stored = pair.paris.python(STORED)
    assert ["bridge.snapshot-taken", "put", "unknown"] in stored  # type: ignore[operator]
    assert stored[-1] == ["practices.practice-shared", "withdraw", "applied"]  # type: ignore[index]

    pair.paris.stop()
    release.this(pair.paris)
    pair.paris.start()
    until(lambda: pair.paris.python(ERASED) == [1, True, 1], 120)
    assert pair.paris.python(WITHDRAWN) == kept
    assert pair.paris.python(LOOK)["refusals"] == []  # type: ignore[index]


def test_a_node_goes_back_to_the_last_release_and_loses_nothing(
    mixed: tuple[Pair, Release], until: Callable[..., None]
) -> None:
    pair, release = mixed
    pair.paris.stop()
    release.this(pair.paris)
    pair.paris.start()
    pair.sf.python(SAY.format(count=EACH, name="sf-demo", pause=0))
    until(lambda: len(pair.paris.python(LOOK)["titles"]) == EACH, 120)  # type: ignore[index]

    pair.paris.stop()
    release.last(pair.paris)
    pair.paris.start()
    pair.paris.python(SAY.format(count=EACH, name="paris-demo", pause=0))

    until(lambda: [n.python(LOOK)["titles"] for n in (pair.paris, pair.sf)] == [_all()] * 2, 120)  # type: ignore[index]
    assert pair.sf.python(LOOK)["heads"] == pair.paris.python(LOOK)["heads"]  # type: ignore[index]
