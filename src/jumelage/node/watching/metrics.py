"""The figures of the node for Prometheus, counted from the database at every scrape.

No process keeps counters: whoever asks gets what the tables and files say, so that a restart
loses nothing. A figure that does not exist (no backup yet, a clock never heard) has no sample.
`METRICS` is the list; docs/operations.md tells each to people and is held to it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE
from prometheus_client.registry import Collector

from jumelage import __version__
from jumelage.bridge.api import Figures, Node, figures, freight, me, open_sessions, peers
from jumelage.kit import clock
from jumelage.node.watching import beat, checks, journal, saved
from jumelage.node.watching.alerts import KINDS

__all__ = ("CONTENT_TYPE", "METRICS", "text")

Sample = tuple[tuple[str, ...], float]
"""The values of the labels, and the figure."""


@dataclass(frozen=True, slots=True)
class Scrape:
    """What is read once for all metrics of one scrape."""

    bridge: Figures
    peers: Sequence[Node]


@dataclass(frozen=True, slots=True)
class Measure:
    """One metric: what it says, its labels, and how its samples are found."""

    says: str
    labels: tuple[str, ...]
    samples: Callable[[Scrape], Iterator[Sample]]


def _lag_records(of: Scrape) -> Iterator[Sample]:
    yield from (((lag.reader.slug, lag.feed), lag.records) for lag in of.bridge.lags)


def _lag_seconds(of: Scrape) -> Iterator[Sample]:
    yield from (((lag.reader.slug, lag.feed), lag.seconds) for lag in of.bridge.lags)


def _behind(of: Scrape) -> Iterator[Sample]:
    for peer in of.peers:
        contact = getattr(peer, "contact", None)
        for feed, records in (contact.behind if contact else {}).items():
            yield (peer.slug, feed), records


def _line_up(of: Scrape) -> Iterator[Sample]:
    for peer in of.peers:
        if contact := getattr(peer, "contact", None):
            yield (peer.slug,), contact.line_up


def _last_contact(of: Scrape) -> Iterator[Sample]:
    for peer in of.peers:
        contact = getattr(peer, "contact", None)
        if contact and contact.last_word_at:
            yield (peer.slug,), (clock.now() - contact.last_word_at).total_seconds()


def _clock_offset(of: Scrape) -> Iterator[Sample]:
    for peer in of.peers:
        offset = checks.clock_offset_seconds(peer)
        if offset is not None:
            yield (peer.slug,), offset


def _entries(of: Scrape) -> Iterator[Sample]:
    yield from of.bridge.held.items()


def _refused(of: Scrape) -> Iterator[Sample]:
    yield from of.bridge.refused.items()


def _forks(of: Scrape) -> Iterator[Sample]:
    yield (), of.bridge.forks


def _pending(of: Scrape) -> Iterator[Sample]:
    yield from (((slug,), number) for slug, number in of.bridge.pending_erasures.items())


def _sessions(_: Scrape) -> Iterator[Sample]:
    yield (), len(open_sessions())


def _present(of: Scrape) -> Iterator[Sample]:
    slugs = {node.origin: node.slug for node in (me(), *of.peers)}
    present = Counter[str]()
    for people in open_sessions().values():
        present.update(people)
    yield from (((slugs.get(origin, ""),), count) for origin, count in present.items())


def _bridge_open(of: Scrape) -> Iterator[Sample]:
    yield (), of.bridge.is_open


def _age(name: str) -> Callable[[Scrape], Iterator[Sample]]:
    def found(_: Scrape) -> Iterator[Sample]:
        age = saved.age(settings.DATA, name)
        if age is not None:
            yield (), age.total_seconds()

    return found


def _worker_silence(_: Scrape) -> Iterator[Sample]:
    seconds = beat.silence(settings.DATA)
    if seconds is not None:
        yield (), seconds


def _stuck(_: Scrape) -> Iterator[Sample]:
    yield (), freight.to_mend().count()


def _store_bytes(_: Scrape) -> Iterator[Sample]:
    if held := freight.store_totals():
        yield (), held.bytes


def _free_disk(_: Scrape) -> Iterator[Sample]:
    yield (), checks.free_bytes()


def _alerts(_: Scrape) -> Iterator[Sample]:
    raised = [alert.name for alert in journal.read(settings.DATA)]
    yield from (((name,), raised.count(name)) for name in KINDS)


def _build(_: Scrape) -> Iterator[Sample]:
    yield (__version__,), 1


METRICS: Mapping[str, Measure] = {
    "jumelage_lag_records": Measure(
        "Records of this node a peer does not have yet", ("peer", "feed"), _lag_records
    ),
    "jumelage_lag_seconds": Measure(
        "Age of the oldest record a peer does not have yet", ("peer", "feed"), _lag_seconds
    ),
    "jumelage_behind_records": Measure(
        "Records a peer spoke of that are not here yet", ("peer", "feed"), _behind
    ),
    "jumelage_line_up": Measure("Whether the line to a peer is up", ("peer",), _line_up),
    "jumelage_last_contact_seconds": Measure(
        "Time since a peer was last heard", ("peer",), _last_contact
    ),
    "jumelage_clock_offset_seconds": Measure(
        "How far the clock of a peer is ahead of ours", ("peer",), _clock_offset
    ),
    "jumelage_feed_entries": Measure("How far each feed reaches here", ("owner", "feed"), _entries),
    "jumelage_refused_total": Measure(
        "What was refused: signatures, chains, kinds, requests", ("sender", "reason"), _refused
    ),
    "jumelage_forks": Measure("Places where a feed was written twice", (), _forks),
    "jumelage_pending_erasures": Measure(
        "Erasures of own records a peer has not confirmed", ("peer",), _pending
    ),
    "jumelage_live_sessions": Measure("Live sessions somebody is in", (), _sessions),
    "jumelage_live_participants": Measure(
        "Connections in live sessions, by the city they are connected to", ("city",), _present
    ),
    "jumelage_bridge_open": Measure("Whether records may cross", (), _bridge_open),
    "jumelage_backup_age_seconds": Measure("Age of the last backup", (), _age(saved.BACKUP)),
    "jumelage_restore_drill_age_seconds": Measure(
        "Age of the last restore drill that succeeded", (), _age(saved.DRILL)
    ),
    "jumelage_worker_silence_seconds": Measure(
        "Time since the worker last moved", (), _worker_silence
    ),
    "jumelage_freight_stuck": Measure(
        "Deliveries that stand still until a person mends something", (), _stuck
    ),
    "jumelage_freight_store_bytes": Measure(
        "What deliveries hold in the store of freight", (), _store_bytes
    ),
    "jumelage_disk_free_bytes": Measure(
        "What is free on the disk of the data folder", (), _free_disk
    ),
    "jumelage_alerts": Measure("Alerts that are raised now", ("name",), _alerts),
    "jumelage_build": Measure("The running version", ("version",), _build),
}


class _Node(Collector):
    """Collects every metric from what one scrape read."""

    def __init__(self, scrape: Scrape) -> None:
        self._scrape = scrape

    def collect(self) -> Iterator[Metric]:
        for name, measure in METRICS.items():
            counts = name.endswith("_total")
            family = (CounterMetricFamily if counts else GaugeMetricFamily)(
                name.removesuffix("_total"), measure.says, labels=measure.labels
            )
            for values, figure in measure.samples(self._scrape):
                family.add_metric(values, float(figure))
            yield family


def text() -> bytes:
    """Return every metric in the text format of Prometheus 0.0.4.

    Raises:
        DatabaseError: the database does not answer.
    """
    registry = CollectorRegistry()
    registry.register(_Node(Scrape(figures(), peers())))
    return generate_latest(registry)
