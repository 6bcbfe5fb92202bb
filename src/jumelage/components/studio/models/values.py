"""Values inside rows and records of the studio: frozen dataclasses, kept as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Self

Plain = str | int | float | bool | None
"""What a small dictionary of facts may hold."""
Facts = Mapping[str, Plain]
Family = Literal["task-type", "status", "asset-type", "department"]
Change = Plain | tuple[str, ...] | dict[str, Plain]
"""What a request may put into one field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordDefinition:
    """A word of a production: a task type, a status, a type of asset, a department."""

    family: Family
    slug: str
    name: str
    colour: str = "#666666"
    order: int = 0
    facts: dict[str, Plain] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Colour:
    """How the colours of a version were read and shown; names of OpenColorIO."""

    input: str
    config: str = ""
    display: str = ""
    view: str = ""
    lut: str = ""
    """Hash of the baked table."""
    assumed: bool = False
    """The file did not say its input space."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Contents kept by hash."""

    hash: str
    """BLAKE3 of the bytes, 64 hex digits."""
    size: int
    type: str = ""
    """Media type, such as `video/mp4`."""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """How the filmstrip is laid out: cells of *width* x *height*, *columns* in a row."""

    columns: int
    rows: int
    cells: int
    frames_each: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """What a version shows: facts about the original, and the renditions made of it."""

    kind: Literal["movie", "picture", "sequence", "file"]
    original: Stored
    width: int = 0
    height: int = 0
    frames: int = 0
    rate: str = ""
    first_frame: int = 0
    timecode: str = ""
    seconds: float = 0.0
    sound: bool = False
    codec: str = ""
    colour: Colour | None = None
    strip: Strip | None = None
    numbers: tuple[tuple[int, int], ...] = ()
    """The numbers of a sequence's frames as ranges; those between them are missing."""
    layers: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """Words: `variable-rate`, `interlaced`, `skipped-at-start`, `sound-longer`."""
    renditions: dict[str, Stored] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    """Something a comment asks to be done."""

    text: str
    checked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistItem:
    """A place of a playlist: what is shown, and which version of it."""

    entity: str
    version: str | None = None

    @property
    def line(self) -> str:
        """Both URIs in one line, as a request says a place."""
        return f"{self.entity} {self.version or ''}".strip()

    @classmethod
    def of_line(cls, line: str) -> Self:
        """Read what `line` says."""
        entity, _, version = line.partition(" ")
        return cls(entity=entity, version=version or None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """Something drawn on a frame; points are parts of the picture's width and height, 0 to 1."""

    tool: Literal["pen", "arrow", "text", "line", "ellipse", "rectangle"]
    points: tuple[tuple[float, float], ...]
    colour: str = "#c0362c"
    width: float = 0.004
    """Part of the picture's width."""
    text: str = ""
