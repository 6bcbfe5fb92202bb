"""The tables of the bridge."""

from jumelage.bridge.models.boundary import Opening, Projection, Refusal, Release, Standing
from jumelage.bridge.models.feeds import (
    Checkpoint,
    Cut,
    CutEntry,
    Entry,
    Erasure,
    ErasureReceipt,
    Feed,
    Fork,
    Reader,
    Snapshot,
    Tally,
)
from jumelage.bridge.models.freight import (
    Delivery,
    DeliveryAnswer,
    DeliveryFile,
    DeliveryOffer,
    DeliveryReceipt,
    FreightLimit,
    Priority,
)
from jumelage.bridge.models.live import LiveAct, LiveSession
from jumelage.bridge.models.minutes import LiveMinutes, LiveMinutesBatch
from jumelage.bridge.models.nodes import Contact, KeyStatement, Node, Pairing
from jumelage.bridge.models.recovery import Epoch, Recovery

__all__ = (
    "Checkpoint",
    "Contact",
    "Cut",
    "CutEntry",
    "Delivery",
    "DeliveryAnswer",
    "DeliveryFile",
    "DeliveryOffer",
    "DeliveryReceipt",
    "Entry",
    "Epoch",
    "Erasure",
    "ErasureReceipt",
    "Feed",
    "Fork",
    "FreightLimit",
    "KeyStatement",
    "LiveAct",
    "LiveMinutes",
    "LiveMinutesBatch",
    "LiveSession",
    "Node",
    "Opening",
    "Pairing",
    "Priority",
    "Projection",
    "Reader",
    "Recovery",
    "Refusal",
    "Release",
    "Snapshot",
    "Standing",
    "Tally",
)
