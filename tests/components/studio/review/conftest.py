"""A version whose pictures are known without encoding any."""

import pytest

from jumelage.components.studio.models import Task, Version
from jumelage.components.studio.models.values import Media, Stored
from jumelage.components.studio.services import versions
from jumelage.directory.models import Person

FRAMES = 144
HOLES = ((1001, 1002), (1005, 1006), (1010, 1010))


def media(mark: str = "a", **facts: object) -> Media:
    """Return what a movie of six seconds shows; *mark* tells originals apart."""
    renditions = {
        name: Stored(hash=mark * 63 + digit, size=size, type="video/mp4")
        for name, digit, size in (
            ("hd", "1", 4_000_000),
            ("light", "2", 500_000),
            ("thumbnail", "3", 9_000),
        )
    }
    told: dict[str, object] = {
        "kind": "movie",
        "original": Stored(hash=mark * 64, size=9_000_000, type="video/mp4"),
        "width": 1920, "height": 1080,
        "frames": FRAMES, "rate": "24", "first_frame": 1001, "timecode": "01:00:00:00",
        "seconds": 6.0,
        "renditions": renditions,
    }  # fmt: skip
    return Media(**{**told, **facts})  # type: ignore[arg-type]  # its fields


def sequence(task: Task, producer: Person, **facts: object) -> Version:
    """Return a sequence of five frames whose numbers are `HOLES`, as ranges."""
    made = versions.publish_version(task=task, by=producer, name="sh.1001.exr")
    told = {"kind": "sequence", "frames": 5, "numbers": HOLES, "codec": "exr", **facts}
    return versions.state_media(version=made, media=media("a", **told))


@pytest.fixture
def version(task: Task, producer: Person) -> Version:
    """Return a version that both its facts and its numbering are known of."""
    made = versions.publish_version(task=task, by=producer, name="take.mp4")
    return versions.state_media(version=made, media=media())
