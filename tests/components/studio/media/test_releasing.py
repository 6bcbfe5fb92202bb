"""Deliveries that the studio took in and gives up when the store of freight is too full."""

from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from jumelage.bridge.api import Node, freight
from jumelage.bridge.freight.deliveries.receiving.storing import open_store
from jumelage.bridge.freight.store.references import NO_LIMIT
from jumelage.components.studio.models import TakenDelivery
from jumelage.components.studio.services.media.releasing import LEAVING, release_oldest
from jumelage.kit import clock
from jumelage.node.config import NodeConfig
from tests.factories.bridge import Peer


@pytest.fixture
def full(there: Peer, tmp_path: Path, settings: Settings) -> list[freight.Delivery]:
    """Return fourteen deliveries of 60 MB, oldest first; 900 MB of a quota of 1 GB are taken."""
    settings.NODE = NodeConfig(data=tmp_path, freight_quota=1)
    open_store().references.reserve("x", 900_000_000, peer="", quota=NO_LIMIT, held=0)
    return [delivery(there, hours) for hours in range(14, 0, -1)]


def delivery(
    there: Peer, hours: int, *, lacking: bool = False, role: str = "studio"
) -> freight.Delivery:
    """Return a delivery that came so many hours ago and was taken in."""
    at = clock.now() - timedelta(hours=hours)
    made = freight.Delivery.objects.create(
        uri=there.uri(), peer=Node.objects.get(origin=there.origin), direction="in",
        state="delivered", title="Shot 10", sent_by=role, bytes=60_000_000,
        created_at=at, changed_at=at, ended_at=at,
    )  # fmt: skip
    TakenDelivery.objects.create(delivery=made.uri, ended_at=at, lacking=lacking)
    return made


def released() -> list[str]:
    """Return what was given up, oldest first."""
    found = freight.Delivery.objects.exclude(released_at=None).order_by("ended_at")
    return list(found.values_list("uri", flat=True))


def test_oldest_are_released_until_there_is_room(full: list[freight.Delivery]) -> None:
    assert (release_oldest(), release_oldest()) == (2, 0)
    assert released() == [one.uri for one in full[:2]]

    with clock.fixed(clock.now() + LEAVING + timedelta(minutes=1)):
        assert (release_oldest(), release_oldest()) == (2, 0)
    assert released() == [one.uri for one in full[:4]]


def test_newest_stay_however_full_it_is(full: list[freight.Delivery]) -> None:
    open_store().references.reserve("x", 10**10, peer="", quota=NO_LIMIT, held=0)

    assert (release_oldest(), release_oldest()) == (4, 0)
    assert released() == [one.uri for one in full[:4]]


def test_what_is_lacking_or_not_of_the_studio_stays(
    full: list[freight.Delivery], there: Peer
) -> None:
    delivery(there, 30, lacking=True)
    delivery(there, 31, role="rooms")

    assert release_oldest() == 2
    assert released() == [one.uri for one in full[:2]]


@pytest.mark.parametrize("quota", [0, 2])
def test_store_with_room_gives_up_nothing(
    full: list[freight.Delivery], tmp_path: Path, settings: Settings, quota: int
) -> None:
    settings.NODE = NodeConfig(data=tmp_path, freight_quota=quota)

    assert release_oldest() == 0


def test_store_that_cannot_be_used_keeps_all(full: list[freight.Delivery], tmp_path: Path) -> None:
    (tmp_path / "freight/store/blobs").rename(tmp_path / "gone")
    (tmp_path / "freight/store/blobs").write_text("no folder")

    assert release_oldest() == 0
    assert released() == []
