"""The agreement: what the cities promised, and the evidence both of them confirm."""

from django.utils.translation import gettext_lazy as _

from jumelage.components.agreement.records import RECORDS
from jumelage.components.agreement.report.freeze import forget_erased
from jumelage.components.agreement.services.attestation import attest_waiting
from jumelage.components.agreement.services.renewals import settle_instruments
from jumelage.components.agreement.services.warnings import send_warnings
from jumelage.kit.component import Component, Duty, Page

component = Component(
    name="agreement",
    label=_("Agreement"),
    records=RECORDS,
    services=("agreement",),
    duties=(
        Duty(name="attest-waiting", run=attest_waiting, on_change=True),
        Duty(name="forget-erased", run=forget_erased, on_change=True),
        Duty(name="settle-instruments", run=settle_instruments, every=600),
        Duty(name="send-warnings", run=send_warnings, every=3600),
    ),
    pages=(Page(label=_("Agreement"), url_name="agreement:home", order=10),),
)
