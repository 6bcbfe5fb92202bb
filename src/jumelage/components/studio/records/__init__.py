"""What the studio says on the bridge; nothing in it names a person."""

from collections.abc import Mapping

from jumelage.components.studio.models import StudioRow
from jumelage.components.studio.records.base import StudioRecord as _Base
from jumelage.components.studio.records.entities import EntityPlanned
from jumelage.components.studio.records.productions import ProductionOpened, SeatGiven
from jumelage.components.studio.records.requests import ChangeAnswered, ChangeRequested
from jumelage.components.studio.records.reviews import AnnotationDrawn, CommentMade, PlaylistMade
from jumelage.components.studio.records.sessions import SessionCalled, SessionWasHeld
from jumelage.components.studio.records.tasks import TaskSet
from jumelage.components.studio.records.usage import UsageStated
from jumelage.components.studio.records.versions import CopiesHeld, VersionPublished

RECORDS = (
    ProductionOpened,
    SeatGiven,
    EntityPlanned,
    TaskSet,
    CommentMade,
    VersionPublished,
    CopiesHeld,
    AnnotationDrawn,
    PlaylistMade,
    ChangeRequested,
    ChangeAnswered,
    UsageStated,
    SessionCalled,
    SessionWasHeld,
)
_OF: Mapping[type[StudioRow], type[_Base]] = {record.rows: record for record in RECORDS}


def said(row: StudioRow) -> _Base:
    """Return the record that says what *row* says: to change it, or to move it."""
    return _OF[type(row)].of(row)


__all__ = (
    "RECORDS",
    "AnnotationDrawn",
    "ChangeAnswered",
    "ChangeRequested",
    "CommentMade",
    "CopiesHeld",
    "EntityPlanned",
    "PlaylistMade",
    "ProductionOpened",
    "SeatGiven",
    "SessionCalled",
    "SessionWasHeld",
    "TaskSet",
    "UsageStated",
    "VersionPublished",
    "said",
)
