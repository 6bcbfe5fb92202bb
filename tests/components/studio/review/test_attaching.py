"""Files beside comments from the pages: what is taken, what is refused, who sees the picture."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image

from jumelage.components.studio.models import (
    Attachment,
    Comment,
    MediaFile,
    Production,
    Task,
    Version,
)
from jumelage.components.studio.review import deciding
from jumelage.components.studio.services.review import attachments, comments
from jumelage.components.studio.services.seats import end_seat
from jumelage.directory.models import Person
from jumelage.kit.errors import JumelageError
from tests.components.studio.test_pages import of
from tests.factories import directory, studio


def png() -> bytes:
    """Return a small picture."""
    out = BytesIO()
    Image.new("RGB", (8, 6), (200, 40, 20)).save(out, "PNG")
    return out.getvalue()


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
PROGRAM = b"\x7fELF\x02\x01\x01\0\0\0\0\0"


def picture(file: Attachment) -> str:
    """Return where the picture of a file is asked for."""
    return f"/en/studio/attachments/{file.pk}/picture/"


def sent(name: str, content: bytes) -> SimpleUploadedFile:
    """Return a file as a browser sends it."""
    return SimpleUploadedFile(name, content)


@pytest.fixture
def browser(producer: Person, client: Client) -> Client:
    """Return the producer's browser."""
    client.force_login(producer.user)
    return client


def test_files_go_with_a_comment(browser: Client, task: Task) -> None:
    files = [sent("../a.png", png()), sent("b.pdf", PDF), sent("c.txt", "Été".encode())]

    answer = browser.post(of("say", task), {"text": "As drawn", "files": files})

    assert answer.status_code == 302
    assert [file.name for file in Comment.objects.get().attachments.order_by("pk")] == [
        "a.png", "b.pdf", "c.txt",
    ]  # fmt: skip
    page = browser.get(of("task", task)).text
    first = Attachment.objects.get(name="a.png")
    assert picture(first) in page
    assert page.count("/picture/") == 1


class Watched(SimpleUploadedFile):
    """A file that notes whether others had to wait for the database while it was read."""

    def __init__(self) -> None:
        super().__init__("a.txt", b"some")
        self.held: set[bool] = set()

    def read(self, size: int | None = -1) -> bytes:
        """Return what is asked for."""
        self.held.add(connection.in_atomic_block)
        return bytes(super().read(size))


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_the_database_while_a_file_is_kept(
    task: Task, version: Version, producer: Person
) -> None:
    files = [Watched(), Watched()]

    comments.comment(task=task, by=producer, text="One", files=files[:1])
    deciding.say(version=version, by=producer, text="Two", span=(1001, 1002), files=files[1:])

    assert [file.held for file in files] == [{False}, {False}]
    assert Attachment.objects.count() == 2


def test_what_is_refused_leaves_no_bytes(task: Task, film: Production, producer: Person) -> None:
    artist = studio.member(film, "artist", producer)
    refused = {"task": task, "files": [sent("a.txt", b"some")]}

    for by, said in (
        (producer, {}),
        (artist, {"status": "done"}),
        (directory.stranger(), {"text": "x"}),
    ):
        with pytest.raises(JumelageError):
            comments.comment(by=by, **refused, **said)  # type: ignore[arg-type]  # what a comment takes

    assert not MediaFile.objects.exists()


def test_files_go_with_an_answer(browser: Client, task: Task, producer: Person) -> None:
    said = comments.comment(task=task, by=producer, text="One")
    browser.post(of("reply", said), {"text": "Two", "files": [sent("b.pdf", PDF)]})
    assert Attachment.objects.get().comment.reply_to == said


def test_files_go_with_a_note_on_a_version(browser: Client, version: Version) -> None:
    files = [sent("a.png", png())]
    browser.post(of("version-say", version), {"text": "Like this", "files": files})
    file = Attachment.objects.get()
    page = browser.get(version.get_absolute_url()).text
    assert picture(file) in page


@pytest.mark.parametrize(
    ("file", "language", "sentence"),
    [
        (("a.png", PROGRAM), "en", "“a.png” is neither a picture, nor a PDF, nor a text."),
        (("a.txt", b""), "en", "Empty: a.txt."),
        (("a.txt", b""), "fr", "Vide\u202f: a.txt."),
    ],
)
def test_bad_file_is_refused_and_the_words_stay(
    file: tuple[str, bytes], language: str, sentence: str, browser: Client, task: Task
) -> None:
    said = {"text": "Hold it there", "files": [sent(*file)]}
    answer = browser.post(of("say", task).replace("/en/", f"/{language}/"), said)
    assert (answer.status_code, Comment.objects.count(), Attachment.objects.count()) == (422, 0, 0)
    assert sentence in answer.text
    assert "Hold it there" in answer.text


def test_bad_file_is_refused_beside_a_note(browser: Client, version: Version) -> None:
    said = {"text": "Hold it there", "files": [sent("a.png", PROGRAM)], "first_frame": "1010"}
    answer = browser.post(of("version-say", version), said)
    assert answer.status_code == 422
    assert "Hold it there" in answer.text
    assert "1010" in answer.text
    assert "neither a picture" in answer.text


def test_large_file_is_refused_by_its_name(browser: Client, task: Task) -> None:
    large = SimpleUploadedFile("film.txt", b"a" * (attachments.LARGEST + 1))
    answer = browser.post(of("say", task), {"text": "Words", "files": [large]})
    assert answer.status_code == 422
    assert "The file “film.txt” is larger than 64 MB." in answer.text
    assert not Comment.objects.exists()


def test_words_are_asked_for_beside_files_and_files_again(browser: Client, task: Task) -> None:
    answer = browser.post(of("say", task), {"text": "", "files": [sent("b.pdf", PDF)]})
    errors = answer.context["form"].errors
    assert answer.status_code == 422
    assert errors["__all__"] == ["Write something, or give a status."]
    assert len(errors["files"]) == 1


def pictured(task: Task, producer: Person, name: str, content: bytes) -> Attachment:
    """Return a file beside a comment."""
    comments.comment(task=task, by=producer, text="One", files=[sent(name, content)])
    return Attachment.objects.get()


def test_picture_is_shown_from_an_address_made_for_one_person(
    browser: Client, task: Task, producer: Person, film: Production
) -> None:
    file = pictured(task, producer, "a.png", png())
    there = browser.get(picture(file))["Location"]

    shown = browser.get(there)
    assert (shown["Content-Type"], b"".join(shown.streaming_content)) == ("image/png", png())  # type: ignore[attr-defined]
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert Client().get(there).status_code == 200
    other = Client()
    other.force_login(studio.member(film, "artist", producer).user)
    assert other.get(there).status_code == 404
    assert Client().get(there + "x").status_code == 404


def test_picture_is_gone_with_its_comment_and_with_the_seat(
    browser: Client, task: Task, producer: Person, film: Production
) -> None:
    file, artist = pictured(task, producer, "a.png", png()), studio.member(film, "artist", producer)
    browser.force_login(artist.user)
    there = browser.get(picture(file))["Location"]
    end_seat(seat=studio.sits(artist, film), by=producer)
    assert Client().get(there).status_code == 404

    browser.force_login(producer.user)
    there = browser.get(picture(file))["Location"]
    comments.withdraw_comment(comment=file.comment, by=producer)
    assert Client().get(there).status_code == 404


def test_what_only_calls_itself_a_picture_is_not_shown(
    browser: Client, task: Task, producer: Person
) -> None:
    file = pictured(task, producer, "a.png", b"<svg onload='alert(1)'/>")
    there = browser.get(picture(file))["Location"]
    assert browser.get(there).status_code == 404


def test_stranger_gets_no_picture(task: Task, producer: Person, client: Client) -> None:
    file = pictured(task, producer, "a.png", png())
    client.force_login(directory.stranger().user)
    assert client.get(picture(file)).status_code == 404


def test_page_says_how_large_a_file_may_be_before_it_is_sent(browser: Client, task: Task) -> None:
    page = browser.get(of("task", task)).text
    assert 'data-most="67108864"' in page
    assert "The file “{name}” is larger than 64 MB." in page
