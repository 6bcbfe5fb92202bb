"""The one clock: `now()` in UTC, and a second real clock for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

_fixed: ContextVar[datetime | None] = ContextVar("fixed", default=None)


def now() -> datetime:
    """Return the current instant, timezone-aware, in UTC."""
    return _fixed.get() or datetime.now(UTC)


def today() -> date:
    """Return the current UTC date."""
    return now().date()


@contextmanager
def fixed(at: datetime) -> Iterator[datetime]:
    """Stop the clock at *at* (timezone-aware) inside the block."""
    token = _fixed.set(at.astimezone(UTC))
    try:
        yield at
    finally:
        _fixed.reset(token)
