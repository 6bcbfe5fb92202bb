"""Frames of a production that is not opened are on no feed, no packing list, no disk elsewhere."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from benchmarks.lines import Pair, Relays
from benchmarks.nodes import RealNode

pytestmark = pytest.mark.promise("P7")

MAKE = """
from datetime import timedelta
from pathlib import Path
from jumelage.bridge.api import peers
from jumelage.components.studio.services import versions
from jumelage.components.studio.services.review.comments import comment
from jumelage.components.studio.services.house.guests import make_link
from jumelage.components.studio.services.house.viewing import note_view
from jumelage.components.studio.services.media import attach
from jumelage.components.studio.services.productions import open_to
from tests.components.studio.media import made
from tests.factories import studio
studio.open_studio()
producer = studio.producer()
answer = {{}}
for name, opened in (("canaryhome0123456789", False), ("openedjoint0123456789", True)):
    film = studio.production(producer, name=name)
    if opened:
        open_to(production=film, city=peers()[0], by=producer)
        film.refresh_from_db()
    shot = studio.shots(film, producer)[0]
    task = studio.task(shot, producer)
    comment(task=task, by=producer, text=f"{{name}} said")
    version = versions.publish_version(task=task, by=producer, name=f"{{name}}.mp4")
    # Other pictures in each, so that no file is equal to one of the other production.
    size = (960, 540) if opened else (640, 360)
    file = made.movie(Path({folder!r}) / f"{{name}}.mp4", frames=24, size=size)
    attach(version=version, by=producer, file=file)
    make_link(production=film, name=f"{{name}} guest", lasts=timedelta(days=1), by=producer)
    note_view(version=version, what="page", person=producer)
    answer[name] = [film.uri, shot.uri, task.uri, version.uri]
"""
OPEN = """
from tests.factories.studio import open_studio
open_studio()
answer = True
"""
HASHES = """
from jumelage.components.studio.models import Version
media = Version.objects.get(uri={uri!r}).media
answer = [media["original"]["hash"], *(one["hash"] for one in media["renditions"].values())] \
    if media else []
"""
WHERE = """
from jumelage.components.studio.models import Version
from jumelage.components.studio.selectors import holdings
version = Version.objects.select_related("production").filter(uri={uri!r}).first()
answer = dict(holdings.where(version)) if version else {{}}
"""
THERE = """
from jumelage.bridge.models import Entry
from jumelage.components.studio.models import MediaFile, Production, View
answer = {
    "productions": list(Production.objects.values_list("name", flat=True)),
    "hashes": list(MediaFile.objects.values_list("hash", flat=True)),
    "entries": "".join(
        bytes(part or b"").decode("latin-1")
        for line in Entry.objects.values_list("header", "body") for part in line
    ),
    "views": View.objects.count(),
}
"""
HOME, JOINT = "canaryhome0123456789", "openedjoint0123456789"


def files_of(node: RealNode) -> Iterator[Path]:
    """Yield every file of the node's folder."""
    yield from (path for path in node.folder.rglob("*") if path.is_file())


def traces(node: RealNode, words: list[str]) -> list[str]:
    """Return the files of *node* whose name or contents hold one of *words*."""
    found = []
    for path in files_of(node):
        data = path.read_bytes()
        found += [f"{path.name}: {w}" for w in words if w in path.name or w.encode() in data]
    return found


def test_frames_of_a_production_that_is_not_opened_stay_at_home(
    cities: tuple[Pair, Relays], until: Callable[..., None], tmp_path: Path
) -> None:
    pair, _relays = cities
    pair.sf.python(OPEN)
    made: Any = pair.paris.python(MAKE.format(folder=str(tmp_path)))
    uris: Mapping[str, list[str]] = made
    home, joint = uris[HOME][-1], uris[JOINT][-1]

    until(lambda: bool(pair.paris.python(HASHES.format(uri=home))), 120)
    until(lambda: pair.sf.python(WHERE.format(uri=joint)).get("hd") == "both", 120)  # type: ignore[attr-defined]  # facts by name

    kept: Any = pair.paris.python(HASHES.format(uri=home))
    there: Any = pair.sf.python(THERE)
    assert there["productions"] == [JOINT]
    assert set(there["hashes"]) & set(kept) == set()
    assert there["views"] == 0
    identifiers = [uri.rpartition(":")[2] for uri in uris[HOME]]
    assert [w for w in (HOME, *identifiers, *kept) if w in there["entries"]] == []
    assert traces(pair.sf, [HOME, "openedjoint0123456789 guest", *identifiers, *kept]) == []
    assert traces(pair.paris, [HOME])  # the search finds what is there
