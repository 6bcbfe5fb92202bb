"""What the sender makes of answers over TLS that come late."""

import threading
from typing import Any

from jumelage.bridge.freight.carriers import frames, tls
from jumelage.bridge.freight.carriers.base import Unlimited
from tests.bridge.freight.carriers.ends import Shelf, some_parcels


def test_a_refusal_after_the_last_parcel_is_no_failure() -> None:
    session: Any = None  # nobody connects
    work = tls._Work(session, Shelf(some_parcels(2)), Unlimited(), threading.Event(), bbr=False)
    work.heard(frames.Said(frames.Kind.DURABLE, (0, 1)))
    work.heard(frames.Said(frames.Kind.REFUSED))

    assert work.over.is_set()
    assert work.failure is None


def test_a_refusal_before_it_ends_everything() -> None:
    session: Any = None
    work = tls._Work(session, Shelf(some_parcels(2)), Unlimited(), threading.Event(), bbr=False)
    work.heard(frames.Said(frames.Kind.DURABLE, (0,)))
    work.heard(frames.Said(frames.Kind.REFUSED))

    assert work.over.is_set()
    assert work.failure is not None
