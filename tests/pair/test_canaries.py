"""Nothing crosses unless it was opened: a canary in every field, sought on the wire and there."""

import asyncio
import contextlib
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from benchmarks.delay_line import DelayLine
from benchmarks.lines import Pair, Relays
from benchmarks.nodes import RealNode
from benchmarks.trust import introduce
from jumelage.kit.component import record_types
from tests.pair.canaries import MADE_BY_THE_NODE, leaves

pytestmark = pytest.mark.promise("P7")

THIRD = "z" * 32
GZIP = b"\x1f\x8b\x08"
Canaries = Mapping[str, str]

DRIVE = """
from tests.pair.canaries import drive
answer = drive({peer!r}, {third!r}).plain()
"""
FILL = """
from django.db import transaction
from jumelage.bridge.boundary import audit
from jumelage.bridge.models import Pairing
from tests.pair.canaries import fill_local
with transaction.atomic():
    answer = fill_local()
    said = {f"audit.{name}": f"caudit{name}0123456789" for name in ("by", "about", "fact")}
    audit.note("canary", by=said["audit.by"], about=said["audit.about"], fact=said["audit.fact"])
    Pairing.objects.update(decided_by="cpairingby0123456789", last_error="cpairingerror0123456789")
answer |= said
answer |= {"pairing.by": "cpairingby0123456789", "pairing.error": "cpairingerror0123456789"}
"""
WHO = "from jumelage.bridge.api import me\nanswer = me().origin"
HEADS = """
from jumelage.bridge.models import Feed
names = ["public", "network", "twin:{peer}"]
feeds = Feed.objects.filter(node__slug="paris-demo", name__in=names)
answer = dict(feeds.values_list("name", "head_seq"))
"""


class Tee:
    """A reader that keeps what it reads."""

    def __init__(self, reader: asyncio.StreamReader, heard: bytearray) -> None:
        self.reader, self.heard = reader, heard

    async def read(self, size: int) -> bytes:
        """Read, and keep it."""
        data = await self.reader.read(size)
        self.heard += data
        return data


@dataclass
class TappedLine(DelayLine):
    """A line that keeps every byte of each direction of each connection."""

    heard: list[bytearray] = field(default_factory=list)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heard.append(bytearray())
        await super()._relay(Tee(reader, self.heard[-1]), writer)  # type: ignore[arg-type]  # reads alike


class TappedRelays(Relays):
    """Relays that keep what passes."""

    def __init__(self, targets: list[int]) -> None:
        super().__init__(targets)
        self._lines = [TappedLine(target, 0.01) for target in targets]

    @property
    def heard(self) -> bytes:
        """Everything that passed, and again what was compressed, unpacked."""
        streams = [bytes(heard) for line in self._lines for heard in line.heard]  # type: ignore[attr-defined]  # tapped
        return b"\n".join([*streams, *(text for one in streams for text in unpacked(one))])


def unpacked(stream: bytes) -> Iterator[bytes]:
    """Yield every gzip text inside *stream*."""
    at = stream.find(GZIP)
    while at >= 0:
        with contextlib.suppress(zlib.error):  # the three bytes may stand there by chance
            yield zlib.decompressobj(31).decompress(stream[at:])
        at = stream.find(GZIP, at + 1)


@pytest.fixture
def tapped(tmp_path: Path) -> Iterator[tuple[Pair, TappedRelays]]:
    """Return two paired, stopped cities whose line is listened to."""
    secret = {"JUMELAGE_OIDC_CLIENT_ID": "csettings0123456789"}
    paris = RealNode(tmp_path / "paris", "paris-demo", "Europe/Paris", environment=secret)
    sf = RealNode(tmp_path / "sf", "sf-demo", "America/Los_Angeles")
    with TappedRelays([paris.port, sf.port]) as relays:
        paris.public_url, sf.public_url = relays.urls
        paris.init()
        sf.init()
        introduce(paris, sf)
        try:
            yield Pair(paris, sf, "tapped"), relays
        finally:
            paris.stop()
            sf.stop()


def secrets_of(pair: Pair) -> dict[str, str]:
    """Return what must never leave the folder of Paris; words both cities have are no secret."""
    found = {"setting": "csettings0123456789"}
    for name in ("node.key", "secret.key", "recovery.key"):
        ours, theirs = (
            set((node.folder / name).read_text("utf-8").splitlines())
            for node in (pair.paris, pair.sf)
        )
        found |= {f"{name} {n}": line for n, line in enumerate(sorted(ours - theirs))}
    return found


def seen(canaries: Canaries, haystack: bytes) -> set[str]:
    """Return the fields whose canary is in *haystack*."""
    return {path for path, canary in canaries.items() if canary.encode() in haystack}


def disk(node: RealNode) -> bytes:
    """Return every byte of the files of *node*."""
    return b"\n".join(f.read_bytes() for f in sorted(node.folder.rglob("*")) if f.is_file())


def test_only_what_is_opened_crosses(
    tapped: tuple[Pair, TappedRelays], until: Callable[..., None]
) -> None:
    pair, relays = tapped
    peer = str(pair.sf.python(WHO))
    code, heads = DRIVE.format(peer=peer, third=THIRD), HEADS.format(peer=peer)
    local: Any = pair.paris.python(FILL)
    driven: list[Any] = [pair.paris.python(code)]  # fetched in pages when the line comes up
    pair.start()
    until(lambda: pair.sf.python(heads) == pair.paris.python(heads), 60)
    driven.append(pair.paris.python(code))  # heard on the open stream
    until(lambda: pair.sf.python(heads) == pair.paris.python(heads), 60)
    pair.paris.stop()
    pair.sf.stop()

    wire, there = relays.heard, disk(pair.sf)
    kept = {**local, **secrets_of(pair)}
    assert (seen(kept, wire), seen(kept, there)) == (set(), set())
    for said in driven:
        assert (seen(said["closed"], wire), seen(said["closed"], there)) == (set(), set())
        opened = said["opened"]
        assert set(opened) - seen(opened, wire) == set()
        assert set(opened) - seen(opened, there) == set()
        assert len(said["refused"]) == len(attempts())
        assert missing(said) == set()
    assert seen(kept, disk(pair.paris)) >= set(local)  # so the search is known to see


def missing(said: Mapping[str, Any]) -> set[str]:
    """Return the fields of the record types that no canary was put into."""
    covered = {path.partition(" ")[2] for path in (*said["opened"], *said["closed"])}
    kinds = [record for kind, record in record_types().items() if kind not in MADE_BY_THE_NODE]
    wanted = {path for record in kinds for path in leaves(record)}
    return wanted - covered - set(said["narrow"])


def attempts() -> list[str]:
    """Return the kinds and audiences that nothing opens before an agreement does."""
    return [
        f"{name} {kind}"
        for kind, record in record_types().items()
        for name in ("public", "network", "twin")
        if kind not in MADE_BY_THE_NODE
        and not (record.opened_by_pairing and name in record.audiences)
    ]
