"""What a city asks of the other, and what that one answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from django.utils.translation.trans_null import gettext_noop as _

from jumelage.components.studio.models import ChangeAnswer, ChangeRequest
from jumelage.components.studio.models.values import Change
from jumelage.components.studio.records.base import (
    StudioRecord,
    at_most,
    one_city,
    require,
    to_the_twin,
)
from jumelage.kit.uris import Uri


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRequested(StudioRecord):
    """A member asks the other city to change, or take back, a record that is its own."""

    kind: ClassVar[str] = "studio.change-requested"
    rows: ClassVar[type[ChangeRequest]] = ChangeRequest
    audiences: ClassVar[Mapping[str, frozenset[str]]] = to_the_twin(
        "production", "seat", "target", "changes", "withdraws", "reason"
    )

    uri: str
    created_at: datetime
    production: str
    seat: str
    target: str
    changes: dict[str, Change]
    withdraws: bool = False
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse a request about one's own record, or about nothing."""
        one_city(self.uri, [self.seat])
        other = Uri.parse(self.target).origin != Uri.parse(self.uri).origin
        require(other, _("it is your own city’s"))
        require(bool(self.changes) != self.withdraws, _("a request says what to change"))
        at_most(50, self.changes, _("too many changes at once"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAnswered(StudioRecord):
    """The city that owns the record answers; what it accepts is a new revision of it."""

    kind: ClassVar[str] = "studio.change-answered"
    rows: ClassVar[type[ChangeAnswer]] = ChangeAnswer
    audiences: ClassVar[Mapping[str, frozenset[str]]] = to_the_twin(
        "production", "request", "accepted", "reason", "seat", "note"
    )

    uri: str
    created_at: datetime
    production: str
    request: str
    accepted: bool
    reason: Literal["trusted", "decided", "impossible"]
    seat: str | None = None
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse an answer to one's own city, and a seat of another."""
        other = Uri.parse(self.request).origin != Uri.parse(self.uri).origin
        require(other, _("a city does not answer itself"))
        one_city(self.uri, [self.seat] if self.seat else [])
