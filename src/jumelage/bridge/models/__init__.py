"""The tables of the bridge."""

from jumelage.bridge.models.boundary import Opening, Refusal, Standing
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

__all__ = (
    "Checkpoint",
    "Contact",
    "Cut",
    "CutEntry",
    "Entry",
    "Erasure",
    "ErasureReceipt",
    "Feed",
    "Fork",
    "KeyStatement",
    "Node",
    "Opening",
    "Pairing",
    "Reader",
    "Refusal",
    "Snapshot",
    "Standing",
    "Tally",
)
