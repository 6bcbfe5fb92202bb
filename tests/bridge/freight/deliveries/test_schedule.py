from collections.abc import Callable
from datetime import timedelta

from jumelage.bridge.freight.deliveries.schedule import plan
from jumelage.bridge.models import Delivery, Node
from jumelage.kit import clock
from jumelage.kit.uris import Uri, new_id


def queue(outgoing: Callable[..., Delivery], here: Node, *priorities: str) -> list[Delivery]:
    """Return waiting deliveries of these priorities, the first made first."""
    at = clock.now()
    return [
        outgoing(
            uri=str(Uri(here.origin, new_id())),
            priority=priority,
            created_at=at + timedelta(seconds=number),
        )
        for number, priority in enumerate(priorities)
    ]


def test_who_came_first_goes_first_within_a_priority(
    here: Node, outgoing: Callable[..., Delivery]
) -> None:
    first, second = queue(outgoing, here, "normal", "normal")

    found = plan([second, first], set(), clock.now())

    assert (found.begin, found.halt) == ([first.uri], [])


def test_the_more_pressing_goes_first(here: Node, outgoing: Callable[..., Delivery]) -> None:
    originals, proxies = queue(outgoing, here, "normal", "proxy")

    assert plan([originals, proxies], set(), clock.now()).begin == [proxies.uri]


def test_an_urgent_one_overtakes_what_is_carried(
    here: Node, outgoing: Callable[..., Delivery]
) -> None:
    running, urgent = queue(outgoing, here, "normal", "urgent")

    found = plan([running, urgent], {running.uri}, clock.now())

    assert (found.begin, found.halt) == ([urgent.uri], [running.uri])


def test_an_equal_one_waits_its_turn(here: Node, outgoing: Callable[..., Delivery]) -> None:
    running, other = queue(outgoing, here, "urgent", "urgent")

    found = plan([running, other], {running.uri}, clock.now())

    assert (found.begin, found.halt) == ([], [])


def test_one_that_waits_for_its_next_try_holds_nobody_up(
    here: Node, outgoing: Callable[..., Delivery]
) -> None:
    urgent, normal = queue(outgoing, here, "urgent", "normal")
    urgent.retry_at = clock.now() + timedelta(seconds=30)

    assert plan([urgent, normal], set(), clock.now()).begin == [normal.uri]
    assert plan([urgent, normal], {normal.uri}, urgent.retry_at).halt == [normal.uri]
