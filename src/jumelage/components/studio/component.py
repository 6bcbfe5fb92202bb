"""The studio: productions of both cities, from the first shot to the last approval."""

from django.utils.translation import gettext_lazy as _

from jumelage.components.studio.records import RECORDS
from jumelage.kit.component import Component

component = Component(
    name="studio",
    label=_("Studio"),
    services=("studio",),
    records=RECORDS,
)
