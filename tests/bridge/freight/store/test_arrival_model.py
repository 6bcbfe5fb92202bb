"""Whatever order parcels come in, however often a node falls over: what settles is what was sent."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jumelage.bridge.freight.errors import DamagedChunkError
from jumelage.bridge.freight.packing.lists import File, PackingList
from jumelage.bridge.freight.packing.packing import assemble
from jumelage.bridge.freight.packing.roots import root_of, rows
from jumelage.bridge.freight.store import fsck
from jumelage.bridge.freight.store.quarantine import Quarantine
from jumelage.bridge.freight.store.store import Store
from tests.bridge.freight.samples import heading

FEW_CHUNKS = st.lists(st.sampled_from([b"a", b"bb", b"ccc", b"dddd", b"e" * 5]), max_size=6)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("take"), st.integers(0, 30)),
        st.tuples(
            st.sampled_from(["durable", "settle", "fall over", "damaged", "fill"]), st.just(0)
        ),
    ),
    max_size=40,
)


def listed(contents: list[list[bytes]]) -> PackingList:
    """Return the list of files made of chunks; many chunks occur in several of them."""
    files, tables = [], {}
    for number, chunks in enumerate(contents):
        table = rows(chunks)
        root = root_of(table).hex()
        tables[root] = table
        facts = {"size": sum(map(len, chunks)), "root": root, "chunks": len(chunks)}
        files.append(
            File(path=f"{number}", xxh128="0" * 32, modified=0, kind="file", **facts)  # type: ignore[arg-type]
        )
    return assemble(heading(), files, tables)


class Arrival:
    """A delivery that arrives in steps; counts what travelled since it was last durable."""

    def __init__(self, home: Path, contents: list[list[bytes]]) -> None:
        self.store = Store.open("", home)
        self.list = listed(contents)
        self.chunks = {rows([chunk])[:32]: chunk for chunks in contents for chunk in chunks}
        self.certain: set[int] = set()
        self.quarantine = self.begin()

    def begin(self) -> Quarantine:
        """Open the quarantine, as after a restart."""
        return self.store.quarantine("d1", self.list, peer="paris")

    def chunk(self, row: int) -> bytes:
        """Return the bytes of the chunk in *row*."""
        return self.chunks[self.list.hash_at(row)]

    def take(self, number: int) -> None:
        """Take a lacking chunk, or one that is there already."""
        lacking = list(self.quarantine.lacking())
        every = lacking or list(range(self.list.head.chunks))
        if every:
            row = every[number % len(every)]
            self.quarantine.take([row], memoryview(self.chunk(row)))

    def damaged(self) -> None:
        """Offer a lacking chunk with other bytes."""
        for row in list(self.quarantine.lacking())[:1]:
            wrong = bytes(len(self.chunk(row)))
            with pytest.raises(DamagedChunkError):
                self.quarantine.take([row], memoryview(wrong))

    def step(self, what: str, number: int) -> None:
        """Do one thing that can happen."""
        if what == "take":
            self.take(number)
        elif what == "damaged":
            self.damaged()
        elif what == "fall over":
            self.quarantine = self.begin()
            assert self.certain <= set(self.quarantine.had)
        elif what == "fill":
            self.quarantine.fill()
        else:
            if what == "durable":
                self.quarantine.durable()
            else:
                self.quarantine.settle()
            if what == "durable" or self.quarantine.complete:
                self.certain = set(self.quarantine.had)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(FEW_CHUNKS, min_size=1, max_size=5), STEPS)
def test_what_settles_is_what_was_sent(
    tmp_path_factory: pytest.TempPathFactory,
    contents: list[list[bytes]],
    steps: list[tuple[str, int]],
) -> None:
    arrival = Arrival(tmp_path_factory.mktemp("arrival") / "store", contents)
    for what, number in steps:
        arrival.step(what, number)
    travelled = []
    while lacking := list(arrival.quarantine.lacking()):
        travelled.append(arrival.list.hash_at(lacking[0]))
        arrival.take(0)
    arrival.quarantine.settle()
    assert len(travelled) == len(set(travelled))
    assert arrival.quarantine.complete
    for file, chunks in zip(arrival.list.files, contents, strict=True):
        assert b"".join(arrival.store.read(bytes.fromhex(file.root))) == b"".join(chunks)
    arrival.quarantine.drop()
    assert fsck.check(arrival.store).clean
