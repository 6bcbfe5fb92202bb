"""What a ticket said may be taken back: its bearer is asked about as long as they are in."""

import asyncio
import json

import pytest

from benchmarks.live.people import connected
from jumelage.bridge.live.sessions import gatherings
from jumelage.bridge.live.sessions.company import Company
from jumelage.bridge.live.sessions.people import Member
from tests.bridge.live.conftest import Served

NO_TICKET, REFUSED = 4401, 4403


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at tickets at every tick."""
    monkeypatch.setattr(gatherings, "LOOK_SECONDS", 0.1)


def test_who_may_no_longer_be_in_is_told_so_and_goes(served: Served) -> None:
    served.table.members = {"ann@here": "player", "bob@here": "player"}

    async def work() -> None:
        async with (
            served.person("ann", bearer="ann@here") as (ann, _),
            served.person("bob", bearer="bob@here") as (bob, _),
            served.person("cem") as (cem, _),
        ):
            del served.table.members["ann@here"]
            told = await ann.next("refused")
            assert told["code"] == "no-longer-yours"
            assert told["fr"] != told["en"]
            assert await ann.closed() == REFUSED
            for other in (bob, cem):
                assert (await other.next("left"))["reason"] == "removed"
            await asyncio.sleep(1.5)
            await bob.say(type="clock", sent=1)
            await bob.next("clock")

    asyncio.run(work())


def test_who_has_another_role_comes_back_with_another_ticket(served: Served) -> None:
    served.table.members = {"ann@here": "player"}

    async def work() -> None:
        async with served.person("ann", bearer="ann@here") as (ann, _):
            served.table.members["ann@here"] = "dealer"
            assert await ann.closed() == NO_TICKET
        async with served.person("ann", role="dealer", bearer="ann@here") as (ann, _):
            await ann.say(type="act", id="1", kind="dealt", body={"cards": 1})
            assert (await ann.next("act", id="1"))["body"] == {"cards": 1}

    asyncio.run(work())


def test_ticket_that_would_not_be_given_any_more_opens_nothing(served: Served) -> None:
    async def work() -> None:
        for members in ({}, {"ann@here": "dealer"}):
            served.table.members = members
            async with connected(served.address) as ann:
                ticket = served.ticket(bearer="ann@here")
                await ann.socket.send(json.dumps({"type": "join", "ticket": ticket}))
                assert (await ann.next("refused"))["code"] == "ticket"
                assert await ann.closed() == NO_TICKET

    asyncio.run(work())


def test_all_have_their_turn_however_many_they_are() -> None:
    company = Company.__new__(Company)
    company._next_in_turn = 0
    people = {str(n): Member(None, None, bearer=f"b{n}" if n % 2 else "") for n in range(25)}  # type: ignore[arg-type]  # neither is looked at
    company.members = people
    seen = [member.bearer for _ in range(3) for member in company.in_turn(5)]
    assert sorted(seen[:12]) == sorted(f"b{n}" for n in range(25) if n % 2)
    company.members = {}
    assert company.in_turn(5) == []
