"""The bridge as a component: what it says of itself, on its own feeds, and what it does alone."""

from django.utils.translation import gettext_lazy as _

from jumelage.bridge.erasing.ledger import reconcile
from jumelage.bridge.erasing.maintenance import keep_clean
from jumelage.bridge.erasing.receipts import give_receipts
from jumelage.bridge.erasing.services import say_unsaid
from jumelage.bridge.forks import tell_forks
from jumelage.bridge.records.epochs import EpochOpened
from jumelage.bridge.records.erasure import ErasureReceipted
from jumelage.bridge.records.forks import ForkFound
from jumelage.bridge.records.snapshots import SnapshotTaken
from jumelage.bridge.snapshots.take import take_due
from jumelage.bridge.versions.reproject import reproject
from jumelage.kit.component import Component, Duty

component = Component(
    name="bridge",
    label=_("Bridge"),
    records=(SnapshotTaken, EpochOpened, ForkFound, ErasureReceipted),
    duties=(
        Duty(name="snapshots", run=take_due, every=6 * 3600),
        Duty(name="forks-to-tell", run=tell_forks, every=60, on_change=True),
        Duty(name="stored-unread", run=reproject, every=3600),
        Duty(name="erasure-ledger", run=reconcile, every=3600),
        Duty(name="unsaid-erasures", run=say_unsaid, every=600),
        Duty(name="erasure-receipts", run=give_receipts, every=30, on_change=True),
        Duty(name="clean-files", run=keep_clean, every=60, on_change=True),
    ),
)
