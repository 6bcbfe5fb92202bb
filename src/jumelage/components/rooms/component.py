"""Rooms: one in each city, booked together and used from a browser."""

from django.utils.translation import gettext_lazy as _

from jumelage.components.rooms.records import RECORDS
from jumelage.kit.component import Component

component = Component(
    name="rooms",
    label=_("Rooms"),
    services=("rooms",),
    records=RECORDS,
)
