"""Files uploaded in the browser: gathered piece by piece, sent, removed when it has ended."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from jumelage.bridge.errors import KindNotOpenedError
from jumelage.bridge.freight.deliveries import services
from jumelage.bridge.freight.deliveries.sending import gathering
from jumelage.bridge.freight.deliveries.sending.offering import pack_and_offer
from jumelage.bridge.freight.errors import (
    DeliveryStateError,
    NothingToSendError,
    PieceOutOfPlaceError,
    QuotaError,
    UnsafeNameError,
)
from jumelage.bridge.models import Delivery, DeliveryFile, Node
from jumelage.kit import clock

BY = "person:1"


@pytest.fixture
def begun(opened: None, city: Node) -> Delivery:
    """Return a delivery for which files are uploaded now."""
    return gathering.begin(to=city, by=BY, title="Dailies")


def upload(delivery: Delivery, path: str, data: bytes, piece: int = 4) -> None:
    """Upload a whole file in pieces."""
    for at in range(0, len(data) or 1, piece):
        gathering.put(delivery, path, at=at, size=len(data), data=data[at : at + piece])


def test_what_was_uploaded_is_packed_under_its_paths(begun: Delivery) -> None:
    upload(begun, "day 1/a.mov", b"0123456789")
    upload(begun, "day 1/empty", b"")
    upload(begun, "notes.txt", b"hello")
    sent = gathering.dispatch(begun, by=BY)
    assert sent.state == "packing"
    pack_and_offer(sent, lambda: False)

    found = services.delivery(begun.uri)
    assert (found.state, found.title, found.files, found.bytes) == ("offered", "Dailies", 3, 15)
    paths = DeliveryFile.objects.filter(delivery=found).values_list("path", flat=True)
    assert list(paths) == ["day 1/a.mov", "day 1/empty", "notes.txt"]


def test_an_upload_goes_on_where_it_stopped(begun: Delivery) -> None:
    gathering.put(begun, "a.mov", at=0, size=10, data=b"0123")
    with pytest.raises(PieceOutOfPlaceError) as told:
        gathering.put(begun, "a.mov", at=0, size=10, data=b"0123")
    assert told.value.facts["here"] == 4
    with pytest.raises(PieceOutOfPlaceError):
        gathering.put(begun, "a.mov", at=4, size=10, data=b"4567890123")
    (half,) = gathering.gathered(begun)
    assert (half.bytes, half.size, half.whole) == (4, 10, False)

    gathering.put(begun, "a.mov", at=4, size=10, data=b"456789")
    (whole,) = gathering.gathered(begun)
    assert (whole.path, whole.bytes, whole.whole) == ("a.mov", 10, True)
    assert Delivery.objects.get().bytes == 10


def test_another_file_of_the_same_name_takes_its_place(begun: Delivery) -> None:
    upload(begun, "a.mov", b"old one, longer")
    gathering.put(begun, "a.mov", at=0, size=9, data=b"half")
    upload(begun, "a.mov", b"new")

    assert [(one.path, one.size) for one in gathering.gathered(begun)] == [("a.mov", 3)]
    assert Delivery.objects.get().bytes == 3


@pytest.mark.parametrize("path", ["../a", "/etc/passwd", "a/../../b", "", "a\\b", "con", "a\nb"])
def test_nothing_is_written_outside(begun: Delivery, path: str, tmp_path: Path) -> None:
    before = set(tmp_path.rglob("*"))
    with pytest.raises(UnsafeNameError):
        upload(begun, path, b"data")
    assert set(tmp_path.rglob("*")) == before


def test_file_and_folder_of_one_name_do_not_go_together(begun: Delivery) -> None:
    upload(begun, "a", b"data")
    with pytest.raises(NothingToSendError):
        upload(begun, "a/b", b"data")
    assert [one.path for one in gathering.gathered(begun)] == ["a"]


def test_uploads_keep_to_the_quota_and_leave_room(begun: Delivery, settings: Settings) -> None:
    settings.NODE = replace(settings.NODE, freight_quota=1)
    upload(begun, "a.mov", b"0123456789")
    gathering.demand_room(10**9 - 10)
    with pytest.raises(QuotaError):
        gathering.demand_room(10**9 - 9)
    with pytest.raises(QuotaError):
        gathering.put(begun, "b.mov", at=0, size=10**9, data=b"x")
    gathering.leave_out(begun, "a.mov")
    gathering.demand_room(10**9)


def test_half_files_are_left_out_and_none_is_refused(begun: Delivery) -> None:
    gathering.put(begun, "half.mov", at=0, size=10, data=b"0123")
    with pytest.raises(NothingToSendError):
        gathering.dispatch(begun, by=BY)
    upload(begun, "whole.mov", b"0123")
    sent = gathering.dispatch(begun, by=BY)

    assert [Path(place).name for place in sent.sources] == ["whole.mov"]
    with pytest.raises(DeliveryStateError):
        gathering.put(begun, "late.mov", at=0, size=1, data=b"x")


def test_what_has_ended_or_was_forgotten_is_removed(
    begun: Delivery, city: Node, outgoing: Callable[..., Delivery]
) -> None:
    forgotten = gathering.begin(to=city, by=BY, title="Forgotten")
    upload(begun, "a.mov", b"0123")
    gathering.dispatch(begun, by=BY)
    gathering.tidy()
    assert (Path(begun.folder) / "files" / "a.mov").exists()

    Delivery.objects.filter(pk=begun.pk).update(state="delivered")
    Delivery.objects.filter(pk=forgotten.pk).update(changed_at=clock.now() - timedelta(8))
    gathering.tidy()

    assert not Path(begun.folder).exists()
    assert not Path(forgotten.folder).exists()
    assert services.delivery(forgotten.uri).state == "cancelled"
    assert set(Delivery.objects.values_list("folder", flat=True)) == {""}


@pytest.mark.parametrize(
    ("state", "kept"), [("refused", True), ("failed", True), ("cancelled", False)]
)
def test_uploads_that_did_not_get_there_are_kept_for_a_week(
    begun: Delivery, state: str, kept: bool
) -> None:
    upload(begun, "a.mov", b"0123")
    Delivery.objects.filter(pk=begun.pk).update(state=state, ended_at=clock.now())
    gathering.tidy()
    assert (Path(begun.folder) / "files" / "a.mov").exists() is kept

    with clock.fixed(clock.now() + timedelta(days=7, minutes=1)):
        gathering.tidy()
    assert not Path(begun.folder).exists()


def test_nothing_is_gathered_that_no_article_opens(city: Node) -> None:
    with pytest.raises(KindNotOpenedError):
        gathering.begin(to=city, by=BY, title="Dailies")
    assert not Delivery.objects.exists()
