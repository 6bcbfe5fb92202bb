"""What the web process gives a paired city of a delivery that was offered to it."""

from django.db import connection

from jumelage.bridge.freight.deliveries import shelf
from jumelage.bridge.freight.deliveries.states import ENDED, State
from jumelage.bridge.freight.errors import UnknownDeliveryError
from jumelage.bridge.models import Delivery


def list_for(origin: str, delivery: str) -> bytes:
    """Return the packing list of *delivery* (its short name) that was offered to *origin*.

    Raises:
        UnknownDeliveryError: there is none for that city.
    """
    try:
        _offered_to(origin, delivery)
        return shelf.list_data(delivery)
    finally:
        connection.close()  # a thread of its own


def _offered_to(origin: str, delivery: str) -> Delivery:
    """Return the standing delivery *delivery* of this city to *origin*."""
    found = Delivery.objects.filter(
        peer=origin, direction=Delivery.Direction.OUT, uri__endswith=f":{delivery}"
    ).exclude(state__in=[State.PACKING, *(ENDED - {State.DELIVERED})])
    one = found.first() if delivery.isalnum() and len(delivery) == 26 else None
    if one is None:
        raise UnknownDeliveryError(delivery=delivery[:40])
    return one
