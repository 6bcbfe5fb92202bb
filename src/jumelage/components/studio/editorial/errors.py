"""Why a cut is refused; each says what to do about it."""

from jumelage.kit.errors import InvalidInputError


class CutRefusedError(InvalidInputError):
    """This cut cannot be read. Export it again as OTIO, AAF, FCP 7 XML or EDL."""


class UnknownCutError(CutRefusedError):
    """Files named “{ending}” are not cuts this page reads. Export an EDL, FCP 7 XML, AAF, ALE, OTIO or OTIOZ file."""


class CutTooLargeError(CutRefusedError):
    """This file is larger than {most} MB. Export the cut without its media: link to them instead of embedding them."""


class CutTooLongError(CutRefusedError):
    """This cut has too many events to be compared. Export one reel at a time."""


class WrongRateError(CutRefusedError):
    """This cut runs at {found} frames a second, the production at {asked}. Export it again at {asked}, or correct the rate of the production."""


class SeveralSequencesError(CutRefusedError):
    """This file holds several sequences: {names}. Choose one of them."""


class NoSequenceError(CutRefusedError):
    """There is no sequence in this file. Export the sequence itself, not a clip, an effect or an empty project."""


class NoSuchSequenceError(CutRefusedError):
    """This file holds no sequence named so. Leave the name empty to see what it holds."""


class NoEventsError(CutRefusedError):
    """There is no event in this list. Check that the right file was chosen, and export the list again."""


class BrokenLineError(CutRefusedError):
    """Line {line} is not one of such a list. Correct the line or export the list again."""


class RecordMismatchError(CutRefusedError):
    """The record times at “{clip}” do not fit the times of the sources. Export the list again, or let lengths be taken from the sources."""


class BeginsWithTransitionError(CutRefusedError):
    """The list begins with a transition from nothing. Add the clip before it, or make it a cut."""


class NewerFinalCutError(CutRefusedError):
    """This is the XML of Final Cut Pro X. Export FCP 7 XML (“xmeml”) with a converter, or AAF or OTIO."""


class NotTextError(CutRefusedError):
    """This file is not text, as its name says it should be. Check that it was not renamed."""


class NotAnAafError(CutRefusedError):
    """This file is named AAF but is none. Check that it was copied whole, and export it again."""


class NotAnOtioError(CutRefusedError):
    """This is not a timeline of OpenTimelineIO that this release knows. Export it again, for an older schema if your program asks."""


class CutTooHeavyError(CutRefusedError):
    """Reading this cut takes too long or too much memory. Export a shorter sequence without embedded media."""
