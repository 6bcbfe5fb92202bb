"""What a city says of the work: comments, drawings, playlists."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from django.utils.translation.trans_null import gettext_noop as _

from jumelage.components.studio.models import Annotation, Comment, Playlist
from jumelage.components.studio.models.values import ChecklistItem, PlaylistItem, Stroke
from jumelage.components.studio.records.base import (
    StudioRecord,
    at_most,
    one_city,
    require,
    to_the_twin,
)
from jumelage.components.studio.records.entities import FAR
from jumelage.components.studio.records.settling import settle_tasks, tasks_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentMade(StudioRecord):
    """Somebody says something of a task, and perhaps gives it a status."""

    kind: ClassVar[str] = "studio.comment-made"
    rows: ClassVar[type[Comment]] = Comment
    audiences: ClassVar[Mapping[str, frozenset[str]]] = to_the_twin(
        "production", "task", "seat", "text", "status", "decision", "checklist", "reply_to",
        "for_client", "pinned",
    )  # fmt: skip

    uri: str
    created_at: datetime
    production: str
    task: str
    seat: str
    text: str = ""
    status: str = ""
    decision: Literal["", "approved", "retake"] = ""
    """What the status means, said by the city that gives it."""
    checklist: tuple[ChecklistItem, ...] = ()
    reply_to: str | None = None
    for_client: bool = False
    pinned: bool = False

    def __post_init__(self) -> None:
        """Refuse a seat of another city, and a decision without a status."""
        one_city(self.uri, [self.seat])
        require(bool(self.status or not self.decision), _("a decision gives a status"))
        at_most(200, self.checklist, _("too many things to do in one comment"))

    def touches(self) -> Collection[str]:
        """Name the task: where it stands follows from its comments."""
        return (self.task,)

    @classmethod
    def touched(cls, uris: Sequence[str]) -> set[str]:
        """Name the tasks the comments belong to now."""
        return tasks_of(Comment, uris)

    @classmethod
    def settle(cls, touched: Collection[str]) -> None:
        """Fold the tasks again."""
        settle_tasks(touched)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationDrawn(StudioRecord):
    """Somebody draws on a range of frames of a version; removing it is a withdrawal."""

    kind: ClassVar[str] = "studio.annotation-drawn"
    rows: ClassVar[type[Annotation]] = Annotation
    audiences: ClassVar[Mapping[str, frozenset[str]]] = to_the_twin(
        "production", "version", "hash", "first_frame", "last_frame", "seat", "drawing", "comment"
    )

    uri: str
    created_at: datetime
    production: str
    version: str
    seat: str
    hash: str
    first_frame: int
    last_frame: int
    drawing: tuple[Stroke, ...]
    comment: str = ""

    def __post_init__(self) -> None:
        """Refuse a seat of another city, frames backwards, and drawings without bound."""
        one_city(self.uri, [self.seat])
        require(-FAR < self.first_frame <= self.last_frame < FAR, _("the frames run backwards"))
        at_most(500, self.drawing, _("too many strokes in one drawing"))
        for stroke in self.drawing:
            at_most(5000, stroke.points, _("too many points in one stroke"))
            at_most(2000, stroke.text, _("too long a text in a drawing"))
            require(0 <= stroke.width <= 1, _("a drawing stays near the picture"))
            require(len(stroke.colour) <= 40, _("a colour is #rrggbb"))
            inside = all(-1.0 <= place <= 2.0 for point in stroke.points for place in point)
            require(inside, _("a drawing stays near the picture"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistMade(StudioRecord):
    """Somebody puts versions in order, to be seen one after the other."""

    kind: ClassVar[str] = "studio.playlist-made"
    rows: ClassVar[type[Playlist]] = Playlist
    audiences: ClassVar[Mapping[str, frozenset[str]]] = to_the_twin(
        "production", "seat", "name", "items", "for_entity", "for_client"
    )

    uri: str
    created_at: datetime
    production: str
    seat: str
    name: str
    items: tuple[PlaylistItem, ...] = ()
    for_entity: Literal["shot", "asset", "sequence", "episode"] = "shot"
    for_client: bool = False

    def __post_init__(self) -> None:
        """Refuse a seat of another city, and a playlist without name or end."""
        one_city(self.uri, [self.seat])
        require(bool(self.name), _("a playlist has a name"))
        at_most(1000, self.items, _("too many places in one playlist"))
