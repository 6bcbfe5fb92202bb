"""The talk of a task: answers of either city to either city, and files beside comments."""

from io import BytesIO
from uuid import uuid4

import pytest
from django.test import Client

from jumelage.bridge.api import Node
from jumelage.components.studio.models import Attachment, Comment, Production, Task
from jumelage.components.studio.services.media import keep
from jumelage.components.studio.services.review import comments
from jumelage.components.studio.services.seats import end_seat
from jumelage.directory.models import Person
from tests.components.studio.test_pages import of
from tests.factories import directory, studio
from tests.factories.bridge import Peer

DRAWN = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.fixture
def browser(producer: Person, client: Client) -> Client:
    """Return the producer's browser."""
    client.force_login(producer.user)
    return client


def beside(comment: Comment) -> Attachment:
    """Keep a file beside *comment*, as a program of the studio does."""
    kept = keep(BytesIO(DRAWN))
    told = {"name": "Skizze “é”.svg", "size": kept.size, "file": kept.hash}
    return Attachment.objects.create(comment=comment, uuid=uuid4(), **told)


def address(file: Attachment) -> str:
    """Return where a file beside a comment is asked for."""
    return f"/en/studio/attachments/{file.pk}/"


def test_comment_of_the_other_city_is_answered_by_this_one(
    browser: Client, here: Node, joint: Production, task: Task, there: Peer
) -> None:
    seat = studio.seat_there(there, joint)
    said = studio.comment_there(there, task, seat, text="Slower?")
    studio.arrive(there, here, seat, said)
    asked = Comment.objects.get(uri=said.uri)
    assert of("reply", asked) in browser.get(of("task", task)).text

    answer = browser.post(of("reply", asked), {"text": "Tomorrow."})

    made = Comment.objects.get(reply_to=asked)
    assert (answer["Location"], made.text) == (of("task", task), "Tomorrow.")
    assert (made.origin, asked.origin) == (here.origin, there.origin)
    assert made.created_at > asked.created_at
    page = browser.get(of("task", task)).text
    assert page.index("Slower?") < page.index("Tomorrow.")


def test_empty_answer_is_refused_under_its_comment(
    browser: Client, task: Task, producer: Person
) -> None:
    for text in ("One", "Two"):
        comments.comment(task=task, by=producer, text=text)

    answer = browser.post(of("reply", Comment.objects.get(text="One")), {"text": " "})

    assert (answer.status_code, Comment.objects.count()) == (422, 2)
    said = [(one.text, bool(form.errors)) for one, form in answer.context["said"]]
    assert said == [("Two", False), ("One", True)]
    assert answer.text.count("<details open>") == 1


def test_answer_to_an_answer_stands_beside_it(
    browser: Client, task: Task, producer: Person
) -> None:
    first = comments.comment(task=task, by=producer, text="One")
    second = comments.comment(task=task, by=producer, text="Two", reply_to=first)

    browser.post(of("reply", second), {"text": "Three"})

    assert Comment.objects.get(text="Three").reply_to == first


def test_answer_to_what_was_taken_back_stands_alone(
    browser: Client, task: Task, producer: Person
) -> None:
    first = comments.comment(task=task, by=producer, text="One")
    comments.comment(task=task, by=producer, text="Two", reply_to=first)

    comments.withdraw_comment(comment=first, by=producer)

    said = browser.get(of("task", task)).context["said"]
    assert [one.text for one, _form in said] == ["Two"]


def test_observer_answers_nothing(film: Production, task: Task, producer: Person) -> None:
    said, browser = comments.comment(task=task, by=producer, text="One"), Client()
    browser.force_login(studio.member(film, "observer", producer).user)

    assert of("reply", said) not in browser.get(of("task", task)).text
    assert browser.post(of("reply", said), {"text": "Me too"}).status_code == 404
    assert Comment.objects.count() == 1


def test_files_stand_beside_comments_and_answers(
    browser: Client, task: Task, producer: Person
) -> None:
    first = comments.comment(task=task, by=producer, text="One")
    second = comments.comment(task=task, by=producer, text="Two", reply_to=first)
    files = [beside(first), beside(second)]

    page = browser.get(of("task", task)).text
    told = browser.get(of("task-data", task)).json()["comments"][0]["files"]

    assert [address(file) in page for file in files] == [True, True]
    assert page.count("Skizze “é”.svg") == 2
    assert told == [{"name": "Skizze “é”.svg", "size": len(DRAWN)}]


def test_file_is_saved_and_never_opened(browser: Client, task: Task, producer: Person) -> None:
    file = beside(comments.comment(task=task, by=producer, text="One"))

    answer = browser.get(address(file))

    assert b"".join(answer.streaming_content) == DRAWN  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_file_is_for_those_with_a_seat_while_its_comment_stands(
    film: Production, task: Task, producer: Person, client: Client
) -> None:
    said = comments.comment(task=task, by=producer, text="One")
    path, artist = address(beside(said)), studio.member(film, "artist", producer)
    assert client.get(path).status_code == 302
    client.force_login(directory.person("administrator").user)
    assert client.get(path).status_code == 404
    client.force_login(artist.user)
    assert client.get(path).status_code == 200

    end_seat(seat=studio.sits(artist, film), by=producer)
    assert client.get(path).status_code == 404
    client.force_login(producer.user)
    comments.withdraw_comment(comment=said, by=producer)
    assert client.get(path).status_code == 404


def test_file_that_is_not_here_is_not_found(browser: Client, task: Task, producer: Person) -> None:
    file = beside(comments.comment(task=task, by=producer, text="One"))
    Attachment.objects.update(file="0" * 64)

    assert browser.get(address(file)).status_code == 404
