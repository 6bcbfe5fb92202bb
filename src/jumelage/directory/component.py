"""What the directory declares: four kinds of record and one page."""

from django.utils.translation import gettext_lazy as _

from jumelage.directory.records import (
    BusyStated,
    OrganisationChanged,
    OrganisationListed,
    ResourceListed,
)
from jumelage.kit.component import Component, Page

component = Component(
    name="directory",
    label=_("Directory"),
    records=(OrganisationListed, OrganisationChanged, ResourceListed, BusyStated),
    pages=(Page(label=_("Directory"), url_name="directory:organisations", order=60),),
)
