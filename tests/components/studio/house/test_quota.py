"""How much members may upload: said by a coordinator, refused before anything is kept."""

import asyncio
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from jumelage.components.studio.errors import OverMemberQuotaError, OverOrganisationQuotaError
from jumelage.components.studio.models import (
    Attachment,
    Comment,
    MediaFile,
    Membership,
    Preparation,
    Production,
    Seat,
    Task,
    Version,
)
from jumelage.components.studio.review.publishing import publish
from jumelage.components.studio.services import versions
from jumelage.components.studio.services.house import quota
from jumelage.components.studio.services.media import attach, keeping, saving
from jumelage.components.studio.services.productions import change_production
from jumelage.components.studio.services.review import comments
from jumelage.directory.models import Person
from jumelage.node.run.limits import BodyLimit, Message, Receive, Scope, Send
from jumelage.node.uploads.studio import allowance
from tests.factories import directory, studio

SOME = b"x" * 1000


@pytest.fixture
def artist(film: Production, producer: Person) -> Person:
    return studio.member(film, "artist", producer)


def limited(film: Production, by: Person, **limits: int) -> Production:
    return change_production(production=film, changes={"data": limits}, by=by)


def seat_of(person: Person) -> Seat:
    return Membership.objects.get(person=person).seat


def upload(task: Task, by: Person, data: bytes = SOME) -> Version:
    version = versions.publish_version(task=task, by=by)
    attach(version=version, by=by, file=SimpleUploadedFile("scene.blend", data))
    return version


def sequence(task: Task, by: Person, frames: int) -> Version:
    """Publish so many frames of 1,000 bytes each."""
    version = versions.publish_version(task=task, by=by)
    names = [f"sh.{number}.exr" for number in range(1001, 1001 + frames)]
    attach(version=version, by=by, frames=[(n, SimpleUploadedFile("sh.exr", SOME)) for n in names])
    return version


def fill(version: Version, size: int) -> None:
    """Let the original of *version* have been so large."""
    Preparation.objects.filter(version=version).update(bytes=size)


def test_without_a_limit_nothing_is_refused(film: Production, task: Task, artist: Person) -> None:
    fill(upload(task, artist), 10**15)

    assert quota.rooms(film, seat_of(artist)) == []
    upload(task, artist, b"more")


def test_member_is_held_to_the_limit_and_others_are_not(
    film: Production, task: Task, artist: Person, producer: Person
) -> None:
    limited(film, producer, member_quota=2)
    first = upload(task, artist)
    fill(first, 2 * 10**9 - 500)
    task.refresh_from_db()

    with pytest.raises(OverMemberQuotaError) as refusal:
        upload(task, artist, b"y" * 501)

    assert refusal.value.message == (
        "This is 501\u00a0B. You may upload 2.0\u00a0GB into this production, of which 2.0\u00a0GB"
        " are taken. Take back versions, or ask a coordinator for more room."
    )
    assert MediaFile.objects.count() == 1
    upload(task, artist, b"z" * 500)
    upload(task, producer, b"y" * 501)


class Meanwhile(SimpleUploadedFile):
    """A file during whose upload something else happens."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__("scene.blend", b"y" * 501)
        self.happens = happens

    def read(self, size: int | None = -1) -> bytes:
        """Return what is asked for, after that has happened."""
        self.happens()
        return bytes(super().read(size))


def test_two_uploads_at_once_do_not_pass_the_limit(
    film: Production, task: Task, artist: Person, producer: Person
) -> None:
    limited(film, producer, member_quota=1)
    first = upload(task, artist)
    second = versions.publish_version(task=task, by=artist)
    slow = Meanwhile(lambda: fill(first, 10**9 - 500))

    with pytest.raises(OverMemberQuotaError):
        attach(version=second, by=artist, file=slow)
    assert not Preparation.objects.filter(version=second).exists()
    fill(first, 0)
    with pytest.raises(OverMemberQuotaError):
        publish(task=task, by=artist, files=[slow], text="Typed.")
    assert (Version.objects.count(), Comment.objects.count()) == (2, 0)


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_the_database_while_a_version_is_kept(
    task: Task, artist: Person, producer: Person
) -> None:
    held = set()
    slow = Meanwhile(lambda: held.add(connection.in_atomic_block))

    publish(task=task, by=artist, files=[slow])

    assert held == {False}
    assert Preparation.objects.get().bytes == 501


def test_version_that_was_taken_back_gives_its_room_back(
    film: Production, task: Task, artist: Person, producer: Person
) -> None:
    limited(film, producer, member_quota=1)
    first = upload(task, artist)
    fill(first, 10**9)
    assert quota.rooms(film, seat_of(artist))[0].left == 0

    versions.withdraw_version(version=first, by=artist)

    assert quota.rooms(film, seat_of(artist))[0].left == 10**9


def test_file_may_be_replaced_by_one_as_large(
    film: Production, task: Task, artist: Person, producer: Person
) -> None:
    limited(film, producer, member_quota=1)
    first = upload(task, artist)
    fill(first, 10**9)

    attach(version=first, by=artist, file=SimpleUploadedFile("scene.blend", b"again"))

    assert quota.taken_in(film)[seat_of(artist).uri] == 5


def test_frames_count_and_not_their_list(film: Production, task: Task, artist: Person) -> None:
    sequence(task, artist, 3)

    assert quota.taken_in(film)[seat_of(artist).uri] == 3000


def test_sequence_whose_list_left_the_disk_still_counts(
    task: Task, artist: Person, producer: Person, film: Production
) -> None:
    version = sequence(task, artist, 2)
    keeping.path_of(version.preparation.original_id).unlink()
    client = Client()
    client.force_login(producer.user)

    shown = client.get(reverse("studio:settings", kwargs={"uri": film.uri}))

    assert (shown.status_code, "2.0\u00a0kB" in shown.text) == (200, True)
    assert quota.taken_in(film)[seat_of(artist).uri] == 2000


def test_originals_of_the_release_before_are_counted_once(
    task: Task, artist: Person, film: Production
) -> None:
    sequence(task, artist, 2)
    gone = sequence(task, artist, 1)
    upload(task, artist, b"one file")
    keeping.path_of(gone.preparation.original_id).unlink()
    Preparation.objects.update(bytes=0)

    migration = import_module("jumelage.components.studio.migrations.0007_bytes_of_originals")
    migration.count(apps, None)

    assert quota.taken_in(film)[seat_of(artist).uri] == 2008


def test_sequences_of_a_restored_backup_are_counted_when_their_files_are_back(
    task: Task, artist: Person, film: Production, tmp_path: Path
) -> None:
    version = sequence(task, artist, 2)
    saving.save(tmp_path)
    keeping.path_of(version.preparation.original_id).unlink()
    Preparation.objects.update(bytes=0)

    saving.bring_back(tmp_path)

    assert quota.taken_in(film)[seat_of(artist).uri] == 2000


def test_what_two_limits_ask_for_is_asked_once(
    film: Production,
    task: Task,
    artist: Person,
    producer: Person,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    Seat.objects.filter(pk=seat_of(artist).pk).update(organisation=directory.organisation())
    limited(film, producer, member_quota=1, organisation_quota=1)
    upload(task, artist)
    upload(task, producer)
    seat = seat_of(artist)

    with django_assert_num_queries(3):
        found = quota.rooms(film, seat)

    assert [room.taken for room in found] == [1000, 1000]


def test_members_of_an_organisation_share_its_limit(
    film: Production, task: Task, artist: Person, producer: Person
) -> None:
    school = directory.organisation()
    other = studio.member(film, "student", producer)
    Seat.objects.filter(pk__in=[seat_of(artist).pk, seat_of(other).pk]).update(organisation=school)
    limited(film, producer, organisation_quota=1)
    fill(upload(task, artist), 10**9)

    with pytest.raises(OverOrganisationQuotaError):
        upload(task, other, b"one more")
    upload(task, producer, b"of no organisation")


def test_files_beside_comments_count_until_they_are_taken_back(
    film: Production, task: Task, artist: Person, producer: Person
) -> None:
    limited(film, producer, member_quota=1)
    files = [SimpleUploadedFile("a.txt", SOME)]
    said = comments.comment(task=task, by=artist, text="One", files=files)
    Attachment.objects.update(size=10**9)

    with pytest.raises(OverMemberQuotaError):
        comments.comment(task=task, by=artist, text="Two", files=files)
    with pytest.raises(OverMemberQuotaError):
        upload(task, artist)
    comments.comment(task=task, by=artist, text="Only words")
    comments.comment(task=task, by=producer, text="Of another", files=files)

    comments.withdraw_comment(comment=said, by=artist)
    comments.comment(task=task, by=artist, text="Two", files=files)
    assert quota.taken_in(film)[seat_of(artist).uri] == 1000


def test_two_files_at_once_do_not_pass_the_limit(
    film: Production, task: Task, artist: Person, producer: Person
) -> None:
    limited(film, producer, member_quota=1)
    first = upload(task, artist)
    slow = Meanwhile(lambda: fill(first, 10**9 - 500))

    with pytest.raises(OverMemberQuotaError):
        comments.comment(task=task, by=artist, text="One", files=[slow])

    assert (Comment.objects.count(), Attachment.objects.count()) == (0, 0)


def test_settings_keep_the_limits_and_say_what_is_taken(
    film: Production, task: Task, artist: Person, producer: Person
) -> None:
    fill(upload(task, artist), 1_200_000_000)
    client = Client()
    client.force_login(producer.user)
    page = reverse("studio:settings", kwargs={"uri": film.uri})
    initial = client.get(page).context["form"].initial
    told = {name: value for name, value in initial.items() if value is not None}

    answer = client.post(page, told | {"member_quota": "20", "organisation_quota": ""})

    film.refresh_from_db()
    assert (answer.status_code, film.data) == (302, {"member_quota": 20})
    shown = client.get(page).content.decode()
    assert ("1.2\u00a0GB" in shown, 'value="20"' in shown) == (True, True)


@pytest.mark.django_db(transaction=True)
def test_upload_is_refused_before_its_first_byte_in_both_languages(
    film: Production, task: Task, artist: Person, producer: Person
) -> None:
    limited(film, producer, member_quota=1)

    status, words = refused(task, artist, b"*/*", iter([]))

    assert (status, len(words.splitlines())) == (413, 2)
    assert words.splitlines()[1].startswith("This is 2.0\u00a0GB. You may upload 1.0\u00a0GB")


@pytest.mark.django_db(transaction=True)
def test_browser_is_heard_out_and_told_on_a_page(
    film: Production, task: Task, artist: Person, producer: Person
) -> None:
    limited(film, producer, member_quota=1)
    fill(upload(task, artist), 10**9)
    pieces = iter([b"some", b"more", b""])

    status, words = refused(task, artist, b"text/html,*/*", pieces, length=40_000_000)

    assert (status, list(pieces)) == (413, [])
    assert '<p lang="en">This is 39.9\u00a0MB. You may upload 1.0\u00a0GB' in words
    assert words.index('<p lang="fr">') < words.index('<p lang="en">')
    assert "Go back with your browser: what you wrote is still in the form." in words


def refused(
    task: Task, person: Person, accept: bytes, pieces: Iterator[bytes], length: int = 2 * 10**9
) -> tuple[int, str]:
    """Announce *length* bytes and send *pieces*; return status and words of the refusal."""
    client = Client()
    client.force_login(person.user)
    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    async def receive() -> Message:
        piece = next(pieces)
        return {"type": "http.request", "body": piece, "more_body": bool(piece)}

    async def application(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise AssertionError

    cookie = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items()).encode()
    told = str(length).encode()
    headers = [(b"cookie", cookie), (b"content-length", told), (b"accept", accept)]
    with override("fr"):
        path = reverse("studio:publish", kwargs={"uri": task.uri})
    scope: Scope = {"type": "http", "method": "POST", "path": path, "headers": headers}
    asyncio.run(BodyLimit(application, allowance)(scope, receive, send))

    return said[0]["status"], said[1]["body"].decode()


def test_small_upload_over_the_limit_is_refused_in_the_form(
    film: Production, task: Task, artist: Person, producer: Person
) -> None:
    limited(film, producer, member_quota=1)
    fill(upload(task, artist), 10**9)
    client = Client()
    client.force_login(artist.user)
    page = reverse("studio:publish", kwargs={"uri": task.uri})

    shown = client.get(page).content.decode()
    answer = client.post(page, {"file": [SimpleUploadedFile("a.mp4", SOME)], "text": "Typed."})

    assert "{&quot;left&quot;: 0, &quot;said&quot;: &quot;This is {size}. You may upload" in shown
    assert (answer.status_code, Version.objects.count()) == (422, 1)
    assert "This is 1.0\u00a0kB. You may upload 1.0\u00a0GB" in answer.content.decode()
    assert "Typed." in answer.content.decode()
