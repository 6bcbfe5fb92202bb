"""What is known of a file once it was looked at, and the words for why one is refused."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any, Literal

Kind = Literal["movie", "sequence", "picture", "file"]

REASONS = (
    "broken",
    "camera-raw",
    "cut-off",
    "deep",
    "empty",
    "frames-differ",
    "frames-lost",
    "frame-broken",
    "heic",
    "mixed",
    "no-picture",
    "only-sound",
    "several-pictures",
    "too-large",
    "too-long",
    "too-many-frames",
    "too-many-pixels",
    "too-much-inside",
    "unknown-codec",
    "unknown-space",
)
"""Why a file is refused; the sentences stand in `studio/troubles.py`."""


class Refusal(ValueError):  # noqa: N818  # not an error of ours: what the sandbox takes as a refusal
    """The file is refused: one of `REASONS`, and the frame at fault where there is one."""

    def __init__(self, reason: str, frame: int | None = None) -> None:
        """Keep the reason as the sandbox carries it: `broken` or `frame-broken:1017`."""
        super().__init__(reason if frame is None else f"{reason}:{frame}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Colour:
    """What the values of the source were taken to mean, and the view they are shown through.

    `config`, `display`, `view` and `lut` (SHA-256 of the baked tables) are empty where the
    picture was made for a display and is shown as it is. `assumed` tells that the file itself
    does not say its input space.
    """

    input: str
    assumed: bool = False
    config: str = ""
    display: str = ""
    view: str = ""
    lut: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """The sound that is kept: the first stream."""

    codec: str
    channels: int
    sampling: int
    """Samples a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a file holds. Sizes are in square pixels as shown; numbers of frames are integers.

    `frames` counts the pictures there are; `missing` the numbers a sequence lacks between its
    first and last, as ranges `[first, last]`; a missing number has no picture anywhere.
    """

    kind: Kind
    width: int = 0
    height: int = 0
    frames: int = 0
    rate: Fraction | None = None
    first_frame: int | None = None
    timecode: str = ""
    codec: str = ""
    colour: Colour | None = None
    sound: Sound | None = None
    variable_rate: bool = False
    """The frames did not last equally long; each is kept, for as long as every other."""
    interlaced: bool = False
    missing: tuple[tuple[int, int], ...] = ()
    numbers: tuple[tuple[int, int], ...] = ()
    """The numbers of a sequence's frames, as ranges; empty for a movie."""
    layers: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """Words for what else a person should know, such as `skipped-at-start`."""

    def plain(self) -> dict[str, Any]:
        """Return the facts as plain values; an empty one is left out."""
        said = {name: value for name, value in asdict(self).items() if value not in EMPTY}
        if self.rate is not None:
            said["rate"] = rate_word(self.rate)
            said["seconds"] = round(float(self.frames / self.rate), 3)
        return said


EMPTY: tuple[object, ...] = (None, "", (), False)


def rate_word(rate: Fraction) -> str:
    """Return a frame rate as productions write it: `24` or `24000/1001`."""
    return str(rate.numerator) if rate.denominator == 1 else f"{rate.numerator}/{rate.denominator}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a file is to be read and shown; a production knows some of it better than the file."""

    rate: Fraction = Fraction(24)
    """Of sequences, which say none."""
    first_frame: int = 1001
    """Of movies, which have none."""
    input: str = ""
    """The colour space of the source, by its name in the config; empty: what the file says."""
    display: str = ""
    view: str = ""
    layer: str = ""
    name: str = ""
    """The file’s own name, which its place in the store does not tell."""
    limits: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "Options":
        """Return the options that were sent as plain values."""
        given = dict(said)
        if "rate" in given:
            given["rate"] = Fraction(given["rate"])
        return cls(**given)
