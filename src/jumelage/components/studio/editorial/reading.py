"""Reads a file of an editing program into a `Cut`, in the sandbox."""

import tempfile
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from jumelage.components.studio.editorial import errors
from jumelage.components.studio.editorial.cut import Cut, from_json
from jumelage.components.studio.editorial.timecode import spoken
from jumelage.kit.sandbox import (
    FileRefusedError,
    Limits,
    NotExaminedError,
    TooMuchMemoryError,
    TooSlowError,
    Walls,
    WroteTooMuchError,
    work,
)

WORKER = "jumelage.components.studio.editorial.inside.worker:read"
MEGABYTE = 1024**2
FORMATS: Mapping[str, int] = {
    "edl": 16 * MEGABYTE,
    "xml": 64 * MEGABYTE,
    "aaf": 256 * MEGABYTE,
    "ale": 16 * MEGABYTE,
    "otio": 64 * MEGABYTE,
    "otioz": 1024 * MEGABYTE,
}
"""Endings of names, and the most bytes of such a file."""
LIMITS = Limits(seconds=90, processor_seconds=60, memory=2048 * MEGABYTE, written=32 * MEGABYTE)
NOTES = ("empty", "only-sound", "log", "pulled")
"""Words in `Cut.notes`: nothing in it; no pictures; a log without places, laid end to end;
made at 23.976 for 24 (or the like), counted frame for frame."""
_REASONS: Mapping[str, type[errors.CutRefusedError]] = {
    "too-long": errors.CutTooLongError,
    "no-sequence": errors.NoSequenceError,
    "no-such-sequence": errors.NoSuchSequenceError,
    "no-events": errors.NoEventsError,
    "begins-with-transition": errors.BeginsWithTransitionError,
    "newer-final-cut": errors.NewerFinalCutError,
    "not-text": errors.NotTextError,
    "not-an-aaf": errors.NotAnAafError,
    "not-an-otio": errors.NotAnOtioError,
    "not-an-otioz": errors.NotAnOtioError,
}


def format_of(name: str) -> str:
    """Return the format of a file *name*.

    Raises:
        UnknownCutError: it is none of `FORMATS`.
    """
    ending = name.rpartition(".")[2].lower()
    if ending not in FORMATS or "." not in name:
        raise errors.UnknownCutError(ending=ending[:20])
    return ending


def read(
    path: Path,
    name: str,
    *,
    rate: Fraction,
    sequence: str = "",
    trust_sources: bool = False,
    walls: Walls | None = None,
) -> Cut:
    """Return the cut in the file *path*, called *name* by its author, counted at *rate*.

    *sequence* chooses one of several; *trust_sources* takes lengths from the sources where the
    record times of an EDL cannot be. Blocks while the file is read.

    Raises:
        CutRefusedError: one of its kinds, each with what to do.
    """
    format_ = format_of(name)
    if path.stat().st_size > FORMATS[format_]:
        raise errors.CutTooLargeError(most=FORMATS[format_] // MEGABYTE)
    options = {
        "format": format_,
        "rate": str(rate),
        "sequence": sequence,
        "trust_sources": trust_sources,
    }
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        target.chmod(0o777)  # inside the walls it is nobody who writes
        try:
            facts = work(
                path, target, WORKER, options=options, limits=LIMITS,
                told=_unheard, stop=_never, walls=walls,
            )  # fmt: skip
        except NotExaminedError as error:
            raise _refusal(error, rate) from error
        if names := facts.get("sequences"):
            raise errors.SeveralSequencesError(names=", ".join(names), found=tuple(names))
        return from_json((target / "cut.json").read_bytes())


def _refusal(error: NotExaminedError, rate: Fraction) -> errors.CutRefusedError:
    """Return the refusal that says what to do about *error*."""
    if isinstance(error, TooSlowError | TooMuchMemoryError | WroteTooMuchError):
        return errors.CutTooHeavyError()
    word, _, about = (
        error.reason.partition(":") if isinstance(error, FileRefusedError) else ("",) * 3
    )
    match word:
        case "wrong-rate":
            return errors.WrongRateError(found=about, asked=spoken(rate))
        case "record-mismatch":
            return errors.RecordMismatchError(clip=about)
        case "edl-line" | "xml-line" | "ale-line":
            return errors.BrokenLineError(line=about)
        case _:
            return _REASONS.get(word, errors.CutRefusedError)()


def _unheard(done: int, of: int) -> None:
    """Reading takes a second; nobody asks how far it is."""


def _never() -> bool:
    return False
