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
from jumelage.bridge.models.nodes import Contact, KeyStatement, Node, Pairing
from jumelage.bridge.models.recovery import Epoch, Recovery

__all__ = (
    "Checkpoint",
    "Contact",
    "Cut",
    "CutEntry",
    "Entry",
    "Epoch",
    "Erasure",
    "ErasureReceipt",
    "Feed",
    "Fork",
    "KeyStatement",
    "Node",
    "Opening",
    "Pairing",
    "Projection",
    "Reader",
    "Recovery",
    "Refusal",
    "Release",
    "Snapshot",
    "Standing",
    "Tally",
)
