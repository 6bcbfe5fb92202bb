"""The store as the settings name it: what deliveries hold of it, wherever it was kept."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from jumelage.bridge.api import freight
from jumelage.bridge.freight.deliveries import shelf
from jumelage.bridge.freight.deliveries.receiving.storing import let_go, open_store
from jumelage.bridge.freight.deliveries.sending.offering import write_files
from jumelage.bridge.freight.errors import ContentsMissingError, ReferencesLostError
from jumelage.bridge.freight.packing.lists import PackingList
from jumelage.bridge.freight.store import garbage
from jumelage.bridge.freight.store.fsck import Report
from jumelage.bridge.models import Delivery, Node
from jumelage.kit import clock
from jumelage.kit.uris import Uri, new_id
from tests.bridge.freight.samples import noise

Received = tuple[Delivery, PackingList]


def test_contents_of_the_old_place_are_not_given_out_of_the_new_one(
    received: Received, settings: Settings, tmp_path: Path
) -> None:
    made, _held = received
    before = settings.NODE
    settings.NODE = replace(before, freight_store=str(tmp_path / "elsewhere"))
    with pytest.raises(ContentsMissingError):
        freight.contents(made)
    settings.NODE = before
    assert len(freight.contents(made)) == 5


@pytest.mark.parametrize(
    ("facts", "kept"),
    [
        ({}, True),
        ({"released_at": clock.now()}, False),
        ({"state": "refused"}, False),
        ({"state": "ready", "ended_at": None}, True),
    ],
)
def test_what_ended_while_the_store_was_elsewhere_is_let_go(
    received: Received, facts: dict[str, object], kept: bool
) -> None:
    made, held = received
    store = open_store()
    store.hold("somebody", [held.blobs[0].root])
    store.references.reserve(made.slug, 1, peer="paris", quota=store.quota, held=0)
    Delivery.objects.filter(pk=made.pk).update(**facts)
    let_go(store)

    assert bool(store.references.roots(made.slug)) is kept
    assert bool(store.references.reservations()) is (facts.get("state") == "ready")
    assert store.references.roots("somebody")


@pytest.mark.parametrize("came", [1, 300])
def test_what_is_let_go_is_asked_for_by_what_the_store_holds(
    received: Received,
    came: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    made, held = received
    facts = {"peer": made.peer, "direction": "in", "title": "x", "created_at": clock.now()}
    facts |= {"changed_at": clock.now(), "state": "delivered", "released_at": clock.now()}
    old = [Delivery(uri=str(Uri(made.peer_id, new_id())), **facts) for _ in range(came)]
    Delivery.objects.bulk_create(old)
    store = open_store()
    for one in old[:3]:
        store.hold(one.slug, [held.blobs[0].root])
    with django_assert_num_queries(2):  # the cities, and what of the store has ended
        let_go(store)

    assert store.references.all_names() == {made.slug}


def test_a_store_of_many_names_is_asked_page_by_page(
    received: Received,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    made, held = received
    store = open_store()
    for number in range(shelf.ASKED_AT_ONCE // 2):
        store.hold(f"v{number:04}", [held.blobs[0].root])
    Delivery.objects.filter(pk=made.pk).update(state="refused")
    with django_assert_num_queries(3):
        let_go(store)

    assert len(store.references.all_names()) == shelf.ASKED_AT_ONCE // 2


@pytest.mark.parametrize("kept", [1, 300])
def test_lists_left_behind_are_asked_for_together(
    city: Node, outgoing: Callable[..., Delivery], kept: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for state in ["delivered"] * kept + ["cancelled"]:
        made = outgoing(state, uri=str(Uri(city.origin, new_id())), direction="in")
        shelf.keep_list(made.slug, b"")
    with django_assert_num_queries(2):  # the cities, and what was given up
        assert shelf.left_behind() == [made.uri]


def lose_references() -> None:
    """Lose the file that says what must be kept."""
    store = open_store()
    store.references.database.close()
    store.references.database.path.unlink()


def faults(report: Report) -> list[tuple[str, bool]]:
    """Return what was found, and whether it was put right."""
    return [(one.fault, one.repaired) for one in report.findings]


def test_lost_references_are_counted_anew_from_the_deliveries(received: Received) -> None:
    made, held = received
    write_files(made, held)
    roots = {blob.root for blob in held.blobs}
    lose_references()

    with pytest.raises(ReferencesLostError):
        garbage.sweep(open_store(), grace=-1)
    assert faults(freight.check_store(repair=False)) == [("references-lost", False)]
    assert faults(freight.check_store(repair=True)) == [("references-lost", True)]
    assert set(open_store().references.roots(made.slug)) == roots
    assert open_store().references.usage(made.peer_id).held == open_store().index.totals()[1]
    assert garbage.sweep(open_store(), grace=-1).blobs == 0
    assert freight.check_store(repair=True).clean

    freight.release(made, by="person:1")
    assert garbage.sweep(open_store(), grace=-1).blobs == len(roots)


def test_damaged_references_are_counted_anew(received: Received, tmp_path: Path) -> None:
    made, held = received
    write_files(made, held)
    path, copy = open_store().references.database.path, tmp_path / "copy"
    open_store().references.database.connection().execute("VACUUM INTO ?", (str(copy),))
    content = copy.read_bytes()
    lose_references()
    for extra in path.parent.glob(f"{path.name}-*"):
        extra.unlink()
    path.write_bytes(content[:4096] + noise(len(content) - 4096))

    assert not open_store().references.database.sound()
    assert faults(freight.check_store(repair=True)) == [("references-lost", True)]
    assert len(open_store().references.roots(made.slug)) == len(held.blobs)


@pytest.mark.parametrize(
    ("facts", "kept"),
    [
        ({"released_at": clock.now()}, False),
        ({"state": "refused"}, False),
        ({"state": "cancelled"}, False),
        ({"direction": "out"}, False),
        ({"state": "ready", "ended_at": None}, True),
        ({"state": "paused", "ended_at": None}, True),
        ({"state": "carrying", "ended_at": None}, True),
    ],
)
def test_only_what_is_needed_is_counted(
    received: Received, facts: dict[str, object], kept: bool
) -> None:
    made, held = received
    write_files(made, held)
    Delivery.objects.filter(pk=made.pk).update(**facts)
    lose_references()
    freight.check_store(repair=True)

    swept = garbage.sweep(open_store(), grace=-1).blobs
    assert swept == (0 if kept else len(held.blobs))


def test_what_is_coming_may_lack_contents_and_what_came_may_not(received: Received) -> None:
    made, held = received
    write_files(made, held)
    lost = held.blobs[0].root
    store = open_store()
    store.index.remove([(lost, None)])
    store.blobs.remove(lost)
    lose_references()
    Delivery.objects.filter(pk=made.pk).update(state="ready")
    (store.home / "quarantine" / made.slug).mkdir(parents=True)
    os.utime(store.home / "quarantine" / made.slug, (1, 1))

    assert faults(freight.check_store(repair=True)) == [("references-lost", True)]
    assert (store.home / "quarantine" / made.slug).is_dir()
    Delivery.objects.filter(pk=made.pk).update(state="delivered")
    report = freight.check_store(repair=True)
    assert [(one.fault, one.what, one.needed_by) for one in report.lost] == [
        ("missing", lost.hex(), (made.slug,))
    ]


def test_contents_that_were_copied_to_a_new_place_are_kept_there(
    received: Received, settings: Settings, tmp_path: Path
) -> None:
    made, held = received
    write_files(made, held)
    before, place = open_store().home, tmp_path / "elsewhere"
    settings.NODE = replace(settings.NODE, freight_store=str(place))
    open_store()  # it was looked at before anything was copied
    for kind in ("blobs", "tables"):
        shutil.copytree(before / kind, place / kind, dirs_exist_ok=True)

    found = faults(freight.check_store(repair=True))
    assert found == [("not-indexed", True)] * len(held.blobs)
    assert garbage.sweep(open_store(), grace=-1).blobs == 0
    assert len(freight.contents(made)) == 5
