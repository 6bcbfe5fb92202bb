"""What a city says of episodes, sequences, shots and assets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal

from django.utils.translation.trans_null import gettext_noop as _

from jumelage.components.studio.models import Entity
from jumelage.components.studio.models.values import Plain
from jumelage.components.studio.records.base import StudioRecord, at_most, require, to_the_twin

FAR = 2**31
"""No frame number reaches it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityPlanned(StudioRecord):
    """A city plans an episode, a sequence, a shot or an asset of a production."""

    kind: ClassVar[str] = "studio.entity-planned"
    rows: ClassVar[type[Entity]] = Entity
    audiences: ClassVar[Mapping[str, frozenset[str]]] = to_the_twin(
        "production", "type", "name", "code", "description", "parent", "asset_type", "frames",
        "frame_in", "frame_out", "handles", "cast", "canceled", "main_version", "data",
    )  # fmt: skip

    uri: str
    created_at: datetime
    production: str
    type: Literal["episode", "sequence", "shot", "asset"]
    name: str
    code: str = ""
    description: str = ""
    parent: str | None = None
    asset_type: str = ""
    frames: int | None = None
    frame_in: int | None = None
    frame_out: int | None = None
    handles: int | None = None
    cast: dict[str, int] = field(default_factory=dict)
    """How often each asset, by URI, is seen."""
    canceled: bool = False
    main_version: str = ""
    data: dict[str, Plain] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what has no name, no end, or too much of anything."""
        require(bool(self.name), _("a shot or an asset has a name"))
        for frame in (self.frame_in, self.frame_out):
            require(frame is None or abs(frame) < FAR, _("a frame number is too large"))
        for count in (self.frames, self.handles, *self.cast.values()):
            require(count is None or 0 <= count < FAR, _("a count is not below 0"))
        require(self.parent != self.uri, _("nothing is within itself"))
        at_most(2000, self.cast, _("too many assets in one shot"))
        at_most(200, self.data, _("too many facts"))
