"""The bridge as a component: what it says of itself, on its own feeds, and what it does alone."""

from django.utils.translation import gettext_lazy as _

from jumelage.bridge.erasing.ledger import reconcile
from jumelage.bridge.erasing.maintenance import keep_clean
from jumelage.bridge.erasing.receipts import give_receipts
from jumelage.bridge.erasing.services import say_unsaid
from jumelage.bridge.forks import tell_forks
from jumelage.bridge.freight.deliveries.evidence import count_bytes, count_deliveries
from jumelage.bridge.live.log.store import forget as forget_sessions
from jumelage.bridge.live.minutes.store import tidy as tidy_minutes
from jumelage.bridge.records.epochs import EpochOpened
from jumelage.bridge.records.erasure import ErasureReceipted
from jumelage.bridge.records.forks import ForkFound
from jumelage.bridge.records.freight import DeliveryAnswered, DeliveryOffered, DeliveryReceived
from jumelage.bridge.records.snapshots import SnapshotTaken
from jumelage.bridge.snapshots.take import take_due
from jumelage.bridge.versions.reproject import reproject
from jumelage.kit.component import Component, Duty, Indicator

component = Component(
    name="bridge",
    label=_("Bridge"),
    services=("studio",),
    records=(
        SnapshotTaken,
        EpochOpened,
        ForkFound,
        ErasureReceipted,
        DeliveryOffered,
        DeliveryAnswered,
        DeliveryReceived,
    ),
    indicators=(
        Indicator(
            name="delivered-bytes",
            service="studio",
            unit=_("bytes"),
            label=_("Media delivered"),
            definition=_("Bytes that arrived over the bridge in the period and were verified."),
            measure=count_bytes,
        ),
        Indicator(
            name="deliveries",
            service="studio",
            unit=_("deliveries"),
            label=_("Deliveries"),
            definition=_("Deliveries of files that arrived in the period and were verified."),
            measure=count_deliveries,
        ),
    ),
    duties=(
        Duty(name="snapshots", run=take_due, every=6 * 3600),
        Duty(name="forks-to-tell", run=tell_forks, every=60, on_change=True),
        Duty(name="stored-unread", run=reproject, every=3600),
        Duty(name="erasure-ledger", run=reconcile, every=3600),
        Duty(name="unsaid-erasures", run=say_unsaid, every=600),
        Duty(name="erasure-receipts", run=give_receipts, every=30, on_change=True),
        Duty(name="old-minutes", run=tidy_minutes, every=3600),
        Duty(name="ended-sessions", run=forget_sessions, every=3600),
        Duty(name="clean-files", run=keep_clean, every=60, on_change=True),
    ),
)
