"""The sender hears on which rate the receiver wants, whatever happens meanwhile."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection

from jumelage.bridge.freight.deliveries import conversation
from jumelage.bridge.freight.deliveries.conversation import Wanted
from jumelage.bridge.freight.deliveries.limits import DeliveryPace, Limits
from jumelage.bridge.freight.deliveries.sending import heeding
from jumelage.bridge.models import Delivery

pytestmark = pytest.mark.django_db(transaction=True)


class Hasty(threading.Event):
    """Waits for nothing, and is set when asked often enough."""

    left = 3

    def wait(self, timeout: float | None = None) -> bool:
        """Tell whether it is time to stop."""
        self.left -= 1
        return super().wait(0) or self.left < 0


class Receiver:
    """A city that wants 9000 bytes a second."""

    def get(self, path: str, *, most: int) -> bytes:
        """Say so."""
        uri = Delivery.objects.get(uri__endswith=path.rpartition("/")[2]).uri
        return conversation.encode(Wanted(delivery=uri, rate=9000))


def test_a_database_that_does_not_answer_once_is_asked_again(
    outgoing: Callable[..., Delivery],
) -> None:
    made, failed = outgoing("carrying"), list[str]()

    def fail_once(execute: Callable[..., object], sql: str, *facts: object) -> object:
        if sql.startswith("UPDATE") and not failed:
            failed.append(sql)
            raise OperationalError("database is locked")
        return execute(sql, *facts)

    pace = DeliveryPace(Limits(), made.peer_id, "")
    with connection.execute_wrapper(fail_once):
        receiver: Any = Receiver()  # in memory
        heeding._ask(made, None, receiver, pace, Hasty(), halt=threading.Event())

    assert failed
    assert Delivery.objects.get().limit_there == 9000
