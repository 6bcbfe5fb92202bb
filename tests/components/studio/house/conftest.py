"""Browsers of members and of a client, and a version whose files are kept here."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from PIL import Image

from jumelage.components.studio.models import Production, Task, Version
from jumelage.components.studio.models.values import Media, Stored
from jumelage.components.studio.services.media.keeping import keep
from jumelage.components.studio.services.versions import publish_version, state_media
from jumelage.directory.models import Person
from tests.components.studio.house.canaries import Aviary, aviary

As = Callable[[Person | None], Client]


@pytest.fixture
def as_() -> As:
    """Return what gives the browser of a person, in English; of None: of nobody."""

    def browser(person: Person | None) -> Client:
        client = Client(headers={"accept-language": "en"})
        if person is not None:
            client.force_login(person.user)
        return client

    return browser


def stored(data: bytes, type_: str) -> Stored:
    """Keep *data* here and return what a version says of it."""
    kept = keep(BytesIO(data), type=type_)
    return Stored(hash=kept.hash, size=kept.size, type=kept.type)


@pytest.fixture
def shown(task: Task, producer: Person) -> Version:
    """Return a version with a movie of no frames and a grey poster."""
    drawn = BytesIO()
    Image.new("RGB", (64, 36), (90, 90, 90)).save(drawn, "JPEG")
    movie = stored(b"not really a movie", "video/mp4")
    media = Media(
        kind="movie", original=movie, width=64, height=36, frames=48, rate="24",
        renditions={"hd": movie, "poster": stored(drawn.getvalue(), "image/jpeg")},
    )  # fmt: skip
    return state_media(version=publish_version(task=task, by=producer), media=media)


@pytest.fixture
def birds(film: Production, shown: Version, producer: Person) -> Aviary:
    """Return a production with things that are shown to clients and things that are not."""
    return aviary(film, shown, producer)


@pytest.fixture
def client(birds: Aviary, as_: As) -> Client:
    """Return the browser of a client of the production of `birds`."""
    return as_(birds.client)
