"""The studio: productions of both cities, from the first shot to the last approval."""

from django.utils.translation import gettext_lazy as _

from jumelage.components.studio.records import RECORDS
from jumelage.components.studio.services.media.crossing import send_wanted, take_deliveries
from jumelage.components.studio.services.media.tasks import take_again
from jumelage.kit.component import Component, Duty

component = Component(
    name="studio",
    label=_("Studio"),
    services=("studio",),
    records=RECORDS,
    duties=(
        Duty(name="send-files", run=send_wanted, every=30, on_change=True),
        Duty(name="take-files-in", run=take_deliveries, every=10),
        Duty(name="prepare-again", run=take_again, every=15),
    ),
)
