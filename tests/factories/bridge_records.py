"""Hypothesis strategies for the bridge's own records, whose fields depend on each other."""

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from jumelage.bridge.records import EpochOpened, ErasureReceipted, SnapshotTaken
from jumelage.bridge.records.forks import ForkFound
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


def forks(uri: Built) -> Built:
    """Return accusations: two texts for one place, each with something that looks signed."""
    texts = st.text("abc", max_size=5)
    signatures = st.binary(min_size=64, max_size=64).map(lambda raw: base64.b64encode(raw).decode())
    return st.builds(
        ForkFound,
        uri=uri,
        feed=st.just("public"),
        epoch=st.integers(0, 3),
        seq=st.integers(1, 10_000),
        held_header=texts,
        chain=st.lists(texts, max_size=2).map(tuple),
        held_checkpoint=texts,
        held_signature=signatures,
        other_header=texts,
        other_checkpoint=texts,
        other_signature=signatures,
    )


DEPENDENT: Mapping[type, Callable[..., Built]] = {
    EpochOpened: epochs,
    ErasureReceipted: receipts,
    ForkFound: forks,
    SnapshotTaken: snapshots,
}
