"""A scripted line in virtual time: rate, delay, queue, loss, reordering, duplicates, and a cut."""

import heapq
import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from jumelage.bridge.freight.carriers.base import Policy
from jumelage.bridge.freight.carriers.udp.receiver import Address, ReceiverMachine, Whole
from jumelage.bridge.freight.carriers.udp.seal import Seals
from jumelage.bridge.freight.carriers.udp.sender import SenderMachine
from jumelage.bridge.freight.carriers.udp.wire import Burst

SECRET = bytes(range(32))
HOME: Address = ("10.0.0.1", 1)
HEADERS = 28
"""Bytes of IPv4 and UDP around a datagram."""


@dataclass
class Wire:
    """One direction: a queue before a bottleneck, then a delay."""

    rate: float = 50e6
    delay: float = 0.075
    queue: float = 3.75e6
    loss: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0
    mtu: int = 1500
    seed: int = 1
    cut: Callable[[float], bool] = lambda _: False
    free_at: float = 0.0
    lost: int = 0
    overflowed: int = 0
    deepest: float = 0.0
    _random: random.Random = field(default_factory=random.Random)
    _flying: list[tuple[float, int, bytes, Address]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        """Begin the same script again for the same seed."""
        self._random.seed(self.seed)

    def put(self, datagram: bytes, address: Address, now: float) -> None:
        """Send a datagram."""
        size = len(datagram) + HEADERS
        if self.cut(now) or size > self.mtu:
            return
        backlog = max(0.0, self.free_at - now) * self.rate
        if backlog + size > self.queue:
            self.overflowed += 1
            return
        self.deepest = max(self.deepest, (backlog + size) / self.rate)
        self.free_at = max(self.free_at, now) + size / self.rate
        copies = 1 + (self._random.random() < self.duplicate)
        for _ in range(copies):
            if self._random.random() < self.loss:
                self.lost += 1
                continue
            late = self._random.random() * 0.02 if self._random.random() < self.reorder else 0.0
            due = self.free_at + self.delay + late
            heapq.heappush(self._flying, (due, next(self._order), datagram, address))

    def take(self, now: float) -> list[tuple[float, bytes, Address]]:
        """Return what has arrived by *now*, each with when it did."""
        arrived = []
        while self._flying and self._flying[0][0] <= now:
            due, _, datagram, address = heapq.heappop(self._flying)
            arrived.append((due, datagram, address))
        return arrived


@dataclass
class Course:
    """What happened: (time, bytes taken, rate, queueing delay) every 50 ms."""

    seconds: float = 0.0
    parcels: dict[int, bytes] = field(default_factory=dict)
    steps: list[tuple[float, int, float, float]] = field(default_factory=list)

    def share(self, rate: float, *, since: float = 0.0) -> float:
        """Return the share of *rate* (bytes a second) that was used from *since* to the end."""
        total = sum(map(len, self.parcels.values()))
        before = max((taken for when, taken, _, _ in self.steps if when <= since), default=0)
        return (total - before) / (self.seconds - since) / rate


class Pair:
    """A sender and a receiver on two wires; time passes in steps of half a millisecond."""

    def __init__(
        self,
        parcels: Sequence[bytes],
        there: Wire | None = None,
        back: Wire | None = None,
        *,
        policy: Policy = "normal",
    ) -> None:
        """*there* carries parcels, *back* answers."""
        self.parcels = parcels
        self.there = there or Wire()
        self.back = back or Wire()
        self.seals = Seals(SECRET)
        self.sender = SenderMachine(Seals(SECRET), len(parcels), policy=policy)
        self.receiver = ReceiverMachine(Seals(SECRET), [len(p) for p in parcels])
        self.course = Course()
        self.now = 1000.0
        self.address = HOME
        self.meddle: Callable[[bytes], Sequence[bytes]] = lambda datagram: [datagram]
        self.spoil: Callable[[Whole], bool] = lambda _: False
        self.background: Callable[[float], None] = lambda _: None
        self.answers: list[tuple[bytes, Address]] = []

    def run(self, *, most: float = 60.0, until: Callable[[], bool] | None = None) -> Course:
        """Let time pass until the sender knows that all is durable, or *most* seconds passed."""
        began, told = self.now, 0.0
        over = until or (lambda: self.sender.done)
        while not over() and self.now - began < most:
            self.step()
            self.now += 0.0005
            passed = self.now - began
            if passed >= told:
                told += 0.05
                taken = sum(map(len, self.course.parcels.values()))
                control = self.sender.rate
                self.course.steps.append((passed, taken, control.rate, control.delay))
        self.course.seconds = self.now - began
        return self.course

    def step(self) -> None:
        """Let half a millisecond happen."""
        now = self.now
        self.background(now)
        for _, datagram, _ in self.back.take(now):
            self.sender.receive(datagram, now)
        while (number := self.sender.wants()) is not None:
            self.sender.supply(number, self.seals.parcel(number, self.parcels[number]))
        for burst in self.sender.datagrams_to_send(now, self.sender.due(now)):
            self._put(burst, now)
        durable = []
        for due, datagram, address in self.there.take(now):
            view = memoryview(datagram)
            for whole in self.receiver.receive(view, len(view), due, address):
                durable += self._open(whole)
        if durable:
            self.receiver.durable(durable)
        for datagram, address in self.receiver.datagrams_to_send(now):
            self.answers.append((datagram, address))
            self.back.put(datagram, address, now)

    def _put(self, burst: Burst, now: float) -> None:
        for start in range(0, len(burst.data), burst.size):
            for datagram in self.meddle(bytes(burst.data[start : start + burst.size])):
                self.there.put(datagram, self.address, now)

    def _open(self, whole: Whole) -> list[int]:
        into = bytearray(len(whole.sealed) - 16)
        opened = self.seals.open_parcel(whole.number, whole.sealed.data, memoryview(into))
        if not opened or self.spoil(whole):
            self.receiver.damaged(whole)
            return []
        self.course.parcels[whole.number] = bytes(into)
        self.receiver.taken(whole)
        return [whole.number]
