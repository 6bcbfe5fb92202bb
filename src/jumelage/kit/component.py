"""The declaration of a component: records it says, indicators it counts, pages it has.

Nothing registers itself: `components()` reads the attribute `component` of the module
`component` in each installed app.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, ClassVar, Protocol, Self

from django.apps import apps

from jumelage.kit.dates import Period
from jumelage.kit.live import SessionKind

if TYPE_CHECKING:
    from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a record came from: the signed entry that carried it."""

    origin: str
    feed: str
    seq: int
    rev: int
    time: datetime


class Record(Protocol):
    """What a component says on the bridge: a frozen dataclass with these members.

    `kind` is `component.past-participle`, versioned by name (`practices.shared.2`), never
    edited once used. `audiences` maps `public`, `network`, `twin` to the fields that may
    cross for that audience; an audience that is not named is closed, and a field that is
    not named never leaves (it needs a default). `opened_by_pairing` marks the few kinds
    that two cities need to reach an agreement at all; any other kind must be opened by the
    annex of an agreement in force.
    """

    kind: ClassVar[str]
    audiences: ClassVar[Mapping[str, frozenset[str]]]
    opened_by_pairing: ClassVar[bool]

    @property
    def uri(self) -> str:
        """The identifier of the record; its origin is the node that publishes it."""

    def apply(self, provenance: Provenance) -> None:
        """Write the record into this node's tables; idempotent; order-tolerant."""

    @classmethod
    def withdraw(cls, uri: str, provenance: Provenance) -> None:
        """Mark the record *uri* withdrawn; unknown identifiers are ignored."""

    @classmethod
    def erase(cls, uri: str, provenance: Provenance) -> None:
        """Remove the record *uri* and all it said; unknown identifiers are ignored."""


class PagedRecord(Record, Protocol):
    """A record type that can also apply many at once; must equal one-by-one apply."""

    @classmethod
    def apply_page(cls, page: Sequence[tuple[Self, Provenance]]) -> None:
        """Apply the records of *page* in order with a handful of queries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A figure counted from a component's shared records, so that any node can recount it.

    `service` is the word the agreement uses for the service (`practices`), `measure`
    returns the figure for a period, for one origin or (None) for all nodes together.
    """

    name: str
    service: str
    unit: "str | Promise"
    label: "str | Promise"
    definition: "str | Promise"
    measure: Callable[[Period, str | None], Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An entry of the main navigation."""

    label: "str | Promise"
    url_name: str
    order: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something the worker does again and again: reconciliation over rows, not a queue.

    `run` must be idempotent and quick when there is nothing to do; it runs after records were
    committed (when `on_change`) and at least every `every` seconds.
    """

    name: str
    run: Callable[[], object]
    every: float = 60.0
    on_change: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A service people use; read its `component.py` first."""

    name: str
    label: "str | Promise"
    records: tuple[type[Record], ...] = ()
    indicators: tuple[Indicator, ...] = ()
    pages: tuple[Page, ...] = ()
    duties: tuple[Duty, ...] = ()
    services: tuple[str, ...] = ()
    """The agreement's service words this component is the door to."""
    sessions: tuple[SessionKind, ...] = ()
    sends_apart: bool = False
    """Whether what it sends is named on its own pages alone, and to who looks after the line."""


@cache
def components() -> tuple[Component, ...]:
    """Return every installed component, in the order of INSTALLED_APPS."""
    found = []
    for config in apps.get_app_configs():
        name = f"{config.name}.component"
        if config.name.startswith("jumelage.") and find_spec(name):
            found.append(import_module(name).component)
    return tuple(found)


@cache
def record_types() -> Mapping[str, type[Record]]:
    """Return every record type by its kind."""
    return {record.kind: record for component in components() for record in component.records}


@cache
def indicators() -> Mapping[tuple[str, str], Indicator]:
    """Return every indicator by `(service, name)`."""
    return {
        (indicator.service, indicator.name): indicator
        for component in components()
        for indicator in component.indicators
    }


@cache
def session_kinds() -> Mapping[str, SessionKind]:
    """Return every kind of live session by its name."""
    return {kind.name: kind for component in components() for kind in component.sessions}
