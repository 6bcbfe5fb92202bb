"""What the bridge itself says: receipts, epochs, forks, snapshots, deliveries."""

from jumelage.bridge.records.epochs import EpochOpened
from jumelage.bridge.records.erasure import ErasureReceipted
from jumelage.bridge.records.forks import ForkFound
from jumelage.bridge.records.freight import DeliveryAnswered, DeliveryOffered, DeliveryReceived
from jumelage.bridge.records.snapshots import SnapshotTaken

__all__ = (
    "DeliveryAnswered",
    "DeliveryOffered",
    "DeliveryReceived",
    "EpochOpened",
    "ErasureReceipted",
    "ForkFound",
    "SnapshotTaken",
)
