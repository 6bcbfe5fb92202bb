"""The worker's writing thread: work that shares a commit is done once, failing work alone."""

import asyncio
import threading

import pytest
from django.db import connection

from jumelage.bridge.boundary.policy import open_kind
from jumelage.bridge.models import Opening
from jumelage.bridge.replication.writer import Writer

pytestmark = pytest.mark.django_db(transaction=True)


def opened(kind: str, *, fails: bool = False) -> str:
    """Write a row; then fail, when told to."""
    open_kind(kind=kind, audience="public", article="1", instrument="x")
    if fails:
        raise ValueError(kind)
    return kind


async def told_together(kinds: list[str]) -> list[object]:
    """Hold the thread until every piece of work waits; a kind in capitals fails."""
    writer, everybody = Writer(), threading.Event()
    held = asyncio.create_task(writer.do(everybody.wait, 10))
    await asyncio.sleep(0.05)
    tasks = [
        asyncio.create_task(writer.together(opened, kind, fails=kind.isupper())) for kind in kinds
    ]
    await asyncio.sleep(0.05)
    everybody.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    await held
    await writer.do(_disconnect)
    writer.close()
    return [repr(each) for each in found]


def _disconnect() -> None:
    connection.close()  # that of the writer's thread


def test_work_that_waits_together_is_all_done() -> None:
    said = asyncio.run(told_together(["a", "b", "c"]))

    assert said == ["'a'", "'b'", "'c'"]
    assert sorted(Opening.objects.values_list("kind", flat=True)) == ["a", "b", "c"]


def test_work_that_fails_takes_nothing_along_and_is_told() -> None:
    said = asyncio.run(told_together(["a", "B", "c"]))

    assert said == ["'a'", "ValueError('B')", "'c'"]
    assert {"a", "c"} <= set(Opening.objects.values_list("kind", flat=True))
