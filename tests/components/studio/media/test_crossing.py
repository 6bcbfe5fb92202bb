"""What did not arrive in the other city is sent again, later and later."""

import io
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from jumelage.bridge.api import Node, freight
from jumelage.bridge.boundary.policy import open_kind
from jumelage.bridge.models import Delivery
from jumelage.bridge.records import DeliveryOffered
from jumelage.components.studio.models import Production, Task, Version
from jumelage.components.studio.records import CopiesHeld
from jumelage.components.studio.services import versions
from jumelage.components.studio.services.media import crossing, keeping
from jumelage.directory.models import Person
from jumelage.kit import clock
from tests.factories import studio
from tests.factories.bridge import Peer


@pytest.fixture
def wanted(task: Task, joint: Production, producer: Person, here: Node, there: Peer) -> Version:
    """Return a version of this city whose original the other city wants."""
    open_kind(kind=DeliveryOffered.kind, audience="twin", article="annex", instrument="test")
    made = versions.publish_version(task=task, by=producer)
    kept = keeping.keep(io.BytesIO(b"a take"), type="video/quicktime")
    media = {
        "original": {"hash": kept.hash, "size": kept.size, "type": kept.type},
        "renditions": {},
    }
    Version.objects.filter(pk=made.pk).update(media=media)
    wish = CopiesHeld(
        uri=there.uri(),
        created_at=studio.NOON,
        production=joint.uri,
        version=made.uri,
        wanted=("original",),
    )
    studio.arrive(there, here, wish)
    return Version.objects.get(pk=made.pk)


def end(state: str) -> None:
    """End what is under way."""
    moving = Delivery.objects.filter(state__in=freight.ACTIVE)
    moving.update(state=state, ended_at=clock.now())


def test_what_is_under_way_or_there_is_sent_once(wanted: Version) -> None:
    assert (crossing.send_wanted(), crossing.send_wanted()) == (1, 0)
    end("delivered")
    with clock.fixed(clock.now() + timedelta(days=3)):
        assert crossing.send_wanted() == 0


@pytest.mark.parametrize("state", ["refused", "failed", "cancelled"])
def test_what_did_not_arrive_rests_an_hour_then_two_up_to_a_day(
    wanted: Version, state: str
) -> None:
    now = clock.now()
    for hours in (1, 2, 4, 8, 16, 24, 24):
        with clock.fixed(now):
            assert crossing.send_wanted() == 1
            end(state)
        now += timedelta(hours=hours)
        with clock.fixed(now - timedelta(seconds=1)):
            assert crossing.send_wanted() == 0


def test_what_was_split_and_lacks_a_part_is_sent_again(wanted: Version) -> None:
    assert crossing.send_wanted() == 1
    first = Delivery.objects.get()
    end("delivered")
    Delivery.objects.update(whole=first.uri, parts=2)
    later = Delivery.objects.get()
    later.pk, later.part, later.state = wanted.uri, 2, "failed"
    later.save(force_insert=True)
    assert crossing.send_wanted() == 0  # it rests
    with clock.fixed(clock.now() + timedelta(hours=1)):
        assert crossing.send_wanted() == 1


@pytest.mark.parametrize("times", [1, 6])
def test_what_was_sent_often_costs_no_more_questions(
    wanted: Version, producer: Person, times: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(times):
        end("refused")
        crossing.share_original(version=wanted, by=producer)
    assert wanted.shipments.count() == times
    with django_assert_num_queries(6):
        crossing.share_original(version=wanted, by=producer)


def test_person_who_asks_sends_it_at_once(wanted: Version, producer: Person) -> None:
    assert crossing.send_wanted() == 1
    end("refused")
    crossing.share_original(version=wanted, by=producer)
    assert Delivery.objects.count() == 2
    crossing.share_original(version=wanted, by=producer)
    assert Delivery.objects.count() == 2
