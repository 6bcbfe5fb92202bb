"""Packing what a person wants to send, and offering it to the other city."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Q

from jumelage.bridge.errors import BridgeError
from jumelage.bridge.feeds.write import publish
from jumelage.bridge.freight.deliveries import shelf
from jumelage.bridge.freight.deliveries.running import trouble
from jumelage.bridge.freight.deliveries.sending.parting import own_part
from jumelage.bridge.freight.deliveries.services import CLEAR, move
from jumelage.bridge.freight.deliveries.states import Event, State
from jumelage.bridge.freight.errors import DeliveryStateError
from jumelage.bridge.freight.packing.lists import Heading, PackingList
from jumelage.bridge.freight.packing.packing import Packed, find, pack_found
from jumelage.bridge.freight.packing.parsing import LIMITS, Limits
from jumelage.bridge.models import Delivery, DeliveryFile, Opening
from jumelage.bridge.records.freight import DeliveryOffered
from jumelage.kit import clock

SHOW_SECONDS = 1.0
ROW_BY_ROW = (
    "INSERT INTO bridge_deliveryfile (delivery_id, number, path, size, root, held)"
    " VALUES (%s, %s, %s, %s, %s, %s)"
)
"""Ten thousand files take 0.05 s so, and 0.4 s as objects."""


class GivenUpError(Exception):
    """The packing was stopped from outside: cancelled, or the process ends."""


def pack_and_offer(delivery: Delivery, ended: Callable[[], bool], limits: Limits = LIMITS) -> None:
    """Pack the sources of *delivery* and publish the offer; *ended* says that nobody wants it.

    What is more than one list holds within *limits* becomes several deliveries; this is the first.
    What cannot be packed is a state with its reason and never an error: a person mends it.
    """
    try:
        packed = _pack(delivery, ended, limits)
        _offer(delivery, packed)
    except (GivenUpError, DeliveryStateError):  # cancelled meanwhile
        shelf.forget(delivery.slug)
    except OSError as error:  # no room for the list, or the disk does not answer
        trouble.put_off(delivery, *trouble.of_disk(error))
    except BridgeError as error:
        said = error.message[:300]
        move(delivery, Event.UNPACKABLE, stuck=error.code[:20], stuck_words=said)


def _pack(delivery: Delivery, ended: Callable[[], bool], limits: Limits) -> Packed:
    """Return the packing list, and show the progress about once a second."""
    shown = time.monotonic()
    mine = own_part(delivery, find(_sources(delivery)), limits)

    def progress(done: int, whole: int) -> None:
        nonlocal shown
        if time.monotonic() - shown >= SHOW_SECONDS:
            shown = time.monotonic()
            if ended():
                raise GivenUpError
            Delivery.objects.filter(pk=delivery.pk, state=State.PACKING).update(
                done=done, bytes=whole
            )

    heading = Heading(
        id=delivery.slug,
        origin=delivery.uri.split(":")[1],
        to=delivery.peer_id,
        created=f"{delivery.created_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        production=delivery.production,
        article=article(delivery.peer_id),
        priority=delivery.priority,  # type: ignore[arg-type]  # the same words
        by=delivery.sent_by,
    )
    return pack_found(mine, heading=heading, progress=progress, limits=limits)


def _sources(delivery: Delivery) -> Sequence[Path] | Mapping[str, Path]:
    """Return what is packed: places, or the path in the delivery and the place of each."""
    held = delivery.sources
    if isinstance(held, dict):
        return {name: Path(place) for name, place in held.items()}
    return [Path(place) for place in held]


def article(peer: str) -> str:
    """Return the article in force that lets freight be offered to *peer*; empty when none."""
    at = clock.now()
    found = Opening.objects.filter(
        kind=DeliveryOffered.kind, audience__in=("twin", f"twin:{peer}"), since__lte=at
    ).filter(Q(until=None) | Q(until__gt=at))
    return found.order_by("since").values_list("article", flat=True).first() or ""


def _offer(delivery: Delivery, packed: Packed) -> None:
    """Keep the list, then offer it; all or nothing in the database."""
    held = packed.packing_list
    shelf.keep_list(delivery.slug, held.data)
    shelf.keep_places(delivery.slug, packed.places)
    with transaction.atomic():
        facts: Mapping[str, object] = {
            "list_hash": held.list_hash.hex(),
            "files": held.head.files,
            "bytes": held.head.bytes,
            "done": 0,
            "retry_at": None,
            "tries": 0,
            **CLEAR,
        }
        move(delivery, Event.PACKED, **facts)
        write_files(delivery, held)
        publish(_record(delivery, held), audience=f"twin:{delivery.peer_id}")


def write_files(delivery: Delivery, held: PackingList) -> None:
    """Write a row for each file of the list, in its order; once."""
    DeliveryFile.objects.filter(delivery=delivery).delete()
    rows = [
        (delivery.pk, number, file.path, file.size, file.root, False)
        for number, file in enumerate(held.files)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(ROW_BY_ROW, rows)


def _record(delivery: Delivery, held: PackingList) -> DeliveryOffered:
    return DeliveryOffered(
        uri=delivery.uri,
        receiver=delivery.peer_id,
        title=delivery.title,
        list_hash=held.list_hash.hex(),
        list_bytes=len(held.data),
        files=held.head.files,
        bytes=held.head.bytes,
        production=delivery.production,
        priority=delivery.priority,
        article=held.head.article,
        sent_by=delivery.sent_by,
        packed_at=clock.now(),
        whole=delivery.whole,
        part=delivery.part,
        parts=delivery.parts,
    )
