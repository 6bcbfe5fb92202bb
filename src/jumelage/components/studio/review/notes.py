"""The notes of a version: what was said and drawn about it, in order, with its frames."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from jumelage.bridge.api import Node
from jumelage.components.studio.models import Annotation, Attachment, Comment, Seat, Version
from jumelage.components.studio.review.numbering import Numbering, numbering
from jumelage.components.studio.selectors.walls.seeing import opens, seen_by
from jumelage.components.studio.selectors.walls.shown import Shown
from jumelage.directory.models import Person
from jumelage.kit.sql.among import Among


@dataclass(frozen=True, slots=True)
class Voice:
    """Who said something, as the other city sees it."""

    seat: str
    label: str
    node: Node | None

    @property
    def slug(self) -> str:
        """The short name of the city, for its colour."""
        return self.node.slug if self.node else ""

    def __str__(self) -> str:
        """Return `teacher 1, Paris`."""
        return f"{self.label}, {self.node}" if self.node else self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A comment about a version, or a drawing without one."""

    uri: str
    voice: Voice
    at: datetime
    text: str = ""
    decision: str = ""
    decided: str = ""
    """The decision in words."""
    drawings: Sequence[Annotation] = field(default_factory=tuple)
    for_client: bool = False
    """Clients read it, once they see a version of the task."""
    files: Sequence[Attachment] = field(default_factory=tuple)
    """What stands beside it in this city."""
    numbering: Numbering = field(default_factory=Numbering)

    @property
    def first_frame(self) -> int | None:
        """The position of the first frame it is about; None: all of the version."""
        return min((drawn.first_frame for drawn in self.drawings), default=None)

    @property
    def last_frame(self) -> int | None:
        """The position of the last frame it is about."""
        return max((drawn.last_frame for drawn in self.drawings), default=None)

    @property
    def numbers(self) -> tuple[int, int] | None:
        """The numbers people read on its first and last frame; None: all of the version."""
        first, last = self.first_frame, self.last_frame
        if first is None or last is None:
            return None
        return self.numbering.number_of(first), self.numbering.number_of(last)

    @property
    def is_drawn(self) -> bool:
        """Tell whether there is something to see on the picture."""
        return any(drawn.drawing for drawn in self.drawings)


class Notes:
    """What was said and drawn about one version by both cities, as far as *reader* may read it."""

    def __init__(self, version: Version, reader: Person) -> None:
        """Ask about *version*; nothing is read yet."""
        self.version, self.reader = version, reader

    @cached_property
    def numbering(self) -> Numbering:
        """How the frames of the version are numbered."""
        return numbering(self.version)

    @cached_property
    def annotations(self) -> Sequence[Annotation]:
        """The drawings that stand, oldest first."""
        drawn = seen_by(self.reader, self.version, Annotation).filter(version=self.version)
        return list(drawn.order_by("created_at", "uri"))

    @cached_property
    def comments(self) -> Sequence[Comment]:
        """The comments about it: linked with it, or said of its task while it was the newest.

        What is linked with other versions alone is about them, whenever it was said. An answer
        goes with what it answers.
        """
        linked = {drawn.comment for drawn in self.annotations if drawn.comment}
        linked.add(self.version.comment)
        said = seen_by(self.reader, self.version, Comment).filter(task=self.version.task_id)
        since, until = self.version.created_at, self._next()
        about: dict[str, bool] = {}
        for comment in (found := list(said.order_by("created_at", "uri"))):
            in_time = since <= comment.created_at and (until is None or comment.created_at < until)
            by_itself = comment.uri in linked or (in_time and comment.uri not in self._elsewhere)
            about[comment.uri] = about.get(comment.reply_to_id or "", by_itself)
        return [comment for comment in found if about[comment.uri]]

    @cached_property
    def _others(self) -> Sequence[Version]:
        """The other versions of the task that the reader sees."""
        found = seen_by(self.reader, self.version, Version).filter(task=self.version.task_id)
        asked = found.exclude(uri=self.version.uri).order_by("created_at", "uri")
        return list(asked.only("revision", "created_at", "comment"))

    def _next(self) -> datetime | None:
        later = (one for one in self._others if one.revision > self.version.revision)
        return next((one.created_at for one in later), None)

    @cached_property
    def _elsewhere(self) -> frozenset[str]:
        """The comments that are linked with other versions, as far as the reader may know."""
        drawn = seen_by(self.reader, self.version, Annotation).exclude(comment="")
        there = drawn.filter(Among("version_id", [one.uri for one in self._others]))
        linked = there.values_list("comment", flat=True) if self._others else ()
        return frozenset(linked) | {one.comment for one in self._others}

    @cached_property
    def voices(self) -> Mapping[str, Voice]:
        """Who speaks here, by seat."""
        seats = [comment.seat_id for comment in self.comments]
        return voices(seats + [drawn.seat_id for drawn in self.annotations])

    def __iter__(self) -> Iterator[Note]:
        """Yield the notes, oldest first."""
        told, files = self._told(), beside(self.comments)
        for note in self.bare():
            yield replace(note, for_client=note.uri in told, files=files.get(note.uri, ()))

    def bare(self) -> Sequence[Note]:
        """Return the notes, oldest first, without their files and whether clients read them."""
        everything = [*self._said(), *self._only_drawn()]
        return sorted(everything, key=lambda note: (note.at, note.uri))

    def _said(self) -> Iterable[Note]:
        by_comment: dict[str, list[Annotation]] = {}
        for drawn in self.annotations:
            by_comment.setdefault(drawn.comment, []).append(drawn)
        for comment in self.comments:
            yield Note(
                uri=comment.uri,
                voice=self.voices[comment.seat_id],
                at=comment.created_at,
                text=comment.text,
                decision=comment.decision,
                decided=comment.get_decision_display() if comment.decision else "",
                drawings=tuple(by_comment.get(comment.uri, ())),
                numbering=self.numbering,
            )

    def _told(self) -> frozenset[str]:
        """The comments that are meant for clients, for those before whom no wall stands."""
        if not opens(self.reader, self.version.production):
            return frozenset()
        wall = Shown(self.version.production_id, self.version.production.vendors)
        return wall.told(self.version.task_id) if self.comments else frozenset()

    def _only_drawn(self) -> Iterable[Note]:
        known = {comment.uri for comment in self.comments}
        for drawn in self.annotations:
            if drawn.comment not in known and drawn.drawing:
                yield Note(
                    uri=drawn.uri,
                    voice=self.voices[drawn.seat_id],
                    at=drawn.created_at,
                    drawings=(drawn,),
                    numbering=self.numbering,
                )


def beside(comments: Sequence[Comment]) -> Mapping[str, Sequence[Attachment]]:
    """Return the files that stand beside *comments* in this city, by the URI of the comment."""
    found: dict[str, list[Attachment]] = {}
    held = Attachment.objects.filter(Among("comment_id", [said.uri for said in comments]))
    for file in held.order_by("pk") if comments else ():
        found.setdefault(file.comment_id, []).append(file)
    return found


def voices(seats: Iterable[str]) -> Mapping[str, Voice]:
    """Return who sits on *seats*; a seat that has not arrived yet is “a member”."""
    wanted = set(seats)
    known = Seat.objects.filter(Among("uri", wanted)).select_related("node")
    found = {seat.uri: Voice(seat.uri, str(seat), seat.node) for seat in known}
    return {uri: found.get(uri) or Voice(uri, _("a member"), None) for uri in wanted}
