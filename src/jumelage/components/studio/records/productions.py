"""What a city says of a production, and of who takes part in it."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar, Literal

from django.utils.translation.trans_null import gettext_noop as _

from jumelage.components.studio.models import Production, Seat
from jumelage.components.studio.models.values import Plain, WordDefinition
from jumelage.components.studio.records.base import StudioRecord, at_most, require, to_the_twin
from jumelage.components.studio.records.settling import settle_words

RATE = re.compile(r"[1-9]\d{0,5}(/[1-9]\d{0,4})?")
TIMECODE = re.compile(r"\d\d:\d\d:\d\d[:;]\d\d")
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
Role = Literal[
    "coordinator", "supervisor", "artist", "student", "teacher", "researcher", "company",
    "client", "observer",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductionOpened(StudioRecord):
    """A city makes something, alone or with the city it is `opened_to`."""

    kind: ClassVar[str] = "studio.production-opened"
    rows: ClassVar[type[Production]] = Production
    audiences: ClassVar[Mapping[str, frozenset[str]]] = to_the_twin(
        "name", "code", "type", "description", "rate", "width", "height", "start_frame",
        "start_timecode", "state", "organisation", "opened_to", "starts", "ends", "words",
        "trusts", "vendors", "data",
    )  # fmt: skip

    uri: str
    created_at: datetime
    name: str
    type: Literal["short-film", "class-exercise", "vfx-show", "other"]
    code: str = ""
    description: str = ""
    rate: str = "24"
    """Frames per second, `24` or `24000/1001`."""
    width: int = 1920
    height: int = 1080
    start_frame: int = 1001
    start_timecode: str = "00:00:00:00"
    state: Literal["open", "closed"] = "open"
    organisation: str | None = None
    opened_to: str = ""
    starts: date | None = None
    ends: date | None = None
    words: tuple[WordDefinition, ...] = ()
    trusts: tuple[Role, ...] = ("coordinator", "supervisor")
    vendors: tuple[str, ...] = ()
    """Organisations whose seats, in both cities, see the tasks assigned to them alone."""
    data: dict[str, Plain] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse rates, sizes and words that nothing could be made with."""
        require(bool(self.name), _("a production has a name"))
        require(RATE.fullmatch(self.rate) is not None, _("the frame rate is a number or a ratio"))
        require(TIMECODE.fullmatch(self.start_timecode) is not None, _("this is no timecode"))
        require(0 < self.width <= 16_384 and 0 < self.height <= 16_384, _("a picture has a size"))
        require(abs(self.start_frame) < 2**31, _("the first frame is too far"))
        at_most(400, self.words, _("too many words"))
        at_most(100, self.data, _("too many facts"))
        at_most(100, self.vendors, _("too many organisations"))
        for word in self.words:
            require(SLUG.fullmatch(word.slug) is not None, f"“{word.slug[:40]}” is no short name")
            require(COLOUR.fullmatch(word.colour) is not None, _("a colour is #rrggbb"))
            require(0 < len(word.name) <= 80 and 0 <= word.order < 10_000, _("a word has a name"))

    def touches(self) -> Collection[str]:
        """Name the production: its words follow."""
        return (self.uri,)

    @classmethod
    def touched(cls, uris: Sequence[str]) -> set[str]:
        """Name the productions."""
        return set(uris)

    @classmethod
    def settle(cls, touched: Collection[str]) -> None:
        """Work out the words again."""
        settle_words(touched)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatGiven(StudioRecord):
    """A city gives somebody a part in a production; who it is stays with the city."""

    kind: ClassVar[str] = "studio.seat-given"
    rows: ClassVar[type[Seat]] = Seat
    audiences: ClassVar[Mapping[str, frozenset[str]]] = to_the_twin(
        "production", "role", "number", "organisation"
    )

    uri: str
    created_at: datetime
    production: str
    role: Role
    number: int
    organisation: str | None = None

    def __post_init__(self) -> None:
        """Refuse a number that nobody has."""
        require(0 < self.number < 100_000, _("seats are numbered from 1"))
