"""The last resort, seen from the receiver: fetch the parcels from the sender's web port."""

import logging
import threading
from contextlib import closing

from jumelage.bridge.freight.carriers import ranges
from jumelage.bridge.freight.carriers.arrivals import Arrival
from jumelage.bridge.freight.carriers.base import Figures
from jumelage.bridge.freight.deliveries import conversation
from jumelage.bridge.freight.deliveries.peers import Peer
from jumelage.bridge.models import Delivery

logger = logging.getLogger(__name__)


def fetch(delivery: Delivery, arrival: Arrival, stop: threading.Event) -> None:
    """Fetch what *arrival* lacks; what goes wrong ends the session, and the sender asks again."""
    with closing(Peer(delivery.peer)) as peer:
        path = f"{conversation.PARCELS}/{delivery.slug}/{arrival.session.id.hex()}"
        url, pace = delivery.peer.url + path, arrival.pace
        try:
            ranges.pull(url, peer.http, arrival, pace=pace, progress=_silent, stop=stop)
        except Exception as failure:  # noqa: BLE001  # told to who follows the session
            logger.info("%s could not be fetched: %s", delivery.slug, failure)
            arrival.fail(failure)


def _silent(_figures: Figures) -> None:
    """Tell nobody: the arrival tells by itself."""
