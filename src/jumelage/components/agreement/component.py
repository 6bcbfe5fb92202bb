"""The agreement: what the cities promised, and the evidence both of them confirm."""

from django.utils.translation import gettext_lazy as _

from jumelage.components.agreement.records import RECORDS
from jumelage.kit.component import Component, Page

component = Component(
    name="agreement",
    label=_("Agreement"),
    records=RECORDS,
    services=("agreement",),
    pages=(Page(label=_("Agreement"), url_name="agreement:home", order=10),),
)
