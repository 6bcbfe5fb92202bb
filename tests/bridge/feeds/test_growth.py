"""What open streams wait for: only the feeds they read, and the bridge itself."""

from collections.abc import Iterator

import pytest
from asgiref.sync import SyncToAsync, async_to_sync, sync_to_async
from django.db import connections

from jumelage.bridge.boundary import standing
from jumelage.bridge.feeds.growth import Reader
from jumelage.bridge.models import Feed, Node

pytestmark = pytest.mark.django_db(transaction=True)
SOON, NEVER = 5.0, 1.5


@pytest.fixture(autouse=True)
def thread_that_looks() -> Iterator[None]:
    """Close the connection of the thread that looks after each ring: it outlives the test."""
    yield
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()


async def _grow(here: Node, name: str) -> None:
    def write() -> None:
        feed, _ = Feed.objects.get_or_create(node=here, name=name, defaults={"head_hash": b""})
        Feed.objects.filter(pk=feed.pk).update(head_seq=feed.head_seq + 1)

    await sync_to_async(write)()


def test_a_stream_wakes_when_a_feed_it_reads_grows_and_for_no_other(here: Node) -> None:
    async_to_sync(_wakes_for_its_own)(here)


async def _wakes_for_its_own(here: Node) -> None:
    reader = Reader({"public", "twin:other"})
    try:
        await reader.wait(SOON)  # the first look: whatever was read before may have changed
        await _grow(here, "local")
        assert not await reader.wait(NEVER)
        await _grow(here, "public")
        assert await reader.wait(SOON)
    finally:
        reader.close()


@pytest.mark.usefixtures("here")
def test_every_stream_wakes_when_the_bridge_is_closed() -> None:
    async_to_sync(_wakes_for_all)()


async def _wakes_for_all() -> None:
    reader = Reader({"public"})
    try:
        await reader.wait(SOON)
        await sync_to_async(standing.close)(by="person:1", reason="a test")
        assert await reader.wait(SOON)
    finally:
        reader.close()
