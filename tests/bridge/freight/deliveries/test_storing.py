"""The store as the settings name it: what deliveries hold of it, wherever it was kept."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from jumelage.bridge.api import freight
from jumelage.bridge.freight.deliveries.receiving.storing import let_go, open_store
from jumelage.bridge.freight.errors import ContentsMissingError
from jumelage.bridge.freight.packing.lists import PackingList
from jumelage.bridge.models import Delivery
from jumelage.kit import clock

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
