"""Room in the store of freight: what the studio has its own copy of need not be held twice.

The newest deliveries stay, since what the next version has in common with them is found there.
"""

import logging
from datetime import timedelta

from django.db.models import Sum

from jumelage.bridge.api import BridgeError, freight
from jumelage.components.studio.models import TakenDelivery
from jumelage.components.studio.services.media.crossing import ROLE
from jumelage.kit import clock

logger = logging.getLogger(__name__)
FULL = 0.8
"""Of the quota: above, the oldest deliveries are given up."""
NEWEST = 10
MOST_AT_ONCE = 50
LEAVING = timedelta(hours=31)
"""A day and a sweep: after that what was released is off the disk, or somebody else needs it."""


def release_oldest() -> int:
    """Give up the oldest deliveries that were taken in while the store is too full; a duty."""
    held = freight.store_totals()
    if held is None or held.share is None or held.share <= FULL:
        return 0
    arrived = freight.delivered(direction=freight.Delivery.Direction.IN, role=ROLE)
    leaving = arrived.filter(released_at__gt=clock.now() - LEAVING)
    excess = held.taken - FULL * held.quota - (leaving.aggregate(all=Sum("bytes"))["all"] or 0)
    count = 0
    for delivery in _dispensable()[:MOST_AT_ONCE]:
        if excess <= 0 or not _released(delivery):
            break
        excess -= delivery.bytes
        count += 1
    return count


def _dispensable() -> list["freight.Delivery"]:
    """Return the deliveries that the studio has all of, oldest first, without the newest."""
    taken = TakenDelivery.objects.filter(lacking=False).values("delivery")
    arrived = freight.delivered(direction=freight.Delivery.Direction.IN, role=ROLE)
    return list(arrived.filter(released_at=None, pk__in=taken))[:-NEWEST]


def _released(delivery: "freight.Delivery") -> bool:
    """Release *delivery*; tell whether the store could be used."""
    try:
        freight.release(delivery, by=ROLE)
    except (BridgeError, OSError) as error:
        logger.info("%s is not released yet: %s", delivery.uri, error)
        return False
    return True
