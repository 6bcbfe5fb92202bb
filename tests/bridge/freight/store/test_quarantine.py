import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jumelage.bridge.freight.errors import DamagedChunkError, StoreError
from jumelage.bridge.freight.packing.packing import pack
from jumelage.bridge.freight.packing.parcels import parcels
from jumelage.bridge.freight.packing.source import Files
from jumelage.bridge.freight.store import fsck, garbage
from jumelage.bridge.freight.store.quarantine import Journal
from jumelage.bridge.freight.store.store import Store
from tests.bridge.freight.samples import DAILIES, carry, heading, noise, packed, written


def test_nothing_is_visible_before_it_is_settled(store: Store, tmp_path: Path) -> None:
    found = packed(tmp_path / "d", DAILIES)
    quarantine = store.quarantine("d1", found.packing_list, peer="paris")
    carry(found, quarantine)
    assert (store.index.totals()[0], list(store.blobs.walk())) == (0, [])
    assert len(quarantine.settle()) == 6
    assert len(list(store.blobs.walk())) == 6


def test_chunk_named_twice_travels_once(store: Store, tmp_path: Path) -> None:
    found = packed(
        tmp_path / "d", {"a.exr": noise(300_000), "b.exr": noise(1000, 2) + noise(300_000)}
    )
    quarantine = store.quarantine("d1", found.packing_list, peer="paris")
    moved = carry(found, quarantine)
    quarantine.settle()
    assert quarantine.complete
    assert moved < 420_000


def test_held_chunks_are_copied_and_renamed_files_travel_for_nothing(
    store: Store, tmp_path: Path
) -> None:
    first = packed(tmp_path / "d", DAILIES)
    quarantine = store.quarantine("d1", first.packing_list, peer="paris")
    carry(first, quarantine)
    quarantine.settle()

    renamed = packed(tmp_path / "e", {f"new/{name}": content for name, content in DAILIES.items()})
    again = store.quarantine("d2", renamed.packing_list, peer="paris")
    assert (again.complete, len(again.lacking())) == (True, 0)

    changed = DAILIES["cut.mov"][:300_000] + noise(50_000, 8) + DAILIES["cut.mov"][350_000:]
    third = packed(tmp_path / "f", DAILIES | {"cut.mov": changed})
    quarantine = store.quarantine("d3", third.packing_list, peer="paris")
    told: list[int] = []
    held = quarantine.fill(progress=told.append)
    assert told[-1] == held > 400_000
    assert carry(third, quarantine) == len(changed) - held
    quarantine.settle()
    assert quarantine.complete


def test_damaged_chunk_is_refused_and_nothing_of_the_parcel_written(
    local: Store, tmp_path: Path
) -> None:
    found = packed(tmp_path / "d", DAILIES)
    quarantine = local.quarantine("d1", found.packing_list, peer="paris")
    wanted = parcels(found.packing_list, quarantine.lacking())
    with Files(found.packing_list, found.places) as source:
        data = bytearray(source.read(wanted[0]))
    data[-1] ^= 1
    with pytest.raises(DamagedChunkError) as refusal:
        quarantine.take(wanted[0], memoryview(data))
    assert refusal.value.facts == {"number": wanted[0][-1]}
    with pytest.raises(DamagedChunkError):
        quarantine.take(wanted[0], memoryview(data)[:-1])
    assert [path.name for path in quarantine.folder.iterdir()] == []
    assert len(quarantine.had) == 0


def test_what_was_acknowledged_is_there_after_a_restart(local: Store, tmp_path: Path) -> None:
    found = packed(tmp_path / "d", DAILIES)
    quarantine = local.quarantine("d1", found.packing_list, peer="paris")
    wanted = parcels(found.packing_list, quarantine.lacking())
    with Files(found.packing_list, found.places) as source:
        quarantine.take(wanted[0], memoryview(source.read(wanted[0])))
        quarantine.durable()
        quarantine.take(wanted[1], memoryview(source.read(wanted[1])))  # not acknowledged
    again = local.quarantine("d1", found.packing_list, peer="paris")
    assert set(wanted[0]) <= set(again.had)
    assert not set(wanted[1]) & set(again.had)
    carry(found, again)
    again.settle()
    assert again.complete


def test_journal_of_another_list_does_not_count(local: Store, tmp_path: Path) -> None:
    one, two = (
        packed(tmp_path / "d", {"a": noise(100_000)}),
        packed(tmp_path / "e", {"a": noise(100_000, 2)}),
    )
    carry(one, local.quarantine("d1", one.packing_list, peer="paris"))
    assert len(local.quarantine("d1", two.packing_list, peer="paris").had) == 0


def test_part_that_is_shorter_than_its_journal_says_is_asked_for_again(
    local: Store, tmp_path: Path
) -> None:
    found = packed(tmp_path / "d", {"a": noise(400_000)})
    quarantine = local.quarantine("d1", found.packing_list, peer="paris")
    carry(found, quarantine)
    part = next(quarantine.folder.glob("*.part"))
    with part.open("r+b") as file:
        file.truncate(100_000)
    again = local.quarantine("d1", found.packing_list, peer="paris")
    assert 0 < again.had_bytes <= 100_000


@settings(max_examples=100)
@given(st.lists(st.integers(0, 50), max_size=30), st.integers(0, 13))
def test_torn_journal_says_only_what_is_true(
    tmp_path_factory: pytest.TempPathFactory, rows: list[int], torn: int
) -> None:
    path = tmp_path_factory.mktemp("journal") / "journal"
    for row in rows:
        Journal(path, b"list").append([range(row, row + 2)])
    content = path.read_bytes() if rows else b""
    path.write_bytes(content[: max(0, len(content) - torn)])
    assert set(Journal(path, b"list").read(60)) <= {n for row in rows for n in (row, row + 1)}
    Journal(path, b"list").append([range(55, 56)])
    assert 55 in Journal(path, b"list").read(60)


def test_parcel_that_comes_twice_or_late_does_no_harm(local: Store, tmp_path: Path) -> None:
    found = packed(tmp_path / "d", DAILIES)
    quarantine = local.quarantine("d1", found.packing_list, peer="paris")
    wanted = parcels(found.packing_list, quarantine.lacking())
    with Files(found.packing_list, found.places) as source:
        for number in [*range(len(wanted)), *range(len(wanted))]:
            quarantine.take(wanted[number], memoryview(source.read(wanted[number])))
            quarantine.settle()
    assert quarantine.complete
    assert list(quarantine.folder.glob("*.part")) == []


def test_no_sweep_takes_what_a_delivery_counts_on(local: Store, tmp_path: Path) -> None:
    found = packed(tmp_path / "d", DAILIES)
    quarantine = local.quarantine("d1", found.packing_list, peer="paris")
    carry(found, quarantine)
    quarantine.settle()
    local.release("d1")
    again = local.quarantine("d2", found.packing_list, peer="paris")
    assert garbage.sweep(local, grace=-1).blobs == 0
    assert again.complete


def test_empty_files_arrive_without_a_chunk(store: Store, tmp_path: Path) -> None:
    found = packed(tmp_path / "d", {"a": b"", "b": b""})
    quarantine = store.quarantine("d1", found.packing_list, peer="paris")
    assert len(quarantine.lacking()) == 0
    assert [blob.size for blob in quarantine.settle()] == [0]
    assert quarantine.complete


def test_quarantine_of_a_hostile_name_is_refused(local: Store, tmp_path: Path) -> None:
    found = pack([written(tmp_path / "d", {"a": b"x"})], heading=heading())
    for name in ("../out", "a/b", "", "A", "." * 3):
        with pytest.raises(StoreError):
            local.quarantine(name, found.packing_list, peer="paris")


def test_several_threads_may_take_make_durable_and_settle_at_once(
    local: Store, tmp_path: Path
) -> None:
    found = packed(
        tmp_path / "d", {f"{n:03}.exr": noise(100_000, n // 2) + noise(n) for n in range(200)}
    )
    quarantine = local.quarantine("d1", found.packing_list, peer="paris")
    wanted = parcels(found.packing_list, quarantine.lacking())
    order = [*range(len(wanted))] * 3
    random.Random(1).shuffle(order)

    def take(number: int) -> int:
        with Files(found.packing_list, found.places) as source:
            quarantine.take(wanted[number], memoryview(source.read(wanted[number])))
        if number % 2:
            quarantine.durable()
        return len(quarantine.settle()) if number % 3 == 0 else 0

    with ThreadPoolExecutor(4) as threads:
        settled = sum(threads.map(take, order))
    settled += len(quarantine.settle())
    assert (quarantine.complete, settled) == (True, len(found.packing_list.blobs))
    quarantine.durable()
    quarantine.drop()
    assert fsck.check(local).clean
