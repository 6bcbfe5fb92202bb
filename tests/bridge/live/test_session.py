"""One node, real websockets: who comes, what happens, what stays."""

import asyncio

from jumelage.bridge.api import live_log, live_standing
from tests.bridge.live.conftest import Served, until


def test_session_lets_people_in_tells_what_happens_and_logs_it(served: Served) -> None:
    async def work() -> None:
        async with served.person("ann") as (ann, welcome), served.person("bob") as (bob, other):
            assert welcome["present"] == [welcome["you"]]
            assert [one["label"] for one in other["present"]] == ["Ann", "Bob"]
            entered = await ann.next("entered")
            assert entered["participant"] == other["you"]
            await ann.say(type="act", id="w1", kind="chip", body={"n": 5})
            told = await bob.next("act", kind="chip")
            assert told["body"] == {"n": 5}
            assert "id" not in told
            receipt = await ann.next("act", kind="chip")
            assert receipt == told | {"id": "w1"}
            await bob.say(type="say", kind="nod", body={"to": "ann"})
            assert (await ann.next("said"))["body"] == {"to": "ann"}
            await bob.say(type="clock", sent=12.5)
            assert (await bob.next("clock"))["sent"] == 12.5
            await bob.say(type="leave")
            assert (await ann.next("left"))["reason"] == "left"

    asyncio.run(work())
    kinds = ["joined", "joined", "chip", "left", "left"]
    until(lambda: [act.kind for act in live_log(served.uri)] == kinds)
    standing = live_standing(served.uri)
    assert standing is not None
    assert standing.present == {}
