"""Hypothesis strategies for what cities say of their deliveries."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from jumelage.bridge.models import Priority
from jumelage.bridge.records import DeliveryAnswered, DeliveryOffered, DeliveryReceived
from jumelage.kit.uris import Uri

Built = st.SearchStrategy[Any]

OTHERS = ("c" * 32, "d" * 32)
"""Cities that own no record of the strategies: they offered what is answered."""
instants = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis adds the zone
offered = st.sampled_from([str(Uri(origin, "f" * 26)) for origin in OTHERS])
counts = st.integers(0, 10**12)
words = st.sampled_from(["", "review of shot 12", "Épisode « 3 »"])


def offers(uri: Built) -> Built:
    """Return offers to another city, some of them parts of what one list cannot hold."""
    return uri.flatmap(_offer)


def _offer(uri: str) -> Built:
    other = str(Uri(Uri.parse(uri).origin, "e" * 26))
    said = st.sampled_from([("", 1, 1), (uri, 1, 3), (other, 2, 3)])
    return said.flatmap(lambda one: _built(uri, *one))


def _built(uri: str, whole: str, part: int, parts: int) -> Built:
    return st.builds(
        DeliveryOffered,
        uri=st.just(uri),
        whole=st.just(whole),
        part=st.just(part),
        parts=st.just(parts),
        receiver=st.sampled_from(OTHERS),
        title=words,
        list_hash=st.binary(min_size=32, max_size=32).map(bytes.hex),
        list_bytes=counts,
        files=st.integers(0, 10_000),
        bytes=counts,
        production=words,
        priority=st.sampled_from(Priority.values),
        article=words,
        sent_by=words,
        packed_at=instants,
    )


def answers(uri: Built) -> Built:
    """Return acceptances without a reason and refusals with one."""
    said = [(True, "", ""), (False, "quota", ""), (False, "names", "../up.mov")]
    return st.sampled_from(said).flatmap(
        lambda one: st.builds(
            DeliveryAnswered,
            uri=uri,
            delivery=offered,
            accepted=st.just(one[0]),
            reason=st.just(one[1]),
            detail=st.just(one[2]),
        )
    )


def receipts(uri: Built) -> Built:
    """Return receipts for what another city offered."""
    return st.builds(
        DeliveryReceived,
        uri=uri,
        delivery=offered,
        files=st.integers(0, 10_000),
        bytes=counts,
        moved=counts,
        held=counts,
        seconds=counts,
        carrier=st.sampled_from(["tls", "udp", "ranges", ""]),
        line_share=st.none() | st.integers(0, 1000),
        received_at=instants,
    )


DEPENDENT: Mapping[type, Callable[..., Built]] = {
    DeliveryAnswered: answers,
    DeliveryOffered: offers,
    DeliveryReceived: receipts,
}
