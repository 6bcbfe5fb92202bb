"""What the rest of the product may ask of freight; reached as `bridge.api.freight`."""

from jumelage.bridge.freight.deliveries.limits import lift_limit, set_limit, standing_limits
from jumelage.bridge.freight.deliveries.progress import (
    Progress,
    all_progress,
    deliveries,
    files,
    progress,
)
from jumelage.bridge.freight.deliveries.services import (
    accept,
    cancel,
    city,
    delivery,
    pause,
    prioritise,
    refuse,
    resume,
    send,
)
from jumelage.bridge.freight.deliveries.states import ACTIVE, ENDED, Event, State, allows
from jumelage.bridge.models import Delivery, DeliveryFile, FreightLimit, Priority

__all__ = (
    "ACTIVE",
    "ENDED",
    "Delivery",
    "DeliveryFile",
    "Event",
    "FreightLimit",
    "Priority",
    "Progress",
    "State",
    "accept",
    "all_progress",
    "allows",
    "cancel",
    "city",
    "deliveries",
    "delivery",
    "files",
    "lift_limit",
    "pause",
    "prioritise",
    "progress",
    "refuse",
    "resume",
    "send",
    "set_limit",
    "standing_limits",
)
