"""Finds the numbered frames in a folder, and the numbers that lack between them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from jumelage.components.studio.media.facts import Refusal

Range = tuple[int, int]
_NUMBERED = re.compile(r"^(?P<head>.*?)(?P<number>-?\d{1,9})(?P<tail>\.[A-Za-z0-9]{1,5})$")
_PLACE = re.compile(r"%0?(\d*)d|#+|@+")
IGNORED = {"thumbs.db", "desktop.ini"}


@dataclass(frozen=True, slots=True)
class Frames:
    """Numbered frames of one name."""

    head: str
    tail: str
    frames: tuple[tuple[int, Path], ...]
    """By number, ascending."""

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers there are."""
        return tuple(number for number, _ in self.frames)


def found_in(folder: Path) -> list[Frames]:
    """Return the sequences in *folder*, the longest first; hidden files are not looked at."""
    return grouped(file for file in folder.iterdir() if file.is_file())


def grouped(files: Iterable[Path]) -> list[Frames]:
    """Return the sequences that *files* form, the longest first."""
    held: dict[tuple[str, str], dict[int, Path]] = defaultdict(dict)
    for file in sorted(files):
        name = file.name
        match = _NUMBERED.match(name)
        if match and not name.startswith(".") and name.lower() not in IGNORED:
            head, number = _signed(match["head"], match["number"])
            held[head, match["tail"].lower()].setdefault(number, file)
    made = [
        Frames(head, tail, tuple(sorted(frames.items()))) for (head, tail), frames in held.items()
    ]
    return sorted(made, key=lambda one: (-len(one.frames), one.head))


def name_of(names: Iterable[str]) -> str:
    """Return what the longest sequence among *names* is called: `sky.[1001-1048].exr`.

    Its first and last number stand as they do in the files; one file keeps its own name.
    """
    files = [Path(name) for name in names]
    longest = next(iter(grouped(files)), None)
    if longest is None or len(longest.frames) == 1:
        return files[0].name if files else ""
    first, last = (path.name for _, path in (longest.frames[0], longest.frames[-1]))
    tail = len(longest.tail)
    numbers = (name[len(longest.head) : -tail] for name in (first, last))
    return f"{longest.head}[{'-'.join(numbers)}]{first[-tail:]}"


def _signed(head: str, number: str) -> tuple[str, int]:
    """Return name and number; a hyphen after a name separates, at the beginning it is a sign."""
    if number.startswith("-") and head:
        return f"{head}-", int(number[1:])
    return head, int(number)


def matching(pattern: Path) -> Frames:
    """Return the sequence that *pattern* (`shot.%04d.exr`, `shot.####.exr`) names.

    Raises:
        Refusal: there are no such files.
    """
    place = _PLACE.search(pattern.name)
    if place is None:
        raise Refusal("empty")
    head, tail = pattern.name[: place.start()], pattern.name[place.end() :]
    for one in found_in(pattern.parent):
        if (one.head, one.tail) == (head, tail.lower()):
            return one
    raise Refusal("empty")


def only_one(folder: Path) -> Frames:
    """Return the sequence in *folder*, which holds nothing else that is numbered.

    Raises:
        Refusal: there is none, or there are several.
    """
    match found_in(folder):
        case []:
            raise Refusal("empty")
        case [one]:
            return one
        case _:
            raise Refusal("mixed")


def ranges(numbers: Sequence[int]) -> tuple[Range, ...]:
    """Return ascending *numbers* as ranges, both ends included."""
    made: list[Range] = []
    for number in numbers:
        if made and made[-1][1] == number - 1:
            made[-1] = (made[-1][0], number)
        else:
            made.append((number, number))
    return tuple(made)


def holes(numbers: Sequence[int]) -> tuple[Range, ...]:
    """Return the ranges that lack between the first and the last of ascending *numbers*."""
    there = ranges(numbers)
    return tuple((a[1] + 1, b[0] - 1) for a, b in pairwise(there))
