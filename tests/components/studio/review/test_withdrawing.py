"""A version is taken back on a page, after asking once, by whom its city lets."""

from io import BytesIO

import pytest
from django.test import Client

from jumelage.bridge.api import Node
from jumelage.components.studio.models import Preparation, Production, Task, Version
from jumelage.components.studio.records import VersionPublished
from jumelage.components.studio.services import versions
from jumelage.components.studio.services.media import attach, preparing
from jumelage.directory.models import Person
from tests.components.studio.test_pages import of
from tests.factories import studio
from tests.factories.bridge import Peer


@pytest.fixture
def browser(producer: Person, client: Client) -> Client:
    """Return the producer's browser."""
    client.force_login(producer.user)
    return client


def test_version_is_taken_back_after_asking_once(browser: Client, version: Version) -> None:
    link = of("withdraw-version", version)
    assert link in browser.get(of("task", version.task)).text
    assert link in browser.get(of("preparation", version)).text
    assert "Take the version back?" in browser.get(link).text
    assert Version.objects.live().count() == 1

    answer = browser.post(link)

    assert answer["Location"] == of("task", version.task)
    assert Version.objects.live().count() == 0
    assert browser.get(of("version", version)).status_code == 404


def test_artist_takes_back_their_own_version_and_no_other(
    film: Production, version: Version, task: Task, producer: Person
) -> None:
    artist, browser = studio.member(film, "artist", producer), Client()
    browser.force_login(artist.user)
    own = versions.publish_version(task=task, by=artist)

    assert browser.post(of("withdraw-version", version)).status_code == 404
    page = browser.get(of("task", task)).text
    assert of("withdraw-version", version) not in page
    assert of("withdraw-version", version) not in browser.get(of("preparation", version)).text
    assert browser.post(of("withdraw-version", own)).status_code == 302

    assert list(Version.objects.live()) == [version]


def test_version_of_the_other_city_is_not_taken_back(
    browser: Client, here: Node, joint: Production, task: Task, there: Peer
) -> None:
    seat = studio.seat_there(there, joint)
    theirs = VersionPublished(
        uri=there.uri(), created_at=studio.NOON, production=joint.uri, task=task.uri,
        seat=seat.uri, revision=1,
    )  # fmt: skip
    studio.arrive(there, here, seat, theirs)
    shown = Version.objects.get()

    assert of("withdraw-version", shown) not in browser.get(of("task", task)).text
    assert browser.post(of("withdraw-version", shown)).status_code == 404


def test_worker_says_nothing_of_a_version_that_was_taken_back_meanwhile(
    version: Version, producer: Person
) -> None:
    attach(version=version, by=producer, file=BytesIO(b"no picture"), name="take.mp4")
    held = Preparation.objects.get()
    held.state, held.worker = Preparation.State.WORKING, "somewhere:1"
    held.save()
    versions.withdraw_version(version=version, by=producer)

    assert preparing.Beat(held).stop()
    assert Preparation.objects.get().state == Preparation.State.CANCELLED
    assert Version.objects.live().count() == 0


def test_trouble_is_told_in_a_sentence(browser: Client, version: Version) -> None:
    versions.state_media(version=version, trouble="frame-broken:1017")

    page = browser.get(of("task", version.task)).text

    assert "A frame is damaged. Render or export it again. Frame 1017." in page
    assert "frame-broken" not in page
