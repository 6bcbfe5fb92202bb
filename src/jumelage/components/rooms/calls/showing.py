"""What the page of a call gives to its island."""

from collections.abc import Mapping

from django.urls import reverse

from jumelage.bridge.api import me, peers
from jumelage.components.rooms.calls import standing
from jumelage.components.rooms.calls.rules import DOORS_OPEN
from jumelage.components.rooms.models import Occurrence
from jumelage.components.rooms.showing import bookings


def opening(occurrence: Occurrence) -> Mapping[str, object]:
    """Return the title, the hours on both clocks, and the rooms unless the title names them."""
    title, rooms = standing.title_of(occurrence), standing.rooms_of(occurrence)
    is_named = standing.is_named(occurrence)
    told = bookings.told([occurrence], {})[0]
    return {"title": title, "rooms": rooms if is_named else [], "told": told}


def call(occurrence: Occurrence, role: str) -> Mapping[str, object]:
    """Return addresses, cities with their clocks, and what this person is."""
    named = {"uri": occurrence.uri}
    return {
        "uri": occurrence.uri,
        "ticket": reverse("rooms:call-ticket", kwargs=named),
        "figures": reverse("rooms:call-figures", kwargs=named),
        "role": role,
        "after": reverse("rooms:report", kwargs=named) if role != "waiting" else "",
        "records": standing.has_engine(),
        "doors": (occurrence.starts_at - DOORS_OPEN).isoformat(),
        "cities": {node.origin: _city(node) for node in (me(), *peers())},
    }


def _city(node: object) -> Mapping[str, str]:
    return {
        "name": str(node),
        "slug": str(getattr(node, "slug", "")),
        "zone": str(getattr(getattr(node, "city", None), "time_zone", "UTC")),
    }
