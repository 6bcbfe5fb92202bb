"""What a city says of the versions it made, and of the files it keeps."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.translation.trans_null import gettext_noop as _

from jumelage.components.studio.models import Holding, Version
from jumelage.components.studio.models.values import Media
from jumelage.components.studio.records.base import (
    StudioRecord,
    at_most,
    one_city,
    require,
    to_the_twin,
)
from jumelage.components.studio.records.settling import settle_tasks, tasks_of

HASH = re.compile(r"[0-9a-f]{64}")
RENDITION = re.compile(r"[a-z][a-z0-9-]{0,39}")
RATE = re.compile(r"[1-9]\d{0,9}(/[1-9]\d{0,9})?")
"""Of the file, as it was measured: any ratio."""
NAME = re.compile(r"[^/\\\x00-\x1f]{0,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPublished(StudioRecord):
    """A city publishes a version of a task; said again when its media is ready."""

    kind: ClassVar[str] = "studio.version-published"
    rows: ClassVar[type[Version]] = Version
    audiences: ClassVar[Mapping[str, frozenset[str]]] = to_the_twin(
        "production", "task", "comment", "seat", "revision", "position", "name", "extension",
        "media", "trouble",
    )  # fmt: skip

    uri: str
    created_at: datetime
    production: str
    task: str
    seat: str
    revision: int
    comment: str = ""
    position: int = 1
    name: str = ""
    extension: str = ""
    media: Media | None = None
    trouble: str = ""

    def __post_init__(self) -> None:
        """Refuse a seat of another city, names that lead elsewhere, hashes that are none."""
        one_city(self.uri, [self.seat])
        require(0 < self.revision < 100_000, _("revisions are numbered from 1"))
        require(0 < self.position < 10_000, _("places are numbered from 1"))
        require(NAME.fullmatch(self.name) is not None, _("this is no name of a file"))
        if self.media is not None:
            _check(self.media)

    def touches(self) -> Collection[str]:
        """Name the task: where it stands counts its versions."""
        return (self.task,)

    @classmethod
    def touched(cls, uris: Sequence[str]) -> set[str]:
        """Name the tasks the versions belong to now."""
        return tasks_of(Version, uris)

    @classmethod
    def settle(cls, touched: Collection[str]) -> None:
        """Fold the tasks again."""
        settle_tasks(touched)


def _check(media: Media) -> None:
    """Refuse hashes, sizes, lengths and rates that no page could show."""
    at_most(40, media.renditions, _("too many renditions"))
    for kept in (media.original, *media.renditions.values()):
        require(HASH.fullmatch(kept.hash) is not None, _("this is no hash"))
        require(0 <= kept.size < 2**53, _("this is no size"))
    for name in media.renditions:
        require(RENDITION.fullmatch(name) is not None, _("this is no name of a file"))
    sizes = all(0 <= side < 2**31 for side in (media.width, media.height, media.frames))
    require(sizes, _("a picture has a size"))
    require(abs(media.first_frame) < 2**31, _("the first frame is too far"))
    rate = not media.rate or RATE.fullmatch(media.rate)
    require(bool(rate), _("the frame rate is a number or a ratio"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiesHeld(StudioRecord):
    """A city says which renditions of a version it keeps."""

    kind: ClassVar[str] = "studio.copies-held"
    rows: ClassVar[type[Holding]] = Holding
    audiences: ClassVar[Mapping[str, frozenset[str]]] = to_the_twin(
        "production", "version", "renditions", "wanted"
    )

    uri: str
    created_at: datetime
    production: str
    version: str
    renditions: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse more names than a version has renditions."""
        at_most(41, self.renditions, _("too many renditions"))
        at_most(41, self.wanted, _("too many renditions"))
