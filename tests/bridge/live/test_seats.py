"""Who is let in, who waits, and who comes back: seats are counted in one place."""

import asyncio
import time

from benchmarks.live.people import Person, connected
from jumelage.bridge.api import live_log, live_standing
from jumelage.bridge.live.door.app import Live
from jumelage.kit import clock
from tests.bridge.live.conftest import Served, nothing, serving, until

CHAIRS = 3


async def _come(served: Served, name: str, done: asyncio.Event) -> str:
    """Try to sit down; stay until *done*; return what came of it."""
    async with connected(served.address) as person:
        await person.say(type="join", ticket=served.ticket(name))
        frame = await person.hear()
        while frame["type"] not in {"welcome", "refused"}:
            frame = await person.hear()
        if frame["type"] == "welcome":
            await done.wait()
        return str(frame["type"] if frame["type"] == "welcome" else frame["code"])


def test_of_many_who_come_at_once_exactly_as_many_sit_as_there_are_chairs(served: Served) -> None:
    async def work() -> None:
        for turn in range(20):
            done = asyncio.Event()
            coming = [
                asyncio.create_task(_come(served, f"p{turn}-{number}", done))
                for number in range(CHAIRS + 10)
            ]
            while sum(one.done() for one in coming) < 10:  # noqa: ASYNC110  # plain
                await asyncio.sleep(0.01)
            done.set()
            found = await asyncio.gather(*coming)
            assert found.count("welcome") == CHAIRS
            assert found.count("table-full") == 10
            while served.live.gatherings.open[served.uri].roster:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    asyncio.run(work())


def test_who_stands_at_the_door_hears_nothing_until_seated(served: Served) -> None:
    async def work() -> None:
        async with served.person("ann") as (ann, _):  # noqa: SIM117  # she is there before
            async with served.person("eve", role="standing") as (eve, welcome):
                assert welcome["acts"] == []
                assert welcome["state"] == {}
                assert [one["label"] for one in welcome["present"]] == ["Eve"]
                knocking = (await ann.next("entered"))["participant"]
                await eve.say(type="act", id="1", kind="chip", body={"n": 1})
                assert (await eve.next("refused"))["code"] == "outside"
                await eve.say(type="say", kind="nod", body={})
                assert (await eve.next("refused"))["code"] == "outside"
                await ann.say(type="act", id="2", kind="chip", body={"n": 7})
                await ann.next("act", id="2")
                body = {"participant": knocking["id"]}
                await ann.say(type="act", id="3", kind="seated", body=body)
                assert (await eve.next("changed"))["participant"]["role"] == "player"
                inside = await eve.next("welcome")
                assert inside["state"]["chips"] == [7]
                assert {one["label"] for one in inside["present"]} == {"Ann", "Eve"}
                assert not [frame for frame in eve.heard if frame["type"] in {"act", "said"}]
                assert (await ann.next("changed"))["participant"]["id"] == knocking["id"]

    asyncio.run(work())


def test_who_comes_back_hears_what_was_missed_and_a_wish_is_done_once(served: Served) -> None:
    async def work() -> None:
        async with served.person("bob") as (bob, _):
            async with served.person("ann") as (ann, _):
                await ann.say(type="act", id="w", kind="chip", body={"n": 1})
                first = await ann.next("act", id="w")
            await bob.say(type="act", id="w", kind="chip", body={"n": 2})
            await bob.next("act", id="w")
            seen = {first["origin"]: first["number"]}
            async with served.person("ann", seen=seen) as (ann, welcome):
                assert welcome["state"] is None
                numbers = [act["number"] for act in welcome["acts"]]
                assert numbers == list(range(first["number"] + 1, numbers[-1] + 1))
                await ann.say(type="act", id="w", kind="chip", body={"n": 1})
                again = await ann.next("act", id="w")
                assert (again["number"], again["body"]) == (first["number"], {"n": 1})
            async with served.person("ann") as (_, welcome):
                chips = [act for act in welcome["acts"] if act["kind"] == "chip"]
                assert [act.get("id") for act in chips] == ["w", None]
                assert welcome["state"]["chips"] == [1, 2]

    asyncio.run(work())


def test_restart_of_the_node_keeps_every_acknowledged_act_and_lets_the_gone_go(
    served: Served,
) -> None:
    async def play(person: Person) -> None:
        for number in range(50):
            await person.say(type="act", id=str(number), kind="chip", body={"n": number})
        await person.next("act", id="49")

    async def before() -> None:
        async with served.person() as (ann, _):
            await play(ann)

    asyncio.run(before())
    until(lambda: bool(served.live.gatherings.open))
    other = Live(nothing, lambda: {"table": served.table})
    with serving(other):
        until(lambda: live_standing(served.uri) is not None)
        until(lambda: live_log(served.uri)[-1].kind == "left")
    chips = [act.body["n"] for act in live_log(served.uri) if act.kind == "chip"]
    assert chips == list(range(50))


def test_session_ends_after_the_last_one_left_and_its_kind_is_told(served: Served) -> None:
    async def work() -> None:
        async with served.person():
            pass

    asyncio.run(work())
    until(lambda: served.table.over == [served.uri])
    standing = live_standing(served.uri)
    assert standing is not None
    assert standing.ended_at is not None
    assert standing.is_shared


def test_session_is_over_for_everybody_when_its_time_is(served: Served) -> None:
    async def work() -> None:
        async with served.person() as (ann, _):
            served.table.end(served.uri, clock.now())
            assert await ann.closed() == 1000
            assert "ended" in [frame["type"] for frame in ann.heard]

    began = time.monotonic()
    asyncio.run(work())
    assert time.monotonic() - began < 20
