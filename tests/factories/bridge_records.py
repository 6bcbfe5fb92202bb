"""Hypothesis strategies for the bridge's own records, whose fields depend on each other."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from jumelage.bridge.records import EpochOpened, ErasureReceipted, SnapshotTaken
from jumelage.kit.uris import Uri

Built = st.SearchStrategy[Any]

OTHERS = ("c" * 32, "d" * 32)
"""Cities that own no record of the strategies, so that every receipt is for somebody else."""
instants = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis adds the zone


def receipts(uri: Built) -> Built:
    """Return receipts for what another city erased."""
    return st.builds(
        ErasureReceipted,
        uri=uri,
        erased=st.sampled_from([str(Uri(origin, "e" * 26)) for origin in OTHERS]),
        feed=st.sampled_from(["public", "network"]),
        epoch=st.integers(0, 3),
        seq=st.integers(1, 10_000),
        applied_at=instants,
    )


def epochs(uri: Built) -> Built:
    """Return epochs that come after the one they name."""
    return st.integers(0, 5).flatmap(
        lambda after: st.builds(
            EpochOpened,
            uri=uri,
            feed=st.just("public"),
            epoch=st.integers(after + 1, 9),
            after_epoch=st.just(after),
            after_seq=st.integers(0, 10_000),
            after_head=st.just("0" * 64),
        )
    )


def snapshots(uri: Built) -> Built:
    """Return summaries of a public feed."""
    hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)
    return st.builds(
        SnapshotTaken,
        uri=uri,
        feed=st.just("public"),
        epoch=st.just(0),
        seq=st.integers(1, 10_000),
        head=hashes,
        kept=st.integers(0, 10_000),
        digest=hashes,
    )


DEPENDENT: Mapping[type, Callable[..., Built]] = {
    EpochOpened: epochs,
    ErasureReceipted: receipts,
    SnapshotTaken: snapshots,
}
