"""A delivery that is more than one packing list may hold becomes several, which follow each other."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from jumelage.bridge.feeds import bell
from jumelage.bridge.freight.deliveries.services import LONGEST_TITLE
from jumelage.bridge.freight.deliveries.states import Event, State
from jumelage.bridge.freight.errors import DeliveryStateError, NothingToPackError
from jumelage.bridge.freight.packing.packing import Found
from jumelage.bridge.freight.packing.parsing import Limits
from jumelage.bridge.freight.packing.splitting import split
from jumelage.bridge.models import Delivery
from jumelage.kit import clock
from jumelage.kit.uris import Uri, new_id

Part = Sequence[Found]


def own_part(delivery: Delivery, found: Part, limits: Limits) -> Part:
    """Return what of *found* goes with *delivery*; the first time, make the rows of other parts.

    The parts are settled once: what appears in the folders later belongs to none of them.

    Raises:
        NothingToPackError: none of its files is there any more.
        DeliveryStateError: it was cancelled meanwhile.
    """
    if not delivery.whole:
        parts = split(found, limits)
        if len(parts) > 1:
            _divide(delivery, parts)
        return parts[0]
    first, last = delivery.stretch
    mine = [one for one in found if first <= one.path <= last]
    if not mine:
        raise NothingToPackError(paths=first)
    return mine


@transaction.atomic
def _divide(delivery: Delivery, parts: Sequence[Part]) -> None:
    """Make *delivery* the first of *parts*, and a row for each of the others."""
    held = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if held.state != State.PACKING:
        raise DeliveryStateError(state=State(held.state).label, event=Event.PACKED.value)
    title, of = delivery.title, len(parts)
    Delivery.objects.bulk_create(
        [_row(delivery, number, part, of) for number, part in enumerate(parts[1:], 2)]
    )
    delivery.title = numbered(title, 1, of)
    delivery.whole, delivery.parts, delivery.stretch = delivery.uri, of, _stretch(parts[0])
    delivery.save(update_fields=["title", "whole", "parts", "stretch"])
    transaction.on_commit(bell.ring)


def numbered(title: str, number: int, of: int) -> str:
    """Return *title* as both cities read it of part *number*."""
    end = f" ({number}/{of})"
    return title[: LONGEST_TITLE - len(end)] + end


def _row(first: Delivery, number: int, part: Part, of: int) -> Delivery:
    return Delivery(
        uri=str(Uri(Uri.parse(first.uri).origin, new_id())), peer=first.peer,
        direction=Delivery.Direction.OUT, state=State.PACKING,
        title=numbered(first.title, number, of),
        production=first.production, priority=first.priority,
        sources=first.sources, folder=first.folder, sent_by=first.sent_by, by=first.by,
        whole=first.uri, part=number, parts=of, stretch=_stretch(part),
        created_at=first.created_at + timedelta(microseconds=number),  # one after the other
        changed_at=clock.now(),
    )  # fmt: skip


def _stretch(part: Part) -> list[str]:
    return [part[0].path, part[-1].path]
