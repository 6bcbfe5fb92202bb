from collections.abc import Callable
from datetime import timedelta

from jumelage.bridge.freight.deliveries.limits import Limits, Rule
from jumelage.bridge.freight.deliveries.progress import Circumstances, progress
from jumelage.bridge.freight.deliveries.schedule import plan
from jumelage.bridge.models import Delivery, Node
from jumelage.kit import clock
from jumelage.kit.uris import Uri, new_id

FREE = Limits()


def limited(**rates: int) -> Limits:
    """Return the limits of productions, in bytes a second; `node` is the one for all."""
    rules = enumerate(rates.items())
    return Limits(
        [Rule(key, "", "" if name == "node" else name, 0, 0, rate) for key, (name, rate) in rules]
    )


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

    found = plan([second, first], set(), clock.now(), FREE)

    assert (found.begin, found.halt) == ([first.uri], [])


def test_the_more_pressing_goes_first(here: Node, outgoing: Callable[..., Delivery]) -> None:
    originals, proxies = queue(outgoing, here, "normal", "proxy")

    assert plan([originals, proxies], set(), clock.now(), FREE).begin == [proxies.uri]


def test_an_urgent_one_overtakes_what_is_carried(
    here: Node, outgoing: Callable[..., Delivery]
) -> None:
    running, urgent = queue(outgoing, here, "normal", "urgent")

    found = plan([running, urgent], {running.uri}, clock.now(), FREE)

    assert (found.begin, found.halt) == ([urgent.uri], [running.uri])


def test_an_equal_one_waits_its_turn(here: Node, outgoing: Callable[..., Delivery]) -> None:
    running, other = queue(outgoing, here, "urgent", "urgent")

    found = plan([running, other], {running.uri}, clock.now(), FREE)

    assert (found.begin, found.halt) == ([], [])


def test_one_that_waits_for_its_next_try_holds_nobody_up(
    here: Node, outgoing: Callable[..., Delivery]
) -> None:
    urgent, normal = queue(outgoing, here, "urgent", "normal")
    urgent.retry_at = clock.now() + timedelta(seconds=30)

    assert plan([urgent, normal], set(), clock.now(), FREE).begin == [normal.uri]
    assert plan([urgent, normal], {normal.uri}, urgent.retry_at, FREE).halt == [normal.uri]


def of(deliveries: list[Delivery], *productions: str) -> list[Delivery]:
    """Give *deliveries* their productions."""
    for delivery, production in zip(deliveries, productions, strict=True):
        delivery.production = production
    return deliveries


def test_what_may_not_move_waits_with_the_reason_and_holds_nobody_up(
    here: Node, outgoing: Callable[..., Delivery]
) -> None:
    stopped, other = of(queue(outgoing, here, "urgent", "normal"), "odyssey", "iliad")
    limits = limited(odyssey=0)

    assert plan([stopped, other], set(), clock.now(), limits).begin == [other.uri]
    found = plan([stopped, other], {stopped.uri}, clock.now(), limits)
    assert (found.begin, found.halt) == ([other.uri], [stopped.uri])
    around = Circumstances(is_open=True, limits=limits)
    assert progress(stopped, around=around).why == "a limit lets nothing leave now"
    assert plan([stopped, other], set(), clock.now(), limited(node=0)).begin == []


def test_the_limit_of_a_production_leaves_the_line_to_another_one(
    here: Node, outgoing: Callable[..., Delivery]
) -> None:
    slow, same, other, more = of(
        queue(outgoing, here, *["normal"] * 4), "odyssey", "odyssey", "iliad", ""
    )
    waiting, limits = [slow, same, other, more], limited(odyssey=20, iliad=10)

    assert plan(waiting, set(), clock.now(), limits).begin == [slow.uri, other.uri]
    assert plan(waiting, {slow.uri}, clock.now(), limits).begin == [other.uri]
    found = plan(waiting, {slow.uri, other.uri}, clock.now(), limits)
    assert (found.begin, found.halt) == ([], [])


def test_a_limit_for_everything_leaves_no_room_beside(
    here: Node, outgoing: Callable[..., Delivery]
) -> None:
    slow, other = of(queue(outgoing, here, "normal", "normal"), "odyssey", "iliad")

    for limits in (limited(node=20), limited(node=20, odyssey=20), limited(iliad=20)):
        assert plan([slow, other], {slow.uri}, clock.now(), limits).begin == []


def test_without_its_limit_the_first_one_has_the_line_again(
    here: Node, outgoing: Callable[..., Delivery]
) -> None:
    slow, other = of(queue(outgoing, here, "normal", "normal"), "odyssey", "iliad")

    found = plan([slow, other], {slow.uri, other.uri}, clock.now(), FREE)
    assert (found.begin, found.halt) == ([], [other.uri])


def test_an_urgent_one_takes_the_place_beside_what_a_limit_holds(
    here: Node, outgoing: Callable[..., Delivery]
) -> None:
    slow, other, proxy, urgent = of(
        queue(outgoing, here, "proxy", "normal", "proxy", "urgent"), "odyssey", "", "", ""
    )
    both, limits = {slow.uri, other.uri}, limited(odyssey=20)

    found = plan([slow, other, proxy], both, clock.now(), limits)
    assert (found.begin, found.halt) == ([proxy.uri], [other.uri])
    found = plan([slow, other, urgent], both, clock.now(), limits)
    assert (found.begin, set(found.halt)) == ([urgent.uri], both)


def test_a_limited_one_that_came_first_goes_on_beside_who_took_its_turn(
    here: Node, outgoing: Callable[..., Delivery]
) -> None:
    slow, other = of(queue(outgoing, here, "normal", "normal"), "odyssey", "")
    found = plan([slow, other], {other.uri}, clock.now(), limited(odyssey=20))

    assert (found.begin, found.halt) == ([slow.uri], [])
