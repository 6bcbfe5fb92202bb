"""Tables of the studio: what cities said of productions, and what stays with one of them."""

from jumelage.components.studio.models.clients import Attachment, Software, Token, WorkingFile
from jumelage.components.studio.models.entities import Entity
from jumelage.components.studio.models.house import (
    Application,
    Category,
    GuestLink,
    KeptCut,
    Usage,
    View,
)
from jumelage.components.studio.models.media import (
    MediaFile,
    Preparation,
    Shipment,
    TakenDelivery,
)
from jumelage.components.studio.models.people import Membership, Seat
from jumelage.components.studio.models.productions import Production
from jumelage.components.studio.models.requests import ChangeAnswer, ChangeRequest
from jumelage.components.studio.models.reviews import Annotation, Comment, Playlist
from jumelage.components.studio.models.rows import StudioRow, uuid_of
from jumelage.components.studio.models.sessions import ReviewSession, SessionHeld
from jumelage.components.studio.models.tasks import Task, TaskState, TimeSpent
from jumelage.components.studio.models.versions import Holding, Version
from jumelage.components.studio.models.words import Word, word_uuid

__all__ = (
    "Annotation",
    "Application",
    "Attachment",
    "Category",
    "ChangeAnswer",
    "ChangeRequest",
    "Comment",
    "Entity",
    "GuestLink",
    "Holding",
    "KeptCut",
    "MediaFile",
    "Membership",
    "Playlist",
    "Preparation",
    "Production",
    "ReviewSession",
    "Seat",
    "SessionHeld",
    "Shipment",
    "Software",
    "StudioRow",
    "TakenDelivery",
    "Task",
    "TaskState",
    "TimeSpent",
    "Token",
    "Usage",
    "Version",
    "View",
    "Word",
    "WorkingFile",
    "uuid_of",
    "word_uuid",
)
