"""What a component learns of deliveries, and how it reads them, at both ends."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from blake3 import blake3

from jumelage.bridge.api import freight, send_files
from jumelage.bridge.freight.deliveries import services
from jumelage.bridge.freight.deliveries.receiving.storing import open_store
from jumelage.bridge.freight.deliveries.sending.offering import pack_and_offer
from jumelage.bridge.freight.errors import (
    ChangedSinceError,
    DamagedBlobError,
    FolderTakenError,
    NotDeliveredError,
    ReleasedError,
    UnsafeNameError,
)
from jumelage.bridge.freight.packing.lists import PackingList
from jumelage.bridge.models import Delivery, Node
from jumelage.kit import clock
from tests.bridge.freight.deliveries.conftest import BIG
from tests.factories.bridge import Peer


def sent(city: Node, paths: dict[str, Path]) -> Delivery:
    """Return a delivery of files under paths of its own, packed and offered."""
    made = send_files(paths=paths, to=city, by="machine:test", production="odyssey")
    pack_and_offer(made, lambda: False)
    return services.delivery(made.uri)


def test_component_reads_what_was_delivered_by_path_and_hash(
    received: tuple[Delivery, PackingList], media: Path, tmp_path: Path
) -> None:
    made, held = received
    found = {one.path: one for one in freight.contents(made)}

    assert sorted(found) == [file.path for file in held.files]
    for path, one in found.items():
        data = (media / path.removeprefix("shots/")).read_bytes()
        assert (one.size, one.hash) == (len(data), blake3(data).hexdigest())
        assert one.write(tmp_path / one.hash[:9]) == one.hash
        assert (tmp_path / one.hash[:9]).read_bytes() == data
        (tmp_path / one.hash[:9]).unlink()
    with found["shots/plate.exr"].open() as file:
        assert file.seek(-1_000_001, io.SEEK_END) == len(BIG) - 1_000_001
        assert file.read() == BIG[-1_000_001:]
        file.seek(5_000_000)
        assert file.read(100_000) == BIG[5_000_000:5_100_000]


def test_nothing_damaged_is_read_and_nothing_half_written(
    received: tuple[Delivery, PackingList], tmp_path: Path
) -> None:
    made, _held = received
    one = next(one for one in freight.contents(made) if one.size == len(BIG))
    place = next(open_store().home.glob(f"blobs/*/{one.root}"))
    with place.open("r+b") as file:
        file.seek(8_000_000)
        file.write(b"damage")

    with pytest.raises(DamagedBlobError):
        one.write(tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
    (tmp_path / "copy").write_text("mine")
    with pytest.raises(FolderTakenError):
        one.write(tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "mine"


def test_what_is_not_there_is_not_given(received: tuple[Delivery, PackingList]) -> None:
    made, _held = received
    made.state = "carrying"
    with pytest.raises(NotDeliveredError):
        freight.contents(made)
    made.state, made.released_at = "delivered", clock.now()
    with pytest.raises(ReleasedError):
        freight.contents(made)


def test_files_go_under_the_paths_a_component_gives(opened: None, city: Node, media: Path) -> None:
    made = sent(city, {"sc01/sh010.mov": media / "a.mov", "sc01/more": media})
    paths = [one.path for one in freight.files(made)]

    assert paths == [f"sc01/{name}" for name in (
        "more/a.mov", "more/b.mov", "more/notes.txt", "sh010.mov",
    )]  # fmt: skip
    with pytest.raises(UnsafeNameError):
        sent(city, {"../etc/passwd": media / "a.mov"})


def test_sender_reads_its_own_files_while_they_are_what_was_sent(
    opened: None, city: Node, media: Path
) -> None:
    made = sent(city, {"sh010.mov": media / "a.mov"})
    Delivery.objects.update(state="delivered", ended_at=clock.now())
    made = services.delivery(made.uri)
    data = (media / "a.mov").read_bytes()
    (one,) = freight.contents(made)
    assert one.hash == blake3(data).hexdigest()

    (media / "a.mov").write_bytes(b"x" * len(data))
    (one,) = freight.contents(made)
    with pytest.raises(ChangedSinceError):
        one.open().read()


def test_duty_finds_what_was_delivered_since(outgoing: Callable[..., Delivery], peer: Peer) -> None:
    at = clock.now()
    outgoing("delivered", ended_at=at, production="odyssey")
    outgoing("delivered", uri=peer.uri(), ended_at=at + timedelta(1), direction="in")
    outgoing("carrying", uri=peer.uri())

    def found(**asked: object) -> list[str]:
        return [one.direction for one in freight.delivered(**asked)]  # type: ignore[arg-type]  # some

    assert found() == ["out", "in"]
    assert found(since=at + timedelta(1)) == ["in"]
    assert found(production="odyssey") == ["out"]
    assert found(direction="in", production="odyssey") == []
