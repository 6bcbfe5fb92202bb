"""The numbers people read on frames: those of a sequence’s files, some of which may be missing.

What is stored, sent and linked of a frame is its *position*: the number of the first frame plus
how many frames of the version come before it. Where no number is missing, both are the same.
The player’s half is `frontend/src/review/time/frames.ts`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from django.utils.translation import ngettext

from jumelage.components.studio.editorial.timecode import drops, frames_of, timecode
from jumelage.components.studio.models import Version
from jumelage.components.studio.models.values import Media

Range = tuple[int, int]
FAR = 2**31
SHOWN = 6
"""Ranges that one line names before it breaks off."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """How the frames of one version are numbered; *first* is the position of the first.

    *ranges*, both ends included, are empty where numbers and positions are the same.
    """

    first: int = 0
    ranges: tuple[Range, ...] = ()

    def number_of(self, position: int) -> int:
        """Return the number of the frame at *position*; beyond both ends it counts on."""
        if not self.ranges:
            return position
        index = position - self.first
        for start, end in self.ranges:
            if start + index <= end:
                return start + index
            index -= end - start + 1
        return self.ranges[-1][1] + 1 + index

    def position_of(self, number: int) -> int:
        """Return the position of the frame *number*, or of the next one where it is missing."""
        if not self.ranges:
            return number
        position = self.first
        for place, (start, end) in enumerate(self.ranges):
            if number <= end:
                return position + (max(number, start) if place else number) - start
            position += end - start + 1
        return position + number - self.ranges[-1][1] - 1

    @property
    def missing(self) -> tuple[Range, ...]:
        """The numbers between the first and the last that have no picture, as ranges."""
        return tuple((one[1] + 1, after[0] - 1) for one, after in pairwise(self.ranges))

    def said(self, first: int, last: int) -> str:
        """Write the numbers of the frames at two positions: `1005`, `1002–1005`."""
        return written([(self.number_of(first), self.number_of(last))])


def first_frame(version: Version) -> int:
    """Return the position of its first frame: its own number, else where its production begins."""
    media = version.facts
    return (media.first_frame if media else 0) or version.production.start_frame


def numbering(version: Version) -> Numbering:
    """Return how the frames of *version* are numbered."""
    media, first = version.facts, first_frame(version)
    return Numbering(first, _told(media, first) if media else ())


def _told(media: Media, first: int) -> tuple[Range, ...]:
    """Return the ranges of *media* where they say more than its first number.

    They may come from the other city: none where they contradict themselves or the frames.
    """
    ranges = media.numbers
    if ranges == ((first, first + media.frames - 1),):
        return ()
    ascend = all(one[1] + 1 < after[0] for one, after in pairwise(ranges))
    counted = sum(end - start + 1 for start, end in ranges if start <= end)
    near = all(-FAR < start <= end < FAR for start, end in ranges)
    return ranges if ascend and near and counted == media.frames else ()


@dataclass(frozen=True, slots=True)
class Timecodes:
    """The timecodes of a version's frames; a missing number has passed as if it had a picture."""

    numbering: Numbering
    start: str
    """Of the first frame."""
    rate: Fraction
    drop: bool
    """Whether numbers drop. Source: SMPTE ST 12-1, section 5.2.2."""

    def at(self, position: int) -> str:
        """Return the timecode of the frame at *position*."""
        begin = self.numbering.number_of(self.numbering.first)
        passed = self.numbering.number_of(position) - begin
        first = frames_of(self.start, self.rate, drop=self.drop)
        return timecode(first + passed, self.rate, drop=self.drop)


def timecodes(version: Version) -> Timecodes:
    """Return the timecodes of *version*: those of its file, else those of its production."""
    media, production = version.facts, version.production
    said, rate = (media.timecode, media.rate) if media else ("", "")
    exact = Fraction(rate or production.rate)
    start = said or production.start_timecode
    return Timecodes(numbering(version), start, exact, drops(said, exact))


def written(ranges: Sequence[Range], most: int = SHOWN) -> str:
    """Write *ranges*, at most *most* of them: `1003–1004, 1006`."""
    said = [str(start) if start == end else f"{start}–{end}" for start, end in ranges[:most]]
    return ", ".join([*said, "…"] if len(ranges) > most else said)


def how_many(ranges: Sequence[Range]) -> int:
    """Return how many numbers *ranges* hold."""
    return sum(end - start + 1 for start, end in ranges)


def missing_sentence(version: Version) -> str:
    """Return `2 frames missing: 1003–1004`; empty where none is."""
    missing = numbering(version).missing
    count = how_many(missing)
    if not count:
        return ""
    said = ngettext(
        "%(count)s frame missing: %(numbers)s", "%(count)s frames missing: %(numbers)s", count
    )
    return said % {"count": count, "numbers": written(missing)}
