"""What one packing list cannot hold is sent as several deliveries that belong together."""

from datetime import timedelta
from pathlib import Path

import pytest

from jumelage.bridge.api import freight
from jumelage.bridge.freight.deliveries import services, shelf
from jumelage.bridge.freight.deliveries.receiving.sessions import Sessions
from jumelage.bridge.freight.deliveries.running.board import Board
from jumelage.bridge.freight.deliveries.running.work import Freight
from jumelage.bridge.freight.deliveries.sending import gathering
from jumelage.bridge.freight.deliveries.sending.offering import pack_and_offer
from jumelage.bridge.freight.deliveries.sending.parting import numbered
from jumelage.bridge.freight.packing.parsing import Limits
from jumelage.bridge.freight.store.store import Store
from jumelage.bridge.models import Delivery, DeliveryOffer, Node
from jumelage.kit import clock

pytestmark = pytest.mark.django_db(transaction=True)  # packing runs in a thread

TWO = Limits(files=2)


def files_of(delivery: Delivery) -> list[str]:
    """Return the names in its packing list."""
    return [Path(file.path).name for file in shelf.packing_list(delivery).files]


def divided(city: Node, media: Path) -> list[Delivery]:
    """Return the two parts of what was sent, of which the first is offered."""
    made = services.send(paths=[media], to=city, by="machine:test", priority="urgent")
    pack_and_offer(made, lambda: False, TWO)
    return list(freight.parts_of([made.uri]))


def test_what_is_too_much_becomes_parts_that_are_known_as_one(
    opened: None, city: Node, media: Path
) -> None:
    first, second = divided(city, media)
    assert [one.title for one in (first, second)] == ["shots (1/2)", "shots (2/2)"]
    assert (first.state, second.state) == ("offered", "packing")
    assert (second.whole, second.part, second.parts) == (first.uri, 2, 2)
    assert (second.priority, second.by, second.peer) == ("urgent", "machine:test", city)
    assert files_of(first) == ["a.mov", "b.mov"]

    offer = DeliveryOffer.objects.get(uri=first.uri)
    assert (offer.whole, offer.part, offer.parts) == (first.uri, 1, 2)

    (media / "zz.mov").write_bytes(b"came later")
    pack_and_offer(second, lambda: False, TWO)
    assert files_of(freight.delivery(second.uri)) == ["notes.txt"]
    assert Delivery.objects.count() == 2
    offer = DeliveryOffer.objects.get(uri=second.uri)
    assert (offer.whole, offer.part, offer.parts) == (first.uri, 2, 2)


def test_a_frame_that_comes_between_those_of_a_part_goes_with_it(
    opened: None, city: Node, media: Path
) -> None:
    limits = Limits(files=20)
    for number in range(40):
        (media / f"f{number:03}.dpx").write_bytes(b"frame")
    made = services.send(paths=[media], to=city, by="machine:test")
    pack_and_offer(made, lambda: False, limits)
    second = freight.parts_of([made.uri])[1]
    _first, last = second.stretch
    (media / f"{Path(last).stem}-1.dpx").write_bytes(b"came later")
    (media / f"{Path(second.stretch[0]).stem}-1.dpx").write_bytes(b"came later")
    pack_and_offer(second, lambda: False, limits)
    assert [one.state for one in freight.parts_of([made.uri])] == ["offered", "offered", "packing"]
    assert len(files_of(second)) == 20


def test_a_part_whose_files_have_gone_says_so(opened: None, city: Node, media: Path) -> None:
    _first, second = divided(city, media)
    (media / "notes.txt").unlink()
    pack_and_offer(second, lambda: False, TWO)
    found = freight.delivery(second.uri)
    assert (found.state, found.stuck) == ("failed", "nothing-to-pack")


def test_what_was_cancelled_meanwhile_is_not_divided(opened: None, city: Node, media: Path) -> None:
    made = services.send(paths=[media], to=city, by="machine:test")
    services.cancel(made, by="machine:test")
    pack_and_offer(made, lambda: False, TWO)
    assert list(Delivery.objects.values_list("state", flat=True)) == ["cancelled"]


def test_the_parts_are_packed_one_after_the_other(
    opened: None, city: Node, media: Path, store: Store
) -> None:
    first, second = divided(city, media)
    Delivery.objects.filter(pk=first.pk).update(
        state="packing", retry_at=clock.now() + timedelta(hours=1)
    )
    board = Board()
    work = Freight(store, Sessions(store, board), board)
    work._pack()
    assert not work.tasks.doing("pack")
    Delivery.objects.filter(pk=first.pk).update(state="offered")
    work._pack()
    assert work.tasks.doing("pack") == {second.uri}
    work.end()


def test_uploads_are_kept_until_the_last_part_has_ended(
    opened: None, city: Node, media: Path
) -> None:
    parts = divided(city, media)
    Delivery.objects.update(folder=str(media))
    for one in parts:
        Delivery.objects.filter(pk=one.pk).update(state="delivered", ended_at=clock.now())
        gathering.tidy()
        assert media.exists() is (one == parts[0])


def test_uploads_of_a_part_that_was_refused_are_kept_when_another_has_arrived(
    opened: None, city: Node, media: Path
) -> None:
    first, second = divided(city, media)
    Delivery.objects.update(folder=str(media), ended_at=clock.now())
    Delivery.objects.filter(pk=first.pk).update(state="delivered")
    Delivery.objects.filter(pk=second.pk).update(state="refused")
    gathering.tidy()
    assert (media / "notes.txt").exists()

    with clock.fixed(clock.now() + gathering.KEPT_AFTER_MISS + timedelta(minutes=1)):
        gathering.tidy()
    assert not media.exists()


def test_a_long_title_keeps_the_number_of_its_part() -> None:
    assert numbered("x" * 200, 3, 12) == "x" * 193 + " (3/12)"
