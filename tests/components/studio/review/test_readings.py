"""What was read of a file, on the pages of its version."""

import pytest
from django.test import Client
from django.urls import reverse

from jumelage.components.studio.models import Task, Version
from jumelage.components.studio.models.values import Colour
from jumelage.components.studio.services import versions
from jumelage.components.studio.troubles import REMARKS, remark
from jumelage.directory.models import Person
from tests.components.studio.review.conftest import sequence


@pytest.fixture
def client(producer: Person) -> Client:
    signed_in = Client()
    signed_in.force_login(producer.user)
    return signed_in


def page(client: Client, name: str, version: Version) -> str:
    """Return a page with its white space put together."""
    answer = client.get(reverse(f"studio:{name}", kwargs={"uri": version.uri}))
    return " ".join(answer.content.decode().split())


def test_page_says_at_its_head_what_is_missing(
    client: Client, version: Version, task: Task, producer: Person
) -> None:
    holed = sequence(task, producer)

    assert "5 frames missing: 1003–1004, 1007–1009" in page(client, "version", holed)
    assert "missing" not in page(client, "version", version)


def test_files_page_says_what_was_read(client: Client, task: Task, producer: Person) -> None:
    made = sequence(
        task, producer, rate="24000/1001", layers=("beauty", "depth"), views=("left", "right"),
        colour=Colour(input="sRGB", assumed=True), notes=("interlaced", "a word of tomorrow"),
    )  # fmt: skip

    shown = page(client, "preparation", made)

    facts = [
        ("Frames", "5"),
        ("First and last number", "1001–1010"),
        ("Missing numbers", "1003–1004, 1007–1009 (5)"),
        ("Frame rate", "23.976 frames/s"),
        ("Timecode", "01:00:00:00"),
        ("Picture size", "1920 × 1080"),
        ("Codec", "exr"),
        ("Layers", "beauty, depth"),
        ("Views", "left, right"),
        ("Input colour space", "sRGB (assumed: the file does not say)"),
        ("Remarks", "The pictures are interlaced: each holds two fields of different instants."),
    ]
    for label, text in facts:
        assert f"<dt>{label}</dt> <dd>{text}</dd>" in shown
    assert shown.count("<dt>") == len(facts)


def test_files_page_of_a_movie_names_no_more_than_there_is(
    client: Client, version: Version
) -> None:
    shown = page(client, "preparation", version)

    assert "<dt>First and last number</dt> <dd>1001–1144</dd>" in shown
    assert "Missing numbers" not in shown
    assert shown.count("<dt>") == 5


def test_files_page_says_nothing_of_what_was_not_read(
    client: Client, task: Task, producer: Person
) -> None:
    made = versions.publish_version(task=task, by=producer, name="scene.blend")

    assert "<dt>" not in page(client, "preparation", made)


def test_every_word_that_a_reading_notes_is_a_sentence() -> None:
    assert set(REMARKS) == {"interlaced", "skipped-at-start", "sound-longer", "variable-rate"}
    assert all(remark(word).endswith(".") for word in REMARKS)
    assert remark("a word of tomorrow") == ""
