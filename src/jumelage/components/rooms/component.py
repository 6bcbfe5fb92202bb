"""Rooms: one in each city, booked together and used from a browser."""

from django.utils.translation import gettext_lazy as _

from jumelage.components.rooms.calls.figures import forget as forget_figures
from jumelage.components.rooms.photos import crossing
from jumelage.components.rooms.records import RECORDS
from jumelage.components.rooms.selectors.counts import (
    count_attendance,
    count_bookings,
    count_calls,
    count_hours,
    count_joint,
)
from jumelage.components.rooms.services import recordings
from jumelage.components.rooms.services.duties import answer_asked, carry_out, decide
from jumelage.components.rooms.services.screens import state_days
from jumelage.components.rooms.sessions import Call
from jumelage.components.rooms.windows.session import WindowSession
from jumelage.kit.component import Component, Duty, Indicator, Page

component = Component(
    name="rooms",
    label=_("Rooms"),
    services=("rooms",),
    records=RECORDS,
    sessions=(Call(), WindowSession()),
    indicators=(
        Indicator(
            name="joint-sessions",
            service="rooms",
            unit=_("sessions"),
            label=_("Sessions held with at least one person per city"),
            definition=_(
                "Calls and days of a window, ended in the period, in which somebody of two cities "
                "took part; both cities state them from their own logs."
            ),
            measure=count_joint,
        ),
        Indicator(
            name="calls-held",
            service="rooms",
            unit=_("calls"),
            label=_("Calls held"),
            definition=_("Calls that ended in the period, stated from the logs of the nodes."),
            measure=count_calls,
        ),
        Indicator(
            name="hours-open",
            service="rooms",
            unit=_("hours"),
            label=_("Hours open"),
            definition=_(
                "Hours that calls were held and windows open, stated from the logs of the nodes."
            ),
            measure=count_hours,
        ),
        Indicator(
            name="rooms-booked",
            service="rooms",
            unit=_("bookings"),
            label=_("Bookings of a room in both cities"),
            definition=_(
                "Times that began in the period and for which both cities had confirmed a room."
            ),
            measure=count_bookings,
        ),
        Indicator(
            name="attendance",
            service="rooms",
            unit=_("people"),
            label=_("Attendance"),
            definition=_(
                "People who took part in those sessions, counted again in each; one to four of a "
                "city are withheld and do not count."
            ),
            measure=count_attendance,
        ),
    ),
    pages=(Page(label=_("Rooms"), url_name="rooms:list", order=40),),
    duties=(
        Duty(name="answer-asked-rooms", run=answer_asked, every=60, on_change=True),
        Duty(name="decide-pairs", run=decide, every=60, on_change=True),
        Duty(name="carry-out-pairs", run=carry_out, every=60, on_change=True),
        Duty(name="forget-call-figures", run=forget_figures, every=24 * 3600),
        Duty(name="state-windows", run=state_days, every=300),
        Duty(name="take-up-recordings", run=recordings.take_up, every=300),
        Duty(name="forget-recordings", run=recordings.forget_old, every=3600),
        Duty(name="send-photos", run=crossing.send_photos, every=60, on_change=True),
        Duty(name="take-photos", run=crossing.take_photos, every=60, on_change=True),
        Duty(name="forget-photos", run=crossing.forget_photos, every=3600),
    ),
)
